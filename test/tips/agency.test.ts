// What the agency tells us, and what it fetches: taken when it is the agency, once, and brought to the reporter.
import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { days, minutes } from '../../src/clock.ts'
import { Seen } from '../../src/channels/seen.ts'
import { openReply } from '../../src/conversation/say.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { agencyRoutes } from '../../src/tips/agency.ts'
import { attachmentLink } from '../../src/tips/attachment-link.ts'
import { openTip } from '../../src/tips/open.ts'
import { removeSealedFiles } from '../../src/tips/sealed-files.ts'
import type { Opened } from '../../src/tips/story.ts'
import { ThreadMessage } from '../../src/tips/thread.ts'
import { TipHistory } from '../../src/tips/history.ts'
import { sign } from '../../src/tips/webhook.ts'
import { databases, type TestDatabase, withDatabase } from '../database.ts'
import { anAgency, lan, type World } from './agency-world.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  const start = async (): Promise<World> => world = await anAgency(database.orm)
  beforeAll(async () => { database = await withDatabase(kind) }, 60_000)
  beforeEach(async () => { await database.empty() })
  afterEach(async () => { await world.stop() })
  afterAll(async () => { await database.close() })

  /** A tip that the agency has. */
  async function handed (): Promise<World & { id: string, code: string }> {
    const started = await start()
    const told = await started.tells()
    await started.deliver()
    return { ...started, ...told }
  }
  const lanOpens = async (code: string): Promise<Opened> => await inTransaction(world.orm, async em => await openTip(em, world.room, code, 'lan'))
  const saidToLan = async (): Promise<string[]> => (await world.orm.em.fork().find(Reply, {}, { orderBy: { id: 'asc' } })).map(reply => {
    const { address, message } = openReply(world.room.keys, reply)
    expect(address).toEqual(lan)
    return message.text
  })
  /** A body of any kind, rightly signed. */
  async function send (body: string, id = `ev_${randomBytes(4).toString('hex')}`): Promise<{ status: number, body: unknown }> {
    const bytes = new TextEncoder().encode(body)
    const response = await fetch(`${world.url}/agency/events`, { method: 'POST', headers: { 'content-type': 'application/json', ...sign(world.secret, id, world.at.now, bytes) }, body: bytes })
    return { status: response.status, body: await response.json() }
  }

  test('an answer of the agency reaches Lan in her chat, and again when she comes with her code', async () => {
    const { agency, id, code, orm } = await handed()
    const response = await agency.says({ type: 'tip.message', data: { id, text: 'Cảm ơn bạn, tổ tuần tra đã đến.' } })
    expect([response.status, await response.json()]).toEqual([200, { accepted: true, repeated: false, delivery: 'on-its-way' }])
    expect((await saidToLan())[0]).toContain('Cảm ơn bạn, tổ tuần tra đã đến.')
    expect(await lanOpens(code)).toMatchObject({ found: true, messages: [{ kind: 'message', text: 'Cảm ơn bạn, tổ tuần tra đã đến.', on: '2026-11-12' }] })
    // Only sealed in the database.
    expect(JSON.stringify(await orm.em.fork().find(ThreadMessage, {}))).not.toContain('tuần tra')
  })

  test('a question of the agency reaches Lan as one, and her addition reaches the agency', async () => {
    const { agency, id, code, adds, deliver } = await handed()
    await agency.says({ type: 'tip.request-information', data: { id, text: 'Bạn có nhớ biển số xe không?' } })
    expect(await lanOpens(code)).toMatchObject({ messages: [{ kind: 'request-information', text: 'Bạn có nhớ biển số xe không?' }] })
    await adds(id, '67-A1 234.56')
    await deliver()
    expect(agency.tips.get(id)?.added).toMatchObject([{ text: '67-A1 234.56' }])
  })

  test('a status is written to the history, and Lan hears of it when it means something to her', async () => {
    const { agency, id, code, orm } = await handed()
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'triaged' } })).status).toBe(200)
    expect(await saidToLan()).toEqual([])
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'verifying', reason: '125/QĐ-CSHS' } })).status).toBe(200)
    expect(await saidToLan()).toHaveLength(1)
    expect(await lanOpens(code)).toMatchObject({ status: 'verifying' })
    const history = await orm.em.fork().find(TipHistory, { tipId: id }, { orderBy: { id: 'asc' } })
    expect(history.map(({ to }) => to)).toEqual(['submitted', 'acknowledged', 'triaged', 'verifying'])
    expect(history.at(-1)).toMatchObject({ by: 'agency', reason: '125/QĐ-CSHS', from: 'triaged' })
  })

  test('an agency that is faster than we read its acknowledgement is not refused', async () => {
    const { agency, tells, deliver, tip } = await start()
    const { id } = await tells()
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'triaged' } })).status).toBe(200)
    await deliver()
    expect((await tip(id)).status).toBe('triaged')
  })

  test('the status that the tip has already is taken and changes nothing', async () => {
    const { agency, id, orm } = await handed()
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'acknowledged' } })).status).toBe(200)
    expect(await orm.em.fork().count(TipHistory, { tipId: id })).toBe(2)
  })

  test('a status that may not follow is refused with those that may', async () => {
    const { agency, id, tip } = await handed()
    const response = await agency.says({ type: 'tip.status', data: { id, status: 'notified' } })
    expect([response.status, await response.json()]).toMatchObject([409, { error: { code: 'not-possible', status: 'acknowledged', allowed: ['triaged'] } }])
    expect((await tip(id)).status).toBe('acknowledged')
  })

  test('an answer from the agency is refused when its signature is a day old', async () => {
    const { agency, id, at, orm } = await handed()
    const response = await agency.says({ type: 'tip.message', data: { id, text: 'chào' } }, { at: new Date(at.now.getTime() - days(1)) })
    expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 'not-signed' } }])
    expect(await orm.em.fork().count(ThreadMessage)).toBe(0)
  })

  test('somebody else’s answer is refused, without a word on what was wrong, before it is read', async () => {
    const { agency, id, url, orm } = await handed()
    const stranger = await agency.says({ type: 'tip.message', data: { id, text: 'chào' } }, { secret: `whsec_${randomBytes(32).toString('base64')}` })
    const unsigned = await fetch(`${url}/agency/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
    expect([stranger.status, unsigned.status]).toEqual([401, 401])
    expect(await stranger.json()).toEqual(await unsigned.json())
    expect(await orm.em.fork().count(ThreadMessage)).toBe(0)
    expect(await orm.em.fork().count(Seen, { source: 'agency' })).toBe(0)
  })

  test('an answer that comes twice, even at once, is told once', async () => {
    const { agency, id, code } = await handed()
    const event = { type: 'tip.message', data: { id, text: 'một lần' } } as const
    const both = await Promise.all([agency.says(event, { id: 'ev_1' }), agency.says(event, { id: 'ev_1' })])
    const later = await agency.says(event, { id: 'ev_1' })
    expect([...both, later].map(response => response.status)).toEqual([200, 200, 200])
    const bodies = await Promise.all([...both, later].map(async response => await response.json() as { repeated: boolean }))
    expect(bodies.map(({ repeated }) => repeated).sort()).toEqual([false, true, true])
    expect(await lanOpens(code)).toMatchObject({ messages: [{ text: 'một lần' }] })
    expect(await saidToLan()).toHaveLength(1)
  })

  test('a tip we don’t know is answered so, and the same event is taken once we do what it needs', async () => {
    const { agency, id, tip } = await handed()
    const response = await agency.says({ type: 'tip.message', data: { id: 'another', text: 'chào' } }, { id: 'ev_2' })
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'not-found' } }])
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'verifying' } }, { id: 'ev_3' })).status).toBe(409)
    await agency.says({ type: 'tip.status', data: { id, status: 'triaged' } })
    expect((await agency.says({ type: 'tip.status', data: { id, status: 'verifying' } }, { id: 'ev_3' })).status).toBe(200)
    expect((await tip(id)).status).toBe('verifying')
  })

  test('what is not one of our events is refused by what is wrong with it, and nothing is done', async () => {
    const { id, orm, logged } = await handed()
    const timestamp = '2026-11-12T08:30:00+07:00'
    const message = (data: object): string => JSON.stringify({ type: 'tip.message', timestamp, data })
    const answers = await Promise.all([
      '{"type":', 'null', '[]', JSON.stringify({ type: 'tip.deleted', timestamp, data: { id } }),
      message({ id, text: '' }), message({ id, text: ' \n\0' }), message({ id, text: 'a'.repeat(4001) }), message({ id, text: ['a'] }), message({ text: 'a' }),
      message({ id, text: 'bí mật của dân', by: 'x' }), JSON.stringify({ type: 'tip.message', timestamp: 'today', data: { id, text: 'a' } }),
      JSON.stringify({ type: 'tip.status', timestamp, data: { id, status: 'erased' } }),
      JSON.stringify({ type: 'tip.status', timestamp, data: { id, status: 'triaged', reason: 'ông Nguyễn Văn A ở nhà' } }),
      'x'.repeat(256 * 1024 + 1),
    ].map(async body => await send(body)))
    expect(answers.map(({ status }) => status)).toEqual([400, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 413])
    expect(JSON.stringify(answers) + logged()).not.toMatch(/bí mật|Nguyễn/)
    expect(await orm.em.fork().count(ThreadMessage)).toBe(0)
    expect(await orm.em.fork().count(Seen, { source: 'agency' })).toBe(0)
  })

  test('a file can be fetched for seven days by its whole address and by no other', async () => {
    const { id, url, room, at, passes, fileArrives, logged } = await handed()
    const file = await fileArrives(id, { copy: null, original: 'ảnh gốc' })
    const link = attachmentLink(room.keys, url, file.publicId, 'original', at.now)
    const good = await fetch(link)
    expect([good.status, good.headers.get('content-type'), Number(good.headers.get('content-length'))]).toEqual([200, 'application/octet-stream', file.originalBytes])
    expect(new TextDecoder().decode(await good.arrayBuffer()).startsWith('age-encryption.org/v1')).toBe(true)

    const other = await fileArrives(id, { copy: 'a', original: 'b' })
    const wrong = [
      link.replace(/token=.*/, ''), link.replace(/.$/, end => end === 'A' ? 'B' : 'A'), link.replace('/original', '/copy'), link.replace(file.publicId, other.publicId),
      link.replace(file.publicId, '..%2f..%2fserver'), link.replace('/original', '/key'), link.replace(/until=\d+/, 'until=9999999999'),
      // Rightly made, for a copy that does not exist.
      attachmentLink(room.keys, url, file.publicId, 'copy', at.now),
    ]
    const answers = await Promise.all(wrong.map(async address => await fetch(address)))
    expect(answers.map(({ status }) => status)).toEqual(wrong.map(() => 404))
    const bodies = await Promise.all(answers.map(async answer => (await answer.json() as { error: { code: string, message: string } }).error))
    expect(new Set(bodies.map(({ code, message }) => `${code} ${message}`)).size).toBe(1)
    expect(logged()).not.toContain('token')

    await removeSealedFiles(room.dataDir, other.publicId)
    expect((await fetch(attachmentLink(room.keys, url, other.publicId, 'original', at.now))).status).toBe(404)
    passes(days(7) - minutes(1))
    expect((await fetch(link)).status).toBe(200)
    passes(minutes(2))
    expect((await fetch(link)).status).toBe(404)
  })

  test('without an agency its door is not there, and the contract still is', async () => {
    const { orm, room } = await start()
    const app = new Hono()
    agencyRoutes(app, orm, room, { secret: null, publicUrl: 'https://bao.example' })
    expect((await app.request('/agency/events', { method: 'POST', body: '{}' })).status).toBe(404)
    expect((await app.request('/agency/openapi.json')).status).toBe(200)
  })
})
