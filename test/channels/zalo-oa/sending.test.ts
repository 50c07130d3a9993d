// Sending through the Official Account: what Zalo takes, when it may be sent, and what its refusals mean.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { days, hours } from '../../../src/clock.ts'
import { signatureCounts, ZaloSignature } from '../../../src/channels/zalo-oa/signature-count.ts'
import { expireWindows, forgetWindow, windowKeyOf, windowOf } from '../../../src/channels/zalo-oa/window.ts'
import { databases, withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { failureOf, lan, lanId, startChannel, until, type Running } from './channel-under-test.ts'

const cs = '/v3.0/oa/message/cs'

describe.each(databases)('on %s', database => {
  let db: TestDatabase
  let zalo: ZaloOaStub
  let running: Running
  let now: number
  const passes = (ms: number): void => { now += ms; zalo.passes(ms) }

  beforeAll(async () => { db = await withDatabase(database) })
  afterAll(async () => { await db.close() })
  beforeEach(async () => {
    await db.empty()
    now = Date.now()
    const began = now
    zalo = await startZaloOaStub({ now: () => began })
    running = await startChannel(zalo, db, { clock: () => new Date(now) })
    await zalo.setWebhook(`${running.url}/webhooks/zalo-oa`)
  })
  afterEach(async () => {
    await running.stop()
    await zalo.stop()
  })

  async function lanWrites (): Promise<void> {
    const before = running.received.length
    zalo.person(lanId).writes('chào')
    await until(() => running.received.length > before)
  }

  test('Lan writes and is answered, and our own words that Zalo echoes are no message of hers', async () => {
    await lanWrites()
    await running.send({ text: 'Chào bạn' })
    expect(zalo.person(lanId).lastHeard().text).toBe('Chào bạn')
    await zalo.quiet()
    expect(zalo.webhook.delivered.map(({ event, status }) => [event, status])).toEqual([['user_send_text', 200], ['oa_send_text', 200]])
    expect(running.received).toHaveLength(1)
  })

  test('a pressed button, its number and its words all mean the same', async () => {
    await lanWrites()
    const choices = [{ id: 'go:report-tip', label: 'Báo tin' }, { id: 'help', label: 'Trợ giúp' }, { id: 'a:1:x:!cancel', label: 'Thôi', tone: 'quiet' as const }]
    await running.send({ text: 'Bạn cần gì?', choices })
    const person = zalo.person(lanId)
    person.presses('Báo tin')
    person.types('Trợ giúp')
    person.writes('thôi')
    person.writes('báo tin')
    person.writes('3')
    await until(() => running.received.length === 6)
    const meant = running.received.slice(1).map(({ content }) => content)
    expect(meant).toEqual(expect.arrayContaining([
      { kind: 'press', data: 'go:report-tip' }, { kind: 'press', data: 'help' }, { kind: 'press', data: 'a:1:x:!cancel' }, { kind: 'text', text: '3' },
    ]))
    expect(meant.filter(content => content.kind === 'press')).toHaveLength(4)
  })

  test('where a text is asked for, a number is what it says, whatever was offered before', async () => {
    await lanWrites()
    await running.send({ text: 'Chọn', choices: [{ id: 'a:1:x:yes', label: 'Có' }] })
    await running.send({ text: 'Mấy người?', choices: [{ id: 'a:2:y:!skip', label: 'Bỏ qua', tone: 'quiet' }], wants: 'text' })
    zalo.person(lanId).writes('1')
    await until(() => running.received.length === 2)
    expect(running.received[1]?.content).toEqual({ kind: 'text', text: '1' })
  })

  test('what was offered is sealed', async () => {
    await lanWrites()
    await running.send({ text: 'Chọn', choices: [{ id: 'a:1:x:secret-choice', label: 'Bị chồng đánh' }] })
    const stolen = (await db.stolen()).toString('latin1')
    expect(stolen).not.toContain('secret-choice')
    expect(stolen).not.toContain(lanId)
    expect(stolen).not.toContain(zalo.accessToken())
    expect(stolen).not.toContain(zalo.refreshToken())
  })

  test('a long list of choices comes on several messages, five buttons each', async () => {
    await lanWrites()
    await running.send({ text: 'Chuyện gì?', choices: Array.from({ length: 12 }, (_, index) => ({ id: `a:1:k:${index}`, label: `Loại ${index + 1}` })) })
    const { heard } = zalo.person(lanId)
    expect(heard.map(({ buttons }) => buttons.length)).toEqual([5, 5, 2])
    expect(heard[0]?.text).toContain('12. Loại 12')
  })

  test('when a message breaks off half way, the next try sends the rest and not the beginning', async () => {
    await lanWrites()
    const long = { text: Array.from({ length: 60 }, (_, index) => `Câu số ${index} ${'x'.repeat(60)}`).join('\n') }
    await running.send({ text: 'Trước' })
    zalo.fails({ kind: 'slow', ms: 1 }, { path: cs })
    zalo.fails({ kind: 'error', code: -200 }, { path: cs })
    expect(await failureOf(running.send(long, lan, 'the-same'))).toMatchObject({ failure: 'tryAgain' })
    await running.send(long, lan, 'the-same')
    const texts = zalo.person(lanId).heard.slice(1).map(({ text }) => text)
    expect(texts.length).toBeGreaterThan(1)
    expect(texts.join('\n')).toBe(long.text)
  })

  test('after 48 hours nothing is sent that costs money, unless somebody said so', async () => {
    await lanWrites()
    passes(hours(49))
    expect(await running.channel.reach(lan)).toBe('paid')
    expect(await failureOf(running.send({ text: 'Tin của bạn đã có trả lời' }))).toMatchObject({ failure: 'rejected', untilTheyWrite: true })
    expect(zalo.askedOf(cs)).toHaveLength(0)
    zalo.switches.cloudAccount = 'paid'
    const paying = await startChannel(zalo, db, { clock: () => new Date(now), paid: true })
    await paying.send({ text: 'Tin của bạn đã có trả lời' })
    expect(zalo.person(lanId).lastHeard().text).toBe('Tin của bạn đã có trả lời')
    await paying.stop()
  })

  test('after seven days Zalo is not even asked, until she writes again', async () => {
    await lanWrites()
    passes(days(8))
    expect(await running.channel.reach(lan)).toBe('closed')
    expect(await failureOf(running.send({ text: 'x' }))).toMatchObject({ failure: 'rejected', untilTheyWrite: true })
    expect(zalo.askedOf(cs)).toHaveLength(0)
    await lanWrites()
    expect(await running.channel.reach(lan)).toBe('free')
    await running.send({ text: 'Chào lại' })
  })

  test('what Zalo will not bring closes the window, and her next word opens it', async () => {
    await lanWrites()
    zalo.person(lanId).blocks()
    expect(await failureOf(running.send({ text: 'x' }))).toMatchObject({ failure: 'rejected', untilTheyWrite: true })
    expect(await running.channel.reach(lan)).toBe('closed')
    expect(zalo.askedOf(cs)).toHaveLength(1)
    await failureOf(running.send({ text: 'x' }))
    expect(zalo.askedOf(cs)).toHaveLength(1)
    await lanWrites()
    expect(await running.channel.reach(lan)).toBe('free')
  })

  test('an old event that comes late does not make the window shorter', async () => {
    await lanWrites()
    const before = (await windowOf(db.orm, running.keys, lan))?.lastInteractionAt
    const body = JSON.stringify({ app_id: zalo.app.id, sender: { id: lanId }, recipient: { id: zalo.oa.id }, event_name: 'user_send_text', message: { text: 'cũ', msg_id: 'old1' }, timestamp: String(now - days(6)) })
    await fetch(`${running.url}/webhooks/zalo-oa`, { method: 'POST', body, headers: { 'x-zevent-signature': `mac=${zalo.macOf(body)}` } })
    expect(running.received).toHaveLength(2)
    expect((await windowOf(db.orm, running.keys, lan))?.lastInteractionAt).toEqual(before)
  })

  test('a visitor of the chat widget is answered in the widget, by words and numbers', async () => {
    const visitor = zalo.visitor('1ffedc467f179649cf06')
    visitor.writes('Xin hỏi')
    await until(() => running.received.length === 1)
    const address = running.received[0]?.address
    if (address === undefined) throw new Error('nobody wrote')
    await running.send({ text: 'Bạn cần gì?', choices: [{ id: 'help', label: 'Trợ giúp' }] }, address)
    expect(visitor.lastHeard().text).toContain('1. Trợ giúp')
    visitor.writes('1')
    await until(() => running.received.length === 2)
    expect(running.received[1]).toMatchObject({ address, content: { kind: 'press', data: 'help' } })
  })

  test('an access token that died is replaced, and the message goes', async () => {
    await lanWrites()
    await running.send({ text: 'một' })
    zalo.fails({ kind: 'error', code: -216 }, { path: cs })
    await running.send({ text: 'hai' })
    expect(zalo.person(lanId).heard.map(({ text }) => text)).toEqual(['một', 'hai'])
    expect(zalo.askedOf('/v4/oa/access_token')).toHaveLength(2)
  })

  test('with the proof switched on, each call carries it', async () => {
    zalo.switches.proof = true
    await lanWrites()
    expect(await failureOf(running.send({ text: 'x' }))).toMatchObject({ failure: 'notAllowed', message: expect.stringContaining('ZALO_OA_SECRET_PROOF') })
    const proving = await startChannel(zalo, db, { proof: true })
    await proving.send({ text: 'có chữ ký' })
    expect(zalo.person(lanId).lastHeard().text).toBe('có chữ ký')
    await proving.stop()
  })

  test('the ways of signing that were seen are counted over restarts', async () => {
    for (let starts = 0; starts < 2; starts++) {
      const counts = signatureCounts()
      for (const name of ['none', 'app-id.body.oa-secret', 'none']) counts.saw(name, new Date(now))
      await counts.store(db.orm)
      await counts.store(db.orm)
    }
    const rows = await db.orm.em.fork().find(ZaloSignature, {}, { orderBy: { name: 'asc' } })
    expect(rows.map(({ name, count, lastAt }) => [name, count, lastAt.getTime()])).toEqual([['app-id.body.oa-secret', 2, now], ['none', 4, now]])
  })

  test('what is known of somebody\'s window is deleted after a month, and when they want to be forgotten', async () => {
    await lanWrites()
    await expireWindows(db.orm, new Date(now + days(29)))
    expect(await running.channel.reach(lan)).toBe('free')
    await expireWindows(db.orm, new Date(now + days(31)))
    expect(await running.channel.reach(lan)).toBe('unknown')
    await running.send({ text: 'Chọn', choices: [{ id: 'help', label: 'Trợ giúp' }] })
    await expireWindows(db.orm, new Date(now))
    expect(await windowOf(db.orm, running.keys, lan)).toBeNull()
    await lanWrites()
    await forgetWindow(db.orm.em.fork(), windowKeyOf(running.keys, lan))
    expect(await windowOf(db.orm, running.keys, lan)).toBeNull()
  })

  test('neither a person, a text nor a token stands in the log', async () => {
    await lanWrites()
    zalo.fails({ kind: 'error', code: -248, message: `bad ${lanId}` }, { path: cs })
    await failureOf(running.send({ text: 'Chuyện bí mật' }))
    expect(running.channel.health.trouble).toContain('-248')
    expect(running.logged()).toContain('-248')
    for (const secret of [lanId, 'bí mật', zalo.accessToken(), zalo.refreshToken(), zalo.app.secret]) expect(running.logged()).not.toContain(secret)
  })
})
