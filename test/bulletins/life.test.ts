// The life of a bulletin before anybody reads it: two people stand for it, and every deed is kept.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EntityManager } from '@mikro-orm/sql'
import { approve, returnToWriter, submit } from '../../src/bulletins/approve.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { editDraft, writeDraft, type Draft } from '../../src/bulletins/compose.ts'
import { planOf } from '../../src/bulletins/plan.ts'
import { orderPause } from '../../src/channels/pace.ts'
import { BulletinHistory } from '../../src/bulletins/history.ts'
import { BulletinRefused } from '../../src/bulletins/refused.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { pause, resume, startDue, stop } from '../../src/bulletins/run.ts'
import { Officer } from '../../src/staff/officer.ts'
import { addOfficer, endOfficer, linkChat, linkCode, officerAt } from '../../src/staff/officers.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aNewsroom, bulletinRoom, everybody, lesson, subscribes, warning, type Newsroom } from './newsroom.ts'

const start = new Date('2026-11-24T03:00:00Z')

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let room: BulletinRoom
  let newsroom: Newsroom
  let now: Date
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    now = start
    room = bulletinRoom(database, () => now)
    newsroom = await aNewsroom(room)
    await subscribes(room, { channel: 'telegram', id: '1' })
  })
  const draft = async (change: Partial<Draft> = {}): Promise<Bulletin> => await newsroom.within(async em => await writeDraft(em, room, newsroom.writer, { content: lesson(), audience: everybody, ...change }))
  const does = async (bulletin: Bulletin, work: (em: EntityManager, fresh: Bulletin) => Promise<void>): Promise<void> => {
    await newsroom.within(async em => { await work(em, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
  }
  const refusal = async (doing: Promise<unknown>): Promise<string[]> => await doing.then(() => [], (error: unknown) => {
    if (!(error instanceof BulletinRefused)) throw error
    return error.problems.map(({ key }) => key.replace('officer.', ''))
  })
  const deeds = async (bulletin: Bulletin): Promise<string[]> => (await room.orm.em.fork().find(BulletinHistory, { bulletinId: bulletin.id }, { orderBy: { id: 'asc' } })).map(({ deed, by }) => `${deed} ${by === newsroom.writer.id ? 'writer' : by === newsroom.lead.id ? 'lead' : 'program'}`)

  test('written, edited, submitted, returned with a reason, submitted again, approved by another, and begun', async () => {
    const bulletin = await draft()
    await does(bulletin, async (em, one) => { await editDraft(em, room, newsroom.writer, one, 1, { content: lesson({ source: 'Công an phường' }) }) })
    await does(bulletin, async (em, one) => { await submit(em, room, newsroom.writer, one) })
    expect(await refusal(does(bulletin, async (em, one) => { await returnToWriter(em, room, newsroom.lead, one, ' ') }))).toEqual(['refused.reason'])
    await does(bulletin, async (em, one) => { await returnToWriter(em, room, newsroom.lead, one, 'Thiếu ví dụ ở An Giang') })
    await does(bulletin, async (em, one) => { await submit(em, room, newsroom.writer, one) })
    await does(bulletin, async (em, one) => { await approve(em, room, newsroom.lead, one) })
    expect(await startDue(room)).toBe(1)
    expect(await newsroom.fresh(bulletin)).toMatchObject({ state: 'sending', publishedAt: now, plan: [{ channel: 'web-chat' }, { channel: 'telegram', now: 1 }, { channel: 'zalo-oa' }, { channel: 'zalo-bot' }] })
    expect(await deeds(bulletin)).toEqual(['written writer', 'edited writer', 'submitted writer', 'returned lead', 'submitted writer', 'approved lead', 'started program'])
    const texts = await room.orm.em.fork().find(BulletinHistory, { bulletinId: bulletin.id, content: { $ne: null } }, { orderBy: { id: 'asc' } })
    expect(texts.map(({ version, content }) => [version, content?.source])).toEqual([[1, 'Công an tỉnh An Giang'], [2, 'Công an phường']])
  })

  test('nobody approves what they wrote or submitted, whatever their role', async () => {
    const bulletin = await newsroom.within(async em => await writeDraft(em, room, newsroom.lead, { content: lesson(), audience: everybody }))
    await does(bulletin, async (em, one) => { await submit(em, room, newsroom.lead, one) })
    expect(await refusal(does(bulletin, async (em, one) => { await approve(em, room, newsroom.lead, one) }))).toEqual(['refused.own'])
    expect(await refusal(does(bulletin, async (em, one) => { await approve(em, room, newsroom.writer, one) }))).toEqual(['refused.role'])
    expect((await newsroom.fresh(bulletin)).state).toBe('submitted')
  })

  test('of two who approve in the same moment, one is told that it is done', async () => {
    const other = await newsroom.within(async em => await addOfficer(em, { name: 'Phạm Thị Tư', role: 'province-lead' }))
    const bulletin = await draft()
    await does(bulletin, async (em, one) => { await submit(em, room, newsroom.writer, one) })
    const both = await Promise.all([newsroom.lead, other].map(async officer => await refusal(does(bulletin, async (em, one) => { await approve(em, room, officer, one) }))))
    expect(both.toSorted((a, b) => a.length - b.length)).toEqual([[], ['refused.state']])
    expect((await deeds(bulletin)).filter(deed => deed.startsWith('approved'))).toHaveLength(1)
  })

  test('an account that may send nothing for now shows in the plan, and so does when it ends', async () => {
    const plan = async () => await planOf(room.orm.em.fork(), room, { kind: 'lesson', content: lesson(), audience: everybody, training: false, about: null }, now)
    expect((await plan()).rows.find(({ channel }) => channel === 'telegram')).toMatchObject({ now: 1, quota: 0 })
    const until = new Date(now.getTime() + 3_600_000)
    await orderPause(room.orm, 'telegram', until)
    const paused = await plan()
    expect(paused.rows.find(({ channel }) => channel === 'telegram')).toMatchObject({ now: 0, quota: 1 })
    expect(paused.reachable).toBe(1)
    expect(paused.finishAt.getTime()).toBeGreaterThan(until.getTime())
  })

  test('who saves over somebody else\'s change is told, and nothing is lost', async () => {
    const bulletin = await draft()
    await does(bulletin, async (em, one) => { await editDraft(em, room, newsroom.lead, one, 1, { content: lesson({ source: 'Lê Văn Tám' }) }) })
    expect(await refusal(does(bulletin, async (em, one) => { await editDraft(em, room, newsroom.writer, one, 1, { content: lesson({ source: 'Bé' }) }) }))).toEqual(['refused.version'])
    expect((await newsroom.fresh(bulletin)).content.source).toBe('Lê Văn Tám')
  })

  test('what lacks something can not be submitted, and everything it lacks is told at once', async () => {
    const bulletin = await draft({ content: warning(now, { hazard: '', place: '' }) })
    expect(await refusal(does(bulletin, async (em, one) => { await submit(em, room, newsroom.writer, one) }))).toEqual(['check.hazardMissing', 'check.placeMissing'])
  })

  test('what would reach nobody can not be submitted', async () => {
    const bulletin = await draft({ audience: { ...everybody, topics: ['drugs'] } })
    expect(await refusal(does(bulletin, async (em, one) => { await submit(em, room, newsroom.writer, one) }))).toEqual(['refused.nobody'])
    // Sent to nobody on purpose, it stands on our page.
    const page = await draft({ audience: { ...everybody, channels: [] } })
    await does(page, async (em, one) => { await submit(em, room, newsroom.writer, one) })
    expect((await newsroom.fresh(page)).state).toBe('submitted')
  })

  test('an officer of one commune writes for it and for no other', async () => {
    const local = await newsroom.within(async em => await addOfficer(em, { name: 'Công an Long Xuyên', role: 'commune-lead', localities: ['30307'] }))
    const write = async (localities: string[]): Promise<string[]> => await refusal(newsroom.within(async em => await writeDraft(em, room, local, { content: lesson(), audience: { ...everybody, localities } })))
    expect(await write(['30307'])).toEqual([])
    expect(await write(['30292'])).toEqual(['refused.elsewhere'])
    expect(await write([])).toEqual(['refused.elsewhere'])
  })

  test('a running one is held, goes on and ends for good; what has ended can not be begun again', async () => {
    const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
    await startDue(room)
    await does(bulletin, async (em, one) => { await pause(em, room, newsroom.writer, one) })
    expect((await newsroom.fresh(bulletin)).state).toBe('paused')
    await does(bulletin, async (em, one) => { await resume(em, room, newsroom.lead, one) })
    await does(bulletin, async (em, one) => { await stop(em, room, newsroom.writer, one) })
    expect(await refusal(does(bulletin, async (em, one) => { await resume(em, room, newsroom.writer, one) }))).toEqual(['refused.state'])
    expect(await newsroom.fresh(bulletin)).toMatchObject({ state: 'stopped', finishedAt: now })
  })

  describe('when its moment comes', () => {
    const at = (iso: string): Date => new Date(`${iso}:00+07:00`)

    test('a bulletin for next week waits until then, and begins once', async () => {
      const bulletin = await newsroom.approved({ content: lesson(), audience: everybody, rule: { kind: 'once', at: at('2026-12-01T07:30').toISOString(), lateHours: 2 } })
      expect(await startDue(room)).toBe(0)
      now = at('2026-12-01T07:30')
      expect(await Promise.all([startDue(room), startDue(room)])).toContain(1)
      expect(await startDue(room)).toBe(0)
      expect((await newsroom.fresh(bulletin)).state).toBe('sending')
    })

    test('after an hour without power it goes out late; after a day it does not, and its officers decide', async () => {
      const rule = { kind: 'once' as const, at: at('2026-12-01T07:30').toISOString(), lateHours: 2 }
      const [soon, never] = [await newsroom.approved({ content: lesson(), audience: everybody, rule }), await newsroom.approved({ content: lesson(), audience: everybody, rule: { ...rule, lateHours: 0 } })]
      now = at('2026-12-01T08:30')
      expect(await startDue(room)).toBe(1)
      expect((await newsroom.fresh(soon)).state).toBe('sending')
      expect(await newsroom.fresh(never)).toMatchObject({ state: 'draft', approvedBy: null })
      expect((await deeds(never)).at(-1)).toBe('missed program')
    })

    test('every Monday a bulletin of its own is made of it, with its own code; a Monday slept through is dropped and said', async () => {
      const weekly = await newsroom.approved({ content: lesson(), audience: everybody, rule: { kind: 'cron', cron: '30 7 * * 1', skipHolidays: false, lateHours: 3 } })
      for (const moment of ['2026-11-30T07:30', '2026-12-07T09:00', '2026-12-15T09:00', '2026-12-21T07:31']) {
        now = at(moment)
        await startDue(room)
      }
      const sent = await room.orm.em.fork().find(Bulletin, { madeFrom: weekly.id }, { orderBy: { id: 'asc' } })
      expect(sent.map(({ publishedAt }) => publishedAt)).toEqual([at('2026-11-30T07:30'), at('2026-12-07T09:00'), at('2026-12-21T07:31')])
      expect(new Set(sent.map(({ code }) => code)).size).toBe(3)
      expect(sent.every(({ approvedBy }) => approvedBy === newsroom.lead.id)).toBe(true)
      expect(await newsroom.fresh(weekly)).toMatchObject({ state: 'scheduled', nextAt: at('2026-12-28T07:30') })
      expect((await deeds(weekly)).filter(deed => deed === 'missed program')).toHaveLength(1)
    })

    test('a series of three lessons comes one a day and then is done', async () => {
      const lessons = ['một', 'hai', 'ba'].map(n => lesson({ texts: { vi: { headline: `Bài ${n}`, body: 'Nội dung.', toDo: '• Làm.' } } }))
      const [first, ...rest] = lessons
      const whole = await newsroom.approved({ content: first ?? lesson(), series: rest, audience: everybody, rule: { kind: 'cron', cron: '30 7 * * *', skipHolidays: false, lateHours: 3 } })
      for (const day of ['25', '26', '27', '28']) {
        now = at(`2026-11-${day}T07:30`)
        await startDue(room)
      }
      const sent = await room.orm.em.fork().find(Bulletin, { madeFrom: whole.id }, { orderBy: { id: 'asc' } })
      expect(sent.map(({ content }) => content.texts.vi.headline)).toEqual(['Bài một', 'Bài hai', 'Bài ba'])
      expect((await newsroom.fresh(whole)).state).toBe('sent')
    })

    test('a clock that is set back starts nothing twice', async () => {
      const weekly = await newsroom.approved({ content: lesson(), audience: everybody, rule: { kind: 'cron', cron: '30 7 * * 1', skipHolidays: false, lateHours: 3 } })
      now = at('2026-11-30T07:30')
      await startDue(room)
      now = at('2026-11-30T07:00')
      await startDue(room)
      now = at('2026-11-30T07:30')
      await startDue(room)
      expect(await room.orm.em.fork().count(Bulletin, { madeFrom: weekly.id })).toBe(1)
    })
  })

  describe('an officer\'s chat', () => {
    const chat = { channel: 'telegram' as const, id: '42' }

    test('is theirs by a code that works once and for a day', async () => {
      const code = await newsroom.within(async em => await linkCode(em, room.keys, await em.findOneOrFail(Officer, { id: newsroom.writer.id }), now, room.random))
      expect(await newsroom.within(async em => await linkChat(em, room.keys, 'AAAAAAAAAAAAAAAA', chat, now))).toBeNull()
      expect((await newsroom.within(async em => await linkChat(em, room.keys, ` ${code.toLowerCase()} `, chat, now)))?.id).toBe(newsroom.writer.id)
      expect(await newsroom.within(async em => await linkChat(em, room.keys, code, { ...chat, id: '43' }, now))).toBeNull()
      expect((await officerAt(room.orm.em.fork(), room.keys, chat))?.id).toBe(newsroom.writer.id)
    })

    test('is nobody\'s from the moment they leave', async () => {
      const code = await newsroom.within(async em => await linkCode(em, room.keys, await em.findOneOrFail(Officer, { id: newsroom.writer.id }), now, room.random))
      await newsroom.within(async em => await linkChat(em, room.keys, code, chat, now))
      await newsroom.within(async em => { await endOfficer(em, await em.findOneOrFail(Officer, { id: newsroom.writer.id }), now) })
      expect(await officerAt(room.orm.em.fork(), room.keys, chat)).toBeNull()
    })
  })
})
