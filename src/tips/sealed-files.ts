// The sealed files on disk, `attachments/<public id>.<copy|original>.age`: whole or not there, and only ever age files.
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused } from './refused.ts'
import { isAgeFile } from './sealing.ts'

/** What officers look at, without metadata; and the file as it came. */
export type Which = 'copy' | 'original'

/** Bytes of the largest file we take, as people send it. */
export const largestFile = 25 * 1024 * 1024
/** Bytes of the largest sealed file: age adds a header and 16 bytes to each 64 KiB. */
export const largestSealedFile = largestFile + 256 * 1024

const idForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Enough of a file's beginning to see that it is an age file: its longest header, and what must follow. */
const headBytes = 65_536

/**
 * Keeps a file that a browser sealed. It is on the disk when this returns. A file that is there already stays as it is (`already`):
 * the same upload again, after an answer that was lost.
 * @param limit most bytes; nothing above it is written
 * @throws Refused `malformed` when it is no age file, or `too-long`; else the error of the file system or of `body`
 */
export async function storeSealedUpload (dataDir: string, publicId: string, which: Which, body: AsyncIterable<Uint8Array>, limit = largestSealedFile): Promise<'stored' | 'already'> {
  if (!idForm.test(publicId)) throw new Refused('malformed', 'The file has no id of the right form.')
  return await writeFile(dataDir, publicId, which, body, limit, 'keep')
}

/** Keeps a file that we sealed ourselves, in place of what an earlier try left. @throws the error of the file system */
export async function writeSealedFile (dataDir: string, publicId: string, which: Which, bytes: Uint8Array): Promise<void> {
  await writeFile(dataDir, publicId, which, [bytes], Infinity, 'replace')
}

async function writeFile (dataDir: string, publicId: string, which: Which, body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, limit: number, existing: 'keep' | 'replace'): Promise<'stored' | 'already'> {
  const folder = folderIn(dataDir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unfinished = join(folder, `.${randomUUID()}.part`)
  const target = fileOf(dataDir, publicId, which)
  try {
    const handle = await open(unfinished, 'wx', 0o600)
    try {
      const head: Uint8Array[] = []
      let size = 0
      for await (const chunk of body) {
        if (size < headBytes) head.push(chunk.slice(0, headBytes - size))
        size += chunk.length
        if (size > limit) throw new Refused('too-long', 'The file is too large.')
        await handle.writeFile(chunk)
      }
      if (!isAgeFile(Buffer.concat(head))) throw new Refused('malformed', 'The file is not sealed: it has not the form of an age file.')
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (existing === 'replace') await rename(unfinished, target)
    else if (!await takeFreeName(unfinished, target)) return 'already'
    await syncFolder(folder)
    return 'stored'
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** A link fails when the name is taken; a rename would not. */
async function takeFreeName (from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error
    // A disk without links: nobody else knows this random name.
    await rename(from, to)
    return true
  }
}

async function syncFolder (folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders can't be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Bytes of a sealed file; 0 when there is none. */
export async function sealedSize (dataDir: string, publicId: string, which: Which): Promise<number> {
  try {
    return (await stat(fileOf(dataDir, publicId, which))).size
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
}

/** @throws the error of the file system, `ENOENT` when there is none */
export async function readSealedFile (dataDir: string, publicId: string, which: Which): Promise<Uint8Array> {
  return await readFile(fileOf(dataDir, publicId, which))
}

/** Deletes both files; none there is fine. */
export async function removeSealedFiles (dataDir: string, publicId: string): Promise<void> {
  await rm(fileOf(dataDir, publicId, 'copy'), { force: true })
  await rm(fileOf(dataDir, publicId, 'original'), { force: true })
}

export interface OnDisk {
  /** Null: an upload that was broken off. */
  publicId: string | null
  path: string
  changedAt: Date
}

/** Every file in the folder that is ours by its name. */
export async function listSealedFiles (dataDir: string): Promise<OnDisk[]> {
  const found: OnDisk[] = []
  for (const name of await namesIn(folderIn(dataDir))) {
    const publicId = /^([0-9a-f-]{36})\.(?:copy|original)\.age$/.exec(name)?.[1] ?? null
    if (publicId === null && !/^\.[0-9a-f-]{36}\.part$/.test(name)) continue
    const path = join(folderIn(dataDir), name)
    try {
      found.push({ publicId, path, changedAt: (await stat(path)).mtime })
    } catch (error) {
      // Finished or deleted since.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  return found
}

async function namesIn (folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

function fileOf (dataDir: string, publicId: string, which: Which): string {
  if (!idForm.test(publicId)) throw new Error('A file’s id has not the form of one.')
  return join(folderIn(dataDir), `${publicId}.${which}.age`)
}

const folderIn = (dataDir: string): string => join(dataDir, 'attachments')

function codeOf (error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
