// Word, Excel, PowerPoint (ECMA-376) and OpenDocument text: the names of people, firms, machines and folders taken out. Pure.
import { unzipSync, type Zippable, zipSync } from 'fflate'
import { Cannot } from './cannot.ts'
import { stripPicture } from './picture.ts'

/** Bytes a document may unpack to, and how many times its own size once it is large. */
const mostBytes = 200 * 1024 * 1024
const largeBytes = 20 * 1024 * 1024
const mostTimes = 100
const mostFiles = 10_000

/**
 * The document without its metadata, packed anew.
 * @throws Cannot `too-big` for a zip bomb, `locked` with a password, `broken` otherwise
 */
export function cleanOffice (bytes: Uint8Array): Uint8Array {
  const files = unpack(bytes)
  const packed: Zippable = {}
  // OpenDocument wants this one first and unpacked, so that programs know the type by the first bytes.
  if (files['mimetype'] !== undefined) packed['mimetype'] = [files['mimetype'], { level: 0, mtime: noTime }]
  for (const [name, content] of Object.entries(files)) {
    if (name === 'mimetype' || isDropped(name)) continue
    const picture = /\.(jpe?g|png)$/i.test(name)
    packed[name] = [picture ? stripPicture(content) : /\.(xml|rels)$/i.test(name) ? cleanXml(name, content) : content, { level: isPacked(name) ? 0 : 6, mtime: noTime }]
  }
  return zipSync(packed)
}

/** The earliest time a zip file can hold. */
const noTime = new Date(1980, 0, 1)

function unpack (bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0
  let count = 0
  // fflate never unpacks more than the size a file claims (tried: the rest is cut off), so the claims can be added up beforehand.
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      total += originalSize
      count++
      if (total > mostBytes || count > mostFiles || (total > largeBytes && total > bytes.length * mostTimes)) throw new Cannot('too-big')
      return !name.endsWith('/')
    },
  })
  if (files['[Content_Types].xml'] === undefined && files['mimetype'] === undefined) throw new Cannot('broken')
  const manifest = files['META-INF/manifest.xml']
  if (manifest !== undefined && new TextDecoder().decode(manifest).includes('encryption-data')) throw new Cannot('locked')
  return files
}

function isDropped (name: string): boolean {
  return /^(docProps\/thumbnail\.|Thumbnails\/)/i.test(name)
}

function isPacked (name: string): boolean {
  return /\.(jpe?g|png|gif|mp4|m4a|mp3|wmv)$/i.test(name)
}

/** Files that hold nothing else: written anew, empty. */
const emptied: [name: RegExp, content: string][] = [
  [/^docProps\/core\.xml$/i, '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'],
  [/^docProps\/app\.xml$/i, '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'],
  [/^docProps\/custom\.xml$/i, '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'],
  [/^meta\.xml$/i, '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>'],
]

function cleanXml (name: string, content: Uint8Array): Uint8Array {
  const anew = emptied.find(([pattern]) => pattern.test(name))
  if (anew !== undefined) return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${anew[1]}`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new Cannot('broken')
  }
  // UTF-16 without its mark is lawful UTF-8 full of zeros; other encodings would need another reader.
  if (text.includes('\0') || /^\s*<\?xml[^>]*encoding=["'](?!utf-8|us-ascii)/i.test(text)) throw new Cannot('broken')
  const clean = rules.filter(([pattern]) => pattern.test(name)).reduce((xml, [, find, replacement]) => xml.replace(find, replacement), text)
  return clean === text ? content : new TextEncoder().encode(clean)
}

const everywhere = /./
const value = String.raw`\s*=\s*(?:"[^"]*"|'[^']*')`
const attribute = (names: string): RegExp => new RegExp(String.raw`(\s(?:[\w.-]+:)?(?:${names}))${value}`, 'g')
const element = (names: string): RegExp => new RegExp(String.raw`(<((?:[\w.-]+:)?(?:${names}))(?:\s[^<>]*)?>)[^<]*(</\2\s*>)`, 'g')

/** In files whose name fits: what to find, what to put there. Linear: no pattern looks back. */
const rules: [name: RegExp, find: RegExp, replacement: string][] = [
  // Word: comments and tracked changes. Authors must have the attribute, so it stays, empty.
  [everywhere, attribute('author|initials|userId|providerId|lastModifiedBy|userName|displayName'), '$1=""'],
  [/^word\//, /\s(?:[\w.-]+:)?(?:date|dateUtc|rsid\w*)\s*=\s*(?:"[^"]*"|'[^']*')/g, ''],
  [/^word\/settings/, /<(?:[\w.-]+:)?rsid(?:Root)?\s[^<>]*\/>/g, ''],
  // PowerPoint's and Excel's lists of people.
  [/^(ppt\/(commentAuthors|authors)|xl\/persons\/)/, attribute('name'), '$1=""'],
  [/^(ppt|xl)\/.*comment/i, attribute('dt|dT|created'), '$1="2000-01-01T00:00:00Z"'],
  [/^xl\/.*comment/i, element('author'), '$1$3'],
  [/^xl\/workbook/, /<(?:[\w.-]+:)?absPath\s[^<>]*\/>/g, ''],
  // OpenDocument: comments, tracked changes, the printer's name.
  [everywhere, element('creator|creator-initials|initial-creator|printed-by|creation-date|print-date'), '$1$3'],
  [/^(content|styles)\.xml$/, /(<((?:[\w.-]+:)?date)>)[^<]*(<\/\2\s*>)/g, '$12000-01-01T00:00:00$3'],
  [/^settings\.xml$/, /(<config:config-item\s[^<>]*config:name="Printer(?:Name|Setup)"[^<>]*>)[^<]*/g, '$1'],
  // The thumbnail is gone; so is what points to it, and what points to a folder of somebody's machine.
  [/^_rels\/\.rels$/, /<Relationship\s[^<>]*(?:metadata\/thumbnail|docProps\/thumbnail)[^<>]*\/>/g, ''],
  [/^META-INF\/manifest\.xml$/, /<manifest:file-entry\s[^<>]*Thumbnails\/[^<>]*\/>/g, ''],
  [/\.rels$/, /(\sTarget\s*=\s*")(?:file:|[A-Za-z]:\\|\\\\)[^"]*(")/g, '$1file:///removed$2'],
]
