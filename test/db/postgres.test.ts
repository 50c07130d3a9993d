// What needs two connections, on a real PostgreSQL: several processes at work on one database.
import type { MikroORM } from '@mikro-orm/sql'
import pino from 'pino'
import { Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi as clocks } from 'vitest'
import { ormOptions } from '../../mikro-orm.config.ts'
import { startApp, type App } from '../../src/app.ts'
import { hours, minutes, seconds } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { count, Counter } from '../../src/db/counter.ts'
import { openDatabase } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { hold, release } from '../../src/queue/lease.ts'
import { dueLanes, remove, take } from '../../src/queue/waiting.ts'
import { countWrongCode, WrongCode } from '../../src/tips/wrong-code.ts'
import { onTelegram } from '../people.ts'
import { postgresPrograms, startCluster, type Cluster } from '../postgres.ts'
import { sends, tells } from '../process/report.ts'
import { aWorld, freePort, until, webhookSecret, type World } from '../world.ts'

const programs = postgresPrograms()
// A busy machine takes its time for two whole programs.
clocks.setConfig({ testTimeout: 90_000 })

if (programs === null) {
  test('without PostgreSQL on this machine, what needs two connections is left out; in CI that is a failure', () => {
    console.warn('Left out, for want of a PostgreSQL server on this machine: several processes that migrate, take rows, hold leases and serve one person at once.')
    expect(process.env.CI, 'CI must have PostgreSQL').toBeUndefined()
  })
} else {
  describe('several processes on one PostgreSQL', () => {
    let cluster: Cluster
    let url: string
    const opened: MikroORM[] = []
    beforeAll(async () => { cluster = await startCluster(programs) })
    afterAll(async () => { await cluster.stop() })
    beforeEach(async () => { url = await cluster.newDatabase() })
    afterEach(async () => { for (const orm of opened.splice(0)) await orm.close() })

    async function open (): Promise<MikroORM> {
      const orm = await openDatabase(await ormOptions({ kind: 'postgresql', url }))
      opened.push(orm)
      return orm
    }

    test('three that start at once on an empty database migrate it once', async () => {
      const orms = await Promise.all([open(), open(), open()])
      for (const orm of orms) expect(await orm.migrator.checkSchema()).toBe(false)
      const executed = await orms[0]?.migrator.getExecuted() ?? []
      expect(executed.length).toBeGreaterThan(0)
      expect(new Set(executed.map(({ name }) => name)).size).toBe(executed.length)
    })

    describe('rows that wait', () => {
      const now = new Date('2026-11-24T03:00:00Z')
      async function fill (orm: MikroORM, lanes: number, each: number): Promise<void> {
        await inTransaction(orm, async em => {
          for (let n = 0; n < each; n++) {
            for (let lane = 0; lane < lanes; lane++) {
              em.persist(em.create(Reply, { channel: 'telegram', lane: `lane ${lane}`, once: `${lane}.${n}`, sealed: '', dueAt: now, attempts: 0, leasedUntil: null, until: new Date(now.getTime() + hours(24)) }))
            }
          }
        })
      }

      const ways: [string, (orm: MikroORM) => Promise<Reply[][]>][] = [
        ['the first row of each lane', async orm => (await take<Reply>(orm, Reply, now, minutes(2), 7)).map(row => [row])],
      ]
      test.each(ways)('four workers who take %s never get the same row, nor two have one lane at a time, and each lane comes in order', async (_, takeSome) => {
        const orms = await Promise.all([open(), open()])
        const [first] = orms
        if (first === undefined) throw new Error('no database')
        await fill(first, 25, 8)
        const taken: Reply[] = []
        const inHand = new Set<string>()
        await Promise.all([...orms, ...orms].map(async orm => {
          for (let idle = 0; idle < 5;) {
            const lanes = await takeSome(orm)
            if (lanes.length === 0) idle++
            for (const [first] of lanes) {
              expect(inHand.has(first?.lane ?? ''), first?.lane).toBe(false)
              inHand.add(first?.lane ?? '')
            }
            await new Promise(resolve => setTimeout(resolve, 3))
            for (const rows of lanes) {
              taken.push(...rows)
              inHand.delete(rows[0]?.lane ?? '')
              await remove(orm.em.fork(), Reply, rows.map(row => row.id))
            }
          }
        }))
        expect(taken).toHaveLength(200)
        expect(new Set(taken.map(row => row.id)).size).toBe(200)
        for (const [, rows] of Map.groupBy(taken, row => row.lane)) {
          const ids = rows.map(row => row.id)
          expect(ids).toEqual(ids.toSorted((a, b) => a - b))
        }
      })

      test('never more than asked for, whatever plan PostgreSQL finds best', async () => {
        const orm = await open()
        const name = new URL(url).pathname.slice(1)
        for (const plan of ['hashjoin', 'mergejoin', 'hashagg', 'material', 'sort']) await orm.em.fork().execute(`alter database ${name} set enable_${plan} = off`)
        const other = await open()
        await fill(other, 300, 1)
        expect(await take(other, Reply, now, minutes(2), 7)).toHaveLength(7)
        expect(await dueLanes(other, Reply, 'telegram', now, 7)).toHaveLength(7)
      })
    })

    test('a lease has one holder, by the clock of the database and not by that of a process', async () => {
      const [one, two] = [await open(), await open()]
      const answers = await Promise.all([hold(one, 'telegram', 'one', seconds(60)), hold(two, 'telegram', 'two', seconds(60))])
      expect(answers.toSorted()).toEqual([false, true])
      const [holder, other] = answers[0] === true ? ['one', 'two'] : ['two', 'one']
      clocks.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours(48) })
      try {
        expect(await hold(two, 'telegram', other, seconds(60))).toBe(false)
        expect(await hold(one, 'telegram', holder, seconds(60))).toBe(true)
      } finally {
        clocks.useRealTimers()
      }
      await release(one, 'telegram', holder)
      expect(await hold(two, 'telegram', other, 40)).toBe(true)
      expect(await hold(one, 'telegram', holder, seconds(60))).toBe(false)
      await new Promise(resolve => setTimeout(resolve, 60))
      expect(await hold(one, 'telegram', holder, seconds(60))).toBe(true)
    })

    test('counts of many at once come out right', async () => {
      const orms = [await open(), await open()]
      await Promise.all(Array.from({ length: 30 }, async (_, n) => {
        await inTransaction(orms[n % 2] as MikroORM, async em => { await count(em, 'tip-received', '2026-11-24') })
      }))
      expect(await orms[0]?.em.fork().find(Counter, { what: 'tip-received' })).toMatchObject([{ count: 30 }])
    })

    test('wrong codes tried from many places at once are all counted, and nobody waits for ever', async () => {
      const orms = [await open(), await open()]
      const now = new Date('2026-11-24T03:00:00Z')
      await Promise.all(Array.from({ length: 24 }, async (_, n) => {
        await inTransaction(orms[n % 2] as MikroORM, async em => { await countWrongCode(em, `who ${n % 3}`, now) })
      }))
      const rows = await orms[0]?.em.fork().findAll(WrongCode, { orderBy: { who: 'asc' } }) ?? []
      expect(rows.map(({ who, tries }) => [who, tries])).toEqual([['everybody', 24], ['who 0', 8], ['who 1', 8], ['who 2', 8]])
    })

    describe('the whole program, twice', () => {
      let world: World
      let second: App
      let secondUrl: string
      const secondLog: string[] = []
      async function startTwo (updates: 'polling' | 'webhook'): Promise<void> {
        world = await aWorld({ updates, environment: { DATABASE_URL: url } })
        const port = await freePort()
        secondUrl = `http://127.0.0.1:${port}`
        secondLog.length = 0
        const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { secondLog.push(String(chunk)); done() } }))
        second = await startApp(readConfig({ ...world.environment, PORT: String(port) }), { log })
      }
      afterEach(async () => {
        await second.stop()
        await world.stop()
      })

      test('what one person does in the same instant through two processes is answered one after the other, and never twice', async () => {
        await startTwo('webhook')
        const id = 6001
        const person = world.telegram.person({ id })
        await until(() => world.telegram.webhook() !== undefined)
        const at = async (door: string, update: number, body: object): Promise<void> => {
          const response = await fetch(`${door}/webhooks/telegram`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhookSecret },
            body: JSON.stringify({ update_id: update, ...body }),
          })
          expect(response.status).toBe(200)
        }
        const who = { id, is_bot: false, first_name: 'Lan', language_code: 'vi' }
        const text = (words: string, message: number): object => ({ message: { message_id: message, date: 1_790_000_000, from: who, chat: { id, type: 'private', first_name: 'Lan' }, text: words } })
        person.writes('xin chào')
        await person.hears(/Tin Báo/, 10_000)

        // The same update, which Telegram sends again while the first try is under way.
        await Promise.all([at(world.url, 900_000_001, text('báo tin', 9001)), at(secondUrl, 900_000_001, text('báo tin', 9001))])
        await person.hears(/nguy hiểm ngay lúc này không/, 10_000)

        // A double tap whose two presses reach two processes.
        const button = person.heard.flatMap(heard => heard.buttons.flat()).findLast(({ text }) => text === says.vi('chat.report.dangerNo'))
        const press = { from: who, message: { message_id: 1, date: 0, chat: { id, type: 'private' } }, chat_instance: '1', data: button?.callback_data }
        await Promise.all([at(world.url, 900_000_002, { callback_query: { id: '1', ...press } }), at(secondUrl, 900_000_003, { callback_query: { id: '2', ...press } })])
        await person.hears(/Chuyện gì vậy/, 10_000)

        // Twenty texts at once: each has its answer.
        const menus = (): number => person.heard.filter(({ text }) => text.startsWith(says.vi('chat.menu.ask').split('\n')[0] ?? '')).length
        const before = menus()
        await Promise.all(Array.from({ length: 20 }, async (_, n) => { await at([world.url, secondUrl][n % 2] ?? '', 900_000_010 + n, text('menu', 9100 + n)) }))
        await until(() => menus() >= before + 20, 15_000)
        await until(async () => await world.app.orm.em.fork().count(Reply) === 0)
        expect(person.heard.filter(({ text }) => /nguy hiểm ngay lúc này không/.test(text))).toHaveLength(1)
        expect(person.heard.filter(({ text }) => /Chuyện gì vậy/.test(text))).toHaveLength(1)
        expect(menus()).toBe(before + 20)
        expect(`${world.logged()}${secondLog.join('')}`).not.toContain('could not be handled')
      })

      test('a whole report on Telegram reaches the agency once, and when one process stops the other goes on', async () => {
        await startTwo('polling')
        const lan = onTelegram(world, 6002)
        await tells(lan, 'Quán cà phê đầu hẻm bán ma túy mỗi tối')
        const code = await sends(lan)
        await until(() => world.agency.tips.size === 1)
        expect(JSON.stringify([...world.agency.tips.values()][0]?.story)).toContain('đầu hẻm')
        expect(new Set(world.agency.requests.map(({ id }) => id)).size).toBe(1)

        await world.app.stop()
        await lan.writes(`mã ${code}`)
        await lan.hears(new RegExp(says.vi('chat.followUp.status.received').slice(0, 12)), 15_000)
        // `world.stop` stops it again.
        world.app.stop = async () => {}
      })
    })
  })
}
