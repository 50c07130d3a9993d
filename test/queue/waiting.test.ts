import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Reply } from '../../src/conversation/reply.ts'
import { hours, minutes, seconds } from '../../src/clock.ts'
import { backoff, dueLanes, oldestDue, putBack, remove, take } from '../../src/queue/waiting.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'

const now = new Date('2026-11-24T03:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)

test.each([
  [1, 1], [2, 2], [3, 4], [4, 8], [5, 16], [9, 256], [10, 300], [11, 300], [1000, 300],
])('after try %i the next one comes after %i seconds, and up to a fifth later', (attempts, after) => {
  expect(backoff(attempts, seconds(1), minutes(5), 0)).toBe(seconds(after))
  expect(backoff(attempts, seconds(1), minutes(5), 1)).toBe(seconds(after) * 1.2)
})

test('a try that was never counted waits like the first', () => {
  expect(backoff(0, seconds(1), minutes(5), 0)).toBe(seconds(1))
})

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => { await database.empty() })

  async function waits (lane: string, dueAt: Date | null = now, channel = 'telegram'): Promise<number> {
    const em = database.orm.em.fork()
    const row = em.create(Reply, { channel, lane, once: lane, sealed: lane, dueAt, attempts: 0, leasedUntil: null, until: later(hours(24)) })
    await em.persist(row).flush()
    return row.id
  }
  const takes = async (at = now, limit = 20): Promise<number[]> => (await take(database.orm, Reply, at, minutes(2), limit)).map(row => row.id)
  const lanes = async (limit = 20, channel = 'telegram'): Promise<number[][]> =>
    (await dueLanes(database.orm, Reply, channel, now, limit)).map(lane => lane.map(row => row.id))

  test('the first of each lane is taken, and the next only when it is gone', async () => {
    const [a1, a2, b1] = [await waits('a'), await waits('a'), await waits('b')]
    expect(await takes()).toEqual([a1, b1])
    expect(await takes()).toEqual([])
    await remove(database.orm.em.fork(), Reply, [a1])
    expect(await takes()).toEqual([a2])
  })

  test('a row put back holds its lane until it is due', async () => {
    const [first, second] = [await waits('a'), await waits('a')]
    await takes()
    await putBack(database.orm.em.fork(), Reply, first, later(seconds(30)))
    expect(await takes(later(seconds(29)))).toEqual([])
    expect(await takes(later(seconds(30)))).toEqual([first])
    await remove(database.orm.em.fork(), Reply, [first])
    expect(await takes(later(seconds(30)))).toEqual([second])
  })

  test('a row with nothing to do any more neither is taken nor holds its lane', async () => {
    await waits('a', null)
    const second = await waits('a')
    expect(await takes()).toEqual([second])
  })

  test('what a crashed worker had taken is taken again when its lease has run out, and the try is counted', async () => {
    const id = await waits('a')
    await takes()
    expect(await takes(later(minutes(2)))).toEqual([])
    expect(await takes(later(minutes(2) + 1))).toEqual([id])
    expect((await database.orm.em.fork().findOneOrFail(Reply, id)).attempts).toBe(2)
  })

  test('whole lanes come in their order, as often as they are asked for: nothing is written', async () => {
    const [a1, b1, a2] = [await waits('a'), await waits('b'), await waits('a')]
    expect(await lanes()).toEqual([[a1, a2], [b1]])
    const a3 = await waits('a')
    await remove(database.orm.em.fork(), Reply, [a1])
    expect(await lanes()).toEqual([[b1], [a2, a3]])
    expect((await database.orm.em.fork().findOneOrFail(Reply, a2)).attempts).toBe(0)
  })

  test('a lane whose first row waits is left alone', async () => {
    const [first] = [await waits('a'), await waits('a')]
    await takes()
    await putBack(database.orm.em.fork(), Reply, first, later(seconds(30)))
    expect(await lanes()).toEqual([])
  })

  test('no more lanes than asked for, and only of the own channel', async () => {
    await waits('c', later(-seconds(9)), 'web-chat')
    const old = await waits('b', later(-seconds(5)))
    await waits('a', later(-1))
    expect(await lanes(1)).toEqual([[old]])
  })

  test('no more than asked for, the longest due first', async () => {
    const young = await waits('a', later(-1))
    const old = await waits('b', later(-seconds(5)))
    await waits('d', later(seconds(1)))
    expect(await takes(now, 1)).toEqual([old])
    expect(await takes()).toEqual([young])
  })

  test('a queue is as old as what has been due longest', async () => {
    expect(await oldestDue(database.orm, Reply, now)).toBe(0)
    await waits('a', later(seconds(9)))
    expect(await oldestDue(database.orm, Reply, now)).toBe(0)
    await waits('b', later(-seconds(7)))
    expect(await oldestDue(database.orm, Reply, now)).toBe(seconds(7))
  })
})
