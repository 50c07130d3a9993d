// The pretended Zalo keeps to what is known of the real one; else our tests prove nothing.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startZaloOaStub, type ZaloOaStub } from './zalo-oa.ts'

let zalo: ZaloOaStub
beforeEach(async () => { zalo = await startZaloOaStub({ retryUnit: 0.001 }) })
afterEach(async () => { await zalo.stop() })

const id = '2468013579246801357'

async function send (message: unknown, { token = zalo.accessToken(), path = '/v3.0/oa/message/cs', recipient = { user_id: id } as unknown } = {}): Promise<number> {
  const response = await fetch(`${zalo.base}${path}`, { method: 'POST', body: JSON.stringify({ recipient, message }), headers: { access_token: token } })
  // All errors come with HTTP 200.
  expect(response.status).toBe(200)
  return ((await response.json()) as { error: number }).error
}

async function tokens (form: Record<string, string>, secret = zalo.app.secret): Promise<Record<string, unknown>> {
  const response = await fetch(`${zalo.base}/v4/oa/access_token`, { method: 'POST', body: new URLSearchParams(form), headers: { secret_key: secret } })
  return await response.json() as Record<string, unknown>
}

test('it takes what the real one takes, and refuses what that refuses, with its codes', async () => {
  const buttons = (many: number): unknown => ({ text: 'x', attachment: { type: 'template', payload: { buttons: Array.from({ length: many }, (_, n) => ({ title: `${n}`, type: 'oa.query.hide', payload: `#${n}` })) } } })
  expect(await send({ text: 'x' })).toBe(-201)
  const lan = zalo.person(id)
  expect(await send({ text: 'x' })).toBe(-213)
  lan.writes('chào')
  expect(await send({ text: 'x'.repeat(2000) })).toBe(0)
  expect(await send({ text: '😀'.repeat(2000) })).toBe(0)
  expect(await send({ text: 'x'.repeat(2001) })).toBe(-210)
  expect(await send(buttons(5))).toBe(0)
  expect(await send(buttons(6))).toBe(-210)
  expect(await send({})).toBe(-201)
  expect(await send({ text: 'x', attachment: { type: 'template', payload: { buttons: [{ title: 'x', type: 'oa.query.hide', payload: {} }] } } })).toBe(-201)
  expect(await send({ text: 'x' }, { path: '/v2.0/oa/message' })).toBe(-240)
  expect(await send({ text: 'x' }, { token: '' })).toBe(-216)
  expect(lan.heard).toHaveLength(3)
})

test('the window closes by hours and days, and money opens half of it', async () => {
  zalo.person(id).writes('chào')
  zalo.passes(49 * 3_600_000)
  const [, fresh] = [await tokens({ refresh_token: zalo.refreshToken(), app_id: zalo.app.id, grant_type: 'refresh_token' }), zalo.accessToken()]
  expect(await send({ text: 'x' }, { token: fresh })).toBe(-320)
  zalo.switches.cloudAccount = 'empty'
  expect(await send({ text: 'x' })).toBe(-321)
  zalo.switches.cloudAccount = 'paid'
  expect(await send({ text: 'x' })).toBe(0)
  zalo.passes(6 * 86_400_000)
  await tokens({ refresh_token: zalo.refreshToken(), app_id: zalo.app.id, grant_type: 'refresh_token' })
  expect(await send({ text: 'x' })).toBe(-230)
})

test('too many requests in a minute are refused until the next one', async () => {
  zalo.person(id).writes('chào')
  zalo.switches.perMinute = 2
  expect([await send({ text: '1' }), await send({ text: '2' }), await send({ text: '3' })]).toEqual([0, 0, -32])
  zalo.passes(61_000)
  expect(await send({ text: '4' })).toBe(0)
})

test('a refresh token works once, kills the access token before it, and an access token lives 25 hours', async () => {
  const [refresh, access] = [zalo.refreshToken(), zalo.accessToken()]
  const form = { refresh_token: refresh, app_id: zalo.app.id, grant_type: 'refresh_token' }
  expect(await tokens(form, 'wrong')).toMatchObject({ error: -14004 })
  expect(await tokens(form)).toMatchObject({ expires_in: '90000', access_token: zalo.accessToken() })
  expect(await tokens(form)).toMatchObject({ error_name: 'Invalid refresh token' })
  zalo.person(id).writes('chào')
  expect(await send({ text: 'x' }, { token: access })).toBe(-216)
  zalo.passes(25 * 3_600_000 + 1)
  expect(await send({ text: 'x' })).toBe(-220)
})

test('a webhook that says no is tried five more times, then switched off; saving its address again switches it on', async () => {
  let answers = 401
  const server: Server = createServer((_, response) => { response.writeHead(answers).end() })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  expect(await zalo.setWebhook(url)).toBe(false)
  answers = 200
  expect(await zalo.setWebhook(url)).toBe(true)
  answers = 500
  zalo.person(id).writes('chào')
  await zalo.quiet()
  expect(zalo.webhook.delivered.map(({ status, tries }) => [status, tries])).toEqual([0, 1, 2, 3, 4, 5].map(tries => [500, tries]))
  expect(zalo.webhook.disabled).toBe(true)
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})
