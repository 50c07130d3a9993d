// The boxes that MP4, MOV, 3GP and HEIC files are made of (ISO/IEC 14496-12): reading them without believing them. Pure.
import { Cannot } from './cannot.ts'

export interface Box {
  type: string
  start: number
  /** Where its content begins. */
  content: number
  end: number
}

/** A file of boxes that can be changed in place. All positions are checked: outside the file throws `Cannot('broken')`. */
export interface BoxFile {
  bytes: Uint8Array
  view: DataView
  /** Boxes read so far. */
  read: number
}

/** Two hours of film in pieces of a second are some 60 000 boxes; a file of millions is made to keep us busy. */
const mostBoxes = 100_000

/** A copy of the file to work on. */
export function boxFile (bytes: Uint8Array): BoxFile {
  return uncopiedBoxFile(new Uint8Array(bytes))
}

/** The file itself, to read only. */
export function uncopiedBoxFile (bytes: Uint8Array): BoxFile {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), read: 0 }
}

/**
 * The boxes between two positions, one after the other.
 * @throws Cannot when one reaches over the end or has no length, or when there are too many
 */
export function boxesIn (file: BoxFile, from: number, to: number): Box[] {
  const { view } = file
  const boxes: Box[] = []
  let at = from
  while (at + 8 <= to) {
    let size = view.getUint32(at)
    let content = at + 8
    if (size === 1) {
      if (at + 16 > to) throw new Cannot('broken')
      size = Number(view.getBigUint64(at + 8))
      content = at + 16
    } else if (size === 0) {
      size = to - at
    }
    const end = at + size
    if (end < content || end > to || ++file.read > mostBoxes) throw new Cannot('broken')
    boxes.push({ type: fourLetters(view, at + 4), start: at, content, end })
    at = end
  }
  return boxes
}

export function inside (file: BoxFile, box: Box, skip = 0): Box[] {
  return boxesIn(file, box.content + skip, box.end)
}

export function findBox (boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type)
}

/** Turns the box into empty room of the same size, so that nothing else in the file moves. */
export function makeFree ({ bytes }: BoxFile, box: Box): void {
  for (let i = 0; i < 4; i++) bytes[box.start + 4 + i] = 'free'.charCodeAt(i)
  bytes.fill(0, box.content, box.end)
}

export function fourLetters (view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}
