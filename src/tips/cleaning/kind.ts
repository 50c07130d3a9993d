// What a file really is, by its first bytes; whatever its name and sender claim. Pure.
import { fileTypeFromBuffer } from 'file-type'
import type { FileKind } from '../../channels/message.ts'
import { hasPictureTrack } from './film.ts'

export interface Sniffed {
  mime: string
  ext: string
  kind: FileKind
}

const document = (ext: string): [string, FileKind] => [ext, 'document']

/** The kinds of file we take. Nothing that runs, nothing with macros, no archives. */
const accepted: Readonly<Record<string, [ext: string, kind: FileKind]>> = {
  'image/jpeg': ['jpg', 'photo'],
  'image/png': ['png', 'photo'],
  'image/webp': ['webp', 'photo'],
  'image/gif': ['gif', 'photo'],
  'image/heic': ['heic', 'photo'],
  'image/heif': ['heif', 'photo'],
  'video/mp4': ['mp4', 'video'],
  'video/quicktime': ['mov', 'video'],
  'video/3gpp': ['3gp', 'video'],
  'video/webm': ['webm', 'video'],
  'audio/mp4': ['m4a', 'voice'],
  'audio/webm': ['webm', 'voice'],
  'audio/ogg': ['ogg', 'voice'],
  'audio/mpeg': ['mp3', 'voice'],
  'audio/aac': ['aac', 'voice'],
  'audio/wav': ['wav', 'voice'],
  'audio/amr': ['amr', 'voice'],
  'application/pdf': document('pdf'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': document('docx'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': document('xlsx'),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': document('pptx'),
  'application/vnd.oasis.opendocument.text': document('odt'),
  'text/plain': document('txt'),
}

const otherNames: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'audio/x-m4a': 'audio/mp4',
  'audio/ogg; codecs=opus': 'audio/ogg',
}

/** What the bytes are, or null when it is nothing we take (empty, unknown, a program, an archive, a web page). Never throws. */
export async function sniff (bytes: Uint8Array): Promise<Sniffed | null> {
  let found: string | undefined
  try {
    found = (await fileTypeFromBuffer(bytes))?.mime
  } catch {
    return null
  }
  if (found === undefined) return isPlainText(bytes) ? named('text/plain') : null
  return named(withoutPicture(bytes, otherNames[found] ?? found))
}

/** The extension and kind of a type we take; null for any other. */
export function named (mime: string): Sniffed | null {
  const entry = Object.hasOwn(accepted, mime) ? accepted[mime] : undefined
  return entry === undefined ? null : { mime, ext: entry[0], kind: entry[1] }
}

/** A voice note recorded in a browser or by a phone comes in the same wrapping as a film. */
function withoutPicture (bytes: Uint8Array, mime: string): string {
  if (mime === 'video/webm') {
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 8192))
    return head.includes('A_') && !head.includes('V_') ? 'audio/webm' : mime
  }
  if (mime === 'video/mp4' || mime === 'video/3gpp') return hasPictureTrack(bytes) === false ? 'audio/mp4' : mime
  return mime
}

function isPlainText (bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // oxlint-disable-next-line no-control-regex
    return !/[\0-\x08\x0b\x0e-\x1f\x7f]/.test(text) && !/^\s*<[!?a-z]/i.test(text)
  } catch {
    return false
  }
}
