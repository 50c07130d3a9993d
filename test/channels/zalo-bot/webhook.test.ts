// The Zalo Bot channel by webhook: it says yes only when an update is kept, and nothing to strangers.
import { connect } from 'node:net'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { zaloBotChannel } from '../../../src/channels/zalo-bot/zalo-bot.ts'
import { startZaloBotStub } from '../../stubs/zalo-bot.ts'
import type { ZaloBotStub } from '../../stubs/zalo-bot.ts'
import { groupLine, lanId, secret, startChannel, textsOf, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let zalo: ZaloBotStub
let running: Running

beforeEach(async () => {
  zalo = await startZaloBotStub({ retryUnit: 5 })
  running = await startChannel(zalo)
  await until(() => zalo.webhook() !== undefined)
})
afterEach(async () => {
  await running.stop()
  await zalo.stop()
})

const aText = (text = 'x', id = 'm1'): string => JSON.stringify({ event_name: 'message.text.received', message: { message_id: id, date: Date.now(), from: { id: lanId }, chat: { id: lanId, chat_type: 'PRIVATE' }, text } })

function post (body?: BodyInit, given: string | null = secret): Promise<Response> {
  return fetch(`${running.url}/webhooks/zalo-bot`, {
    method: 'POST', ...(body === undefined ? {} : { body, duplex: 'half' }), headers: given === null ? {} : { 'x-bot-api-secret-token': given },
  })
}

test('Zalo is told where to call, with a secret, and its empty knock is answered', () => {
  expect(zalo.webhook()).toEqual({ url: `${running.url}/webhooks/zalo-bot`, secret })
  expect(zalo.probed).toEqual([200])
})

test.each(['flat', 'wrapped'] as const)('Lan writes and sends a picture, and both arrive (%s)', async (body) => {
  zalo.ways.body = body
  const lan = zalo.person(lanId)
  lan.writes('Chào')
  lan.sendsPhoto(new Uint8Array([1]), 'đây')
  await until(() => running.received.length === 2 && zalo.waiting() === 0)
  expect(textsOf(running.received).toSorted()).toEqual(['Chào', 'files'])
  expect(running.received[0]?.address).toEqual({ channel: 'zalo-bot', id: lanId })
  expect(zalo.delivered).toEqual([200, 200])
  expect(running.channel.health).toMatchObject({ trouble: null, lastSuccess: expect.any(Date) })
})

test('what Zalo brings twice has the same id, so it can be told apart from what is said twice', async () => {
  const lan = zalo.person(lanId)
  lan.writesAndIsRepeated('1', 3)
  lan.writes('1')
  await until(() => running.received.length === 4)
  expect(new Set(running.received.map(({ updateId }) => updateId)).size).toBe(2)
})

test('what comes in another order than it was said tells when it was said', async () => {
  const lan = zalo.person(lanId)
  zalo.holdsBack()
  lan.writes('một')
  await new Promise((resolve) => setTimeout(resolve, 5))
  lan.writes('hai')
  zalo.letsGoReversed()
  await until(() => running.received.length === 2)
  expect(textsOf(running.received.toSorted((a, b) => a.at.getTime() - b.at.getTime()))).toEqual(['một', 'hai'])
})

test('while the database refuses, Zalo is asked to come again, and nothing is lost', async () => {
  let refuse = 2
  running.onReceive.now = () => {
    if (refuse-- > 0) throw new Error('the database is away')
  }
  zalo.person(lanId).writes('một')
  await until(() => running.received.length === 1 && zalo.waiting() === 0)
  expect(zalo.delivered).toEqual([503, 503, 200])
  running.onReceive.now = () => { throw new Error('the database is away') }
  const response = await post(aText())
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
})

test.each([['no secret', null], ['a wrong secret', 'a-secret-of-the-webhook-0123456780'], ['a longer secret', `${secret}x`]])('%s is refused without a word, and nothing is handed on', async (_, given) => {
  const response = await post(aText(), given)
  expect([response.status, await response.text()]).toEqual([401, ''])
  expect(running.received).toEqual([])
})

test('a stranger is refused before the body is read', async () => {
  const { port } = new URL(running.url)
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('POST /webhooks/zalo-bot HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n{')
    })
    socket.once('data', (data) => {
      resolve(data.toString())
      socket.destroy()
    }).once('error', reject)
  })
  expect(answer).toMatch(/^HTTP\/1\.1 401/)
})

test('a huge body is refused, whether or not it says its size', async () => {
  const huge = aText('x'.repeat(300 * 1024))
  expect((await post(huge)).status).toBe(413)
  const unsaid = new ReadableStream({
    start (controller) {
      controller.enqueue(new TextEncoder().encode(huge))
      controller.close()
    },
  })
  expect((await post(unsaid)).status).toBe(413)
  expect(running.received).toEqual([])
})

test.each<[string, string, number]>([
  ['half a body', '{"event_name":', 400], ['nothing', '', 200], ['a list', '[]', 200], ['null', 'null', 200], ['no UTF-8', '\ud800', 400],
  ['a body nested a thousand deep', '['.repeat(1000) + ']'.repeat(1000), 400],
  ['an update of a kind we do not know', '{"event_name":"bot.renamed","message":{}}', 200],
  ['a message of a protected person, without a word of who sent it', '{"event_name":"message.unsupported.received"}', 200],
])('%s does no harm', async (_, body, status) => {
  expect((await post(body)).status).toBe(status)
  expect(running.received).toEqual([])
})

test('only POST is answered', async () => {
  expect((await fetch(`${running.url}/webhooks/zalo-bot`)).status).toBe(404)
})

test('a sticker, a file and something new are handed on as what we can not take', async () => {
  const lan = zalo.person(lanId)
  lan.sendsSticker()
  lan.sendsFile()
  lan.does('message.video.received')
  lan.sendsUnderProtection()
  await until(() => running.received.length === 3 && zalo.waiting() === 0)
  expect(running.received.map(({ content }) => content.kind === 'unsupported' ? content.what : '').toSorted()).toEqual(['sticker', 'unsupported', 'video'])
  expect(zalo.delivered).toEqual([200, 200, 200, 200])
})

test('a group hears where to write, once an hour, and nothing said there is taken', async () => {
  await running.stop()
  let now = new Date('2026-11-24T08:00:00Z')
  running = await startChannel(zalo, { clock: () => now })
  await until(() => zalo.webhook()?.url.startsWith(running.url) === true)
  const lan = zalo.person(lanId)
  lan.writesInGroup('@Bot Tin Báo mất xe')
  lan.writesInGroup('@Bot Tin Báo nghe không')
  await until(() => zalo.waiting() === 0 && zalo.heardInGroup().length > 0)
  expect(zalo.heardInGroup().map(({ text }) => text)).toEqual([groupLine])
  now = new Date('2026-11-24T09:00:01Z')
  lan.writesInGroup('@Bot Tin Báo sao rồi')
  await until(() => zalo.heardInGroup().length === 2)
  expect(running.received).toEqual([])
})

test('typing is shown where the operator wants it, and never stands in the way', async () => {
  await running.stop()
  running = await startChannel(zalo, { typing: true })
  await until(() => zalo.webhook()?.url.startsWith(running.url) === true)
  const lan = zalo.person(lanId)
  lan.writes('một')
  await until(() => lan.saw.length === 1)
  zalo.fails({ kind: 'cut' }, { method: 'sendChatAction' })
  lan.writes('hai')
  await until(() => running.received.length === 2)
  expect(lan.saw).toEqual(['typing'])
})

test('when Zalo is away at the start, everything else starts, and it is told later', async () => {
  await running.stop()
  const before = zalo.askedOf('setWebhook').length
  zalo.fails({ kind: 'cut' }, { method: 'getMe', times: 2 })
  zalo.fails({ kind: 'page', code: 502 }, { method: 'setWebhook', times: 3 })
  running = await startChannel(zalo)
  await until(() => running.channel.health.trouble !== null)
  expect(running.channel.health.trouble).toContain('Zalo')
  await until(() => zalo.askedOf('setWebhook').length === before + 4)
  await until(() => zalo.webhook()?.url.startsWith(running.url) === true && running.channel.health.trouble === null)
})

test('a webhook that Zalo does not take is reported with its reason', async () => {
  await running.stop()
  zalo.fails({ kind: 'error', code: 400, description: 'Bad Request: url must be https' }, { method: 'setWebhook' })
  running = await startChannel(zalo)
  await until(() => running.channel.health.trouble !== null)
  expect(running.channel.health.trouble).toContain('url must be https')
})

test('a webhook that somebody took away is set again', async () => {
  await fetch(`${zalo.base}/bot${zalo.token}/deleteWebhook`, { method: 'POST' })
  expect(zalo.webhook()).toBeUndefined()
  await running.stop()
  running = await startChannel(zalo, { second: 0.1 })
  await until(() => zalo.askedOf('getWebhookInfo').length > 0)
  await fetch(`${zalo.base}/bot${zalo.token}/deleteWebhook`, { method: 'POST' })
  await until(() => zalo.webhook()?.secret === secret)
})

test('a stop is quick, and waits for what is under way', async () => {
  zalo.fails({ kind: 'slow', ms: 80 }, { method: 'sendMessage' })
  zalo.person(lanId).writesInGroup('@Bot Tin Báo')
  await until(() => zalo.askedOf('sendMessage').length === 1)
  const before = Date.now()
  await running.stop()
  expect(Date.now() - before).toBeLessThan(1500)
  expect(zalo.heardInGroup()).toHaveLength(1)
  running = await startChannel(zalo)
})

test('a webhook without its settings is refused in plain words', () => {
  expect(() => zaloBotChannel({
    token: zalo.token, base: zalo.base, updates: 'webhook', groupLine, clock: () => new Date(), log: pino({ level: 'silent' }),
  })).toThrow('ZALO_BOT_WEBHOOK_SECRET')
})
