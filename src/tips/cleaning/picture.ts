// Cuts everything but the picture out of a JPEG or PNG without drawing it anew; for pictures inside documents. Pure.
import { Cannot } from './cannot.ts'

/**
 * The picture without EXIF, XMP, IPTC, comments, times and whatever is glued to its end; a colour profile stays.
 * @throws Cannot when it is neither JPEG nor PNG, or broken
 */
export function stripPicture (bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return join(jpegParts(bytes))
  if (pngSign.every((byte, i) => bytes[i] === byte)) return join(pngParts(bytes))
  throw new Cannot('kind')
}

function jpegParts (bytes: Uint8Array): Uint8Array[] {
  const parts = [bytes.subarray(0, 2)]
  let at = 2
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++ // fill bytes
    const marker = bytes[at + 1]
    if (bytes[at] !== 0xff || marker === undefined) throw new Cannot('broken')
    if (marker === 0xd9) return [...parts, bytes.subarray(at, at + 2)]
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    let end = at + 2 + length
    if (length < 2 || end > bytes.length) throw new Cannot('broken')
    if (marker === 0xda) end = endOfScan(bytes, end)
    if (isPicture(marker, bytes.subarray(at + 4, end))) parts.push(bytes.subarray(at, end))
    // Cut short, as a camera or a lost connection leaves it: most readers show what is there.
    if (end >= bytes.length) return [...parts, Uint8Array.of(0xff, 0xd9)]
    at = end
  }
}

/** JFIF, Adobe's colour note and a colour profile are needed to show it right; every other APP segment and comment is not. */
function isPicture (marker: number, content: Uint8Array): boolean {
  if (marker === 0xfe) return false
  if (marker < 0xe0 || marker > 0xef) return true
  const starts = (text: string): boolean => [...text].every((letter, i) => content[i] === letter.charCodeAt(0))
  return (marker === 0xe0 && starts('JFIF')) || (marker === 0xee && starts('Adobe')) || (marker === 0xe2 && starts('ICC_PROFILE'))
}

function endOfScan (bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    at = bytes.indexOf(0xff, at)
    const next = bytes[at + 1]
    if (at === -1 || next === undefined) return bytes.length
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
    at += next === 0xff ? 1 : 2
  }
}

const pngSign = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const pngPicture = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'pHYs', 'bKGD', 'acTL', 'fcTL', 'fdAT'])

function pngParts (bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts = [bytes.subarray(0, 8)]
  let at = 8
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at)
    if (end > bytes.length) break
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (pngPicture.has(type)) parts.push(bytes.subarray(at, end))
    if (type === 'IEND') return parts
    at = end
  }
  throw new Cannot('broken')
}

function join (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
