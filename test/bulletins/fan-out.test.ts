// Who gets a bulletin, and when: written down once for everybody, as the plan said.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Audience, Content } from '../../src/bulletins/content.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { fanOut, writeSome } from '../../src/bulletins/fan-out.ts'
import { planOf, type Plan } from '../../src/bulletins/plan.ts'
import { allLocalities } from '../../src/localities/locality.ts'
import { newBulletin } from '../bench/broadcast/bench-room.ts'
import { fillResidents } from '../bench/broadcast/residents.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { alarm, everybody, lesson, warning } from './newsroom.ts'
import { aSenderRoom, type SenderRoom } from './sender-room.ts'

const someCommunes = allLocalities.slice(0, 7).map(({ code }) => code)

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let town: SenderRoom
  beforeAll(async () => { database = await withDatabase(kind) }, 120_000)
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    town = await aSenderRoom(database)
    town.at('2026-11-25T22:10:00')
  })
  afterEach(async () => { await town.stop() })
  const sends = async (content: Content, audience: Audience = everybody): Promise<Bulletin> => await town.newsroom.fresh({ id: await newBulletin(database.orm, 'sending', content, audience) })
  const plan = async (bulletin: Bulletin): Promise<Plan> => await planOf(database.orm.em.fork(), town.room, bulletin, town.now())
  const nobodyTwice = async ({ id }: Bulletin): Promise<number> => {
    const [row] = await database.orm.em.fork().execute<{ n: number | string, people: number | string }[]>('select count(*) as n, count(distinct address_key) as people from delivery where bulletin_id = ?', [id])
    expect(Number(row?.n)).toBe(Number(row?.people))
    return Number(row?.n)
  }

  describe('in a province of twelve thousand', () => {
    beforeEach(async () => {
      await fillResidents(database.orm, town.keys, { many: 12_000, like: 'province' })
      town.at('2026-11-25T22:10:00')
    }, 60_000)

    test.each([
      ['a lesson for everybody', lesson(), everybody],
      ['a warning for some communes', warning(new Date()), { ...everybody, localities: someCommunes }],
      ['an alarm in one commune', alarm(new Date()), { ...everybody, localities: someCommunes.slice(0, 1) }],
      ['a lesson in every single commune', lesson(), { ...everybody, localities: allLocalities.map(({ code }) => code) }],
      ['a lesson on Zalo only, about two topics', lesson(), { ...everybody, topics: ['traffic', 'law'], channels: ['zalo-oa', 'zalo-bot'] }],
      ['a lesson for nobody', lesson(), { ...everybody, channels: [] }],
    ] satisfies [string, Content, Audience][])('%s is planned as it is written down then', async (_, content, audience) => {
      const bulletin = await sends(content, audience)
      const planned = await plan(bulletin)
      await fanOut(town.room, bulletin.id)
      const written = await nobodyTwice(bulletin)
      const rows = await database.orm.em.fork().execute<{ channel: string, state: string, later: number | string, n: number | string }[]>(
        `select channel, state, case when due_at > ? then 1 else 0 end as later, count(*) as n from delivery where bulletin_id = ? group by 1, 2, 3`, [town.now(), bulletin.id])
      const n = (channel: string, state: string, later: number): number => rows.filter(row => row.channel === channel && row.state === state && Number(row.later) === later).reduce((sum, row) => sum + Number(row.n), 0)
      for (const row of planned.rows) {
        const found = { channel: row.channel, now: n(row.channel, 'due', 0), later: n(row.channel, 'due', 1), digest: n(row.channel, 'digest', 1), window: n(row.channel, 'refused', 0) + n(row.channel, 'refused', 1), quota: 0, blocked: n(row.channel, 'left', 0) + n(row.channel, 'left', 1) }
        expect(found).toEqual(row)
      }
      expect(written).toBe(planned.audience)
      await town.rows(bulletin)
    })

    test('a crash between two slices loses nobody, and counts nobody twice', async () => {
      const bulletin = await sends(alarm(new Date()))
      const stopping = new AbortController()
      stopping.abort()
      // One slice each, as if the process had ended after it.
      for (let n = 0; n < 2; n++) await writeSome(town.room, 0, new AbortController().signal)
      expect(await fanOut(town.room, bulletin.id, stopping.signal)).toBe(false)
      const half = await nobodyTwice(bulletin)
      expect(half).toBeGreaterThan(0)
      expect(half).toBeLessThan(12_000)
      await fanOut(town.room, bulletin.id)
      expect(await nobodyTwice(bulletin)).toBe(12_000)
      await town.rows(bulletin)
    })

    test('an alarm\'s people are written down before a lesson\'s that began earlier; two lessons take turns', async () => {
      const [first, second] = [await sends(lesson()), await sends(lesson())]
      await writeSome(town.room, 0, new AbortController().signal)
      const urgent = await sends(alarm(new Date()))
      const count = async (): Promise<number[]> => await Promise.all([first, second, urgent].map(nobodyTwice))
      const [one, two] = await count()
      expect(one).toBeGreaterThan(0)
      expect(two).toBeGreaterThan(0)
      for (let n = 0; n < 3; n++) await writeSome(town.room, 0, new AbortController().signal)
      expect(await count()).toEqual([one, two, 12_000])
    })
  })

  test('who lives in one of the communes, or wants the whole province\'s news, gets it once; who lives elsewhere does not', async () => {
    const [here, near, far] = someCommunes.map(code => ({ code, name: '' })) as [{ code: string, name: string }, { code: string, name: string }, { code: string, name: string }]
    await town.reside([1], { places: [here] })
    await town.reside([2], { places: [here, near] })
    await town.reside([3], { places: [far] })
    await town.reside([4])
    const bulletin = await sends(warning(new Date()), { ...everybody, localities: [here.code, near.code] })
    expect((await plan(bulletin)).audience).toBe(3)
    await fanOut(town.room, bulletin.id)
    await town.sends()
    expect(town.asked().sort()).toEqual([1, 2, 4])
  })

  test('an invitation does not wait for a letter that would come after the meeting', async () => {
    await town.reside([1], { frequency: 'daily' })
    await town.reside([2], { frequency: 'weekly' })
    // A Wednesday evening; the meeting is on Friday.
    const meeting: Content = { ...lesson(), kind: 'meeting', law: null, place: 'Nhà văn hóa', validUntil: '2026-11-27T18:00:00+07:00' }
    const bulletin = await sends(meeting)
    expect((await plan(bulletin)).rows.find(({ channel }) => channel === 'telegram')).toMatchObject({ now: 1, digest: 1 })
    await fanOut(town.room, bulletin.id)
    expect(await town.rows(bulletin)).toEqual({ due: 1, digest: 1 })
  })
})
