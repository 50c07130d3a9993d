// Zalo's webhook: yes to everything that need not come again, nothing believed that is not signed, nothing lost that is.
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ZaloSignature } from '../../../src/channels/zalo-oa/signature-count.ts'
import { windowOf } from '../../../src/channels/zalo-oa/window.ts'
import { withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { lan, lanId, startChannel, until, type Running } from './channel-under-test.ts'

let db: TestDatabase
let zalo: ZaloOaStub
let running: Running

beforeAll(async () => { db = await withDatabase('sqlite') })
afterAll(async () => { await db.close() })
beforeEach(async () => {
  await db.empty()
  zalo = await startZaloOaStub({ retryUnit: 0.2 })
  running = await startChannel(zalo, db)
})
afterEach(async () => {
  await running.stop()
  await zalo.stop()
})

const address = (): string => `${running.url}/webhooks/zalo-oa`
const eventOf = (text: string, id: string, more: Record<string, unknown> = {}): string => JSON.stringify({
  app_id: zalo.app.id, sender: { id: lanId }, recipient: { id: zalo.oa.id }, event_name: 'user_send_text', message: { text, msg_id: id }, timestamp: String(Date.now()), ...more,
})
const post = async (body: RequestInit['body'], headers: Record<string, string> = {}): Promise<number> => (await fetch(address(), { method: 'POST', body: body ?? null, headers: { 'content-type': 'application/json', ...headers } })).status
const signed = (body: string): Record<string, string> => ({ 'x-zevent-signature': `mac=${zalo.macOf(body)}` })

test('the console can save the address: its unsigned {} is answered with 200', async () => {
  expect(await zalo.setWebhook(address())).toBe(true)
  expect(await post('')).toBe(200)
  expect((await fetch(address())).status).toBe(200)
  expect(running.received).toEqual([])
})

test('an event with a wrong signature is answered with 200, dropped, counted and told to the operator', async () => {
  await zalo.setWebhook(address())
  zalo.webhook.signsWrong = true
  zalo.person(lanId).writes('giả')
  await until(() => zalo.webhook.delivered.length === 1)
  expect(zalo.webhook.delivered).toEqual([{ event: 'user_send_text', status: 200, tries: 0 }])
  expect(running.received).toEqual([])
  expect(running.channel.health.trouble).toContain('ZALO_OA_SECRET_KEY')
  await until(async () => (await db.orm.em.fork().findOne(ZaloSignature, { name: 'none' }))?.count === 1)
})

test('once Zalo was heard, strangers can not make the channel look ill', async () => {
  const body = eventOf('chào', '1')
  expect(await post(body, signed(body))).toBe(200)
  expect(await post(eventOf('giả', '2'), { 'x-zevent-signature': `mac=${'0'.repeat(64)}` })).toBe(200)
  expect(running.received).toHaveLength(1)
  expect(running.channel.health).toMatchObject({ trouble: null, lastSuccess: expect.any(Date) })
})

test('signed another way is not believed, but named, so that the operator can tell', async () => {
  const body = eventOf('chào', '1')
  const { timestamp } = JSON.parse(body) as { timestamp: string }
  const headers = { 'x-zevent-signature': `mac=${createHash('sha256').update(`${zalo.oa.id}${body}${timestamp}${zalo.oa.secretKey}`).digest('hex')}` }
  expect(await post(body, headers)).toBe(200)
  expect(running.received).toEqual([])
  expect(running.channel.health.trouble).toContain('"oa-id.body.oa-secret"')
  const trusting = await startChannel(zalo, db, { signatures: ['oa-id.body.oa-secret'] })
  await fetch(`${trusting.url}/webhooks/zalo-oa`, { method: 'POST', body, headers })
  expect(trusting.received).toHaveLength(1)
  await trusting.stop()
})

test.each([
  ['nothing', ''], ['not JSON', '{"event'], ['not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])], ['a list', '[]'], ['a number', '5'], ['null', 'null'],
  ['deep nesting', '['.repeat(100_000) + ']'.repeat(100_000)], ['ten megabytes', `{"x":"${'y'.repeat(10_000_000)}"}`],
])('%s is answered with 200 and harms nothing', async (_, body) => {
  expect(await post(body)).toBe(200)
  expect(running.received).toEqual([])
})

test('signed, but of no known kind or shape: 200, and nobody is bothered', async () => {
  for (const more of [{ event_name: 'user_click_button' }, { event_name: 'change_oa_daily_quota', oa_id: undefined }, { sender: null }, { event_name: 5 }, { message: [] , sender: [] }]) {
    const body = eventOf('x', '1', more)
    expect(await post(body, signed(body))).toBe(200)
  }
  expect(running.received).toEqual([])
})

test('an event for another account of the same app is not ours, and that is said', async () => {
  const body = eventOf('x', '1', { recipient: { id: '111' } })
  expect(await post(body, signed(body))).toBe(200)
  expect(running.received).toEqual([])
  expect(running.channel.health.trouble).toContain('ZALO_OA_ID')
})

test('a repeated event has the same id, and different ones have not', async () => {
  await zalo.setWebhook(address())
  zalo.webhook.copies = 2
  zalo.person(lanId).writes('một')
  zalo.webhook.copies = 1
  zalo.person(lanId).follows()
  zalo.person(lanId).opensChat()
  await until(() => running.received.length === 6)
  const texts = running.received.filter(({ content }) => content.kind === 'text' && content.text === 'một')
  expect(new Set(texts.map(({ updateId }) => updateId)).size).toBe(1)
  // Following and opening the chat: twice the same two.
  expect(new Set(running.received.map(({ updateId }) => updateId)).size).toBe(3)
  for (const { updateId } of running.received) expect(updateId).toMatch(/^[\w-]{22}$/)
})

test('events that come in the wrong order all arrive, with the time they were sent', async () => {
  await zalo.setWebhook(address())
  zalo.webhook.held = []
  for (const text of ['một', 'hai', 'ba']) {
    zalo.person(lanId).writes(text)
    zalo.passes(1000)
  }
  zalo.passes(-3000)
  zalo.release()
  await until(() => running.received.length === 3)
  const inTime = running.received.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  expect(inTime.map(({ content }) => content)).toEqual(['một', 'hai', 'ba'].map(text => ({ kind: 'text', text })))
})

test('while the database refuses, Zalo is told to come again, and nothing is lost', async () => {
  let refuse = 2
  running.onReceive.now = () => { if (refuse-- > 0) throw new Error('the database is away') }
  await zalo.setWebhook(address())
  zalo.person(lanId).writes('giữ giùm')
  await until(() => running.received.length === 1)
  await until(() => zalo.webhook.delivered.length === 3)
  expect(zalo.webhook.delivered.map(({ status }) => status)).toEqual([503, 503, 200])
  expect(zalo.webhook.disabled).toBe(false)
})

test('she unfollows and comes back', async () => {
  await zalo.setWebhook(address())
  zalo.person(lanId).unfollows()
  await until(() => running.received.length === 1)
  zalo.person(lanId).follows()
  await until(() => running.received.length === 3)
  expect(running.received.map(({ content }) => content.kind)).toEqual(['left', 'returned', 'text'])
})

test('she withdraws her consent: whoever keeps data of her is told, and the window is forgotten', async () => {
  await zalo.setWebhook(address())
  zalo.person(lanId).writes('chào')
  await until(() => running.received.length === 1)
  zalo.person(lanId).withdraws()
  await until(() => running.withdrawn.length === 1)
  await zalo.quiet()
  expect(running.withdrawn).toEqual([lan])
  expect(await windowOf(db.orm, running.keys, lan)).toBeNull()
  expect(running.logged()).not.toContain(lanId)
})
