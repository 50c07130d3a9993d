// What a sender asks the database costs the same at the first and at the millionth recipient: every statement finds its rows by an index.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MikroORM } from '@mikro-orm/sql'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import type { Outcome } from '../../src/bulletins/delivery-rows.ts'
import { fanOut } from '../../src/bulletins/fan-out.ts'
import { finishIfDone } from '../../src/bulletins/finish.ts'
import { runningOn } from '../../src/bulletins/running.ts'
import { beginSending, putBackUnheard } from '../../src/bulletins/sender-lease.ts'
import { recordAndTake, takeLetters } from '../../src/bulletins/take-deliveries.ts'
import { isSqlite } from '../../src/db/migrate.ts'
import { newBulletin } from '../bench/broadcast/bench-room.ts'
import { fillResidents } from '../bench/broadcast/residents.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { everybody, lesson } from './newsroom.ts'
import { aSenderRoom, type SenderRoom } from './sender-room.ts'

const channel = 'telegram'

describe.each(databases)('on %s, with twenty thousand residents and three bulletins for them,', kind => {
  let database: TestDatabase
  let town: SenderRoom
  let bulletin: Bulletin
  beforeAll(async () => {
    database = await withDatabase(kind)
    town = await aSenderRoom(database)
    town.at('2026-11-25T10:00:00')
    await fillResidents(database.orm, town.keys, { many: 20_000, like: 'province' })
    for (let n = 0; n < 3; n++) await fanOut(town.room, await newBulletin(database.orm, 'sending', lesson(), everybody))
    const [last] = await database.orm.em.fork().find(Bulletin, {}, { orderBy: { id: 'desc' }, limit: 1 })
    if (last === undefined) throw new Error('There is no bulletin.')
    bulletin = last
    await database.orm.em.fork().execute('analyze')
    await beginSending(database.orm, channel, 'me', town.now())
  }, 120_000)
  afterAll(async () => {
    await town.stop()
    await database.close()
  })
  const later = (): Date => new Date(town.now().getTime() + 9 * 24 * 3_600_000)
  const delivered = (id: number): Outcome => ({ id, bulletinId: bulletin.id, state: 'delivered', why: null, messageId: '1', dueAt: null, tried: false, leftKey: null })

  const asked: [what: string, ask: () => Promise<unknown>][] = [
    ['what is running, and what of it is due', async () => await runningOn(database.orm, channel)()],
    ['taking deliveries and recording what became of others', async () => {
      const { rows } = await recordAndTake(database.orm, channel, 'me', [], { bulletin, limit: 20 }, town.now())
      expect(rows).toHaveLength(20)
      await recordAndTake(database.orm, channel, 'me', rows.map(({ id }) => delivered(id)), { bulletin, limit: 20 }, town.now())
    }],
    ['taking letters', async () => { expect((await takeLetters(database.orm, channel, 'me', [bulletin], 5, later())).people).toHaveLength(5) }],
    ['putting back what nobody heard of', async () => { await putBackUnheard(database.orm, channel, 'me', [1, 2]) }],
    ['taking over', async () => await beginSending(database.orm, channel, 'me', town.now())],
    ['whether it is done', async () => await finishIfDone(town.room, bulletin.id)],
  ]

  test.each(asked)('%s goes through no whole table', async (_, ask) => {
    const statements = (await statementsOf(database.orm, ask)).filter(sql => /^\s*(select|insert|update|delete|with)\b/i.test(sql))
    expect(statements.length).toBeGreaterThan(0)
    for (const sql of statements) {
      const lines = (await database.orm.em.fork().execute<Record<string, unknown>[]>(`explain ${isSqlite(database.orm) ? 'query plan ' : ''}${sql}`)).map(row => String(row.detail ?? row['QUERY PLAN']))
      expect(lines.filter(line => /(SCAN|Seq Scan on) (delivery|d|subscriber|s)\b/.test(line)), `${sql}\n${lines.join('\n')}`).toEqual([])
    }
  })
})

/** What `work` sends to the database, with the values in it. */
async function statementsOf (orm: MikroORM, work: () => Promise<unknown>): Promise<string[]> {
  const heard: string[] = []
  orm.config.set('onQuery', (sql, params) => {
    heard.push(orm.em.getPlatform().formatQuery(sql, params))
    return sql
  })
  await work()
  orm.config.set('onQuery', sql => sql)
  return heard
}
