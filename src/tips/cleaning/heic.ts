// HEIC photographs (ISO/IEC 23008-12): the EXIF and XMP items are emptied where they stand; the picture is not touched. Pure.
import { type Box, boxesIn, type BoxFile, boxFile, findBox, fourLetters, inside, makeFree } from './boxes.ts'
import { Cannot } from './cannot.ts'

/** Exif with nothing in it: where the header begins, the header, no entries. */
const emptyExif = [0, 0, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]

/**
 * The same picture, of the same length, without place, device and time. Which way is up is kept elsewhere in this format.
 * @throws Cannot, or RangeError, when the file is not what it says
 */
export function cleanHeic (bytes: Uint8Array): Uint8Array {
  const file = boxFile(bytes)
  const boxes = boxesIn(file, 0, file.bytes.length)
  const meta = findBox(boxes, 'meta')
  if (meta === undefined) throw new Cannot('broken')
  const parts = inside(file, meta, 4)
  const items = tellingItems(file, findBox(parts, 'iinf'))
  if (items.size > 0) emptyItems(file, items, findBox(parts, 'iloc'), findBox(parts, 'idat'))
  for (const box of boxes) if (['uuid', 'free', 'skip', 'udta'].includes(box.type)) makeFree(file, box)
  return file.bytes
}

/** Ids of the items that are notes and no pictures, with their type. */
function tellingItems (file: BoxFile, iinf: Box | undefined): Map<number, string> {
  const found = new Map<number, string>()
  if (iinf === undefined) throw new Cannot('broken')
  const skip = file.view.getUint8(iinf.content) === 0 ? 6 : 8
  for (const infe of inside(file, iinf, skip)) {
    const version = file.view.getUint8(infe.content)
    if (infe.type !== 'infe' || version < 2) throw new Cannot('broken')
    const wide = version >= 3
    const id = wide ? file.view.getUint32(infe.content + 4) : file.view.getUint16(infe.content + 4)
    const type = fourLetters(file.view, infe.content + (wide ? 10 : 8))
    if (['Exif', 'mime', 'uri '].includes(type)) found.set(id, type)
  }
  return found
}

function emptyItems (file: BoxFile, items: ReadonlyMap<number, string>, iloc: Box | undefined, idat: Box | undefined): void {
  if (iloc === undefined) throw new Cannot('broken')
  const read = reader(file, iloc)
  const version = read(1)
  read(3)
  const sizes = read(1)
  const more = read(1)
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 4, sizes & 15, more >> 4, version > 0 ? more & 15 : 0]
  const idSize = version < 2 ? 2 : 4
  const emptied = new Set<number>()
  let total = 0
  for (let left = read(idSize); left > 0; left--) {
    const id = read(idSize)
    const method = version > 0 ? read(2) & 15 : 0
    read(2)
    const base = read(baseSize)
    for (let extents = read(2), nth = 0; nth < extents; nth++) {
      read(indexSize)
      const offset = base + read(offsetSize)
      const length = read(lengthSize)
      const type = items.get(id)
      if (type === undefined) continue
      if (method > 1 || (method === 1 && idat === undefined)) throw new Cannot('broken')
      const from = method === 1 ? (idat?.content ?? 0) + offset : offset
      total += length
      if (length === 0 || from + length > file.bytes.length || total > file.bytes.length) throw new Cannot('broken')
      file.bytes.fill(0, from, from + length)
      if (type === 'Exif' && nth === 0 && length >= emptyExif.length) file.bytes.set(emptyExif, from)
      emptied.add(id)
    }
  }
  if (emptied.size !== items.size) throw new Cannot('broken')
}

/** Reads big-endian numbers of 0, 1, 2, 4 or 8 bytes, one after the other, never past the box. */
function reader ({ view }: BoxFile, box: Box): (size: number) => number {
  let at = box.content
  return (size) => {
    if (at + size > box.end) throw new Cannot('broken')
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + view.getUint8(at + i)
    at += size
    return value
  }
}
