// Switching notifications on and off in a browser, and what its system fetches for them, through a listening server.
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Hono } from 'hono'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../../src/channels/message.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { buildAssets, type Assets } from '../../src/http/assets.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening } from '../../src/http/server.ts'
import { pushRoutes, pushSources } from '../../src/site/push-routes.ts'
import { loadOrCreatePushKeys, type PushKeys } from '../../src/subscribers/push-keys.ts'
import { pushTo } from '../../src/subscribers/push-send.ts'
import { PushSubscription } from '../../src/subscribers/push.ts'
import { subscribe } from '../../src/subscribers/subscribe.ts'
import { Visitor } from '../channels/visitor.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { capturedLog } from '../http/wire.ts'
import { contact, startPushService, type PushService } from '../subscribers/push-service.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'

const now = new Date('2026-11-24T03:00:00Z')
const minh: Address = { channel: 'web-chat', id: 'minh-minh-minh-minh-minh' }
const json = { 'Content-Type': 'application/json' }

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let keys: ServerKeys
  let push: PushKeys
  let service: PushService
  let assets: Assets
  let server: Listening
  let logged: () => string
  let visitor: Visitor
  beforeAll(async () => {
    [database, service, assets] = await Promise.all([withDatabase(kind), startPushService(), buildAssets(pushSources())])
    keys = loadOrCreateServerKeys(`${database.dataDir}-elsewhere/server.key`, n => randomBytes(n)).keys
    push = loadOrCreatePushKeys(`${database.dataDir}-elsewhere`).keys
  })
  afterAll(async () => {
    await service.stop()
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true })
  })
  beforeEach(async () => {
    await database.empty()
    await open(['127.0.0.1'])
  })
  afterEach(async () => { await server.stop() })

  async function open (hosts: string[] | null): Promise<void> {
    const { log, lines } = capturedLog()
    logged = () => lines.join('')
    const app = new Hono()
    guard(app, { publicUrl: 'http://localhost', log })
    pushRoutes(app, { orm: database.orm, keys, clock: () => now, assets, publicUrl: 'http://localhost', door: hosts === null ? null : { push, hosts } })
    server = await listen(app, { host: '127.0.0.1', port: 0 })
    visitor = new Visitor(server.url)
  }
  async function isSubscribed (): Promise<void> {
    visitor.cookies.set('chat', minh.id)
    await inTransaction(database.orm, async em => { await subscribe(em, keys, minh, { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: 0, frequency: 'at-once', language: 'vi' }, now) })
  }
  const rows = async (): Promise<number> => await database.orm.em.fork().count(PushSubscription)

  test('somebody who subscribed allows it: the next alarm wakes this browser, and the log names nobody', async () => {
    await isSubscribed()
    const { body } = await visitor.json('GET', '/push/key', undefined)
    expect(body).toEqual({ key: push.publicKey })
    const browser = service.browser((body as { key: string }).key)
    expect(await visitor.json('POST', '/push', { ...browser.subscription, expirationTime: null, language: 'vi' })).toEqual({ status: 200, body: true })
    const alarm = { title: 'Nước lên', body: '', url: 'http://localhost/b/K7M2Q4H', tag: 'x', language: 'vi', level: 'alarm' } as const
    expect(await pushTo(database.orm, keys, { push, contact, hosts: ['127.0.0.1'] }, addressKeyOf(keys, minh), alarm)).toEqual({ outcome: 'sent', wait: null })
    expect(browser.woken[0]?.said).toEqual(alarm)

    expect(await visitor.json('DELETE', '/push', { endpoint: browser.subscription.endpoint })).toEqual({ status: 200, body: true })
    expect(await visitor.json('DELETE', '/push', { endpoint: browser.subscription.endpoint })).toEqual({ status: 200, body: false })
    expect(await rows()).toBe(0)
    for (const secret of [new URL(browser.subscription.endpoint).pathname, minh.id]) expect(logged()).not.toContain(secret)
  })

  test('who is not subscribed, or has no chat, leaves nothing here', async () => {
    const { subscription } = service.browser(push.publicKey)
    expect((await visitor.json('POST', '/push', subscription)).status).toBe(422)
    visitor.cookies.set('chat', minh.id)
    expect((await visitor.json('POST', '/push', subscription)).status).toBe(422)
    visitor.cookies.set('chat', 'nonsense')
    expect((await visitor.json('DELETE', '/push', { endpoint: subscription.endpoint })).body).toBe(false)
    expect(await rows()).toBe(0)
  })

  test('no other site switches it on or off in a visitor’s name', async () => {
    await isSubscribed()
    const { subscription } = service.browser(push.publicKey)
    for (const method of ['POST', 'DELETE'] as const) {
      expect((await visitor.ask(method, '/push', JSON.stringify(subscription), { ...json, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    }
    expect(await rows()).toBe(0)
  })

  test('nobody makes us knock at an address that is no push service’s', async () => {
    await isSubscribed()
    const { subscription } = service.browser(push.publicKey)
    for (const endpoint of ['https://evil.example/x', 'http://169.254.169.254/latest/meta-data', 'http://localhost:5432/', 'file:///etc/passwd', '']) {
      expect((await visitor.json('POST', '/push', { ...subscription, endpoint })).status).toBe(422)
    }
    expect(await rows()).toBe(0)
  })

  test('what is too large or no subscription is refused in words', async () => {
    await isSubscribed()
    const { subscription } = service.browser(push.publicKey)
    expect((await visitor.json('POST', '/push', { ...subscription, more: 'x'.repeat(5000) })).status).toBe(413)
    expect((await visitor.ask('POST', '/push', '{', json)).status).toBe(400)
    for (const wrong of [{}, { endpoint: subscription.endpoint }, { ...subscription, keys: { p256dh: 'x', auth: 'y' } }, { ...subscription, language: 'fr' }]) {
      expect((await visitor.json('POST', '/push', wrong)).status).toBe(422)
    }
    expect((await visitor.json('DELETE', '/push', { endpoint: 'x'.repeat(1100) })).status).toBe(422)
  })

  test('where the operator set no contact, pages are told so and nothing is taken', async () => {
    await server.stop()
    await open(null)
    await isSubscribed()
    expect((await visitor.json('GET', '/push/key', undefined)).body).toEqual({ key: null })
    expect((await visitor.json('POST', '/push', service.browser(push.publicKey).subscription)).status).toBe(404)
    expect(await rows()).toBe(0)
  })

  test('one visitor in a hurry is slowed down', async () => {
    const statuses = await Promise.all(Array.from({ length: 80 }, async () => (await visitor.ask('DELETE', '/push', '{}', json)).status))
    expect(statuses.filter(status => status === 429).length).toBeGreaterThan(10)
  })

  test('the service worker is one file under one name, asked for anew each time, and unchanged costs nothing', async () => {
    const answer = await visitor.ask('GET', '/service-worker.js')
    const code = await answer.text()
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('content-type')]).toEqual([200, 'no-cache', 'text/javascript; charset=utf-8'])
    expect(code).toContain('showNotification')
    expect(code).not.toMatch(/\bimport\b|\bexport\b/)
    expect(Buffer.byteLength(code)).toBeLessThan(3000)
    const again = await visitor.ask('GET', '/service-worker.js', null, { 'If-None-Match': answer.headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
  })

  test('an iPhone’s home screen finds a name, a start and an icon', async () => {
    const manifest = await (await visitor.ask('GET', '/manifest.webmanifest')).json() as { display: string, start_url: string, icons: { src: string }[] }
    expect(manifest).toMatchObject({ display: 'standalone', start_url: '/', name: 'Tin Báo' })
    const icon = await visitor.ask('GET', manifest.icons[0]?.src ?? '')
    expect(icon.headers.get('content-type')).toBe('image/png')
    expect(await sharp(Buffer.from(await icon.arrayBuffer())).metadata()).toMatchObject({ format: 'png', width: 192, height: 192 })
  })
})
