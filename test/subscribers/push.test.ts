// Browsers that asked to be woken: what is kept of them, what reaches them, and what a push service can answer.
import { createECDH, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntityManager } from '@mikro-orm/sql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../../src/channels/message.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { isPushEndpoint } from '../../src/subscribers/push-endpoint.ts'
import { loadOrCreatePushKeys, type PushKeys } from '../../src/subscribers/push-keys.ts'
import { pushTo, type PushPayload, type PushSettings } from '../../src/subscribers/push-send.ts'
import { browserSubscription, countPush, forgetOnePush, openPush, rememberPush, type BrowserSubscription } from '../../src/subscribers/push-subscribe.ts'
import { makeWaker } from '../../src/subscribers/push-wake.ts'
import { PushSubscription } from '../../src/subscribers/push.ts'
import { subscribe, unsubscribe } from '../../src/subscribers/subscribe.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { capturedLog } from '../http/wire.ts'
import { contact, startPushService, type PushedBrowser, type PushService } from './push-service.ts'

const minh: Address = { channel: 'web-chat', id: 'minh-minh-minh-minh-minh' }
const tu: Address = { channel: 'web-chat', id: 'tu-tu-tu-tu-tu-tu-tu-tu-' }
const now = new Date('2026-11-24T03:00:00Z')
const later = (n: number): Date => new Date(now.getTime() + n * 1000)
const flood: PushPayload = { title: 'Nước lên nhanh ở Vĩnh Xương', body: 'Bà con ven sông chuyển đồ lên cao ngay.', url: 'https://tinbao.example/b/K7M2Q4H', tag: 'b-K7M2Q4H', language: 'vi', level: 'alarm' }

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let keys: ServerKeys
  let push: PushKeys
  let service: PushService
  let settings: PushSettings
  beforeAll(async () => {
    database = await withDatabase(kind)
    keys = loadOrCreateServerKeys(join(`${database.dataDir}-elsewhere`, 'server.key'), n => randomBytes(n)).keys
    push = loadOrCreatePushKeys(`${database.dataDir}-elsewhere`).keys
    service = await startPushService()
    settings = { push, contact, hosts: ['127.0.0.1', 'fcm.googleapis.com'] }
  })
  afterAll(async () => {
    await service.stop()
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true })
  })
  beforeEach(async () => {
    await database.empty()
    service.refused.length = 0
  })

  const within = async <T>(work: (em: EntityManager) => Promise<T>): Promise<T> => await inTransaction(database.orm, work)
  const keyOf = (who: Address): string => addressKeyOf(keys, who)
  const subscribes = async (who: Address, language: 'vi' | 'km' = 'vi'): Promise<void> => {
    await within(async em => { await subscribe(em, keys, who, { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: 0, frequency: 'at-once', language }, now) })
  }
  const allows = async (who: Address, { subscription }: { subscription: BrowserSubscription }, at = now) =>
    await within(async em => await rememberPush(em, keys, settings, keyOf(who), subscription, 'vi', at))
  const browserOf = async (who: Address, at = now): Promise<PushedBrowser> => {
    const browser = service.browser(push.publicKey)
    expect(await allows(who, browser, at)).toBe('kept')
    return browser
  }
  const rows = async (): Promise<PushSubscription[]> => await database.orm.em.fork().findAll(PushSubscription)

  describe('what is kept', () => {
    test('is sealed: a thief of the disk can wake nobody', async () => {
      await subscribes(minh)
      const { subscription } = await browserOf(minh)
      const disk = await database.stolen()
      for (const secret of [subscription.endpoint, new URL(subscription.endpoint).pathname, subscription.keys.p256dh, subscription.keys.auth]) expect(disk.includes(secret)).toBe(false)
      const [row] = await rows()
      expect(row).toMatchObject({ addressKey: keyOf(minh), language: 'vi', agreedAt: now })
      expect(openPush(keys, row as PushSubscription)).toMatchObject(subscription)
    })

    test('is nothing of a chat that never agreed to be written to', async () => {
      expect(await allows(minh, service.browser(push.publicKey))).toBe('not-subscribed')
      expect(await rows()).toEqual([])
    })

    test('is one row for a browser however often it says so, and follows it to its new chat', async () => {
      await subscribes(minh)
      await subscribes(tu)
      const browser = await browserOf(minh)
      await allows(minh, browser, later(1))
      expect((await rows()).map(({ agreedAt }) => agreedAt)).toEqual([later(1)])
      await allows(tu, browser, later(2))
      expect((await rows()).map(({ addressKey }) => addressKey)).toEqual([keyOf(tu)])
    })

    test('is at most five browsers of a chat: the oldest makes room, and nobody else’s does', async () => {
      await subscribes(minh)
      await subscribes(tu)
      const others = await browserOf(tu)
      const [first] = [await browserOf(minh), ...await [1, 2, 3, 4].reduce(async (before, n) => [...await before, await browserOf(minh, later(n))], Promise.resolve<PushedBrowser[]>([]))]
      expect(await within(async em => await countPush(em, keyOf(minh)))).toBe(5)
      await browserOf(minh, later(5))
      expect(await within(async em => await countPush(em, keyOf(minh)))).toBe(5)
      await pushTo(database.orm, keys, settings, keyOf(minh), flood)
      expect(first?.woken).toEqual([])
      expect(await within(async em => await countPush(em, keyOf(tu)))).toBe(1)
      expect(others.woken).toEqual([])
    })

    test('goes when it is switched off on that device, in that chat only', async () => {
      await subscribes(minh)
      const { subscription: { endpoint } } = await browserOf(minh)
      expect(await within(async em => await forgetOnePush(em, keys, keyOf(tu), endpoint))).toBe(false)
      expect(await within(async em => await forgetOnePush(em, keys, keyOf(minh), endpoint))).toBe(true)
      expect(await rows()).toEqual([])
    })

    test('goes with the subscription, and speaks its language', async () => {
      await subscribes(minh)
      await browserOf(minh)
      await subscribes(minh, 'km')
      expect((await rows()).map(({ language }) => language)).toEqual(['km'])
      await within(async em => { await unsubscribe(em, keys, minh) })
      expect(await rows()).toEqual([])
    })
  })

  describe('waking', () => {
    test('brings the words to the browser alone, signed by us, as urgently as they are', async () => {
      await subscribes(minh)
      const browser = await browserOf(minh)
      expect(await pushTo(database.orm, keys, settings, keyOf(minh), flood)).toEqual({ outcome: 'sent', wait: null })
      expect(service.refused).toEqual([])
      const [woken] = browser.woken
      expect(woken?.said).toEqual(flood)
      expect(woken).toMatchObject({ urgency: 'high', ttl: 4 * 3600 })
      expect(woken?.sealed.includes('Vĩnh Xương')).toBe(false)
      await pushTo(database.orm, keys, settings, keyOf(minh), { ...flood, level: 'information', tag: 'b-OTHER' })
      await pushTo(database.orm, keys, settings, keyOf(minh), { ...flood, level: 'warning' })
      expect(browser.woken.map(({ urgency, ttl }) => [urgency, ttl / 3600])).toEqual([['high', 4], ['low', 24], ['normal', 12]])
      // The same bulletin takes its own place; its code is not told to the push service.
      expect([browser.woken[2]?.topic === woken?.topic, browser.woken[1]?.topic === woken?.topic, woken?.topic.includes('K7M2Q4H')]).toEqual([true, false, false])
    })

    test('reaches all browsers of a chat, and nobody else’s', async () => {
      await subscribes(minh)
      await subscribes(tu)
      const [phone, desk, other] = [await browserOf(minh), await browserOf(minh), await browserOf(tu)]
      await pushTo(database.orm, keys, settings, keyOf(minh), flood)
      expect([phone, desk, other].map(({ woken }) => woken.length)).toEqual([1, 1, 0])
    })

    test('of somebody without a browser is no request at all', async () => {
      await subscribes(minh)
      expect(await pushTo(database.orm, keys, settings, keyOf(minh), flood)).toEqual({ outcome: 'none', wait: null })
    })

    test('a browser that is gone is forgotten, the others are told', async () => {
      await subscribes(minh)
      const [old, current] = [await browserOf(minh), await browserOf(minh)]
      old.goes()
      expect(await pushTo(database.orm, keys, settings, keyOf(minh), flood)).toEqual({ outcome: 'sent', wait: null })
      expect(current.woken).toHaveLength(1)
      expect(await rows()).toHaveLength(1)
      service.answersNext({ status: 404 })
      expect((await pushTo(database.orm, keys, settings, keyOf(minh), flood)).outcome).toBe('none')
      expect(await rows()).toEqual([])
    })

    test.each([
      ['too many', { status: 429, headers: { 'Retry-After': '30' } }, { outcome: 'later', wait: 30_000 }],
      ['trouble', { status: 503, headers: { 'Retry-After': 'Tue, 24 Nov 2026 04:00:00 GMT' } }, { outcome: 'later', wait: null }],
      ['trouble without a word', { status: 500 }, { outcome: 'later', wait: null }],
      ['a no', { status: 403 }, { outcome: 'refused', wait: null }],
      ['too large', { status: 413 }, { outcome: 'refused', wait: null }],
      ['somewhere else', { status: 307, headers: { Location: 'http://127.0.0.1:9/' } }, { outcome: 'refused', wait: null }],
    ] as const)('what the push service says: %s', async (_, answer, pushed) => {
      await subscribes(minh)
      const browser = await browserOf(minh)
      service.answersNext(answer)
      expect(await pushTo(database.orm, keys, settings, keyOf(minh), flood)).toEqual(pushed)
      expect(await rows()).toHaveLength(1)
      expect((await pushTo(database.orm, keys, settings, keyOf(minh), flood)).outcome).toBe('sent')
      expect(browser.woken).toHaveLength(1)
    })

    test('one that has to wait makes all wait, since a second notification takes the place of the first', async () => {
      await subscribes(minh)
      await browserOf(minh)
      await browserOf(minh)
      service.answersNext({ status: 429, headers: { 'Retry-After': '5' } })
      expect(await pushTo(database.orm, keys, settings, keyOf(minh), flood)).toEqual({ outcome: 'later', wait: 5000 })
    })

    test('a push service that never answers, or is away, costs a deadline and no error', async () => {
      await subscribes(minh)
      await browserOf(minh)
      service.answersNext({ status: 201, afterMs: 500 })
      expect(await pushTo(database.orm, keys, { ...settings, deadline: 50 }, keyOf(minh), flood)).toEqual({ outcome: 'later', wait: null })
      const away = await startPushService()
      const browser = away.browser(push.publicKey)
      await allows(minh, browser)
      await away.stop()
      expect((await pushTo(database.orm, keys, settings, keyOf(minh), flood)).outcome).toBe('later')
      expect(await rows()).toHaveLength(2)
    })

    test('very long words are cut to what a push service takes, letter by letter', async () => {
      await subscribes(minh)
      const browser = await browserOf(minh)
      const long = { ...flood, title: 'Nước lên 🌊 '.repeat(60), body: 'ចូរប្រយ័ត្នទឹកជំនន់ 🌊'.repeat(400) }
      expect((await pushTo(database.orm, keys, settings, keyOf(minh), long)).outcome).toBe('sent')
      const said = browser.woken[0]?.said as unknown as PushPayload
      expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThanOrEqual(3000)
      expect([said.title.length > 100, said.title.endsWith('…'), said.body.length > 100, said.body.endsWith('…')]).toEqual([true, true, true, true])
      expect(long.body.startsWith(said.body.slice(0, -1).trimEnd())).toBe(true)
      expect([said.url, said.tag]).toEqual([flood.url, flood.tag])
    })

    test('a subscription made for an older key of ours, or for a host no longer trusted, is forgotten without a request', async () => {
      await subscribes(minh)
      const browser = await browserOf(minh)
      expect((await pushTo(database.orm, keys, { ...settings, hosts: ['fcm.googleapis.com'] }, keyOf(minh), flood)).outcome).toBe('none')
      expect(await rows()).toEqual([])
      await allows(minh, browser)
      const { keys: newer } = loadOrCreatePushKeys(join(`${database.dataDir}-elsewhere`, 'newer'))
      expect((await pushTo(database.orm, keys, { ...settings, push: newer }, keyOf(minh), flood)).outcome).toBe('none')
      expect([await rows(), browser.woken, service.refused]).toEqual([[], [], []])
    })

    test('one row that can not be opened any more does not keep the others from being told', async () => {
      await subscribes(minh)
      const browser = await browserOf(minh)
      await database.orm.em.fork().insert(PushSubscription, { endpointKey: 'damaged', addressKey: keyOf(minh), sealed: 'sk1:00000000:AAAA', language: 'vi', agreedAt: now })
      expect((await pushTo(database.orm, keys, settings, keyOf(minh), flood)).outcome).toBe('sent')
      expect(browser.woken).toHaveLength(1)
      expect(await rows()).toHaveLength(1)
    })
  })
})

describe('patience', () => {
  let database: TestDatabase
  let keys: ServerKeys
  let service: PushService
  let settings: PushSettings
  let browser: PushedBrowser
  beforeAll(async () => {
    database = await withDatabase('sqlite')
    keys = loadOrCreateServerKeys(join(`${database.dataDir}-elsewhere`, 'server.key'), n => randomBytes(n)).keys
    service = await startPushService()
    settings = { push: loadOrCreatePushKeys(`${database.dataDir}-elsewhere`).keys, contact, hosts: ['127.0.0.1'] }
  })
  afterAll(async () => {
    await service.stop()
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true })
  })
  beforeEach(async () => {
    await database.empty()
    browser = service.browser(settings.push.publicKey)
    await inTransaction(database.orm, async em => {
      await subscribe(em, keys, minh, { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: 0, frequency: 'at-once', language: 'vi' }, now)
      await rememberPush(em, keys, settings, addressKeyOf(keys, minh), browser.subscription, 'vi', now)
    })
  })

  test('a browser whose push service asks for patience is woken a little later', async () => {
    const { log, lines } = capturedLog()
    const waker = makeWaker(database.orm, keys, settings, log, 5)
    service.answersNext({ status: 503 }, { status: 429 })
    await waker.wake(addressKeyOf(keys, minh), flood)
    expect(browser.woken).toEqual([])
    await expect.poll(() => browser.woken.length).toBe(1)
    await waker.stop()
    expect(lines).toEqual([])
  })

  test('after four tries it is left, and the log says so without saying who', async () => {
    const { log, lines } = capturedLog()
    const waker = makeWaker(database.orm, keys, settings, log, 1)
    service.answersNext(...Array.from({ length: 4 }, () => ({ status: 503 })))
    await waker.wake(addressKeyOf(keys, minh), flood)
    await expect.poll(() => lines.length).toBe(1)
    expect(lines[0]).toContain('could not be woken')
    for (const secret of ['127.0.0.1', addressKeyOf(keys, minh), flood.title]) expect(lines[0]).not.toContain(secret)
    await waker.wake(addressKeyOf(keys, minh), flood)
    expect(browser.woken).toHaveLength(1)
    await waker.stop()
  })

  test('a stop tries nobody any more, and a broken database is a line in the log', async () => {
    const { log, lines } = capturedLog()
    const waker = makeWaker(database.orm, keys, settings, log, 5)
    service.answersNext({ status: 503 })
    await waker.wake(addressKeyOf(keys, minh), flood)
    await waker.stop()
    await waker.wake(addressKeyOf(keys, minh), flood)
    await new Promise(resolve => { setTimeout(resolve, 60) })
    expect([browser.woken, lines]).toEqual([[], []])
    await database.orm.em.fork().execute('alter table push_subscription rename to gone')
    const other = makeWaker(database.orm, keys, settings, log)
    await other.wake(addressKeyOf(keys, minh), flood)
    await database.orm.em.fork().execute('alter table gone rename to push_subscription')
    expect(lines.join()).toContain('could not be woken')
    await other.stop()
  })
})

describe('an endpoint', () => {
  const hosts = ['fcm.googleapis.com', '*.notify.windows.com']

  test.each([
    ['https://fcm.googleapis.com/fcm/send/abc', true],
    ['https://db5p.notify.windows.com/w/?token=x', true],
    ['https://fcm.googleapis.com:443/x', true],
    ['http://fcm.googleapis.com/x', false],
    ['https://fcm.googleapis.com:8443/x', false],
    ['https://evil.example/fcm.googleapis.com', false],
    ['https://fcm.googleapis.com.evil.example/', false],
    ['https://notify.windows.com.evil.example/', false],
    ['https://evilnotify.windows.com/', false],
    ['https://user:pass@fcm.googleapis.com/x', false],
    ['https://127.0.0.1/x', false],
    ['http://127.0.0.1:8080/x', false],
    ['http://[::1]/x', false],
    ['http://169.254.169.254/latest', false],
    ['file:///etc/passwd', false],
    ['not an address', false],
  ])('%s is knocked at: %s', (endpoint, yes) => { expect(isPushEndpoint(endpoint, hosts)).toBe(yes) })

  test('of this machine is knocked at only when tests name it', () => {
    expect(isPushEndpoint('http://127.0.0.1:8080/x', ['127.0.0.1'])).toBe(true)
    expect(isPushEndpoint('http://127.0.0.2:8080/x', ['127.0.0.1'])).toBe(false)
  })

  test('comes with keys a browser can have, and nothing else of it is kept', () => {
    const keys = { p256dh: createECDH('prime256v1').generateKeys('base64url'), auth: 'A'.repeat(22) }
    const good = { endpoint: 'https://fcm.googleapis.com/x', expirationTime: null, keys }
    expect(browserSubscription.parse(good)).toEqual({ endpoint: good.endpoint, keys })
    for (const wrong of [
      { ...good, endpoint: `https://fcm.googleapis.com/${'x'.repeat(1100)}` },
      { ...good, keys: { ...keys, auth: 'A'.repeat(21) } },
      { ...good, keys: { ...keys, p256dh: keys.p256dh.slice(0, 80) } },
      // 65 bytes that are no point of the curve.
      { ...good, keys: { ...keys, p256dh: Buffer.alloc(65, 4).toString('base64url') } },
      { endpoint: good.endpoint },
    ]) expect(browserSubscription.safeParse(wrong).success).toBe(false)
  })
})
