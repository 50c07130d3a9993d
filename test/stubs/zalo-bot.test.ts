// The pretended Zalo Bot Platform behaves as zalo.md 7 and 11 say; what nobody knows it can do either way.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startZaloBotStub } from './zalo-bot.ts'
import type { ZaloBotStub } from './zalo-bot.ts'

let zalo: ZaloBotStub
beforeEach(async () => { zalo = await startZaloBotStub({ retryUnit: 2 }) })
afterEach(async () => { await zalo.stop() })

interface Answer { status: number, body: Record<string, unknown> }

async function call (method: string, body: unknown = {}, token = zalo.token): Promise<Answer> {
  const response = await fetch(`${zalo.base}/bot${token}/${method}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() as Record<string, unknown> }
}
const refusal = (code: number, description: unknown = expect.any(String)): unknown => ({ status: 200, body: { ok: false, error_code: code, description } })

test('who it is, by POST or GET; a wrong token and a wrong name are refused with HTTP 200', async () => {
  expect((await call('getMe')).body).toMatchObject({ ok: true, result: { account_type: 'BASIC' } })
  expect((await fetch(`${zalo.base}/bot${zalo.token}/getMe`)).status).toBe(200)
  expect(await call('getMe', {}, 'wrong')).toEqual(refusal(401))
  expect(await call('getme')).toEqual(refusal(404))
})

test('a poll gets one update and forgets it; an empty one ends with 408', async () => {
  const lan = zalo.person('a1')
  lan.writes('một')
  lan.writes('hai')
  expect((await call('getUpdates', { timeout: '1' })).body).toMatchObject({ ok: true, result: { event_name: 'message.text.received', message: { text: 'một', chat: { id: 'a1', chat_type: 'PRIVATE' }, from: { id: 'a1' } } } })
  expect(zalo.waiting()).toBe(1)
  expect((await call('getUpdates', { timeout: 1 })).body).toMatchObject({ result: { message: { text: 'hai' } } })
  expect(await call('getUpdates', { timeout: '0.01' })).toEqual(refusal(408))
  zalo.ways.emptyPollStatus = 408
  expect((await call('getUpdates', { timeout: '0.01' })).status).toBe(408)
})

test('what is written while nobody polls waits, or is lost', async () => {
  zalo.ways.offline = 'is lost'
  zalo.person('a1').writes('một')
  expect(await call('getUpdates', { timeout: '0.01' })).toEqual(refusal(408))
})

test('texts of 1 to 2000 characters reach people who wrote, and nobody else', async () => {
  const lan = zalo.person('a1')
  expect(await call('sendMessage', { chat_id: 'a1', text: 'x' })).toEqual(refusal(400))
  lan.writes('chào')
  expect((await call('sendMessage', { chat_id: 'a1', text: 'x'.repeat(2000) })).body).toMatchObject({ ok: true, result: { message_id: expect.any(String), date: expect.any(Number) } })
  for (const text of ['', 'x'.repeat(2001), 7]) expect(await call('sendMessage', { chat_id: 'a1', text })).toEqual(refusal(400))
  lan.blocks()
  expect(await call('sendMessage', { chat_id: 'a1', text: 'x' })).toEqual(refusal(403))
  expect(lan.heard).toHaveLength(1)
})

test('numbers in a text are what can be typed; the newest list counts', async () => {
  const lan = zalo.person('a1')
  lan.writes('chào')
  await call('sendMessage', { chat_id: 'a1', text: 'A?\n1. Có\n2. Không' })
  await call('sendMessage', { chat_id: 'a1', text: 'B?\n1. Ma túy\n2. Có' })
  await call('sendMessage', { chat_id: 'a1', text: 'Cảm ơn' })
  expect([lan.numberOf('Có'), lan.numberOf(/^Không/), lan.numberOf('Gì')]).toEqual(['2', '2', undefined])
})

test('the month counts both directions', async () => {
  zalo.ways.monthly = 2
  const lan = zalo.person('a1')
  lan.writes('một')
  expect((await call('sendMessage', { chat_id: 'a1', text: 'x' })).body['ok']).toBe(true)
  expect(await call('sendMessage', { chat_id: 'a1', text: 'x' })).toEqual(refusal(429))
  zalo.passes(32 * 86_400_000)
  expect((await call('sendMessage', { chat_id: 'a1', text: 'x' })).body['ok']).toBe(true)
})

test('a form does as well as JSON; in a group only what mentions or answers the bot reaches it', async () => {
  const lan = zalo.person('a1')
  lan.writesInGroup('ăn gì chưa')
  expect(zalo.waiting()).toBe(0)
  lan.writesInGroup('@Bot chào')
  lan.writesInGroup('ừ', 'zgr-5f2a', { answering: true })
  expect(zalo.waiting()).toBe(2)
  await fetch(`${zalo.base}/bot${zalo.token}/sendMessage`, { method: 'POST', body: new URLSearchParams({ chat_id: 'zgr-5f2a', text: 'một' }) })
  await fetch(`${zalo.base}/bot${zalo.token}/sendMessage?chat_id=zgr-5f2a&text=hai`)
  expect(zalo.heardInGroup().map(({ text }) => text)).toEqual(['một', 'hai'])
})

test('a webhook gets each update with the secret, again a few times until it says 200, and stops the polling', async () => {
  const got: string[] = []
  const answers = [500, 500]
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = []
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('end', () => {
      const body = Buffer.concat(chunks).toString()
      got.push(`${String(request.headers['x-bot-api-secret-token'])} ${body.slice(0, 13)}`)
      response.writeHead(body === '' ? 200 : answers.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  expect(await call('setWebhook', { url, secret_token: 'short' })).toEqual(refusal(400))
  expect((await call('setWebhook', { url, secret_token: 'a-secret' })).body).toMatchObject({ ok: true, result: { url } })
  expect((await call('getWebhookInfo')).body['result']).toEqual({ url, updated_at: expect.any(Number) })
  expect(await call('getUpdates')).toEqual(refusal(400))
  zalo.person('a1').writes('một')
  while (zalo.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  zalo.ways.body = 'wrapped'
  zalo.person('a1').writes('hai')
  while (zalo.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(got).toEqual(['undefined ', 'a-secret {"event_name"', 'a-secret {"event_name"', 'a-secret {"event_name"', 'a-secret {"ok":true,"r'])
  expect((await call('deleteWebhook')).body['result']).toMatchObject({ url: '' })
  server.closeAllConnections()
  server.close()
})

test('typing is seen by the person', async () => {
  const lan = zalo.person('a1')
  lan.writes('chào')
  expect((await call('sendChatAction', { chat_id: 'a1', action: 'typing' })).body).toEqual({ ok: true })
  expect(await call('sendChatAction', { chat_id: 'a1', action: 'dancing' })).toEqual(refusal(400))
  expect(lan.saw).toEqual(['typing'])
})
