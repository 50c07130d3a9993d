// Notifications of a browser: our key for it, switching them on and off, and what its system needs besides (script, manifest, icon).
import { fileURLToPath } from 'node:url'
import type { MikroORM } from '@mikro-orm/sql'
import { Hono } from 'hono'
import { z } from 'zod'
import { chatKeyOf, sessionOf } from '../channels/web-chat/session.ts'
import type { Clock } from '../clock.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Assets, AssetSources } from '../http/assets.ts'
import { slowDown } from '../http/pace.ts'
import { readJson } from '../http/read.ts'
import { Refusal } from '../http/refusal.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { languages } from '../i18n.ts'
import { says } from '../locales.ts'
import type { ServerKeys } from '../server-key.ts'
import { browserSubscription, forgetOnePush, rememberPush, type PushDoor } from '../subscribers/push-subscribe.ts'
import { drawAppIcon } from './app-icon.ts'
import { languageOf } from './language.ts'

export interface PushSite {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  /** Built with `pushSources`. */
  assets: Assets
  /** As in Config. */
  publicUrl: string
  /** Null: no push; then pages don't offer it. */
  door: PushDoor | null
}

/** Bytes of a body: an endpoint, two keys and a word. */
const largest = 4096
const wish = browserSubscription.extend({ language: z.enum(languages).optional() })
const end = browserSubscription.pick({ endpoint: true })

/** For `buildAssets`; put together with the sources of the pages. */
export function pushSources (): AssetSources {
  return { scripts: { 'service-worker': fileURLToPath(new URL('./browser/service-worker.ts', import.meta.url)) }, files: {} }
}

export function pushRoutes (app: Hono, { orm, keys, clock, assets, publicUrl, door }: PushSite): void {
  const ours = sameOrigin(publicUrl)
  const slower = slowDown({ perMinute: 30, burst: 60, overall: 3000 }, clock)
  const rarely = slowDown({ perMinute: 120, burst: 120, overall: 12_000 }, clock)

  app.get('/push/key', rarely, c => c.json({ key: door?.push.publicKey ?? null }))

  app.post('/push', ours, slower, async c => {
    if (door === null) throw new Refusal('not-found')
    const { language, ...subscription } = await readJson(c, largest, wish)
    const address = sessionOf(c)
    const kept = address === null ? 'not-subscribed' : await inTransaction(orm, async em =>
      await rememberPush(em, keys, door, chatKeyOf(keys, address), subscription, language ?? languageOf(c), clock()))
    switch (kept) {
      case 'kept': return c.json(true)
      case 'elsewhere': throw new Refusal('not-accepted', 'This browser’s push service is none that we know.')
      case 'not-subscribed': throw new Refusal('not-accepted', 'This chat did not agree to be written to. Subscribe first.')
      default: return kept satisfies never
    }
  })

  app.delete('/push', ours, slower, async c => {
    const { endpoint } = await readJson(c, largest, end)
    const address = sessionOf(c)
    return c.json(address !== null && await inTransaction(orm, async em => await forgetOnePush(em, keys, chatKeyOf(keys, address), endpoint)))
  })

  // A service worker serves the folder it lies in, under one name for ever: a browser asks each time whether it changed.
  const built = new Hono()
  assets.routes(built)
  app.get('/service-worker.js', rarely, async c => {
    const answer = await built.request(assets.url('service-worker'), { headers: c.req.raw.headers })
    const headers = new Headers(answer.headers)
    headers.set('Cache-Control', 'no-cache')
    return new Response(answer.body, { status: answer.status, headers })
  })

  // An iPhone notifies only for a page that was put on its home screen, and that needs a manifest.
  app.get('/manifest.webmanifest', rarely, c => c.body(JSON.stringify({
    id: '/', start_url: '/', scope: '/', display: 'standalone', lang: 'vi',
    name: says.vi('site.title'), short_name: says.vi('site.title'),
    background_color: '#ffffff', theme_color: '#ffffff',
    icons: [{ src: '/app-icon.png', sizes: '192x192', type: 'image/png', purpose: 'any' }],
  }), 200, { 'Content-Type': 'application/manifest+json', 'Cache-Control': 'public, max-age=86400' }))

  let icon: Promise<Uint8Array<ArrayBuffer>> | null = null
  app.get('/app-icon.png', rarely, async c => c.body(await (icon ??= drawAppIcon()), 200, { 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=86400' }))
}
