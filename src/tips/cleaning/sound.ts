// Sounds: titles, names and notes out of MP3, AAC, WAV and Ogg. Pure.
import { Cannot } from './cannot.ts'

/** MP3 without ID3 (both kinds), APE and lyrics notes. */
export function cleanMp3 (bytes: Uint8Array): Uint8Array {
  let sound = withoutId3(bytes)
  for (;;) {
    const end = sound.length
    if (startsAt(sound, end - 128, 'TAG')) {
      sound = sound.subarray(0, end - 128)
    } else if (startsAt(sound, end - 32, 'APETAGEX')) {
      const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength)
      const header = view.getUint32(end - 12, true) & 0x80000000 ? 32 : 0
      const size = view.getUint32(end - 20, true) + header
      if (size < 32 || size > end) throw new Cannot('broken')
      sound = sound.subarray(0, end - size)
    } else if (startsAt(sound, end - 9, 'LYRICS200')) {
      const size = Number(letters(sound, end - 15, 6)) + 15
      if (!Number.isInteger(size) || size > end) throw new Cannot('broken')
      sound = sound.subarray(0, end - size)
    } else {
      return ofOwn(sound)
    }
  }
}

/** The sound without the ID3v2 notes before it (AAC and MP3). */
export function withoutId3 (bytes: Uint8Array): Uint8Array {
  let sound = bytes
  while (startsAt(sound, 0, 'ID3')) {
    const size = [6, 7, 8, 9].reduce((sum, i) => (sum << 7) | ((sound[i] ?? 0) & 0x7f), 0)
    const footer = (sound[5] ?? 0) & 0x10 ? 10 : 0
    const end = 10 + size + footer
    if (end > sound.length) throw new Cannot('broken')
    sound = sound.subarray(end)
  }
  if (sound.length === 0) throw new Cannot('broken')
  return ofOwn(sound)
}

const wavSound = new Set(['fmt ', 'data', 'fact'])

/** WAV with every chunk but the sound turned into empty room of the same size. */
export function cleanWav (bytes: Uint8Array): Uint8Array {
  if (!startsAt(bytes, 0, 'RIFF') || !startsAt(bytes, 8, 'WAVE')) throw new Cannot('broken')
  const copy = new Uint8Array(bytes)
  const view = new DataView(copy.buffer)
  let at = 12
  while (at + 8 <= copy.length) {
    const type = letters(copy, at, 4)
    const size = view.getUint32(at + 4, true)
    // A recorder that was cut off leaves the length of the sound open.
    const end = type === 'data' ? Math.min(at + 8 + size, copy.length) : at + 8 + size
    if (end > copy.length) throw new Cannot('broken')
    if (!wavSound.has(type)) {
      copy.set([...'JUNK'].map((letter) => letter.charCodeAt(0)), at)
      copy.fill(0, at + 8, end)
    }
    at = end + (size & 1)
  }
  return copy
}

/**
 * Ogg whose notes are empty, as messengers and recorders write it, comes back as it is. Notes can't be cut out without counting every page anew.
 * @throws Cannot `kind` when there are notes
 */
export function cleanOgg (bytes: Uint8Array): Uint8Array {
  const head = letters(bytes, 0, Math.min(bytes.length, 65_536))
  const mark = ['OpusTags', '\x03vorbis'].find((one) => head.includes(one))
  if (!head.startsWith('OggS') || mark === undefined) throw new Cannot('kind')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const vendor = head.indexOf(mark) + mark.length
  const notes = view.getUint32(vendor + 4 + view.getUint32(vendor, true), true)
  const first = vendor + 8 + view.getUint32(vendor, true)
  // ffmpeg and Telegram's own recorder write one note: encoder=…
  const length = notes === 1 ? view.getUint32(first, true) : 0
  if (notes > 1 || (notes === 1 && !/^encoder=/i.test(letters(bytes, first + 4, length)))) throw new Cannot('kind')
  return bytes
}

function startsAt (bytes: Uint8Array, at: number, text: string): boolean {
  return at >= 0 && at + text.length <= bytes.length && letters(bytes, at, text.length) === text
}

function letters (bytes: Uint8Array, at: number, n: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(at, at + n))
}

/** A part of a larger array would carry the rest along when it is handed on. */
function ofOwn (bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}
