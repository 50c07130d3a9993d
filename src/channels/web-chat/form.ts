// What a page without a script sends: a text, a press, or files, read within limits.
import type { Context } from 'hono'
import { readBytes, readForm } from '../../http/read.ts'
import { Refusal } from '../../http/refusal.ts'
import type { FileKind } from '../message.ts'
import { boundaryOf, type Part, partsOf } from './multipart.ts'
import { largestUpload } from './uploads.ts'

export interface SentForm {
  /** From the page: the same for a form sent twice. Null: the page gave none. */
  once: string | null
  press: string | null
  /** Null when empty. */
  text: string | null
  files: SentFile[]
  /** Files left out because they are larger than we take. */
  tooLarge: number
}

export interface SentFile {
  /** As the device calls it; may be empty. */
  name: string
  /** As the browser claims; may be empty. */
  mime: string
  bytes: Uint8Array
}

const mostText = 20_000
const mostPress = 200
const mostFiles = 10
const mostTogether = 60 * 1024 * 1024
/** A text in which every byte takes three, and the other fields. */
const largestPlainForm = 3 * mostText + 4096
/** Field names and boundaries around the files. */
const aroundFiles = 64 * 1024

/** Makes the reader of forms. Only so much is held in memory at once, however many send pictures. */
export function makeFormReader (): (c: Context) => Promise<SentForm> {
  const most = 4 * (mostTogether + aroundFiles)
  let held = 0
  return async c => {
    const boundary = boundaryOf(c.req.header('content-type'))
    if (boundary === null) {
      const form = await readForm(c, largestPlainForm)
      return understood([...form].flatMap(([name, value]) => typeof value === 'string' ? [{ name, fileName: null, type: '', bytes: new TextEncoder().encode(value) }] : []))
    }
    const limit = mostTogether + aroundFiles
    const announced = Number(c.req.header('content-length') ?? limit)
    const room = announced <= limit ? announced : limit
    if (held + room > most) throw new Refusal('too-fast', 'Many people are sending pictures at this moment. Wait a little and send yours again.', 10)
    held += room
    try {
      const parts = partsOf(await readBytes(c, limit), boundary)
      if (parts === null) throw new Refusal('not-understood', 'The form is broken. Perhaps it was cut off on the way.')
      return understood(parts)
    } finally {
      held -= room
    }
  }
}

function understood (parts: readonly Part[]): SentForm {
  const text = (field(parts, 'text') ?? '').replace(/\r\n?/g, '\n').trim()
  if (Buffer.byteLength(text) > mostText) throw new Refusal('too-large', 'The text is too long: 20,000 bytes at most.')
  const press = field(parts, 'press')
  if (press !== null && Buffer.byteLength(press) > mostPress) throw new Refusal('not-accepted', 'This is no button of ours.')
  const once = field(parts, 'once')
  // An empty file field sends a file without a name and without bytes.
  const files = parts.filter(part => part.name === 'files' && part.fileName !== null && part.bytes.length > 0)
  if (files.length > mostFiles) throw new Refusal('too-large', 'At most 10 files can be sent at once.')
  const taken = files.filter(file => file.bytes.length <= largestUpload)
  return {
    once: once !== null && /^[\w-]{16,64}$/.test(once) ? once : null,
    press: press === null || press === '' ? null : press,
    text: text === '' ? null : text,
    files: taken.map(({ fileName, type, bytes }) => ({ name: (fileName ?? '').slice(0, 255).toWellFormed(), mime: type.slice(0, 127), bytes })),
    tooLarge: files.length - taken.length,
  }
}

function field (parts: readonly Part[], name: string): string | null {
  const bytes = parts.find(part => part.name === name && part.fileName === null)?.bytes
  return bytes === undefined ? null : new TextDecoder().decode(bytes).replaceAll('\0', '')
}

/** As the browser claims it; what it really is is looked at when it is sealed. */
export function kindOf (mime: string): FileKind {
  if (mime.startsWith('image/')) return 'photo'
  if (mime.startsWith('video/')) return 'video'
  return mime.startsWith('audio/') ? 'voice' : 'document'
}
