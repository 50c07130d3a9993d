// What becomes of each recipient, whatever the platform, the clock, the disk and the officers do meanwhile.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { changeSent, editSent, followUp, withdraw } from '../../src/bulletins/follow.ts'
import { approve, submit } from '../../src/bulletins/approve.ts'
import { pause, resume, stop, sweepStopped } from '../../src/bulletins/run.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { addOfficer } from '../../src/staff/officers.ts'
import { unsubscribe } from '../../src/subscribers/subscribe.ts'
import { fillResidents } from '../bench/broadcast/residents.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { until } from '../world.ts'
import { alarm, everybody, lesson, warning } from './newsroom.ts'
import { aSenderRoom, type SenderRoom } from './sender-room.ts'

const people = (many: number, from = 1001): number[] => Array.from({ length: many }, (_, n) => from + n)
const hour = 3_600_000

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let town: SenderRoom
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    town = await aSenderRoom(database)
    town.at('2026-11-25T10:00:00')
  })
  afterEach(async () => { await town.stop() })
  const within: SenderRoom['newsroom']['within'] = async work => await town.newsroom.within(work)
  const approved = async (content = lesson()): Promise<Bulletin> => {
    const bulletin = await town.newsroom.approved({ content, audience: everybody })
    await town.begins()
    return bulletin
  }
  const state = async (bulletin: Bulletin): Promise<string> => (await town.newsroom.fresh(bulletin)).state

  describe('whoever', () => {
    test('went to bed meanwhile gets it when they are up; nobody is asked for them before', async () => {
      await town.reside([1001], { quietFrom: 21, quietTo: 7 })
      await town.reside([1002])
      town.at('2026-11-25T20:59:00')
      const bulletin = await approved()
      town.at('2026-11-25T21:10:00')
      await town.sends()
      expect(town.asked()).toEqual([1002])
      expect(await town.rows(bulletin)).toEqual({ due: 1, delivered: 1 })
      town.at('2026-11-26T07:00:00')
      await town.sends()
      expect(town.asked()).toEqual([1002, 1001])
      expect(await state(bulletin)).toBe('sent')
    })

    test('left, or wants to hear about other things, is not asked', async () => {
      await town.reside(people(4))
      const bulletin = await approved()
      await within(async em => {
        await unsubscribe(em, town.keys, { channel: 'telegram', id: '1001' })
        await em.nativeUpdate(Subscriber, { addressKey: town.keys.tag('telegram:1002', 'address') }, { leftAt: town.now() })
        await em.nativeUpdate(Subscriber, { addressKey: town.keys.tag('telegram:1003', 'address') }, { topics: ['traffic'], topicBits: 2 })
      })
      await town.sends()
      expect(town.asked()).toEqual([1004])
      expect(await town.rows(bulletin)).toEqual({ left: 3, delivered: 1 })
    })

    test('comes after the time until which it is true is told nothing', async () => {
      await town.reside(people(3))
      const bulletin = await approved(warning(town.now()))
      town.passes(49 * hour)
      await town.sends()
      expect(town.asked()).toEqual([])
      expect(await town.rows(bulletin)).toEqual({ stopped: 3 })
      expect(await state(bulletin)).toBe('sent')
    })

    test('stopped the bot is counted as gone, and is not asked by the next bulletin', async () => {
      await town.reside(people(3))
      town.telegram.person({ id: 1002 }).blocks()
      const bulletin = await approved()
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ delivered: 2, left: 1 })
      const next = await approved()
      await town.sends()
      expect(await town.rows(next)).toEqual({ delivered: 2, left: 1 })
      expect(town.asked().filter(chat => chat === 1002)).toHaveLength(1)
    })

    test('is one of two thousand who leave while it runs: the others get theirs', async () => {
      await fillResidents(database.orm, town.keys, { many: 2000, like: 'telegram', firstChat: 5000 })
      await town.reside([4999])
      const bulletin = await approved()
      await within(async em => await em.nativeUpdate(Subscriber, { addressKey: { $ne: town.keys.tag('telegram:4999', 'address') } }, { leftAt: town.now() }))
      await town.sends()
      expect(town.asked()).toEqual([4999])
      expect(await town.rows(bulletin)).toEqual({ left: 2000, delivered: 1 })
    })
  })

  describe('when Telegram', () => {
    test('says for an hour that it is too much, everybody gets it once, an hour later', async () => {
      await town.reside(people(12))
      town.telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 3600', parameters: { retry_after: 3600 } }, { times: 12 })
      const bulletin = await approved()
      const sender = town.aSender()
      await town.sends(sender)
      await sender.finished()
      const before = town.asked().length
      town.passes(hour - 60_000)
      await town.sends(sender)
      expect(town.asked()).toHaveLength(before)
      town.telegram.recovers()
      town.passes(120_000)
      await town.sends(sender)
      expect(await town.rows(bulletin)).toEqual({ delivered: 12 })
      for (const chat of people(12)) expect(town.heard(chat)).toHaveLength(1)
    })

    test('takes the text from nobody, a few are asked, the bulletin is paused by itself, and goes on when somebody has looked', async () => {
      await town.reside(people(40))
      town.telegram.fails({ kind: 'error', code: 400, description: 'Bad Request: can\'t parse entities' }, { times: 1000 })
      const bulletin = await approved()
      await town.sends()
      expect(await state(bulletin)).toBe('paused')
      expect(town.asked()).toHaveLength(5)
      expect(await town.rows(bulletin)).toEqual({ 'due': 35, 'refused rejected': 5 })
      town.telegram.recovers()
      await within(async em => { await resume(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ 'delivered': 35, 'refused rejected': 5 })
    })

    test('has trouble, few are left in doubt: after five failures one is asked at a time until it is well again', async () => {
      await town.reside(people(30))
      town.telegram.fails({ kind: 'error', code: 500, description: 'Internal Server Error' }, { times: 6 })
      const bulletin = await approved()
      await town.sends()
      const rows = await town.rows(bulletin)
      expect(rows).toEqual({ unknown: 6, delivered: 24 })
      expect(town.asked()).toHaveLength(30)
    })

    test.each([
      ['a gateway\'s page', { kind: 'page', code: 502 }],
      ['a cut before it looked', { kind: 'cut' }],
      ['no answer after it was carried out', { kind: 'lost' }],
    ] as const)('gives %s, a lesson is not sent again, and an alarm is', async (_, failure) => {
      await town.reside(people(3))
      town.telegram.fails(failure, { chat: 1002 })
      const bulletin = await approved()
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ delivered: 2, unknown: 1 })
      expect(town.asked().filter(chat => chat === 1002)).toHaveLength(1)
      town.telegram.fails(failure, { chat: 1002 })
      const urgent = await approved(alarm(town.now()))
      await town.sends()
      expect(await town.rows(urgent)).toEqual({ delivered: 2, due: 1 })
      town.passes(10_000)
      await town.sends()
      expect(await town.rows(urgent)).toEqual({ delivered: 3 })
    })

    test('answers one of them slowly, the others do not wait', async () => {
      await town.reside(people(20))
      town.telegram.fails({ kind: 'slow', ms: 1500 }, { chat: 1003 })
      const bulletin = await approved()
      const sending = town.sends()
      await until(async () => (await town.rows(bulletin)).delivered === 19)
      expect(await town.rows(bulletin)).toEqual({ 'delivered': 19, 'on-the-wire': 1 })
      await sending
      expect(await town.rows(bulletin)).toEqual({ delivered: 20 })
    })

    test('no longer knows the bot\'s token, nobody is lost, and all goes on when it is set right', async () => {
      await town.reside(people(8))
      town.telegram.revoked = true
      const bulletin = await approved()
      const sender = town.aSender()
      await town.sends(sender)
      await sender.finished()
      expect(await town.rows(bulletin)).toEqual({ due: 8 })
      town.telegram.revoked = false
      town.passes(61_000)
      await town.sends(sender)
      expect(await town.rows(bulletin)).toEqual({ delivered: 8 })
    })
  })

  describe('when an officer', () => {
    test('pauses it, nothing more leaves; it goes on with the others; stopped, the rest is told nothing', async () => {
      await town.reside(people(9))
      const bulletin = await approved()
      const sender = town.aSender()
      const going = new AbortController()
      // The first few only: until somebody took it, no more are asked.
      await sender.round(going.signal)
      await within(async em => { await pause(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
      await town.sends(sender)
      await sender.finished()
      expect(await town.rows(bulletin)).toEqual({ delivered: 5, due: 4 })
      expect(await state(bulletin)).toBe('paused')
      await within(async em => { await resume(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
      await within(async em => { await stop(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
      while (await sweepStopped(town.room));
      await town.sends(sender)
      expect(await town.rows(bulletin)).toEqual({ delivered: 5, stopped: 4 })
      expect(town.asked()).toHaveLength(5)
    })

    test('raises an alarm while a long bulletin runs, it goes first', async () => {
      await town.stop()
      town = await aSenderRoom(database, 20)
      town.at('2026-11-25T10:00:00')
      await town.reside(people(30))
      const long = await approved()
      const sending = town.sends()
      await until(() => town.asked().length >= 6)
      const urgent = await approved(alarm(town.now()))
      await until(async () => (await town.rows(urgent)).delivered === 30, 15_000)
      expect((await town.rows(long)).due ?? 0).toBeGreaterThan(0)
      await sending
      expect(await town.rows(long)).toEqual({ delivered: 30 })
    })

    test('corrects it, exactly those who have it, or may have it, hear of that', async () => {
      await town.reside(people(6))
      town.telegram.person({ id: 1001 }).blocks()
      town.telegram.fails({ kind: 'lost' }, { chat: 1002 })
      town.telegram.fails({ kind: 'error', code: 400, description: 'Bad Request: something about this message' }, { chat: 1003 })
      const bulletin = await approved()
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ 'delivered': 3, 'left': 1, 'unknown': 1, 'refused rejected': 1 })
      // Somebody new, and somebody who changed their mind meanwhile; a correction is for whoever has what it corrects.
      await town.reside([1007])
      await within(async em => {
        await em.nativeUpdate(Subscriber, { addressKey: town.keys.tag('telegram:1004', 'address') }, { topics: ['traffic'], topicBits: 2 })
        await unsubscribe(em, town.keys, { channel: 'telegram', id: '1005' })
        const { lead } = town.newsroom
        const boss = await addOfficer(em, { name: 'Nguyễn Thị Sáu', role: 'province-lead' })
        const correction = await followUp(em, town.room, lead, await em.findOneOrFail(Bulletin, { id: bulletin.id }), 'correction')
        await submit(em, town.room, lead, correction)
        await approve(em, town.room, boss, correction)
      })
      await town.begins()
      const before = town.asked().length
      await town.sends()
      expect(town.asked().slice(before).sort()).toEqual([1002, 1004, 1006])
      const [correction] = await database.orm.em.fork().find(Bulletin, { about: bulletin.id })
      expect(await town.rows({ id: correction?.id ?? 0 })).toEqual({ delivered: 3, left: 1 })
    })

    test('puts words right that were sent, they change where they stand; taken back, they are gone; and outcomes stay', async () => {
      await town.reside(people(4))
      await town.reside([1005], { frequency: 'daily' })
      const bulletin = await approved()
      await town.sends()
      town.at('2026-11-26T07:31:00')
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ delivered: 5 })
      const letter = town.heard(1005)
      town.telegram.person({ id: 1002 }).blocks()
      await within(async em => {
        const sent = await em.findOneOrFail(Bulletin, { id: bulletin.id })
        await editSent(em, town.room, town.newsroom.lead, sent, sent.version, { vi: { headline: 'Đã sửa', body: 'Nội dung đã sửa.', toDo: '• Làm.' } })
      })
      while (await changeSent(town.room));
      await town.sends()
      for (const chat of [1001, 1003, 1004]) expect(town.heard(chat)).toEqual([expect.stringContaining('Đã sửa')])
      expect(await town.rows(bulletin)).toEqual({ 'delivered': 4, 'delivered too-old': 1 })
      expect(await state(bulletin)).toBe('sent')
      await within(async em => { await withdraw(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id }), 'Nhầm vụ việc') })
      while (await changeSent(town.room));
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ 'delivered': 1, 'delivered removed': 3, 'delivered too-old': 1 })
      for (const chat of [1001, 1003, 1004]) expect(town.heard(chat)).toEqual([])
      // A letter holds other things as well: it stays as it is.
      expect(town.heard(1005)).toEqual(letter)
    })
  })

  describe('when the machine', () => {
    test('has its clock set back, what is due stays due', async () => {
      await town.reside(people(3))
      const bulletin = await approved(alarm(town.now()))
      town.passes(-5 * hour)
      await town.sends()
      expect(await town.rows(bulletin)).toEqual({ delivered: 3 })
    })

    test('has no room on its disk for the outcomes, they are kept and written later; nobody gets it twice', async () => {
      await town.reside(people(5))
      const bulletin = await approved()
      const sender = town.aSender()
      const going = new AbortController()
      await sender.round(going.signal)
      await diskIsFull(true)
      await until(() => town.asked().length === 5)
      await expect(sender.finished()).rejects.toThrow()
      expect(await town.rows(bulletin)).toEqual({ 'on-the-wire': 5 })
      await diskIsFull(false)
      await town.sends(sender)
      expect(await town.rows(bulletin)).toEqual({ delivered: 5 })
      expect(town.asked()).toHaveLength(5)
    })

    test('does not hear that the database kept what it took, that is put back and sent once', async () => {
      await town.reside(people(5))
      const bulletin = await approved()
      const sender = town.aSender()
      const going = new AbortController()
      const connection = database.orm.em.getConnection()
      const transactional = connection.transactional.bind(connection) as typeof connection.transactional
      let cuts = 1
      connection.transactional = async (...given) => {
        const result = await transactional(...given)
        const marked = await database.orm.em.fork().execute<unknown[]>('select 1 from delivery where state = \'on-the-wire\'')
        if (marked.length > 0 && cuts-- > 0) throw new Error('The connection broke while it was committed.')
        return result
      }
      try {
        await expect(sender.round(going.signal)).rejects.toThrow(/broke/)
        expect(await town.rows(bulletin)).toEqual({ 'on-the-wire': 5 })
        await town.sends(sender)
      } finally {
        connection.transactional = transactional
      }
      expect(await town.rows(bulletin)).toEqual({ delivered: 5 })
      expect(town.asked()).toHaveLength(5)
    })

    test('was frozen, and another took over: what was on the wire is unknown until its answer is heard; the old one takes nothing more', async () => {
      await town.reside(people(9))
      for (const chat of people(5)) town.telegram.fails({ kind: 'slow', ms: 800 }, { chat })
      const bulletin = await approved()
      const [old, next] = [town.aSender(), town.aSender()]
      const going = new AbortController()
      await old.round(going.signal)
      await until(() => town.asked().length === 5)
      await town.sends(next)
      expect(await town.rows(bulletin)).toEqual({ unknown: 5, delivered: 4 })
      const more = await approved()
      await old.finished()
      await town.sends(old)
      expect(await town.rows(bulletin)).toEqual({ delivered: 9 })
      expect(await town.rows(more)).toEqual({ due: 9 })
      await town.sends(next)
      for (const chat of people(9)) expect(town.heard(chat)).toHaveLength(2)
    })
  })

  test('three lessons come in one letter, and one that is paused comes later', async () => {
    await town.reside(people(3), { frequency: 'daily' })
    const lessons = [await approved(), await approved(), await approved()]
    const [first] = lessons
    await within(async em => { await pause(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: first?.id ?? 0 })) })
    town.at('2026-11-26T07:31:00')
    await town.sends()
    for (const chat of people(3)) expect(town.heard(chat)).toEqual([expect.not.stringContaining(first?.code.slice(0, 4) ?? '')])
    await within(async em => { await resume(em, town.room, town.newsroom.lead, await em.findOneOrFail(Bulletin, { id: first?.id ?? 0 })) })
    await town.sends()
    for (const one of lessons) expect(await town.rows(one)).toEqual({ delivered: 3 })
    for (const chat of people(3)) expect(town.heard(chat)).toHaveLength(2)
  })

  /** As a full disk does it: what is written fails. */
  async function diskIsFull (full: boolean): Promise<void> {
    const em = database.orm.em.fork()
    if (kind === 'sqlite') {
      await em.execute(full ? 'create trigger disk_is_full before update on delivery begin select raise(abort, \'database or disk is full\'); end' : 'drop trigger disk_is_full')
      return
    }
    if (full) await em.execute('create function disk_is_full () returns trigger language plpgsql as \'begin raise exception $$could not extend file$$; end\'')
    await em.execute(full ? 'create trigger disk_is_full before update on delivery for each row execute function disk_is_full ()' : 'drop trigger disk_is_full on delivery')
    if (!full) await em.execute('drop function disk_is_full ()')
  }
})
