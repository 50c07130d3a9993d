// Files people send: fetched as soon as they come, since nobody knows how long Zalo keeps them, and kept sealed until they are wanted.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import axios, { AxiosError, isCancel } from 'axios'
import { hours, minutes } from '../../clock.ts'
import type { ServerKeys } from '../../server-key.ts'
import type { Fetched } from '../channel.ts'
import type { FileRef } from '../message.ts'
import { SendError } from '../send-error.ts'

/** Bytes of one file. Zalo names no limit for what people send; this is what the web chat takes too. */
export const mostFileBytes = 20 * 1024 * 1024
/** A half-told story lives for a day; what belongs to a received tip is fetched within minutes. */
const keptFor = hours(48)
/** Downloads at once. */
const mostAtOnce = 4
/** Beyond so many that wait, a file is fetched when it is wanted, from where Zalo said it is. */
const mostWaiting = 200

export interface MediaRoom {
  dataDir: string
  keys: ServerKeys
  /** Hosts taken as they are written; empty: any name, over https. */
  hosts: readonly string[]
  /** Milliseconds for one download. */
  within?: number
}

/** A reference of our own: the name it is kept under, and where it comes from. */
export function mediaRef (keys: ServerKeys, eventId: string, index: number, url: string): string {
  return `${keys.tag(`${eventId} ${index}`, 'zalo-media')} ${url}`
}

export function mediaStore (room: MediaRoom) {
  const waiting: string[] = []
  const working = new Set<Promise<void>>()

  function start (): void {
    const next = working.size < mostAtOnce ? waiting.shift() : undefined
    if (next === undefined) return
    const work = keep(room, next).catch(() => undefined).finally(() => { working.delete(work); start() })
    working.add(work)
    start()
  }

  return {
    /** Fetches in the background. When that fails, it is tried again when the file is wanted. */
    fetchSoon (ref: string): void {
      if (waiting.length < mostWaiting) waiting.push(ref)
      start()
    },
    /** @throws SendError as `Channel.fetchFile` */
    async fetch (file: FileRef): Promise<Fetched> {
      const bytes = await kept(room, file.ref) ?? await download(room, urlIn(file.ref))
      return { bytes, ...(file.name === undefined ? {} : { name: file.name }), ...(file.mime === undefined ? {} : { mime: file.mime }) }
    },
    async letGo (ref: string): Promise<void> {
      await rm(fileOf(room.dataDir, ref), { force: true })
    },
    async expire (now: Date): Promise<void> {
      const folder = join(room.dataDir, 'zalo-media')
      for (const name of await readdir(folder).catch(() => [])) {
        const changed = await stat(join(folder, name)).catch(() => null)
        if (changed !== null && changed.mtimeMs < now.getTime() - keptFor) await rm(join(folder, name), { force: true })
      }
    },
    /** What is being fetched now; what still waits is left for later. */
    async stop (): Promise<void> {
      waiting.length = 0
      await Promise.all(working)
    },
  }
}

export type MediaStore = ReturnType<typeof mediaStore>

async function keep (room: MediaRoom, ref: string): Promise<void> {
  const file = fileOf(room.dataDir, ref)
  if (await stat(file).catch(() => null) !== null) return
  const bytes = await download(room, urlIn(ref))
  await mkdir(join(room.dataDir, 'zalo-media'), { recursive: true, mode: 0o700 })
  const part = await open(`${file}.part`, 'w', 0o600)
  try {
    await part.writeFile(room.keys.sealBytes(bytes, placeOf(ref)))
    await part.sync()
  } finally {
    await part.close()
  }
  await rename(`${file}.part`, file)
}

/** Null: not here, or not to be opened any more. */
async function kept ({ dataDir, keys }: MediaRoom, ref: string): Promise<Uint8Array | null> {
  try {
    return keys.openBytes(await readFile(fileOf(dataDir, ref)), placeOf(ref))
  } catch {
    return null
  }
}

async function download ({ hosts, within = minutes(2) }: MediaRoom, url: string): Promise<Uint8Array> {
  const from = addressToFetch(url, hosts)
  if (from === null) throw new SendError('rejected', 'A file lies where we do not fetch files from (ZALO_OA_MEDIA_HOSTS).')
  try {
    const response = await axios.get<ArrayBuffer>(from, {
      responseType: 'arraybuffer',
      timeout: within,
      signal: AbortSignal.timeout(within),
      maxContentLength: mostFileBytes,
      // Every station is looked at: a redirect must not lead into our own network.
      maxRedirects: 3,
      beforeRedirect: (options: Record<string, unknown>) => {
        if (addressToFetch(String(options['href']), hosts) !== String(options['href'])) throw new SendError('rejected', 'A file was moved to where we do not fetch files from.')
      },
      validateStatus: () => true,
    })
    if ([400, 403, 404, 410].includes(response.status)) throw new SendError('rejected', 'Zalo does not have this file any more.')
    if (response.status !== 200) throw new SendError('tryAgain', `Zalo answered a download with ${response.status}.`)
    return new Uint8Array(response.data)
  } catch (error) {
    throw downloadFailure(error)
  }
}

function downloadFailure (error: unknown): SendError {
  if (error instanceof SendError) return error
  // Ours, from looking at a redirect: axios and what it redirects with put it into errors of their own.
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) if (at instanceof SendError) return at
  if (error instanceof AxiosError && /maxContentLength/.test(error.message)) return new SendError('rejected', 'A file is larger than the 20 MB we take.')
  return new SendError('tryAgain', isCancel(error) || (error instanceof AxiosError && error.code === 'ECONNABORTED') ? 'A file took too long to download from Zalo.' : 'The download of a file from Zalo broke.')
}

/**
 * What is asked for when `url` is wanted; null: nothing. The address comes from outside, though signed by Zalo: it must not
 * name a machine of our own network. Zalo writes some addresses with `http:` that work with `https:` (zalo.md 4.4).
 */
export function addressToFetch (url: string, hosts: readonly string[]): string | null {
  const parsed = URL.parse(url)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return null
  if (hosts.some(host => parsed.host === host || parsed.hostname.endsWith(`.${host}`))) return parsed.href
  if (hosts.length > 0) return null
  const name = parsed.hostname
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.') || /\.(local|internal|localhost|lan|home|arpa)\.?$/.test(name)) return null
  if (parsed.port !== '') return null
  parsed.protocol = 'https:'
  return parsed.href
}

const nameIn = (ref: string): string => /^[\w-]{22}(?= )/.exec(ref)?.[0] ?? 'none'
const urlIn = (ref: string): string => ref.slice(ref.indexOf(' ') + 1)
const fileOf = (dataDir: string, ref: string): string => join(dataDir, 'zalo-media', `${nameIn(ref)}.sealed`)
const placeOf = (ref: string): string => `zalo-media/${nameIn(ref)}`
