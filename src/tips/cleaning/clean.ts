// Takes out of a file what tells of its sender: places, names, devices, times. For the officers' copy; the original is kept sealed. Pure.
import { Cannot, type Why } from './cannot.ts'
import { cleanDocument, isDocument } from './document.ts'
import { cleanFilm } from './film.ts'
import { cleanHeic } from './heic.ts'
import { stripPicture } from './picture.ts'
import { cleanMp3, cleanOgg, cleanWav, withoutId3 } from './sound.ts'
import { cleanWebm } from './webm.ts'

export type Cleaned =
  | { cleaned: 'yes' | 'not-needed', bytes: Uint8Array, mime: string }
  /** `bytes` are the ones given: whoever shows them must say that they may hold a place or a name. */
  | { cleaned: 'could-not', bytes: Uint8Array, mime: string, why: Why }

/** Draws the picture anew, upright, without anything but its points. The type may change. Throws when it can't. */
export type ImageCleaner = (bytes: Uint8Array, mime: string) => Promise<{ bytes: Uint8Array, mime: string }>

/** Cleans a document (`isDocument`); the server does that in a worker. Throws `Cannot` or any error. */
export type DocumentCleaner = (bytes: Uint8Array, mime: string) => Promise<Uint8Array>

export interface CleaningTools {
  image: ImageCleaner
  /** Default: here and now. */
  document?: DocumentCleaner
}

type Cleaner = (bytes: Uint8Array) => Uint8Array

const cleaners: Readonly<Record<string, Cleaner>> = {
  'video/mp4': cleanFilm,
  'video/quicktime': cleanFilm,
  'video/3gpp': cleanFilm,
  'audio/mp4': cleanFilm,
  'video/webm': cleanWebm,
  'audio/webm': cleanWebm,
  'audio/mpeg': cleanMp3,
  'audio/aac': withoutId3,
  'audio/wav': cleanWav,
  'audio/ogg': cleanOgg,
}

// Nothing but the text or the sound has a place in these.
const bare = new Set(['text/plain', 'audio/amr'])

/**
 * The file without its metadata. `mime` is what `sniff` said, not what the sender said. Does not change `bytes`.
 * Never throws: what is broken, locked or unknown comes back as `could-not` with the reason.
 */
export async function cleanFile (bytes: Uint8Array, mime: string, tools: CleaningTools): Promise<Cleaned> {
  if (bare.has(mime)) return { cleaned: 'not-needed', bytes, mime }
  try {
    if (mime.startsWith('image/')) return await cleanPicture(bytes, mime, tools.image)
    if (isDocument(mime)) return { cleaned: 'yes', bytes: await (tools.document ?? cleanDocument)(bytes, mime), mime }
    const cleaner = Object.hasOwn(cleaners, mime) ? cleaners[mime] : undefined
    if (cleaner === undefined) throw new Cannot('kind')
    return { cleaned: 'yes', bytes: cleaner(bytes), mime }
  } catch (error) {
    return { cleaned: 'could-not', bytes, mime, why: error instanceof Cannot ? error.why : 'broken' }
  }
}

async function cleanPicture (bytes: Uint8Array, mime: string, image: ImageCleaner): Promise<Cleaned> {
  try {
    return { cleaned: 'yes', ...await image(bytes, mime) }
  } catch (error) {
    // Not drawable here (HEIC on the server, a picture too large): cut the known places out and leave the rest as it is.
    if (mime === 'image/heic' || mime === 'image/heif') return { cleaned: 'yes', bytes: cleanHeic(bytes), mime }
    if (mime === 'image/jpeg' || mime === 'image/png') return { cleaned: 'yes', bytes: stripPicture(bytes), mime }
    throw error
  }
}
