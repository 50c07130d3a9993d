// PDF: who made it, when, with what, and old versions kept inside, taken out; the pages stay. Pure.
import { EncryptedPDFError, ParseSpeeds, PDFArray, PDFDict, PDFDocument, PDFName, type PDFObject, PDFRawStream, PDFRef, PDFStream } from '@cantoo/pdf-lib'
import { Unzlib } from 'fflate'
import { Cannot } from './cannot.ts'
import { stripPicture } from './picture.ts'

// Metadata streams (XMP), private data and times of programs. https://pdfa.org/resource/iso-32000-2/ 14.3, 14.5
const telling = ['Metadata', 'PieceInfo', 'LastModified', 'CreationDate', 'ModDate', 'Producer', 'Creator'].map((name) => PDFName.of(name))

/**
 * The document without Info, XMP, program data, authors and times of annotations, and without objects no page uses.
 * Signatures do not hold any more afterwards.
 * @throws Cannot `locked` with a password; any error of the library when broken
 */
export async function cleanPdf (bytes: Uint8Array): Promise<Uint8Array> {
  refuseBombs(bytes)
  const pdf = await load(bytes)
  const { context } = pdf
  // The library reads noise as a document without pages.
  if (!(context.lookup(context.trailerInfo.Root) instanceof PDFDict) || pdf.getPageCount() === 0) throw new Cannot('broken')
  delete context.trailerInfo.Info
  delete context.trailerInfo.ID
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    cleanObject(object)
    if (object instanceof PDFRawStream && isJpeg(object.dict.get(PDFName.of('Filter')))) {
      context.assign(ref, PDFRawStream.of(object.dict, stripPicture(object.contents)))
    }
  }
  dropUnused(pdf)
  return pdf.save({ updateFieldAppearances: false, addDefaultPage: false })
}

/** Bytes that packed objects may unpack to, all together. */
const mostObjects = 64 * 1024 * 1024

/**
 * The library unpacks packed objects (ObjStm, XRef) whole and in memory, so they are counted beforehand, piece by piece. Pages and pictures
 * stay packed. Names can be written with `#`, which honest programs have no reason to do here: those are counted too.
 */
function refuseBombs (bytes: Uint8Array): void {
  const text = new TextDecoder('latin1').decode(bytes)
  let total = 0
  for (const found of text.matchAll(/(?<!end)stream\r?\n/g)) {
    const before = text.slice(Math.max(0, found.index - 2000), found.index)
    const dict = before.slice(before.lastIndexOf(' obj') + 1)
    if (!/ObjStm|XRef|#/.test(dict) || !/Filter/.test(dict)) continue
    if (/\/Filter\s*\[\s*\/\w+\s*\//.test(dict)) throw new Cannot('broken')
    const from = found.index + found[0].length
    const end = text.indexOf('endstream', from)
    total += unpackedLength(bytes.subarray(from, end === -1 ? bytes.length : end), mostObjects - total)
    if (total > mostObjects) throw new Cannot('too-big')
  }
}

/** How long the packed bytes are when unpacked; stops soon after `most`. Noise counts as nothing: the library will complain. */
function unpackedLength (packed: Uint8Array, most: number): number {
  let length = 0
  const unpacker = new Unzlib((piece) => { length += piece.length })
  try {
    for (let at = 0; at < packed.length && length <= most; at += 16_384) unpacker.push(packed.subarray(at, at + 16_384), at + 16_384 >= packed.length)
  } catch {
    // Not packed, or cut short.
  }
  return length
}

async function load (bytes: Uint8Array): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: true, parseSpeed: ParseSpeeds.Fastest })
  } catch (error) {
    // The library sometimes stumbles over the encrypted parts before it notices that they are.
    throw new Cannot(error instanceof EncryptedPDFError || new TextDecoder('latin1').decode(bytes).includes('/Encrypt') ? 'locked' : 'broken')
  }
}

/** The filter may be a name, or a list with one name in it. */
function isJpeg (filter: PDFObject | undefined): boolean {
  const names = filter instanceof PDFArray ? filter.asArray() : [filter]
  return names.length === 1 && names[0] === PDFName.of('DCTDecode')
}

/** Cleans an object and what is written directly inside it. */
function cleanObject (object: PDFObject): void {
  const waiting = [object]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const dict = next instanceof PDFStream ? next.dict : next
    if (dict instanceof PDFDict) {
      for (const name of telling) dict.delete(name)
      // A note's /T is its author; a form field's /T is the field's name and has to stay.
      const subtype = dict.get(PDFName.of('Subtype'))
      if (dict.has(PDFName.of('Rect')) && subtype instanceof PDFName && subtype !== PDFName.of('Widget')) {
        for (const name of ['T', 'M']) dict.delete(PDFName.of(name))
      }
      waiting.push(...dict.values())
    } else if (dict instanceof PDFArray) {
      for (const item of dict.asArray()) waiting.push(item)
    }
  }
}

/** Old versions of a changed document stay in the file as objects that nothing leads to. */
function dropUnused (pdf: PDFDocument): void {
  const { context } = pdf
  const used = new Set<PDFRef>()
  const waiting: PDFObject[] = [context.trailerInfo.Root].filter((root) => root !== undefined)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next instanceof PDFRef) {
      if (used.has(next)) continue
      used.add(next)
      const target = context.lookup(next)
      if (target !== undefined) waiting.push(target)
      continue
    }
    const dict = next instanceof PDFStream ? next.dict : next
    if (dict instanceof PDFDict) waiting.push(...dict.values())
    else if (dict instanceof PDFArray) for (const item of dict.asArray()) waiting.push(item)
  }
  for (const [ref] of context.enumerateIndirectObjects()) if (!used.has(ref)) context.delete(ref)
}
