// The web chat's page, and what its script asks for, through a listening server.
import { forgetWindow } from '../../src/channels/zalo-oa/window.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetLines } from '../../src/channels/web-chat/lines.ts'
import { ChatLine } from '../../src/channels/web-chat/line.ts'
import { chatKeyOf } from '../../src/channels/web-chat/session.ts'
import { webChatChannel } from '../../src/channels/web-chat/web-chat.ts'
import type { Channel } from '../../src/channels/channel.ts'
import type { ConversationRoom } from '../../src/conversation/room.ts'
import { makeConverse } from '../../src/conversation/converse.ts'
import { replySender } from '../../src/conversation/deliver-replies.ts'
import { makePlaces } from '../../src/conversation/places.ts'
import { Conversation } from '../../src/conversation/conversation.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { makeAct, makeWorkFirst } from '../../src/flows/do.ts'
import { script } from '../../src/flows/script.ts'
import { buildAssets, type AssetSource } from '../../src/http/assets.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening as Server } from '../../src/http/server.ts'
import type { Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { makeBell } from '../../src/queue/bell.ts'
import { startLoop, type Loop } from '../../src/queue/loop.ts'
import { chatRoutes, firstWords } from '../../src/site/chat-routes.ts'
import { unitKeys } from '../../src/site/chat-tips.ts'
import { explain } from '../../src/site/explain.ts'
import { accessHash, deriveKeys, formatCode, makeCode, type CodeKeys } from '../../src/tips/code.ts'
import { aboutPlace, messagePlace, storyPlace } from '../../src/tips/inside.ts'
import { readRecipients } from '../../src/tips/recipients.ts'
import { open, readSealed, seal, sealFile } from '../../src/tips/sealing.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { AddressLink } from '../../src/tips/address-link.ts'
import { Tip } from '../../src/tips/tip.ts'
import { Visitor } from '../channels/visitor.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aDoorkeeper } from '../http/a-doorkeeper.ts'
import { capturedLog } from '../http/wire.ts'
import { makeWorld, story, type World } from '../tips/tip-room.ts'

const random = (n: number): Uint8Array => randomBytes(n)

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  let server: Server
  let sender: Loop
  let visitor: Visitor
  let channel: Channel
  let rang: number

  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => {
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true, force: true })
  })

  beforeEach(async () => {
    await database.empty()
    world = await makeWorld(database)
    rang = 0
    const { orm } = database
    const { keys, clock } = world.room
    const { log } = capturedLog()
    const bell = makeBell()
    const doorkeeper = aDoorkeeper(keys, clock)
    channel = webChatChannel({
      orm, keys, clock, log, random, dataDir: database.dataDir, publicUrl: 'http://localhost', say: language => says[language], doorkeeper,
      firstWords: language => firstWords(conversation, language),
      stillToSay: async address => await orm.em.fork().count(Reply, { lane: addressKeyOf(keys, address) }) > 0,
    })
    const conversation: ConversationRoom = {
      orm, keys, script, clock, log, channel: () => channel, say: language => says[language], places: makePlaces(() => null), webUrl: 'http://localhost/',
      workFirst: makeWorkFirst({ tips: world.room }),
      act: makeAct({ tips: world.room, forgetLines, forgetWindow }), reachable: async () => {}, count: async () => {},
      ring: () => { rang++; bell.ring() }, handled: () => {},
    }
    const app = new Hono()
    guard(app, { publicUrl: 'http://localhost', log, explain })
    channel.routes(app, makeConverse(conversation))
    chatRoutes(app, { orm, keys, tips: world.room, conversation, assets: await someAssets(), publicUrl: 'http://localhost', doorkeeper, clock })
    const replies = replySender({
      orm, keys, clock, log, words: () => ({ moreChoices: '', typeNumber: '', typeWord: '' }), left: async () => {}, became: async () => {}, more: () => { bell.ring() }, sent: () => {},
    }, channel)
    const loop = startLoop('replies', async signal => await replies.round(signal), bell, 1000, log)
    sender = { async stop () { await loop.stop(); await replies.finished() } }
    server = await listen(app, { host: '127.0.0.1', port: 0 })
    visitor = new Visitor(server.url)
  })
  afterEach(async () => {
    await server.stop()
    await sender.stop()
  })

  const page = async (headers: Record<string, string> = {}, path = '/'): Promise<string> => await (await visitor.ask('GET', path, null, { Accept: 'text/html', ...headers })).text()
  const address = () => ({ channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' }) as const
  const recipientsFor = (units: string[]): string[] => world.room.recipients.for(units)

  describe('the page', () => {
    test('greets a first visitor and keeps nothing of the visit', async () => {
      const answer = await visitor.ask('GET', '/', null, { Accept: 'text/html' })
      expect(await answer.text()).toContain(says.vi('chat.menu.report'))
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(visitor.cookies.size).toBe(0)
      expect(await database.orm.em.fork().count(ChatLine)).toBe(0)
    })

    test('speaks the language asked for, then the one remembered, then the browser’s, then Vietnamese', async () => {
      expect(await page()).toContain('<html lang="vi">')
      expect(await page({ 'Accept-Language': 'fr, km;q=0.8' })).toContain('<html lang="km">')
      expect(await page({ 'Accept-Language': 'km' }, '/?lang=en')).toContain('<html lang="en">')
      expect(visitor.cookies.get('lang')).toBe('en')
      expect(await page({ 'Accept-Language': 'km' })).toContain('<html lang="en">')
      await page({}, '/?lang=xx')
      expect(visitor.cookies.get('lang')).toBe('en')
    })

    test('leads somebody without a script to the first question, by forms alone', async () => {
      const answer = await visitor.post({ press: 'go:report-tip' }, { Accept: 'text/html' })
      expect(answer.headers.get('location')).toBe('/#last')
      const html = await page()
      expect(html).toContain(`</span>${says.vi('chat.menu.report')}</p>`)
      expect(html).toContain(says.vi('chat.report.danger'))
      expect(html).toContain(says.vi('chat.report.dangerNo'))
      await visitor.post({ text: says.vi('chat.report.dangerNo') })
      const next = await page()
      expect(next).toContain(says.vi('chat.knows.webPlain').slice(0, 40))
      expect(next).toContain(says.vi('chat.report.kind'))
      expect(next).toContain('value="a:')
    })

    test('carries a token, so that its form sent twice is one answer', async () => {
      await visitor.post({ press: 'go:report-tip' })
      const [first, second] = [await page(), await page()].map(html => /name="once" value="([\w-]+)"/.exec(html)?.[1] ?? '')
      expect(first).not.toBe(second)
      const before = await database.orm.em.fork().count(ChatLine)
      await Promise.all([visitor.post({ text: 'trợ giúp', once: first ?? '' }), visitor.post({ text: 'trợ giúp', once: first ?? '' })])
      const once = await database.orm.em.fork().count(ChatLine) - before
      await visitor.post({ text: 'trợ giúp', once: second ?? '' })
      expect(await database.orm.em.fork().count(ChatLine)).toBe(before + 2 * once)
      expect(once).toBeGreaterThan(1)
    })

    test('shows nobody else’s chat', async () => {
      await visitor.post({ text: 'Ông Sáu bán ma túy ở chợ' })
      expect(await page()).toContain('Ông Sáu')
      const stranger = await fetch(server.url, { headers: { Cookie: `chat=${'x'.repeat(24)}` } })
      expect(await stranger.text()).not.toContain('Ông Sáu')
    })

    test('escapes what was written', async () => {
      await visitor.post({ text: '<script>alert(1)</script>' })
      expect(await page()).toContain('&lt;script&gt;alert(1)')
      expect(await page()).not.toContain('<script>alert')
    })
  })

  describe('a quick exit', () => {
    test('takes cookies and lines away and leads a form to another place', async () => {
      await visitor.post({ text: 'xin chào' })
      expect(await database.orm.em.fork().count(ChatLine)).toBeGreaterThan(1)
      const answer = await visitor.ask('POST', '/chat/exit', null, { Accept: 'text/html' })
      expect([answer.status, answer.headers.get('refresh'), answer.headers.get('clear-site-data')]).toEqual([200, '0; url=https://nchmf.gov.vn/', '"cache", "cookies", "storage"'])
      expect(await answer.text()).not.toContain('Tin Báo')
      expect(visitor.cookies.size).toBe(0)
      expect(await database.orm.em.fork().count(ChatLine)).toBe(0)
      expect((await visitor.ask('POST', '/chat/exit')).status).toBe(204)
    })
  })

  test('no other site can write, delete or leave in a visitor’s name', async () => {
    for (const [method, path] of [['POST', '/chat/tips'], ['POST', '/chat/follow-up'], ['POST', '/chat/follow-up/add'], ['POST', '/chat/forget'], ['POST', '/chat/exit'], ['PUT', '/chat/subscription'], ['DELETE', '/chat/subscription'], ['PUT', `/chat/files/${randomUUID()}/copy`]] as const) {
      expect((await visitor.ask(method, path, '{}', { 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'application/json' })).status).toBe(403)
    }
  })

  describe('the keys', () => {
    test('are those that the server itself would seal to', async () => {
      const { body } = await visitor.json('GET', '/chat/keys', undefined)
      expect(body).toEqual({ recipients: { general: [], units: { 'province:duty': recipientsFor(['province:duty']), 'province:inspectorate': recipientsFor(['province:inspectorate']) } } })
    })

    test('tell the general ones from each unit’s own', () => {
      const key = (n: number): string => generated[n] ?? ''
      const given = unitKeys(readRecipients(`${key(0)} inspectorate=${key(0)} commune:30307=${key(1)}`))
      expect(given).toEqual({ general: [key(0)], units: { 'province:inspectorate': [key(0)], 'commune:30307': [key(1)] } })
    })
  })

  describe('sealed files', () => {
    const put = async (id: string, which: string, bytes: Uint8Array): Promise<number> => (await visitor.ask('PUT', `/chat/files/${id}/${which}`, new Uint8Array(bytes), { 'Content-Type': 'application/octet-stream' })).status

    test('are taken once: the same again is fine, other bytes are not', async () => {
      const id = randomUUID()
      const sealed = await sealFile(randomBytes(100_000), recipientsFor(['province:duty']))
      expect(await put(id, 'copy', sealed)).toBe(204)
      expect(await put(id, 'copy', sealed)).toBe(204)
      expect(await put(id, 'copy', await sealFile(randomBytes(100_000), recipientsFor(['province:duty'])))).toBe(409)
      expect(await put(id, 'original', sealed)).toBe(204)
    })

    test('must be sealed, named and not too large', async () => {
      const sealed = await sealFile(new Uint8Array(10), recipientsFor(['province:duty']))
      expect(await put(randomUUID(), 'copy', randomBytes(500))).toBe(422)
      expect(await put('not-an-id', 'copy', sealed)).toBe(422)
      expect(await put(randomUUID(), 'thumbnail', sealed)).toBe(404)
      expect(await put(randomUUID(), 'copy', new Uint8Array(26 * 1024 * 1024))).toBe(413)
    })
  })

  describe('a tip sealed in the browser', () => {
    async function sealedTip (holder: CodeKeys, files: string[] = []): Promise<Record<string, unknown>> {
      const id = randomUUID()
      const recipients = recipientsFor(['province:duty', 'province:drugs', 'commune:30307'])
      return {
        id, locator: holder.locator, accessHash: accessHash(holder.access), reporterRecipient: holder.recipient,
        category: 'drugs', commune: '30307', aboutPolice: false, language: 'vi',
        sealed: await seal(JSON.stringify({ v: 1, ...story, files: [] }), recipients, storyPlace(id)),
        files: await Promise.all(files.map(async publicId => ({ publicId, sealedAbout: await seal('{}', recipients, aboutPlace(publicId)) }))),
      }
    }
    const newHolder = async (): Promise<CodeKeys> => await deriveKeys(makeCode(random))

    test('is received once however often it is sent, and answers come to this chat', async () => {
      await visitor.post({ text: 'xin chào' })
      const id = randomUUID()
      await visitor.ask('PUT', `/chat/files/${id}/original`, new Uint8Array(await sealFile(randomBytes(10), recipientsFor(['province:duty']))))
      const upload = await sealedTip(await newHolder(), [id])
      const before = rang
      const [first, second] = await Promise.all([visitor.json('POST', '/chat/tips', upload), visitor.json('POST', '/chat/tips', upload)])
      expect(first).toMatchObject({ status: 200, body: { linked: true } })
      expect(second).toEqual(first)
      expect(rang).toBeGreaterThan(before)
      const tip = await world.one(Tip)
      expect(await open(tip.sealed, [world.duty], storyPlace(tip.id))).toContain(story.what)
      await world.one(AddressLink)
      expect(await database.orm.em.fork().count(ChatLine)).toBe(0)
    })

    test('from a browser that keeps no cookie is received too', async () => {
      expect(await visitor.json('POST', '/chat/tips', await sealedTip(await newHolder()))).toMatchObject({ status: 200, body: { linked: false } })
      expect(visitor.cookies.size).toBe(0)
      expect(await database.orm.em.fork().count(AddressLink)).toBe(0)
    })

    test('is refused with a word when it is malformed, sealed to other keys, or lacks a file', async () => {
      const upload = await sealedTip(await newHolder())
      const code = async (body: unknown): Promise<unknown> => await visitor.json('POST', '/chat/tips', body)
      expect(await code({ ...upload, category: 'opinions' })).toMatchObject({ status: 422, body: { error: { code: 'malformed' } } })
      expect(await code({ ...upload, aboutPolice: true })).toMatchObject({ status: 409, body: { error: { code: 'recipients' } } })
      expect(await code(await sealedTip(await newHolder(), [randomUUID()]))).toMatchObject({ status: 409, body: { error: { code: 'files' } } })
      expect(await code({ sealed: 'x'.repeat(600_000) })).toMatchObject({ status: 413 })
      expect((await visitor.ask('POST', '/chat/tips', '{', { 'Content-Type': 'application/json' })).status).toBe(400)
      expect(await database.orm.em.fork().count(Tip)).toBe(0)
    })

    test('is opened and added to by whoever holds its code, and guessing gets slower', async () => {
      const code = makeCode(random)
      const holder = await deriveKeys(code)
      const upload = await sealedTip(holder)
      await visitor.json('POST', '/chat/tips', upload)
      const shown = { locator: holder.locator, access: holder.access }
      expect(await visitor.json('POST', '/chat/follow-up', shown)).toMatchObject({ status: 200, body: { found: true, tipId: upload.id, messages: [], recipients: recipientsFor(['province:duty']) } })
      const publicId = randomUUID()
      const addition = { ...shown, publicId, files: [], language: 'vi', sealed: await seal('{}', readSealedTo(upload), messagePlace(String(upload.id), publicId, 'units')) }
      expect(await visitor.json('POST', '/chat/follow-up/add', addition)).toEqual({ status: 200, body: { added: true } })
      expect(await visitor.json('POST', '/chat/follow-up/add', addition)).toEqual({ status: 200, body: { added: true } })
      const wrong = { locator: holder.locator, access: 'x'.repeat(43) }
      const answers = []
      for (let i = 0; i < 6; i++) answers.push((await visitor.json('POST', '/chat/follow-up', wrong)).body)
      expect(answers[0]).toEqual({ found: false, waitMinutes: 0 })
      expect(answers.at(-1)).toMatchObject({ found: false, waitMinutes: expect.any(Number) as unknown })
      expect(JSON.stringify(answers.at(-1))).not.toContain('"waitMinutes":0')
      expect((await database.stolen()).includes(formatCode(code))).toBe(false)
    })

    const readSealedTo = (upload: Record<string, unknown>): string[] => {
      expect(readSealed(String(upload.sealed))).not.toBeNull()
      return recipientsFor(['province:duty', 'province:drugs', 'commune:30307'])
    }
  })

  describe('what we hold', () => {
    const chosen = { topics: ['scams', 'children'], places: [{ code: '30307', name: 'bất kỳ' }], quietFrom: 21, quietTo: 6 }

    test('is nothing of somebody who was never here', async () => {
      expect((await visitor.json('GET', '/chat/held', undefined)).body).toEqual({ draft: false, links: 0, marks: 0, subscription: null, push: 0 })
      expect((await visitor.json('GET', '/chat/subscription', undefined)).body).toBeNull()
      expect((await visitor.json('DELETE', '/chat/subscription', undefined)).body).toBe(false)
      expect(visitor.cookies.size).toBe(0)
    })

    test('is a subscription that can be read, changed and ended', async () => {
      expect(await visitor.json('PUT', '/chat/subscription', { ...chosen, language: 'km' })).toEqual({ status: 200, body: true })
      expect((await visitor.json('GET', '/chat/subscription', undefined)).body).toEqual({ ...chosen, places: [{ code: '30307', name: 'Phường Long Xuyên' }], level: 0, frequency: 'at-once', agreed: true })
      await visitor.json('PUT', '/chat/subscription', { ...chosen, places: [], quietTo: 7, level: 1, agreed: false })
      expect((await visitor.json('GET', '/chat/subscription', undefined)).body).toMatchObject({ places: [], quietTo: 7, level: 1 })
      const { body } = await visitor.json('GET', '/chat/held', undefined)
      expect(body).toMatchObject({ draft: false, links: 0, marks: 0, push: 0, subscription: { topics: chosen.topics, places: [], quietFrom: 21, quietTo: 7, level: 1 } })
      expect(JSON.stringify(body)).toContain(JSON.stringify(says.vi('chat.subscribe.intro')).slice(1, -1))
      expect((await visitor.json('DELETE', '/chat/subscription', undefined)).body).toBe(true)
      expect((await visitor.json('GET', '/chat/subscription', undefined)).body).toBeNull()
    })

    test('is not made by changing one that is not there', async () => {
      expect(await visitor.json('PUT', '/chat/subscription', { ...chosen, agreed: false })).toMatchObject({ status: 422, body: { error: { code: 'not-accepted' } } })
      expect(await database.orm.em.fork().count(Subscriber)).toBe(0)
    })

    test('takes no topics, places, hours or levels that do not exist', async () => {
      for (const wrong of [{ level: 3 }, { level: '1' }, { frequency: 'hourly' }, { agreed: 'yes' }, { topics: ['politics'] }, { places: [{ code: '99999', name: 'x' }] }, { quietFrom: 24 }, { quietTo: 'six' }, { topics: { $ne: '' } }]) {
        expect((await visitor.json('PUT', '/chat/subscription', { ...chosen, ...wrong })).status).toBe(422)
      }
    })

    test('is all gone when the chat is forgotten', async () => {
      await visitor.post({ text: 'xin chào' })
      await visitor.json('PUT', '/chat/subscription', chosen)
      const addressKey = chatKeyOf(world.room.keys, address())
      expect(await database.orm.em.fork().count(Conversation, { addressKey })).toBe(1)
      expect((await visitor.json('POST', '/chat/forget', undefined)).body).toBe(true)
      expect(visitor.cookies.has('chat')).toBe(false)
      expect(await database.orm.em.fork().count(Conversation, { addressKey })).toBe(0)
      expect(await database.orm.em.fork().count(ChatLine, { addressKey })).toBe(0)
      expect(await database.orm.em.fork().count(Subscriber)).toBe(0)
    })
  })
})

const generated = ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p', 'age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg']

async function someAssets (): Promise<Awaited<ReturnType<typeof buildAssets>>> {
  const file = (type: 'text/javascript' | 'text/css' | 'application/json'): AssetSource => ({ type, bytes: new Uint8Array([32]) })
  const texts = (['vi', 'en', 'km'] satisfies Language[]).map(language => [`texts-${language}`, file('application/json')] as const)
  return await buildAssets({ scripts: {}, files: { chat: file('text/javascript'), 'chat.css': file('text/css'), ...Object.fromEntries(texts) } })
}
