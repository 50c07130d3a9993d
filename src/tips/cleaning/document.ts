// Documents: which cleaner takes which. Pure; the heavy libraries are loaded when the first document comes.
import { Cannot } from './cannot.ts'

type Loader = () => Promise<(bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>>

const office: Loader = async () => (await import('./office.ts')).cleanOffice
const loaders: Readonly<Record<string, Loader>> = {
  'application/pdf': async () => (await import('./pdf.ts')).cleanPdf,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': office,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': office,
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': office,
  'application/vnd.oasis.opendocument.text': office,
}

/** True for the types `cleanDocument` knows. */
export function isDocument (mime: string): boolean {
  return Object.hasOwn(loaders, mime)
}

/**
 * The document without author, company, times, programs, revision marks' names, and without the metadata of pictures in it.
 * Does not time itself: hostile files belong in a worker (clean-in-worker.ts).
 * @throws Cannot, or whatever a library says about a broken file
 */
export async function cleanDocument (bytes: Uint8Array, mime: string): Promise<Uint8Array> {
  const load = Object.hasOwn(loaders, mime) ? loaders[mime] : undefined
  if (load === undefined) throw new Cannot('kind')
  return (await load())(bytes)
}
