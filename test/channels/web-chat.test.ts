// The web chat as a channel: what people write and what we say stands in it once, sealed, for a day.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Channel, Receive } from '../../src/channels/channel.ts'
import type { Incoming } from '../../src/channels/message.ts'
import { firstTime } from '../../src/channels/seen.ts'
import { SendError } from '../../src/channels/send-error.ts'
import { ChatLine } from '../../src/channels/web-chat/line.ts'
import { expireLines, forgetLines } from '../../src/channels/web-chat/lines.ts'
import type { OpenLine } from '../../src/channels/web-chat/open-line.ts'
import { chatKeyOf } from '../../src/channels/web-chat/session.ts'
import { expireUploads, forgetUpload } from '../../src/channels/web-chat/uploads.ts'
import { webChatChannel } from '../../src/channels/web-chat/web-chat.ts'
import { hours } from '../../src/clock.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { TooBusy } from '../../src/conversation/converse.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening as Server } from '../../src/http/server.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aDoorkeeper } from '../http/a-doorkeeper.ts'
import { capturedLog } from '../http/wire.ts'
import { Visitor } from './visitor.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let keyFolder: string
  let keys: ServerKeys
  let now: Date
  let channel: Channel
  let other: Channel
  let server: Server
  let visitor: Visitor
  let handled: Incoming[]
  let receive: Receive
  let waiting: () => boolean
  let log: string[]

  beforeAll(async () => {
    database = await withDatabase(kind)
    // Not among what a thief of the data has.
    keyFolder = await mkdtemp(join(tmpdir(), 'tin-bao-key-'))
    keys = loadOrCreateServerKeys(join(keyFolder, 'server.key'), randomBytes).keys
  })
  afterAll(async () => {
    await database.close()
    await rm(keyFolder, { recursive: true })
  })

  beforeEach(async () => {
    await database.empty()
    now = new Date()
    handled = []
    waiting = () => false
    const captured = capturedLog()
    log = captured.lines
    const settings = {
      orm: database.orm, keys, clock: () => now, log: captured.log, random: (n: number) => randomBytes(n), dataDir: database.dataDir, publicUrl: 'http://localhost',
      doorkeeper: aDoorkeeper(keys, () => now),
      say: (language: 'vi' | 'en' | 'km') => says[language],
      firstWords: () => [{ text: 'Xin chào', choices: [{ id: 'go:report-tip', label: 'Báo tin' }] }],
      stillToSay: async () => waiting(), lookEvery: 60, patience: 400,
    }
    channel = webChatChannel(settings)
    other = webChatChannel(settings)
    receive = async incoming => {
      handled.push(incoming)
      if (!await inTransaction(database.orm, async em => await firstTime(em, 'web-chat', incoming.updateId, now))) return
      await channel.send(incoming.address, { text: `Đã nghe (${handled.length})`, choices: [{ id: 'a:1:what:yes', label: 'Đúng rồi' }] }, randomUUID())
    }
    const app = new Hono()
    guard(app, { publicUrl: 'http://localhost', log: captured.log })
    channel.routes(app, async incoming => { await receive(incoming) })
    server = await listen(app, { host: '127.0.0.1', port: 0 })
    visitor = new Visitor(server.url)
  })
  afterEach(async () => { await server.stop() })

  const words = (lines: readonly OpenLine[]): string[] => lines.map(line => line.from === 'us' ? line.message.text : `> ${line.text}`)

  test('what somebody writes and what we say stands in the chat in order', async () => {
    const answer = await visitor.post({ text: '  Có trộm xe\r\nở chợ  ' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/#last'])
    const set = answer.headers.getSetCookie().join()
    expect(set).toMatch(/^chat=[\w-]{24}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(handled[0]).toMatchObject({ address: { channel: 'web-chat', id: visitor.cookies.get('chat') }, content: { kind: 'text', text: 'Có trộm xe\nở chợ' } })
    const events = await visitor.listens()
    expect(words(await events.until(2))).toEqual(['> Có trộm xe\nở chợ', 'Đã nghe (1)'])
    events.close()
  })

  test('a press is shown as the words on its button', async () => {
    await visitor.post({ press: 'go:report-tip' })
    await visitor.post({ press: 'a:1:what:yes' })
    await visitor.post({ press: 'a:9:unknown' })
    const events = await visitor.listens()
    expect(words(await events.until(5))).toEqual(['> Báo tin', 'Đã nghe (1)', '> Đúng rồi', 'Đã nghe (2)', 'Đã nghe (3)'])
    expect(handled.map(({ content }) => content)).toEqual(['go:report-tip', 'a:1:what:yes', 'a:9:unknown'].map(data => ({ kind: 'press', data })))
    events.close()
  })

  test('files chosen before a button was pressed are not lost by it', async () => {
    await visitor.post({ press: 'a:1:proof:done', text: 'đây', files: new File(['x'], 'a.jpg', { type: 'image/jpeg' }) })
    expect(handled.map(({ content }) => content)).toMatchObject([{ kind: 'files', caption: 'đây', files: [{ name: 'a.jpg' }] }])
  })

  test('an empty form changes nothing', async () => {
    expect((await visitor.post({ text: ' ', files: new File([], '') })).status).toBe(303)
    expect(handled).toEqual([])
  })

  test('a reload in the middle shows every line once', async () => {
    await visitor.post({ text: 'một' })
    const first = await visitor.listens()
    const before = [...await first.until(2)]
    first.close()
    const second = await visitor.listens(`?after=${before.at(-1)?.id ?? 0}`)
    await visitor.post({ text: 'hai' })
    const after = await second.until(2)
    await pause(150)
    expect(words([...before, ...after])).toEqual(['> một', 'Đã nghe (1)', '> hai', 'Đã nghe (2)'])
    second.close()
  })

  test('a line written while the connection was lost arrives with Last-Event-ID', async () => {
    await visitor.post({ text: 'một' })
    const lost = await visitor.listens()
    const last = (await lost.until(2)).at(-1)?.id ?? 0
    expect(lost.text()).toContain(`event: line\ndata: {"id":${last},`)
    expect(lost.text()).toContain(`\nid: ${last}\n`)
    lost.close()
    await channel.send({ channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' }, { text: 'Có trả lời' }, randomUUID())
    const again = await visitor.listens('?after=0', { 'Last-Event-ID': String(last) })
    expect(words(await again.until(1))).toEqual(['Có trả lời'])
    again.close()
  })

  test('a line that another process wrote appears, and nobody else sees it', async () => {
    const mine = await visitor.listens()
    const stranger = await new Visitor(server.url).listens()
    await other.send({ channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' }, { text: 'Từ nơi khác' }, 'once')
    expect(words(await mine.until(1))).toEqual(['Từ nơi khác'])
    expect(stranger.lines).toEqual([])
    mine.close()
    stranger.close()
  })

  test('a message brought twice is one line', async () => {
    const events = await visitor.listens()
    const to = { channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' } as const
    await channel.send(to, { text: 'một' }, 'same')
    await channel.send(to, { text: 'một' }, 'same')
    await channel.send(to, { text: 'hai' }, 'another')
    expect(words(await events.until(2))).toEqual(['một', 'hai'])
    events.close()
  })

  test('a form sent twice is one answer', async () => {
    const events = await visitor.listens()
    const once = randomBytes(16).toString('base64url')
    await Promise.all([visitor.post({ text: 'Gửi', once }), visitor.post({ text: 'Gửi', once })])
    await visitor.post({ text: 'Gửi', once })
    await pause(150)
    expect(events.lines.map(line => line.from)).toEqual(['them', 'us'])
    await visitor.post({ text: 'Gửi' })
    expect((await events.until(4)).map(line => line.from)).toEqual(['them', 'us', 'them', 'us'])
    events.close()
  })

  test('the same form token in two chats is two updates', async () => {
    const once = 'a'.repeat(22)
    await visitor.post({ text: 'một', once })
    await new Visitor(server.url).post({ text: 'hai', once })
    expect(new Set(handled.map(({ updateId }) => updateId)).size).toBe(2)
  })

  test('the page waits for what we say, but not for ever', async () => {
    const until = performance.now() + 200
    waiting = () => performance.now() < until
    await visitor.post({ text: 'một' })
    expect(performance.now()).toBeGreaterThanOrEqual(until)
    expect(performance.now() - until).toBeLessThan(200)
    waiting = () => true
    const again = performance.now()
    await visitor.post({ text: 'hai' })
    expect(performance.now() - again).toBeGreaterThanOrEqual(400)
    expect(performance.now() - again).toBeLessThan(1500)
  })

  test('a page from another site cannot post here, nor open a chat', async () => {
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }]) {
      const answer = await visitor.post({ text: 'giả' }, headers)
      expect(answer.status).toBe(403)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    const old = await fetch(`${server.url}/chat`, { method: 'POST', body: new URLSearchParams({ text: 'giả' }), headers: { Origin: 'https://evil.example' } })
    expect(old.status).toBe(403)
    expect((await fetch(`${server.url}/chat/events`, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403)
    expect(handled).toEqual([])
  })

  test('a cookie of another shape is replaced', async () => {
    visitor.cookies.set('chat', 'x"; drop table')
    await visitor.post({ text: 'một' })
    expect(visitor.cookies.get('chat')).toMatch(/^[\w-]{24}$/)
    const made = visitor.cookies.get('chat')
    await visitor.post({ text: 'hai' })
    expect(visitor.cookies.get('chat')).toBe(made)
  })

  test('nothing of what was written is readable on the disk or in the log', async () => {
    await visitor.post({ text: 'Ông Sáu bán ma túy', files: new File(['bí mật của tôi'], 'nhà ông Sáu.jpg', { type: 'image/jpeg' }) })
    await channel.send({ channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' }, { text: 'Cảm ơn bạn nhiều lắm' }, 'once')
    expect(await database.orm.em.fork().count(ChatLine)).toBe(3)
    for (const bytes of [await database.stolen(), Buffer.from(log.join())]) {
      for (const secret of ['ma túy', 'Sáu', 'bí mật', 'Cảm ơn', visitor.cookies.get('chat') ?? '?']) expect(bytes.includes(secret)).toBe(false)
    }
    expect((await database.stolen()).includes(chatKeyOf(keys, { channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' }))).toBe(true)
  })

  test('the conversation and the chat call an address by the same name', () => {
    const address = { channel: 'web-chat', id: 'x'.repeat(24) } as const
    expect(chatKeyOf(keys, address)).toBe(addressKeyOf(keys, address))
  })

  test('a 21 MiB photo is refused with a sentence, and the others with it are taken', async () => {
    const large = new File([new Uint8Array(21 * 1024 * 1024)], 'lớn.jpg', { type: 'image/jpeg' })
    await visitor.post({ files: [large, new File(['nhỏ'], 'nhỏ.jpg', { type: 'image/jpeg' })] })
    const events = await visitor.listens()
    expect(words(await events.until(3))).toEqual([says.vi('chat.files.tooBig', { size: 20 }), '> 📎 nhỏ.jpg', 'Đã nghe (1)'])
    expect(handled).toHaveLength(1)
    await visitor.post({ files: large })
    expect(words(await events.until(4)).at(-1)).toBe(says.vi('chat.files.tooBig', { size: 20 }))
    expect(handled).toHaveLength(1)
    events.close()
  })

  test('files arrive as they were sent, and are gone when they are forgotten or a day old', async () => {
    await visitor.post({ text: 'đây', files: [new File(['ảnh'], 'a.jpg', { type: 'image/jpeg' }), new File(['tiếng'], 'b.ogg', { type: 'audio/ogg' }), new File(['giấy'], 'c.pdf', { type: 'application/pdf' })] })
    const content = handled[0]?.content
    if (content?.kind !== 'files') throw new Error('No files were handled.')
    expect(content.caption).toBe('đây')
    expect(content.files.map(({ kind, name, size }) => [kind, name, size])).toEqual([['photo', 'a.jpg', 5], ['voice', 'b.ogg', 7], ['document', 'c.pdf', 6]])
    const [photo, voice, paper] = content.files
    if (photo === undefined || voice === undefined || paper === undefined) throw new Error('Three files were sent.')
    const fetched = await channel.fetchFile(photo)
    expect([Buffer.from(fetched.bytes).toString(), fetched.name, fetched.mime]).toEqual(['ảnh', 'a.jpg', 'image/jpeg'])
    await forgetUpload(database.dataDir, photo.ref)
    await expect(channel.fetchFile(photo)).rejects.toMatchObject({ failure: 'rejected' })
    await expireUploads(database.dataDir, new Date(Date.now() + hours(23)))
    expect((await channel.fetchFile(voice)).bytes).toHaveLength(7)
    await expireUploads(database.dataDir, new Date(Date.now() + hours(25)), new Set([paper.ref]))
    expect((await channel.fetchFile(paper)).bytes).toHaveLength(6)
    await expireUploads(database.dataDir, new Date(Date.now() + hours(25)))
    await expect(channel.fetchFile(voice)).rejects.toBeInstanceOf(SendError)
    expect(await readdir(join(database.dataDir, 'incoming'))).toEqual([])
    await expect(channel.fetchFile({ ref: '../server.key', kind: 'document' })).rejects.toMatchObject({ failure: 'rejected' })
  })

  test('too many files, too long a text, a broken form: each is refused and nothing is kept', async () => {
    const files = Array.from({ length: 11 }, (_, i) => new File(['x'], `${i}.jpg`))
    expect((await visitor.post({ files })).status).toBe(413)
    expect((await visitor.post({ text: 'ă'.repeat(10_001) })).status).toBe(413)
    expect((await visitor.post({ text: 'ă'.repeat(10_000) })).status).toBe(303)
    expect((await visitor.post({ press: 'x'.repeat(201) })).status).toBe(422)
    expect((await visitor.ask('POST', '/chat', 'text=' + 'a'.repeat(70_000), { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(413)
    expect((await visitor.ask('POST', '/chat', '{"text":"x"}', { 'Content-Type': 'application/json' })).status).toBe(415)
    expect((await visitor.ask('POST', '/chat', 'x', { 'Content-Type': 'multipart/form-data; boundary=y' })).status).toBe(400)
    expect(handled).toHaveLength(1)
  })

  test('a sixth open page of one chat has to wait until another is closed', async () => {
    const open = []
    for (let i = 0; i < 5; i++) open.push(await visitor.listens())
    await expect(visitor.listens()).rejects.toThrow('429')
    open[0]?.close()
    await pause(100)
    open.push(await visitor.listens())
    for (const events of open) events.close()
  })

  test('a stream begins with a sign of life, and ends when the server stops', async () => {
    const events = await visitor.listens()
    await pause(100)
    expect(events.text()).toBe(': \n\n')
    const began = performance.now()
    await server.stop()
    await events.ended
    expect(performance.now() - began).toBeLessThan(1000)
  })

  test('what could not be taken in does not stand there, and can be sent again', async () => {
    const usual = receive
    receive = async () => { throw new TooBusy('busy') }
    const once = randomBytes(16).toString('base64url')
    const answer = await visitor.post({ text: 'một', once })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5'])
    expect(await database.orm.em.fork().count(ChatLine)).toBe(0)
    receive = usual
    await visitor.post({ text: 'một', once })
    const events = await visitor.listens()
    expect(words(await events.until(2))).toEqual(['> một', 'Đã nghe (1)'])
    events.close()
  })

  test('once a tip is received nothing before it stands there, and what follows is heard', async () => {
    await visitor.post({ text: 'Ông Sáu' })
    const events = await visitor.listens()
    await events.until(2)
    const address = { channel: 'web-chat', id: visitor.cookies.get('chat') ?? '' } as const
    await inTransaction(database.orm, async em => { await forgetLines(em, chatKeyOf(keys, address)) })
    await channel.send(address, { text: 'Mã của bạn' }, 'code')
    expect(words(await events.until(3)).at(-1)).toBe('Mã của bạn')
    const reloaded = await visitor.listens()
    expect(words(await reloaded.until(1))).toEqual(['Mã của bạn'])
    events.close()
    reloaded.close()
  })

  test('lines live a day', async () => {
    await visitor.post({ text: 'cũ' })
    now = new Date(now.getTime() + hours(23))
    await visitor.post({ text: 'mới' })
    now = new Date(now.getTime() + hours(2))
    const events = await visitor.listens()
    expect(words(await events.until(2))).toEqual(['> mới', 'Đã nghe (2)'])
    events.close()
    await expireLines(database.orm, now)
    expect(await database.orm.em.fork().count(ChatLine)).toBe(2)
  })

  test('a language chosen in the chat is the page’s too, and the hint of the next message', async () => {
    await visitor.post({ press: 'lang:km' })
    expect(visitor.cookies.get('lang')).toBe('km')
    await visitor.post({ text: 'x' }, { 'Accept-Language': 'en' })
    expect(handled.map(({ language }) => language)).toEqual([undefined, 'km'])
  })
})
