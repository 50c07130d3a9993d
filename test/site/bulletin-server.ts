// The public side of bulletins on a real server, with a shelf in memory.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { onlyEdition, type Edition } from '../../src/bulletins/edition.ts'
import type { Published } from '../../src/bulletins/published.ts'
import { shownAt } from '../../src/bulletins/shown.ts'
import { buildAssets } from '../../src/http/assets.ts'
import { guard } from '../../src/http/guard.ts'
import { listen } from '../../src/http/server.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import { says, texts } from '../../src/locales.ts'
import { bulletinSources } from '../../src/site/bulletin-assets.ts'
import { bulletinRoutes } from '../../src/site/bulletin-routes.ts'
import type { BulletinShelf } from '../../src/site/bulletin-shelf.ts'
import { chatSources } from '../../src/site/chat-assets.ts'
import { explain } from '../../src/site/explain.ts'
import { now } from '../bulletins/samples.ts'
import { capturedLog } from '../http/wire.ts'

export interface BulletinServer {
  url: string
  /** As the routes are told it. */
  publicUrl: string
  stop (): Promise<void>
  /** What stands on the shelf, in any order; `editions` by code where there is more than one. */
  bulletins: Published[]
  editions: Map<string, Edition[]>
  pictures: Map<string, Uint8Array>
  /** What time it is. */
  at: { now: Date }
  /** What the shelf was asked. */
  asked: unknown[]
  lines: string[]
  reset (): void
}

export const publicUrl = 'https://tinbao.example.vn'

export async function startBulletinServer (): Promise<BulletinServer> {
  const at = { now }
  const dataDir = await mkdtemp(join(tmpdir(), 'bulletins-'))
  const [bulletins, asked]: [Published[], unknown[]] = [[], []]
  const [editions, pictures] = [new Map<string, Edition[]>(), new Map<string, Uint8Array>()]
  const shelf: BulletinShelf = {
    async byCode (code) {
      asked.push(code)
      return bulletins.find(one => one.code === code) ?? null
    },
    async latest (what) {
      asked.push(what)
      return bulletins
        .filter(one => !one.training && (what.topic === undefined || one.audience.topics.includes(what.topic)) && (what.before === undefined || one.publishedAt < what.before))
        .filter(one => what.commune === undefined || one.audience.localities.length === 0 || one.audience.localities.includes(what.commune))
        .filter(one => what.active !== true || shownAt(one, at.now).published.standing === 'valid')
        .sort((a, b) => b.publishedAt.getTime() - a.publishedAt.getTime())
        .slice(0, what.most)
    },
    async editions (code) {
      const one = bulletins.find(one => one.code === code)
      return editions.get(code) ?? (one === undefined ? [] : [onlyEdition(one)])
    },
    async picture (file) { return pictures.get(file) ?? null },
  }
  const [chat, own] = [chatSources(texts), bulletinSources()]
  const assets = await buildAssets({ scripts: { ...chat.scripts, ...own.scripts }, files: { ...chat.files, ...own.files } })
  const { log, lines } = capturedLog()
  const app = new Hono()
  guard(app, { publicUrl, log, explain })
  assets.routes(app)
  bulletinRoutes(app, { shelf, say: language => says[language], publicUrl, assets, sender: 'tin-bao@tinbao.example.vn', clock: () => at.now, boundaries, dataDir })
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    url: server.url, publicUrl, bulletins, editions, pictures, at, asked, lines,
    async stop () {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
    reset () {
      bulletins.length = 0
      asked.length = 0
      lines.length = 0
      editions.clear()
      pictures.clear()
      at.now = now
    },
  }
}
