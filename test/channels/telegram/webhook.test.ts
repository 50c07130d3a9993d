// The Telegram channel by webhook: it says yes only when an update is kept, and nothing to strangers.
import { Api } from 'grammy/web'
import { connect } from 'node:net'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { telegramChannel } from '../../../src/channels/telegram/telegram.ts'
import { startTelegramStub } from '../../stubs/telegram.ts'
import type { TelegramStub } from '../../stubs/telegram.ts'
import { secret, startChannel, texts, textsOf, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let telegram: TelegramStub
let running: Running

beforeEach(async () => {
  telegram = await startTelegramStub({ retryUnit: 5 })
  running = await startChannel(telegram, { updates: 'webhook' })
})
afterEach(async () => {
  await running.stop()
  await telegram.stop()
})

function post (body: BodyInit, given: string | null = secret): Promise<Response> {
  return fetch(`${running.url}/webhooks/telegram`, {
    method: 'POST', body, headers: { 'content-type': 'application/json', ...(given === null ? {} : { 'x-telegram-bot-api-secret-token': given }) },
  })
}

test('Telegram is told where to call, with a secret, and keeps what waits', async () => {
  await until(() => telegram.webhook() !== undefined)
  expect(telegram.webhook()).toMatchObject({ url: `${running.url}/webhooks/telegram`, secret })
  const [asked] = telegram.askedOf('setWebhook')
  expect(asked?.payload['allowed_updates']).toEqual(['message', 'edited_message', 'callback_query', 'my_chat_member'])
  expect(asked?.payload).not.toHaveProperty('drop_pending_updates')
})

test('Lan writes and presses, and both arrive', async () => {
  const lan = telegram.person({ id: 5 })
  lan.writes('Chào')
  lan.pressesOld('v1:menu')
  await until(() => running.received.length === 2 && telegram.waiting() === 0)
  expect(textsOf(running.received).toSorted()).toEqual(['Chào', 'press'])
  await until(() => telegram.answeredPresses.length === 1)
  expect(running.channel.health).toMatchObject({ trouble: null, lastSuccess: expect.any(Date) })
})

test('while the database refuses, Telegram is told to come again, and nothing is lost or turned round', async () => {
  let refuse = 3
  running.onReceive.now = () => {
    if (refuse-- > 0) throw new Error('the database is away')
  }
  const lan = telegram.person({ id: 5 })
  lan.writes('một')
  lan.writes('hai')
  await until(() => running.received.length === 2)
  expect(textsOf(running.received)).toEqual(['một', 'hai'])
  running.onReceive.now = () => { throw new Error('the database is away') }
  const response = await post(JSON.stringify({ update_id: 1, message: { date: 1, chat: { id: 5, type: 'private' }, text: 'x' } }))
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
})

test.each([['no secret', null], ['a wrong secret', 'a-secret-of-the-webhook-0123456780'], ['a longer secret', `${secret}x`]])('%s is refused without a word, and nothing is handed on', async (_, given) => {
  const response = await post(JSON.stringify({ update_id: 1, message: { date: 1, chat: { id: 5, type: 'private' }, text: 'x' } }), given)
  expect([response.status, await response.text()]).toEqual([401, ''])
  expect(running.received).toEqual([])
})

test('a stranger is refused before the body is read', async () => {
  const { port } = new URL(running.url)
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('POST /webhooks/telegram HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{')
    })
    socket.once('data', (data) => {
      resolve(data.toString())
      socket.destroy()
    }).once('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
})

test('a huge body is refused, whether or not it says its size', async () => {
  const huge = 'x'.repeat(300 * 1024)
  expect((await post(JSON.stringify({ update_id: 1, text: huge }))).status).toBe(413)
  const unsaid = new ReadableStream({
    start (controller) {
      controller.enqueue(new TextEncoder().encode(huge))
      controller.close()
    },
  })
  const response = await fetch(`${running.url}/webhooks/telegram`, {
    method: 'POST', body: unsaid, headers: { 'x-telegram-bot-api-secret-token': secret }, duplex: 'half',
  } as RequestInit)
  expect(response.status).toBe(413)
})

test.each<[string, string, number]>([['half a body', '{"update_id":1,', 400], ['nothing', '', 400], ['a list', '[]', 200], ['null', 'null', 200], ['an update of a kind we do not know', '{"update_id":5,"story":{}}', 200]])('%s does no harm', async (_, body, status) => {
  expect((await post(body)).status).toBe(status)
  expect(running.received).toEqual([])
})

test('only POST is answered', async () => {
  expect((await fetch(`${running.url}/webhooks/telegram`)).status).toBe(404)
})

test('when Telegram is away at the start, everything else starts, and it is told later', async () => {
  await running.stop()
  const before = telegram.askedOf('setWebhook').length
  for (const method of ['getMe', 'setWebhook']) telegram.fails({ kind: 'cut' }, { method, times: 3 })
  running = await startChannel(telegram, { updates: 'webhook' })
  await until(() => running.channel.health.trouble !== null)
  expect(running.channel.health.trouble).toContain('Telegram')
  await until(() => telegram.askedOf('setWebhook').length === before + 4)
  await until(() => telegram.webhook()?.url.startsWith(running.url) === true && running.channel.health.trouble === null)
})

test('updates that can not be brought are reported, and the report ends when they can', async () => {
  running.onReceive.now = () => { throw new Error('the database is away') }
  telegram.person({ id: 5 }).writes('a')
  await until(() => running.channel.health.trouble !== null)
  expect(running.channel.health.trouble).toBe("Telegram can't bring 1 updates to PUBLIC_URL: Wrong response from the webhook: 503.")
  running.onReceive.now = () => undefined
  await until(() => running.received.length === 1 && running.channel.health.trouble === null)
})

test('a webhook that somebody took away is set again', async () => {
  await until(() => telegram.webhook() !== undefined)
  await new Api(telegram.token, { apiRoot: telegram.apiRoot }).deleteWebhook()
  expect(telegram.webhook()).toBeUndefined()
  await until(() => telegram.webhook()?.secret === secret)
})

test('a webhook without its settings is refused in plain words', () => {
  expect(() => telegramChannel({
    token: telegram.token, apiRoot: telegram.apiRoot, updates: 'webhook', rate: 30, clock: () => new Date(), log: pino({ level: 'silent' }), texts,
  })).toThrow('TELEGRAM_WEBHOOK_SECRET')
})
