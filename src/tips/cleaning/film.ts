// Films and sounds in MP4, MOV, 3GP and M4A: places, devices, names and times are overwritten where they stand. Pure.
import { type Box, boxesIn, type BoxFile, boxFile, findBox, fourLetters, inside, makeFree, uncopiedBoxFile } from './boxes.ts'
import { Cannot } from './cannot.ts'

const holders = new Set(['moov', 'trak', 'mdia', 'minf', 'moof', 'traf'])
/** `udta` holds ©xyz and loci (places), `meta` Apple's and Google's keys (places, device), `uuid` XMP and makers' own notes. */
const telling = new Set(['udta', 'meta', 'uuid', 'free', 'skip'])
/** Headers that begin with the times of making and changing. */
const dated = new Set(['mvhd', 'tkhd', 'mdhd'])
/** Tracks a person sees or hears. Every other track is a recording of the device: places, movement, faces found. */
const human = new Set(['vide', 'soun', 'text', 'sbtl', 'subt', 'clcp', 'tmcd'])

/**
 * The same film, byte for byte of the same length, without what tells of its maker.
 * @throws Cannot, or RangeError, when the file is not what it says
 */
export function cleanFilm (bytes: Uint8Array): Uint8Array {
  const file = boxFile(bytes)
  const boxes = boxesIn(file, 0, file.bytes.length)
  if (findBox(boxes, 'moov') === undefined) throw new Cannot('broken')
  cleanBoxes(file, boxes, 0)
  return file.bytes
}

/** False when the file is certainly without moving pictures; null when that can't be told. */
export function hasPictureTrack (bytes: Uint8Array): boolean | null {
  try {
    const file = uncopiedBoxFile(bytes)
    const moov = findBox(boxesIn(file, 0, bytes.length), 'moov')
    if (moov === undefined) return null
    const handlers = inside(file, moov).filter((box) => box.type === 'trak').map((trak) => handlerOf(file, trak))
    return handlers.includes('vide') || handlers.length === 0 ? true : !handlers.includes('soun')
  } catch {
    return null
  }
}

function cleanBoxes (file: BoxFile, boxes: readonly Box[], depth: number): void {
  // Whole films nest six deep.
  if (depth > 8) throw new Cannot('broken')
  for (const box of boxes) {
    if (telling.has(box.type)) makeFree(file, box)
    else if (dated.has(box.type)) file.bytes.fill(0, box.content + 4, box.content + (file.view.getUint8(box.content) === 1 ? 20 : 12))
    // What follows the kind of track is a name, often the device's.
    else if (box.type === 'hdlr') file.bytes.fill(0, Math.min(box.content + 12, box.end), box.end)
    else if (box.type === 'trak' && !human.has(handlerOf(file, box) ?? 'vide')) removeTrack(file, box)
    else if (holders.has(box.type)) cleanBoxes(file, inside(file, box), depth + 1)
  }
}

function handlerOf (file: BoxFile, trak: Box): string | null {
  const mdia = findBox(inside(file, trak), 'mdia')
  const hdlr = mdia && findBox(inside(file, mdia), 'hdlr')
  return hdlr === undefined || hdlr.content + 12 > hdlr.end ? null : fourLetters(file.view, hdlr.content + 8)
}

/** Empties the track's samples, wherever in the file they lie, then the track. */
function removeTrack (file: BoxFile, trak: Box): void {
  const path = ['mdia', 'minf', 'stbl'].reduce<Box | undefined>((box, type) => box && findBox(inside(file, box), type), trak)
  if (path === undefined) throw new Cannot('broken')
  const tables = inside(file, path)
  const sizes = sampleSizes(file, findBox(tables, 'stsz'))
  const perChunk = table(file, findBox(tables, 'stsc'), 12)
  const wide = findBox(tables, 'co64')
  const chunks = table(file, wide ?? findBox(tables, 'stco'), wide === undefined ? 4 : 8)

  let sample = 0
  let run = -1
  let emptied = 0
  for (let chunk = 1; chunk <= chunks.count; chunk++) {
    while (run + 1 < perChunk.count && file.view.getUint32(perChunk.first + (run + 1) * 12) <= chunk) run++
    const samples = run < 0 ? 0 : file.view.getUint32(perChunk.first + run * 12 + 4)
    const length = sizes(sample, samples)
    sample += samples
    const at = chunks.first + (chunk - 1) * (wide === undefined ? 4 : 8)
    const from = wide === undefined ? file.view.getUint32(at) : Number(file.view.getBigUint64(at))
    emptied += length
    // More than the file holds: a trap that would keep us busy for hours, or a table that lies.
    if (from + length > file.bytes.length || emptied > file.bytes.length) throw new Cannot('broken')
    // A table that points at other parts of the file damages nothing but its own copy.
    file.bytes.fill(0, from, from + length)
  }
  makeFree(file, trak)
}

/** A function that adds up the bytes of `n` samples from the given one on. */
function sampleSizes (file: BoxFile, stsz: Box | undefined): (from: number, n: number) => number {
  if (stsz === undefined || stsz.content + 12 > stsz.end) throw new Cannot('broken')
  const same = file.view.getUint32(stsz.content + 4)
  const count = file.view.getUint32(stsz.content + 8)
  if (same !== 0) return (_, n) => same * n
  if (stsz.content + 12 + count * 4 > stsz.end) throw new Cannot('broken')
  return (from, n) => {
    if (from + n > count) throw new Cannot('broken')
    let sum = 0
    for (let i = from; i < from + n; i++) sum += file.view.getUint32(stsz.content + 12 + i * 4)
    return sum
  }
}

function table (file: BoxFile, box: Box | undefined, width: number): { first: number, count: number } {
  if (box === undefined || box.content + 8 > box.end) throw new Cannot('broken')
  const count = file.view.getUint32(box.content + 4)
  if (box.content + 8 + count * width > box.end) throw new Cannot('broken')
  return { first: box.content + 8, count }
}
