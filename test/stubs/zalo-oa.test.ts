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

async function api (path: string, body: unknown, method: 'GET' | 'POST' = 'POST'): Promise<{ error: number, data: Record<string, unknown> }> {
  const response = method === 'GET'
    ? await fetch(`${zalo.base}${path}?data=${encodeURIComponent(JSON.stringify(body))}`, { headers: { access_token: zalo.accessToken() } })
    : await fetch(`${zalo.base}${path}`, { method: 'POST', body: body instanceof FormData ? body : JSON.stringify(body), headers: { access_token: zalo.accessToken() } })
  expect(response.status).toBe(200)
  return await response.json() as { error: number, data: Record<string, unknown> }
}

test('an admin is asked on a page, and the code goes back to the saved callback only, with the challenge or the console\'s pair', async () => {
  Object.assign(zalo.switches, { consent: 'asks', callback: 'https://baotin.vn/', stateComesBack: true, pkce: 'per request' })
  const link = (more: Record<string, string>): string => `${zalo.base}/v4/oa/permission?${new URLSearchParams({ app_id: zalo.app.id, redirect_uri: 'https://baotin.vn/', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', state: '"><b>', ...more }).toString()}`
  expect(await (await fetch(link({ redirect_uri: 'https://baotin.vn' }))).text()).toContain('-14003')
  expect(await (await fetch(link({ app_id: '1' }))).text()).toContain('-14002')
  const page = await (await fetch(link({}))).text()
  expect(page).toContain('<button>')
  expect(page).not.toContain('<b>')
  const agree = async (): Promise<URL> => new URL((await fetch(link({}), { method: 'POST', redirect: 'manual' })).headers.get('location') ?? '')
  const back = await agree()
  expect([back.origin, back.searchParams.get('oa_id'), back.searchParams.get('state')]).toEqual(['https://baotin.vn', zalo.oa.id, '"><b>'])
  const form = (code: string | null, verifier: string): Record<string, string> => ({ code: code ?? '', app_id: zalo.app.id, grant_type: 'authorization_code', code_verifier: verifier })
  expect(await tokens(form(back.searchParams.get('code'), 'another'))).toMatchObject({ error: -14006 })
  expect(await tokens(form((await agree()).searchParams.get('code'), zalo.verifier))).toMatchObject({ access_token: zalo.accessToken() })
})

test('uploads are limited by size and kind and live for seven days; people, tags and quotas are told', async () => {
  const lan = zalo.person(id)
  lan.follows()
  expect((await api('/v3.0/oa/message/cs', { recipient: { user_id: id }, message: { text: 'x' } })).data['quota']).toMatchObject({ quota_type: 'welcome_msg' })
  lan.writes('chào')
  const file = (size: number, name: string): FormData => {
    const form = new FormData()
    form.append('file', new File([new Uint8Array(size)], name))
    return form
  }
  expect((await api('/v2.0/oa/upload/image', file(1024 * 1024 + 1, 'a.jpg'))).error).toBe(-210)
  expect((await api('/v2.0/oa/upload/image', file(1, 'a.pdf'))).error).toBe(-201)
  const { data } = await api('/v2.0/oa/upload/image', file(1, 'a.jpg'))
  const picture = { attachment: { type: 'template', payload: { template_type: 'media', elements: [{ media_type: 'image', attachment_id: data['attachment_id'] }] } } }
  expect(await send(picture)).toBe(0)
  await api('/v2.0/oa/tag/tagfollower', { user_id: id, tag_name: 'a' })
  expect((await api('/v3.0/oa/user/getlist', { offset: 0, count: 50, tag_name: 'a', last_interaction_period: 'L7D' }, 'GET')).data).toMatchObject({ total: 1, users: [{ user_id: id }] })
  expect((await api('/v3.0/oa/user/getlist', { offset: 0, count: 51 }, 'GET')).error).toBe(-210)
  expect((await api('/v3.0/oa/user/getlist', { offset: 9952, count: 50 }, 'GET')).error).toBe(-210)
  expect((await api('/v3.0/oa/user/detail', { user_id: id }, 'GET')).data).toMatchObject({ user_is_follower: true, tags_and_notes_info: { tag_names: ['a'] } })
  expect((await api('/v3.0/oa/quota/message', { user_id: id })).data['cs_reply']).toEqual({ remain: 8, total: 8 })
  zalo.passes(8 * 86_400_000)
  await tokens({ refresh_token: zalo.refreshToken(), app_id: zalo.app.id, grant_type: 'refresh_token' })
  expect(await send(picture)).toBe(-100)
})

test('only articles are broadcast, after they were processed; a reaction is no message', async () => {
  const article = { type: 'normal', title: 'Lừa đảo', author: 'Công an', description: 'x', cover: { cover_type: 'photo', photo_url: 'https://baotin.vn/a.jpg', status: 'show' }, body: [{ type: 'text', content: 'x' }], status: 'show' }
  expect((await api('/v2.0/article/create', { ...article, title: 'x'.repeat(151) })).error).toBe(-210)
  expect((await api('/v2.0/article/create', { ...article, cover: { cover_type: 'photo', photo_url: 'https://baotin.vn/a.jpg' } })).error).toBe(-201)
  const { token } = (await api('/v2.0/article/create', article)).data
  expect([(await api('/v2.0/article/verify', { token })).error, (await api('/v2.0/article/verify', { token })).error]).toEqual([-214, -214])
  const { id: articleId } = (await api('/v2.0/article/verify', { token })).data
  const to = { path: '/v2.0/oa/message', recipient: { target: { gender: '0' } } }
  const media = (kind: string): unknown => ({ attachment: { type: 'template', payload: { template_type: 'media', elements: [{ media_type: kind, attachment_id: articleId }] } } })
  expect(await send(media('article'), to)).toBe(0)
  expect(await send(media('image'), to)).toBe(-233)
  expect(await send({ text: 'x' }, to)).toBe(-201)
  expect(await send(media('article'), { ...to, recipient: { target: { cities: '12,91' } } } as never)).toBe(-201)
  expect(zalo.broadcasts().map(({ articles, target, state }) => [articles, target, state])).toEqual([[[articleId], { gender: '0' }, 'looked at']])
  zalo.passes(30 * 60_000)
  expect(zalo.broadcasts()[0]?.state).toBe('delivered')
  zalo.switches.broadcasts = 0
  expect(await send(media('article'), to)).toBe(-211)
  zalo.person(id).writes('chào')
  expect((await api('/v2.0/oa/message', { recipient: { user_id: id }, sender_action: { react_icon: '/-heart', react_message_id: 'm' } })).error).toBe(0)
  expect(zalo.person(id).heard).toEqual([])
})

test('articles are listed, read, changed and taken away, and only so many are made in a month', async () => {
  const article = { type: 'normal', title: 'Một', author: 'Công an', description: 'x', cover: { cover_type: 'photo', photo_url: 'https://baotin.vn/a.jpg', status: 'show' }, body: [{ type: 'text', content: 'x' }], status: 'show' }
  const list = async (type: string): Promise<{ error: number, data: Record<string, unknown> }> => {
    const response = await fetch(`${zalo.base}/v2.0/article/getslice?offset=0&limit=10&type=${type}`, { headers: { access_token: zalo.accessToken() } })
    return await response.json() as { error: number, data: Record<string, unknown> }
  }
  Object.assign(zalo.switches, { articles: 1, articlePolls: 0, articleIdIn: 'article_id' })
  const { token } = (await api('/v2.0/article/create', article)).data
  expect((await list('normal')).data).toMatchObject({ total: 0 })
  const { article_id: articleId } = (await api('/v2.0/article/verify', { token })).data
  expect((await list('normal')).data).toMatchObject({ total: 1, medias: [{ id: articleId, title: 'Một' }] })
  expect((await list('all')).error).toBe(-201)
  expect((await api('/v2.0/article/create', article)).error).toBe(-223)
  const { token: second } = (await api('/v2.0/article/update', { ...article, id: articleId, title: 'Hai' })).data
  expect(zalo.articles()[0]?.content['title']).toBe('Một')
  await api('/v2.0/article/verify', { token: second })
  expect((await api('/v2.0/article/getdetail', { id: articleId }, 'GET')).data).toMatchObject({ title: 'Hai', link_view: expect.stringContaining(String(articleId)) })
  expect((await api('/v2.0/article/remove', { id: articleId })).error).toBe(0)
  expect((await api('/v2.0/article/remove', { id: articleId })).error).toBe(-201)
  zalo.switches.coversFail = true
  expect((await api('/v2.0/article/update', { ...article, id: articleId })).error).toBe(-201)
})

test('nobody is woken by a broadcast, and nobody tells us when its readers say no', async () => {
  const article = { type: 'normal', title: 'Một', author: 'Công an', description: 'x', cover: { cover_type: 'photo', photo_url: 'https://baotin.vn/a.jpg', status: 'show' }, body: [{ type: 'text', content: 'x' }], status: 'show' }
  await zalo.stop()
  // 22:30 in Vietnam.
  zalo = await startZaloOaStub({ now: () => Date.parse('2026-11-24T15:30:00Z') })
  Object.assign(zalo.switches, { articlePolls: 0, nights: true, moderation: 'refuses' })
  const { token } = (await api('/v2.0/article/create', article)).data
  const { id: articleId } = (await api('/v2.0/article/verify', { token })).data
  const to = { path: '/v2.0/oa/message', recipient: { target: {} } }
  const media = { attachment: { type: 'template', payload: { template_type: 'media', elements: [{ media_type: 'article', attachment_id: articleId }] } } }
  expect(await send(media, to)).toBe(-234)
  zalo.passes(7.5 * 3_600_000)
  expect(await send(media, to)).toBe(0)
  zalo.passes(3_600_000)
  expect(zalo.broadcasts()[0]?.state).toBe('refused')
})

test('a receipt and an echo follow a message, the echo with the same id or one of its own', async () => {
  const came: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', part => { body += String(part) }).on('end', () => {
      came.push(body)
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  await zalo.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  zalo.person(id).writes('chào')
  zalo.switches.receipts = true
  const { data } = await api('/v3.0/oa/message/cs', { recipient: { user_id: id }, message: { text: 'x' } })
  zalo.switches.echoIds = 'own'
  await api('/v3.0/oa/message/cs', { recipient: { user_id: id }, message: { text: 'y' } })
  await zalo.quiet()
  const events = came.slice(1).map(body => JSON.parse(body) as { event_name: string, message: { msg_id: string, text?: string } })
  expect(events.map(({ event_name: name }) => name).toSorted()).toEqual(['oa_send_text', 'oa_send_text', 'user_received_message', 'user_received_message', 'user_send_text'])
  const echoOf = (text: string): string | undefined => events.find(({ event_name: name, message }) => name === 'oa_send_text' && message.text === text)?.message.msg_id
  expect(echoOf('x')).toBe(data['message_id'])
  expect(events.filter(({ message }) => message.msg_id === echoOf('y'))).toHaveLength(1)
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

test('an asker that is never answered gives up by itself, and the message went all the same', async () => {
  const lan = zalo.person(id)
  lan.writes('chào')
  zalo.fails({ kind: 'silent' })
  const given = fetch(`${zalo.base}/v3.0/oa/message/cs`, { method: 'POST', body: JSON.stringify({ recipient: { user_id: id }, message: { text: 'x' } }), headers: { access_token: zalo.accessToken() }, signal: AbortSignal.timeout(100) })
  await expect(given).rejects.toThrow()
  expect(lan.heard).toHaveLength(1)
})
