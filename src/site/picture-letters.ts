// Our letters for pictures the server draws: the same as on the pages, whatever is installed on the machine.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import { z } from 'zod'

const families = [{ id: 'noto-sans', subsets: ['latin', 'vietnamese'] }, { id: 'noto-sans-khmer', subsets: ['khmer'] }] as const
const weights = [400, 700] as const

/** To name in a font description. Letters that the first one lacks come from the second. */
export const pictureFamilies = 'Noto Sans, Noto Sans Khmer'

/**
 * Writes the letters as the drawing library reads them into a folder that must stay, and names the files. Also tells the library
 * to look for no others: what it draws shall not depend on the machine, and it complains on the terminal where none are.
 */
export function layOutLetters (folder: string): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const settings = join(folder, 'fonts.conf')
  writeFileSync(settings, `<?xml version="1.0"?><fontconfig><dir>${folder}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`)
  // Read when the library draws its first letter. Whoever runs us may have set it for a reason.
  process.env.FONTCONFIG_FILE ??= settings
  return families.flatMap(({ id, subsets }) => subsets.flatMap(subset => weights.map(weight => {
    const file = join(folder, `${id}-${subset}-${weight}.ttf`)
    writeFileSync(file, unpackFont(readFileSync(fileURLToPath(import.meta.resolve(`@fontsource/${id}/files/${id}-${subset}-${weight}-normal.woff`)))))
    return file
  })))
}

/** The text without what our letters can't write: an emoji would become a box with a number in it. */
export function writable (text: string): string {
  return text.normalize('NFC').replace(unknown(), ' ').replace(/\s+/g, ' ').trim()
}

let others: RegExp | undefined

function unknown (): RegExp {
  return others ??= new RegExp(`[^${families.flatMap(({ id, subsets }) => {
    const ranges = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`@fontsource/${id}/unicode.json`)), 'utf8')))
    return subsets.map(subset => (ranges[subset] ?? '').replace(/U\+([\dA-F]+)(?:-([\dA-F]+))?,?/g, (_, from: string, to: string | undefined) => `\\u{${from}}${to === undefined ? '' : `-\\u{${to}}`}`))
  }).join('')}]|[\\p{Cc}\\p{Cf}]`, 'gu')
}

/** A font out of its WOFF wrapping: a table of contents, and tables that are packed one by one (W3C, WOFF File Format 1.0). */
function unpackFont (woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const tables = Array.from({ length: count }, (_, i) => {
    const entry = woff.subarray(44 + 20 * i, 64 + 20 * i)
    const [from, packed, whole] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)]
    const bytes = woff.subarray(from, from + packed)
    return { tag: entry.subarray(0, 4), checksum: entry.subarray(16, 20), bytes: packed < whole ? inflateSync(bytes) : bytes }
  })
  const head = Buffer.alloc(12 + 16 * count)
  const power = 2 ** Math.floor(Math.log2(count))
  woff.copy(head, 0, 4, 8)
  for (const [at, value] of [[4, count], [6, power * 16], [8, Math.log2(power)], [10, (count - power) * 16]] as const) head.writeUInt16BE(value, at)
  const parts: Buffer[] = [head]
  let size = head.length
  tables.forEach(({ tag, checksum, bytes }, i) => {
    const at = 12 + 16 * i
    tag.copy(head, at)
    checksum.copy(head, at + 4)
    head.writeUInt32BE(size, at + 8)
    head.writeUInt32BE(bytes.length, at + 12)
    const padding = Buffer.alloc((4 - bytes.length % 4) % 4)
    parts.push(bytes, padding)
    size += bytes.length + padding.length
  })
  return Buffer.concat(parts)
}
