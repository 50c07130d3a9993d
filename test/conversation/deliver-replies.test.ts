// What we say, on its way: to a pretended Telegram that refuses, slows down, and cuts the line.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Channel } from '../../src/channels/channel.ts'
import type { Address, Message } from '../../src/channels/message.ts'
import { Pause } from '../../src/channels/pace.ts'
import { telegramChannel } from '../../src/channels/telegram/telegram.ts'
import { telegramTexts } from '../../src/channels/telegram/texts.ts'
import { hours, minutes, seconds } from '../../src/clock.ts'
import { countBegin, replySender, type DeliverRoom, type ReplySender } from '../../src/conversation/deliver-replies.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { sayTo } from '../../src/conversation/say.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { markLeft, subscribe } from '../../src/subscribers/subscribe.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { startTelegramStub, type TelegramStub } from '../stubs/telegram.ts'
import type { Person } from '../stubs/telegram/person.ts'
import { aRoom, type TestRoom } from './room.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let room: TestRoom
  let telegram: TelegramStub
  let channel: Channel
  let outcomes: string[]
  let became: [about: number, delivery: string][]
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    telegram = await startTelegramStub()
    room = aRoom(database)
    channel = aChannel()
    outcomes = []
    became = []
    sender = aSender()
    await rounds()
  })
  afterEach(async () => { await telegram.stop() })

  const aChannel = (): Channel => telegramChannel({ token: telegram.token, apiRoot: telegram.apiRoot, updates: 'polling', rate: 1000, clock: room.clock, log: room.log, texts: telegramTexts(says), second: 20 })
  const deliver = (): DeliverRoom => ({
    orm: database.orm, keys: room.keys, clock: room.clock, log: room.log,
    words: language => ({ moreChoices: says[language]('chat.fit.moreChoices'), typeNumber: says[language]('chat.fit.typeNumber'), typeWord: says[language]('chat.fit.typeWord') }),
    left: async address => { await inTransaction(database.orm, async em => { await markLeft(em, room.keys, address, room.clock()) }) },
    became: async (about, delivery) => { became.push([about, delivery]) },
    more: () => { more = true },
    sent: outcome => { outcomes.push(outcome) },
  })
  const aSender = (to = channel, parts = deliver()): ReplySender => replySender(parts, to)
  const goesOn = new AbortController().signal
  let sender: ReplySender
  let more = false
  /** Rounds of one sender until nothing is due. */
  async function rounds (by = sender): Promise<void> {
    for (let n = 0; ; n++) {
      more = await by.round(goesOn)
      await by.finished()
      if (!more) return
      if (n > 200) throw new Error('This never ends.')
    }
  }
  const addressOf = (person: Person): Address => ({ channel: 'telegram', id: String(person.id) })
  function somebody (id: number): Person {
    const person = telegram.person({ id })
    person.writes('hi')
    return person
  }
  async function say (to: Person, ...messages: (string | Message)[]): Promise<void> {
    await inTransaction(database.orm, async em => { await sayTo(em, room.keys, addressOf(to), messages.map(m => typeof m === 'string' ? { text: m } : m), room.clock()) })
  }
  const heard = (person: Person): string[] => person.heard.map(({ text }) => text)
  const waiting = async (): Promise<number> => await database.orm.em.fork().count(Reply)

  test('each person hears us in the order in which it was said, whoever else is spoken to', async () => {
    const people = [somebody(1), somebody(2), somebody(3)]
    for (const word of ['một', 'hai', 'ba', 'bốn']) for (const person of people) await say(person, `${word} 1`, `${word} 2`)
    await rounds()
    for (const person of people) expect(heard(person)).toEqual(['một 1', 'một 2', 'hai 1', 'hai 2', 'ba 1', 'ba 2', 'bốn 1', 'bốn 2'])
    expect(await waiting()).toBe(0)
  })

  test('one whose message fails for now waits in order; others are not held up', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một', 'hai')
    await say(hien, 'ba')
    telegram.fails({ kind: 'page', code: 502 }, { method: 'sendMessage', chat: lan.id })
    await rounds()
    expect(heard(lan)).toEqual([])
    expect(heard(hien)).toEqual(['ba'])
    room.pass(seconds(2))
    await rounds()
    expect(heard(lan)).toEqual(['một', 'hai'])
  })

  test('when Telegram says wait, the whole account waits as long as told, through a restart, and loses nothing', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một', 'hai')
    telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 40', parameters: { retry_after: 40 } }, { method: 'sendMessage' })
    await rounds()
    expect(await database.orm.em.fork().findOneOrFail(Pause, { account: 'telegram' })).toMatchObject({ until: new Date(room.clock().getTime() + seconds(40)) })
    const asked = telegram.askedOf('sendMessage').length

    await say(hien, 'ba')
    await rounds()
    room.pass(seconds(39))
    await rounds(aSender(aChannel()))
    expect(telegram.askedOf('sendMessage')).toHaveLength(asked)

    room.pass(seconds(1))
    await rounds(aSender(aChannel()))
    expect(heard(lan)).toEqual(['một', 'hai'])
    expect(heard(hien)).toEqual(['ba'])
  })

  test('a shorter pause never ends a longer one', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một')
    await say(hien, 'hai')
    telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests', parameters: { retry_after: 60 } }, { method: 'sendMessage', chat: lan.id })
    telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests', parameters: { retry_after: 5 } }, { method: 'sendMessage', chat: hien.id })
    await rounds()
    room.pass(seconds(59))
    await rounds()
    expect(heard(hien)).toEqual([])
    room.pass(seconds(1))
    await rounds()
    expect([...heard(lan), ...heard(hien)]).toEqual(['một', 'hai'])
  })

  test('what waits for somebody who stopped us is dropped, and their subscription rests', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    for (const person of [lan, hien]) {
      await inTransaction(database.orm, async em => { await subscribe(em, room.keys, addressOf(person), { topics: ['scams'], places: [], quietFrom: 21, quietTo: 6, level: 0, frequency: 'at-once', language: 'vi' }, room.clock()) })
    }
    await say(lan, 'một', 'hai', 'ba')
    await say(hien, 'bốn')
    lan.blocks()
    await rounds()
    expect(await waiting()).toBe(0)
    expect(telegram.askedOf('sendMessage').filter(({ chatId }) => chatId === lan.id)).toHaveLength(1)
    expect(heard(hien)).toEqual(['bốn'])
    const subscribers = await database.orm.em.fork().findAll(Subscriber)
    expect(subscribers.map(one => one.leftAt ?? null).toSorted()).toEqual([null, room.clock()].toSorted())
    expect(outcomes.toSorted()).toEqual(['left', 'sent'])
  })

  test('what Telegram will never take is dropped with a line in the log that says nothing of it; the next one goes on', async () => {
    const lan = somebody(734_512_998)
    await say(lan, 'ông Sáu Lúa', 'hai')
    telegram.fails({ kind: 'error', code: 400, description: 'Bad Request: ông Sáu Lúa can\'t be parsed' }, { method: 'sendMessage' })
    await rounds()
    expect(heard(lan)).toEqual(['hai'])
    expect(outcomes).toEqual(['rejected', 'sent'])
    expect(room.logged()).toContain('a reply was not taken')
    expect(room.logged()).toContain('400')
    expect(room.logged()).not.toMatch(/Sáu Lúa|734512998/)
    expect(room.logged()).not.toContain(telegram.token)
  })

  test('a reply whose answer was lost is said again: better twice than never', async () => {
    const lan = somebody(1)
    await say(lan, 'một', 'hai')
    telegram.fails({ kind: 'lost' }, { method: 'sendMessage' })
    await rounds()
    expect(heard(lan)).toEqual(['một'])
    room.pass(seconds(2))
    await rounds()
    expect(heard(lan)).toEqual(['một', 'một', 'hai'])
  })

  test('a revoked token loses nothing: everything is said when there is a good one', async () => {
    const lan = somebody(1)
    await say(lan, 'một')
    telegram.revoked = true
    await rounds()
    expect(await waiting()).toBe(1)
    telegram.revoked = false
    room.pass(minutes(1))
    await rounds()
    expect(heard(lan)).toEqual(['một'])
  })

  test('what a sender had in hand when it was killed is said by the next one at its begin, in order', async () => {
    const lan = somebody(1)
    await say(lan, 'một', 'hai')
    telegram.fails({ kind: 'silent' }, { method: 'sendMessage' })
    const killed = aSender(aChannel())
    await killed.round(new AbortController().signal)
    await rounds(aSender(aChannel()))
    expect(heard(lan).slice(-2)).toEqual(['một', 'hai'])
  })

  test('a reply that kills one sender after the other lets the others be said first, and then is tried again', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một')
    // Power cuts take some begins of the innocent too; six are too many.
    for (let begins = 1; begins <= 6; begins++) await countBegin(database.orm, 'telegram', room.clock())
    await say(hien, 'hai')
    await rounds()
    expect([heard(lan), heard(hien)]).toEqual([[], ['hai']])
    room.pass(minutes(2) + 1)
    await rounds()
    expect(heard(lan)).toEqual(['một'])
  })

  test('however often the sender looks what is due while it speaks, nobody hears anything twice', async () => {
    const people = Array.from({ length: 40 }, (_, i) => somebody(100 + i))
    for (const person of people) await say(person, 'một', 'hai')
    for (let n = 0; n < 2000 && await waiting() > 0; n++) {
      await sender.round(new AbortController().signal)
      await new Promise(resolve => { setImmediate(resolve) })
    }
    await sender.finished()
    for (const person of people) expect(heard(person)).toEqual(['một', 'hai'])
  })

  test('what was said and could not be deleted is not said again and again', async () => {
    const lan = somebody(1)
    await say(lan, 'một')
    const execute = async (...statements: string[]): Promise<void> => { for (const sql of statements) await database.orm.em.fork().execute(sql) }
    if (kind === 'sqlite') await execute('create trigger full before delete on reply begin select raise(abort, \'database or disk is full\'); end')
    else await execute('create function full_disk() returns trigger language plpgsql as $$ begin raise exception \'disk full\'; end $$', 'create trigger full_reply before delete on reply for each row execute function full_disk()')
    try {
      for (let n = 0; n < 3; n++) await sender.round(new AbortController().signal)
      await sender.finished()
      await sender.round(new AbortController().signal)
      await sender.finished()
      expect(heard(lan)).toEqual(['một'])
    } finally {
      await (kind === 'sqlite' ? execute('drop trigger full') : execute('drop trigger full_reply on reply', 'drop function full_disk()'))
    }
    await rounds()
    expect(heard(lan)).toEqual(['một'])
    expect(await waiting()).toBe(0)
  })

  test('at a stop what is on the wire is finished whole, and nothing more begins', async () => {
    const lan = somebody(1)
    const long = `${'Một câu dài. '.repeat(400)}hết`
    await say(lan, long, 'sau đó')
    telegram.fails({ kind: 'slow', ms: 60 }, { method: 'sendMessage' })
    const stopping = new AbortController()
    await sender.round(stopping.signal)
    while (telegram.askedOf('sendMessage').length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    stopping.abort()
    await sender.finished()
    expect(heard(lan).length).toBeGreaterThan(1)
    expect(heard(lan).at(-1)).toMatch(/hết$/)
    const parts = heard(lan).length
    // Nothing of it comes again after the restart.
    sender = aSender()
    room.pass(minutes(5))
    await rounds()
    expect(heard(lan)).toHaveLength(parts + 1)
    expect(heard(lan).at(-1)).toBe('sau đó')
  })

  test('a sender has finished only when all it began has ended, also when the database goes away in the middle', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một')
    await say(hien, 'hai')
    telegram.fails({ kind: 'slow', ms: 150 }, { method: 'sendMessage', chat: hien.id })
    await rounds(aSender(channel, { ...deliver(), sent: () => { throw new Error('the counter is broken') } }))
    expect(heard(hien)).toEqual(['hai'])
  })

  test('whoever is slow to reach holds up nobody else', async () => {
    const [lan, hien] = [somebody(1), somebody(2)]
    await say(lan, 'một')
    telegram.fails({ kind: 'slow', ms: 3_600_000 }, { method: 'sendMessage', chat: lan.id })
    await sender.round(goesOn)
    await say(hien, 'hai')
    await sender.round(goesOn)
    while (heard(hien).length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    expect(heard(hien)).toEqual(['hai'])
    expect(heard(lan)).toEqual([])
  })

  test('two senders at once double nothing and keep everybody\'s order', async () => {
    const people = Array.from({ length: 12 }, (_, n) => somebody(n + 1))
    for (const word of ['một', 'hai', 'ba', 'bốn']) for (const person of people) await say(person, word)
    const other = aSender(aChannel())
    await rounds(other)
    await Promise.all([rounds(), rounds(other), rounds(), rounds(other)])
    await rounds()
    for (const person of people) expect(heard(person)).toEqual(['một', 'hai', 'ba', 'bốn'])
  })

  test('what nobody could take for a day is thrown away unsent', async () => {
    const lan = somebody(1)
    await say(lan, 'một')
    room.pass(hours(24.1))
    await rounds()
    expect(heard(lan)).toEqual([])
    expect(await waiting()).toBe(0)
  })

  test('nothing of what waits can be read by whoever steals the disk', async () => {
    const lan = somebody(734_512_998)
    await say(lan, 'Mã tin của bạn')
    const disk = await database.stolen()
    expect(disk.includes('Mã tin của bạn')).toBe(false)
    expect(disk.includes('734512998')).toBe(false)
  })
})
