// A bulletin's picture: read, made small and without what a camera adds, and stored under a name of ours.
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BulletinRefused } from './refused.ts'
import type { Picture } from './content.ts'

/** Zalo takes pictures up to 1 MB (zalo.md 3.6); phones need no more pixels. */
const longestSide = 1600
const mostBytesIn = 20 * 1024 * 1024

/** @throws BulletinRefused when it is no picture, or a broken one */
export async function storePicture (dataDir: string, bytes: Uint8Array, alt: string): Promise<Picture> {
  const { default: sharp } = await import('sharp')
  try {
    if (bytes.length > mostBytesIn) throw new Error('too large')
    const { data, info } = await sharp(bytes, { limitInputPixels: 50_000_000, failOn: 'error' })
      .rotate().resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true }).flatten({ background: '#ffffff' })
      .jpeg({ quality: 80, mozjpeg: true }).toBuffer({ resolveWithObject: true })
    const file = `${randomUUID()}.jpg`
    await mkdir(join(dataDir, 'pictures'), { recursive: true, mode: 0o700 })
    await writeFile(join(dataDir, 'pictures', file), data, { mode: 0o600, flag: 'wx' })
    return { file, width: info.width, height: info.height, alt: alt.normalize('NFC').trim() }
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('E')) throw error
    throw new BulletinRefused({ key: 'officer.refused.picture' })
  }
}

/** Its bytes, for pages and places. Null: there is none of that name. */
export async function readPicture (dataDir: string, file: string): Promise<{ bytes: Uint8Array, mime: string } | null> {
  // The name is ours; a path in it would be somebody else's.
  if (basename(file) !== file || !/^[\w-]+\.jpg$/.test(file)) return null
  try {
    return { bytes: await readFile(join(dataDir, 'pictures', file)), mime: 'image/jpeg' }
  } catch {
    return null
  }
}
