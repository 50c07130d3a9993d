// Takes files that a browser sealed: whole, once, and never other bytes under a name that is taken.
import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import type { Hono, MiddlewareHandler } from 'hono'
import { limitBody } from '../http/read.ts'
import { Refusal } from '../http/refusal.ts'
import { Refused } from '../tips/refused.ts'
import { largestSealedFile, readSealedFile, storeSealedUpload } from '../tips/sealed-files.ts'
import { refusedAs } from './refused-as.ts'

/** Bytes left free for the database, which must be able to take a tip when no more files can be taken. */
const mustStayFree = 512 * 1024 * 1024

/** What is uploaded and never named by a tip is removed later by retention. */
export function fileRoutes (app: Hono, dataDir: string, guards: [MiddlewareHandler, MiddlewareHandler, MiddlewareHandler]): void {
  app.put('/chat/files/:publicId/:which', ...guards, limitBody(largestSealedFile), async c => {
    const { publicId, which } = c.req.param()
    if (which !== 'copy' && which !== 'original') return await c.notFound()
    if (await isDiskFull(dataDir)) throw new Refusal('too-fast', 'There is no room for files at this moment. Send the report without them, or try again later.', 60)
    const hash = createHash('sha256')
    try {
      if (await storeSealedUpload(dataDir, publicId, which, heard(c.req.raw.body, hash)) === 'already') {
        const stored = createHash('sha256').update(await readSealedFile(dataDir, publicId, which)).digest('hex')
        if (stored !== hash.digest('hex')) throw new Refused('conflict', 'There is another file under this name.')
      }
      return c.body(null, 204)
    } catch (error) {
      if (error instanceof Refused) return refusedAs(c, error)
      throw error
    }
  })
}

async function * heard (body: AsyncIterable<Uint8Array> | null, hash: { update (bytes: Uint8Array): unknown }): AsyncIterable<Uint8Array> {
  for await (const chunk of body ?? []) {
    hash.update(chunk)
    yield chunk
  }
}

async function isDiskFull (dataDir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dataDir)
  return bavail * bsize < mustStayFree
}
