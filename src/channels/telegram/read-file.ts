// The file a message carries, not fetched yet. Pure.
import type { FileKind, FileRef } from '../message.ts'
import { list, record, text, wholeNumber } from '../body.ts'
import type { Body } from '../body.ts'

/** Field of the message and what it is to us. An animation has a `document` beside it, so it comes first. */
const fields: [string, FileKind][] = [
  ['animation', 'video'],
  ['video', 'video'],
  ['video_note', 'video'],
  ['voice', 'voice'],
  ['audio', 'voice'],
  ['document', 'document'],
]

/** The photo, video, voice note or document of a message, or undefined. `ref` is Telegram's `file_id`. */
export function readFile (message: Body): FileRef | undefined {
  const photo = largest(list(message['photo']))
  if (photo) return fileRef(photo, 'photo')
  for (const [field, kind] of fields) {
    const file = record(message[field])
    const ref = file && fileRef(file, kind)
    if (ref) return ref
  }
  return undefined
}

/** Telegram offers a photo in several sizes, usually from small to large. */
function largest (sizes: unknown[]): Body | undefined {
  let best: Body | undefined
  for (const size of sizes.slice(0, 20)) {
    const one = record(size)
    if (one && typeof one['file_id'] === 'string' && (!best || area(one) >= area(best))) best = one
  }
  return best
}

function area (size: Body): number {
  return (wholeNumber(size['width']) ?? 0) * (wholeNumber(size['height']) ?? 0)
}

function fileRef (file: Body, kind: FileKind): FileRef | undefined {
  const ref = text(file['file_id'])
  if (!ref || ref.length > 512) return undefined
  const name = text(file['file_name'])?.slice(0, 255).toWellFormed()
  const mime = text(file['mime_type'])?.slice(0, 127)
  const size = wholeNumber(file['file_size'])
  return { ref, kind, ...(name ? { name } : {}), ...(mime ? { mime } : {}), ...(size === undefined ? {} : { size }) }
}
