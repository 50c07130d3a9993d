// What happens to one update of one person, also when something breaks.
import type { EntityName } from '@mikro-orm/core'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Seen } from '../../src/channels/seen.ts'
import { days, hours, minutes, seconds } from '../../src/clock.ts'
import { Conversation } from '../../src/conversation/conversation.ts'
import { makeFloodGate } from '../../src/conversation/flood.ts'
import { handle, makeConverse } from '../../src/conversation/converse.ts'
import { expireConversations } from '../../src/conversation/expiry.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { SetAside, trySetAside } from '../../src/conversation/set-aside.ts'
import { Counter } from '../../src/db/counter.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { subscribe } from '../../src/subscribers/subscribe.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { Tip } from '../../src/tips/tip.ts'
import { codePattern } from '../process/report.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aRoom, from, hien, lan, webhookSecret, type TestRoom } from './room.ts'

/** By numbers and words, from the story to `send`. */
const wholeReport = ['Tối nào cũng có một chiếc ghe lạ đậu sát bờ kè, chở nhiều bao hàng lên rồi đi mất', '1', '17', 'Bỏ qua', 'Xã Ô Lâm', 'Bỏ qua', '2', 'xong', '1', '1']

const sorry = says.vi('chat.repair.sorry')
const slow = says.vi('chat.repair.slow')

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let room: TestRoom
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    room = aRoom(database)
  })
  const rows = async <Row extends object>(entity: EntityName<Row>): Promise<number> => await database.orm.em.fork().count(entity)
  const tryAgain = async (): Promise<boolean> => await trySetAside(room, async (incoming, letGo) => await handle(room, incoming, letGo))

  test('while the tip of one is being sealed, others are answered; and what was sealed is what is sent, once', async () => {
    const receive = makeConverse(room)
    for (const words of wholeReport.slice(0, -1)) await receive(from(lan, words))
    const sealing: string[] = []
    const { workFirst } = room
    room.workFirst = (name, give) => {
      const work = workFirst(name, give)
      if (work === null) return null
      return async () => {
        sealing.push(name)
        // A database that waits for the sealing would never answer him.
        await receive(from(hien, 'xin chào'))
        expect(await room.said(hien)).not.toEqual([])
        return await work()
      }
    }
    await receive(from(lan, wholeReport.at(-1) ?? ''))
    expect(sealing).toEqual(['receiveTip'])
    expect((await room.said(lan)).filter(text => codePattern.test(text))).toHaveLength(1)
    expect(await rows(Tip)).toBe(1)
  })

  test('who writes in another window while their tip is being sealed gets what they decided last', async () => {
    const receive = makeConverse(room)
    for (const words of wholeReport.slice(0, -1)) await receive(from(lan, words))
    const { workFirst } = room
    let others = 0
    room.workFirst = (name, give) => {
      const work = workFirst(name, give)
      return work === null ? null : async () => {
        if (others++ === 0) await receive(from(lan, 'hủy'))
        return await work()
      }
    }
    await receive(from(lan, wholeReport.at(-1) ?? ''))
    expect(await rows(Tip)).toBe(0)
    expect((await room.said(lan)).some(text => codePattern.test(text))).toBe(false)
  })

  test('an update that can not be handled is kept sealed, answered with an apology once, tried again, and then answered', async () => {
    const receive = makeConverse(room)
    await receive(from(lan, 'xin chào'))
    await database.orm.em.fork().nativeDelete(Reply, {})

    room.broken = 'the map is torn'
    const asked = from(lan, 'dữ liệu của tôi')
    await receive(asked)
    expect(await room.said(lan)).toEqual([sorry])
    expect(await rows(SetAside)).toBe(1)
    expect((await database.stolen()).includes('dữ liệu của tôi')).toBe(false)
    expect((await database.stolen()).includes(lan.id)).toBe(false)
    expect(room.logged()).not.toContain('dữ liệu')

    // The platform repeats it, and the person asks again: one apology is enough.
    await receive(asked)
    expect(await rows(SetAside)).toBe(1)
    await receive(from(lan, 'dữ liệu của tôi'))
    expect(await rows(SetAside)).toBe(2)
    expect(await room.said(lan)).toEqual([sorry])

    // Not at once, and in vain.
    await tryAgain()
    expect((await database.orm.em.fork().findAll(SetAside)).map(row => row.attempts)).toEqual([0, 0])
    room.pass(seconds(5))
    await tryAgain()
    expect((await database.orm.em.fork().find(SetAside, {}, { orderBy: { id: 'asc' } })).map(row => row.attempts)).toEqual([1, 0])
    expect(await room.said(lan)).toEqual([sorry])

    room.broken = null
    room.pass(seconds(15))
    await tryAgain()
    expect(await rows(SetAside)).toBe(1)
    await tryAgain()
    expect(await rows(SetAside)).toBe(0)
    const said = await room.said(lan)
    expect(said.filter(text => text.includes('đang giữ'))).toHaveLength(1)
    // Asked twice, answered twice.
    expect(said.filter(text => text === says.vi('chat.myData.ask'))).toHaveLength(2)
    expect(room.outcomes.filter(outcome => outcome === 'set-aside')).toHaveLength(2)
  })

  test('an update tried again is handled and let go of in one transaction, so that a crash can not double it', async () => {
    room.broken = 'away'
    await makeConverse(room)(from(lan, 'dữ liệu của tôi'))
    room.broken = null
    room.pass(seconds(5))
    const before = await rows(Reply)
    // The power fails the moment the update was handled, before its row could be deleted by itself.
    await trySetAside(room, async (incoming, letGo) => {
      await handle(room, incoming, letGo)
      throw new Error('power failure')
    }).catch(() => {})
    const after = await rows(Reply)
    expect(after).toBeGreaterThan(before)
    expect(await rows(SetAside)).toBe(0)
    room.pass(minutes(10))
    await tryAgain()
    expect(await rows(Reply)).toBe(after)
  })

  test('when it can not even be kept, the platform is told to send it again, and then it is answered', async () => {
    const receive = makeConverse(room)
    const asked = from(lan, 'dữ liệu của tôi')
    room.broken = 'away'
    await database.orm.em.fork().execute('alter table set_aside rename to out_of_reach')
    try {
      await expect(receive(asked)).rejects.toThrow()
    } finally {
      await database.orm.em.fork().execute('alter table out_of_reach rename to set_aside')
    }
    expect(await rows(Seen)).toBe(0)
    expect(await rows(Reply)).toBe(0)
    room.broken = null
    await receive(asked)
    expect((await room.said(lan)).join()).toContain('đang giữ')
  })

  test('a repeated update is handled once, also when the repeats come in the same instant', async () => {
    const receive = makeConverse(room)
    const hello = from(lan, 'xin chào')
    await Promise.all([receive(hello), receive(hello), receive(hello)])
    const said = await room.said(lan)
    await receive(hello)
    expect(await room.said(lan)).toEqual(said)
    expect(new Set(said).size).toBe(said.length)
    expect(room.outcomes.toSorted()).toEqual(['answered', 'repeated', 'repeated', 'repeated'])
  })

  test('two people with the same update id on different channels are two people', async () => {
    const receive = makeConverse(room)
    const hello = from(lan, 'xin chào')
    await receive(hello)
    await receive({ ...hello, address: { channel: 'web-chat', id: 'visitor' } })
    expect(room.outcomes).toEqual(['answered', 'answered'])
  })

  test('a flood from one address is slowed down and told so once; others notice nothing', async () => {
    const receive = makeConverse(room)
    await receive(from(lan, 'xin chào'))
    for (let n = 0; n < 40; n++) await receive(from(lan, { kind: 'unsupported', what: 'sticker' }))
    expect((await room.said(lan)).filter(text => text === slow)).toHaveLength(1)
    expect(room.outcomes.filter(outcome => outcome === 'answered')).toHaveLength(30)
    expect(room.outcomes.filter(outcome => outcome === 'slowed')).toHaveLength(11)
    expect(await database.orm.em.fork().find(Counter, { what: 'slowed-down' })).toMatchObject([{ count: 1 }])

    await receive(from(hien, 'xin chào'))
    expect((await room.said(hien)).length).toBeGreaterThan(0)
    expect(await room.said(hien)).not.toContain(slow)

    // Two seconds are one message; a minute is thirty.
    room.pass(seconds(2))
    await receive(from(lan, 'menu'))
    expect(room.outcomes.at(-1)).toBe('answered')
  })

  test('who leaves or comes back in the middle of a flood is noted all the same', async () => {
    await inTransaction(database.orm, async em => {
      await subscribe(em, room.keys, lan, { topics: ['scams'], places: [], quietFrom: 21, quietTo: 6, level: 0, frequency: 'at-once', language: 'vi' }, room.clock())
    })
    const leftAt = async (): Promise<Date | null> => (await database.orm.em.fork().findOneOrFail(Subscriber, { channel: 'telegram' })).leftAt ?? null
    const receive = makeConverse(room)
    for (let n = 0; n < 32; n++) await receive(from(lan, { kind: 'edit', text: 'x' }))
    await receive(from(lan, { kind: 'left' }))
    expect(await leftAt()).toEqual(room.clock())
    await receive(from(lan, { kind: 'returned' }))
    expect(await leftAt()).toBeNull()
  })

  test('who leaves is answered nothing and written to no more; who returns has what they had agreed to', async () => {
    await inTransaction(database.orm, async em => {
      await subscribe(em, room.keys, lan, { topics: ['scams'], places: [], quietFrom: 21, quietTo: 6, level: 0, frequency: 'at-once', language: 'vi' }, room.clock())
    })
    const receive = makeConverse(room)
    const subscriber = async (): Promise<Subscriber> => await database.orm.em.fork().findOneOrFail(Subscriber, { channel: 'telegram' })
    await receive(from(lan, { kind: 'left' }))
    expect((await subscriber()).leftAt).toEqual(room.clock())
    await receive(from(lan, { kind: 'returned' }))
    expect(await subscriber()).toMatchObject({ leftAt: null, topics: ['scams'] })
    expect(await room.said()).toEqual([])
    // Somebody who never subscribed leaves no trace by leaving.
    await receive(from(hien, { kind: 'left' }))
    expect(await database.orm.em.fork().count(Subscriber)).toBe(1)
  })

  test('a clock set back freezes nobody, and a flood is told so by the new clock', async () => {
    const receive = makeConverse(room)
    await receive(from(lan, 'báo tin'))
    for (let n = 0; n < 31; n++) await receive(from(lan, { kind: 'edit', text: 'x' }))
    expect((await room.said(lan)).filter(text => text === slow)).toHaveLength(1)

    room.pass(-hours(3))
    await receive(from(hien, 'xin chào'))
    expect((await room.said(hien)).length).toBeGreaterThan(0)
    await receive(from(lan, { kind: 'edit', text: 'x' }))
    expect((await room.said(lan)).filter(text => text === slow)).toHaveLength(2)
    room.pass(minutes(1))
    await receive(from(lan, 'menu'))
    expect(room.outcomes.at(-1)).toBe('answered')
  })

  test('what was to be said before the clock was set back is not held up until the old hour comes again', async () => {
    await makeConverse(room)(from(lan, 'xin chào'))
    room.pass(-hours(3))
    await expireConversations(database.orm, room.clock())
    const waiting = await database.orm.em.fork().findAll(Reply)
    expect(waiting.length).toBeGreaterThan(0)
    for (const reply of waiting) expect(reply.dueAt).toEqual(room.clock())
  })

  test('a half-told story and its sealed rows are gone after 24 hours, a language after half a year', async () => {
    const receive = makeConverse(room)
    await receive(from(lan, 'báo tin'))
    const standing = async (): Promise<string | null | undefined> => (await database.orm.em.fork().findAll(Conversation))[0]?.standing
    expect(await standing()).toMatch(/^sk1:/)

    room.pass(hours(23.9))
    await expireConversations(database.orm, room.clock())
    expect(await standing()).toMatch(/^sk1:/)
    expect(await rows(Reply)).toBeGreaterThan(0)

    room.pass(hours(0.2))
    await expireConversations(database.orm, room.clock())
    expect(await standing()).toBeNull()
    // Nobody took them in a day: thrown away unsent.
    expect(await rows(Reply)).toBe(0)

    room.pass(days(180))
    await expireConversations(database.orm, room.clock())
    expect(await rows(Conversation)).toBe(0)
  })

  test('an update nobody could handle in 24 hours is thrown away', async () => {
    room.broken = 'for ever'
    await makeConverse(room)(from(lan, 'dữ liệu của tôi'))
    room.pass(hours(23.9))
    await expireConversations(database.orm, room.clock())
    expect(await rows(SetAside)).toBe(1)
    room.pass(hours(0.2))
    await expireConversations(database.orm, room.clock())
    expect(await rows(SetAside)).toBe(0)
  })
})

test('when everybody together is too much, Telegram is told to come again, and nothing is lost', async () => {
  const database = await withDatabase('sqlite')
  try {
    const room = aRoom(database)
    const door = new Hono()
    room.channel('telegram').routes(door, makeConverse(room, makeFloodGate({ perSecond: 400 })))
    const writes = async (person: number, update: number): Promise<Response> => await door.request('/webhooks/telegram', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhookSecret },
      body: JSON.stringify({ update_id: update, message: { message_id: update, date: 1_790_000_000, from: { id: person, is_bot: false, first_name: 'Lan', language_code: 'vi' }, chat: { id: person, type: 'private', first_name: 'Lan' }, text: 'menu' } }),
    })
    const statuses = new Map<number, Response>()
    for (let n = 1; n <= 430; n++) statuses.set(n, await writes(1000 + n, n))
    const refused = [...statuses].filter(([, response]) => response.status !== 200)
    // All are newcomers: a quarter of what one second takes is kept for others.
    expect(refused).toHaveLength(130)
    for (const [, response] of refused) {
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(await database.orm.em.fork().count(Seen)).toBe(300)

    room.pass(seconds(5))
    for (const [n] of refused) expect((await writes(1000 + n, n)).status).toBe(200)
    expect(await database.orm.em.fork().count(Seen)).toBe(430)
    expect(room.outcomes.filter(outcome => outcome === 'answered')).toHaveLength(430)
  } finally {
    await database.close()
  }
})
