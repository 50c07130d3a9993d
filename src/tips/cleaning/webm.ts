// WebM films and voice notes (RFC 8794, RFC 9559): titles, dates, programs, tags and attachments become empty room. Pure.
import { Cannot } from './cannot.ts'

const segment = 0x18538067
const info = 0x1549a966
const holders = new Set([segment, info])
/** Tags, Attachments, Chapters; in Info: SegmentFilename, Title, DateUTC, MuxingApp, WritingApp. */
const telling = new Set([0x1254c367, 0x1941a469, 0x1043a770, 0x7384, 0x7ba9, 0x4461, 0x4d80, 0x5741])

/**
 * The same film, of the same length. MuxingApp and WritingApp must be there by the format, so they are blanked instead.
 * @throws Cannot, or RangeError, when the file is not what it says
 */
export function cleanWebm (bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes)
  if (readId(copy, 0).id !== 0x1a45dfa3) throw new Cannot('broken')
  cleanElements(copy, 0, copy.length)
  return copy
}

function cleanElements (bytes: Uint8Array, from: number, to: number): void {
  let at = from
  while (at < to) {
    const { id, length: idLength } = readId(bytes, at)
    const size = readSize(bytes, at + idLength)
    const content = at + idLength + size.length
    // A live recording leaves the length of the whole, and of each cluster, open: what is in it is read as if it followed it.
    const end = size.value === null ? content : content + size.value
    if (end > to || content > to) throw new Cannot('broken')
    if (id === 0x4d80 || id === 0x5741) bytes.fill(0x20, content, end)
    else if (telling.has(id)) makeVoid(bytes, at, content, end)
    else if (holders.has(id)) cleanElements(bytes, content, end)
    at = end
  }
}

/** Void (0xEC) with a size as long as the rest of the old head. */
function makeVoid (bytes: Uint8Array, at: number, content: number, end: number): void {
  if (end - content < 0 || content - at < 2) throw new Cannot('broken')
  const sizeLength = Math.min(content - at - 1, 8)
  let left = end - at - 1 - sizeLength
  bytes.fill(0, at, end)
  bytes[at] = 0xec
  for (let i = sizeLength; i > 0; i--) {
    bytes[at + i] = left % 256
    left = Math.floor(left / 256)
  }
  bytes[at + 1] = (bytes[at + 1] ?? 0) | (0x80 >> (sizeLength - 1))
}

function readId (bytes: Uint8Array, at: number): { id: number, length: number } {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length > 4 || at + length > bytes.length) throw new Cannot('broken')
  let id = 0
  for (let i = 0; i < length; i++) id = id * 256 + (bytes[at + i] ?? 0)
  return { id, length }
}

function readSize (bytes: Uint8Array, at: number): { value: number | null, length: number } {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length > 8 || at + length > bytes.length) throw new Cannot('broken')
  let value = (bytes[at] ?? 0) & (0xff >> length)
  let open = value === 0xff >> length
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0
    open &&= byte === 0xff
    value = value * 256 + byte
  }
  return { value: open ? null : value, length }
}
