// Files that came by a plain form, sealed with the server key until they are sealed to the units; for a day at most.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hours } from '../../clock.ts'
import type { Random, ServerKeys } from '../../server-key.ts'
import { SendError } from '../send-error.ts'

/** Bytes of one file. */
export const largestUpload = 20 * 1024 * 1024
/** Bytes of all that wait together; beyond it somebody is filling the disk. */
const mostWaiting = 4 * 1024 * 1024 * 1024

const form = /^[\w-]{22}$/
const keptFor = hours(24)

export interface Uploads {
  dataDir: string
  keys: ServerKeys
  random: Random
}

/** Keeps the bytes; they are on the disk when this returns. Returns the name to fetch them by. @throws the error of the file system */
export async function storeUpload ({ dataDir, keys, random }: Uploads, bytes: Uint8Array): Promise<string> {
  const ref = Buffer.from(random(16)).toString('base64url')
  const file = fileOf(dataDir, ref)
  await mkdir(folderIn(dataDir), { recursive: true, mode: 0o700 })
  const handle = await open(`${file}.part`, 'wx', 0o600)
  try {
    await handle.writeFile(keys.sealBytes(bytes, placeOf(ref)))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, file)
  return ref
}

/** @throws SendError `rejected` when there is no such file any more, or it can't be opened; else `tryAgain` */
export async function readUpload ({ dataDir, keys }: Pick<Uploads, 'dataDir' | 'keys'>, ref: string): Promise<Uint8Array> {
  if (!form.test(ref)) throw gone()
  let sealed: Uint8Array
  try {
    sealed = await readFile(fileOf(dataDir, ref))
  } catch (error) {
    throw isMissing(error) ? gone() : new SendError('tryAgain', 'A file of the web chat could not be read from the disk.')
  }
  try {
    return keys.openBytes(sealed, placeOf(ref))
  } catch {
    throw new SendError('rejected', 'A file of the web chat is damaged, or its server key is gone.')
  }
}

/** Deletes a file that is sealed to the units now, or not wanted; none there is fine. */
export async function forgetUpload (dataDir: string, ref: string): Promise<void> {
  if (form.test(ref)) await rm(fileOf(dataDir, ref), { force: true })
}

/** Deletes what is a day old, but for the `wanted` ones: those belong to tips that were received, and are not sealed yet. */
export async function expireUploads (dataDir: string, now: Date, wanted: ReadonlySet<string> = new Set()): Promise<void> {
  for (const { path, ref, changedAt } of await waiting(dataDir)) {
    if (changedAt.getTime() <= now.getTime() - keptFor && !wanted.has(ref)) await rm(path, { force: true })
  }
}

/** True when so much waits that no more should be taken. */
export async function isFull (dataDir: string): Promise<boolean> {
  return (await waiting(dataDir)).reduce((sum, { bytes }) => sum + bytes, 0) > mostWaiting
}

async function waiting (dataDir: string): Promise<{ path: string, ref: string, changedAt: Date, bytes: number }[]> {
  const found = []
  for (const name of await namesIn(folderIn(dataDir))) {
    const path = join(folderIn(dataDir), name)
    try {
      const { mtime, size } = await stat(path)
      found.push({ path, ref: name.slice(0, 22), changedAt: mtime, bytes: size })
    } catch (error) {
      // Deleted since.
      if (!isMissing(error)) throw error
    }
  }
  return found
}

async function namesIn (folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => /^[\w-]{22}\.sealed(\.part)?$/.test(name))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing (error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

const gone = (): SendError => new SendError('rejected', 'A file of the web chat is not here any more.')
const folderIn = (dataDir: string): string => join(dataDir, 'incoming')
const fileOf = (dataDir: string, ref: string): string => join(folderIn(dataDir), `${ref}.sealed`)
const placeOf = (ref: string): string => `incoming/${ref}`
