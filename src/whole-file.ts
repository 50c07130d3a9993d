// Writes small secret files so that a power cut leaves the old one, the new one, or none: never half of one.
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Writes the whole file or nothing, readable by its owner only; it is on the disk when this returns. Missing folders are made.
 * With `keep` a file that is already there stays as it is, also when another process makes it at this moment: then false is returned.
 * @throws the error of the file system
 */
export function writeWholeFile (file: string, text: string, existing: 'keep' | 'replace'): boolean {
  const folder = dirname(file)
  const unfinished = join(folder, `.${basename(file)}.${process.pid}.new`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    rmSync(unfinished, { force: true })
    writeAndSync(unfinished, text)
    if (existing === 'replace') renameSync(unfinished, file)
    else if (!takeFreeName(unfinished, file)) return false
    syncFolder(folder)
    return true
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function writeAndSync (file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A link fails when the name is taken; a rename would not. */
function takeFreeName (from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error
    // A disk without links (exFAT, some mounted folders): good enough for one process.
    if (existsSync(to)) return false
    renameSync(from, to)
    return true
  }
}

function syncFolder (folder: string): void {
  if (process.platform === 'win32') return // folders can't be opened there
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
