// Every statement on the way of an update finds its rows by an index: with a million stored it costs what it costs with a thousand.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MikroORM } from '@mikro-orm/sql'
import { firstTime } from '../../src/channels/seen.ts'
import { lastLines, linesAfter, writeLine } from '../../src/channels/web-chat/lines.ts'
import { minutes } from '../../src/clock.ts'
import { stored } from '../../src/conversation/conversation.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { addressKeyOf, repliesWaiting, sayTo } from '../../src/conversation/say.ts'
import { SetAside } from '../../src/conversation/set-aside.ts'
import { isSqlite } from '../../src/db/migrate.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { dueLanes, putBack, remove, take } from '../../src/queue/waiting.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { markLeft, subscriptionOf } from '../../src/subscribers/subscribe.ts'
import { countLinks } from '../../src/tips/address-link.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { forgetMarks, markTip } from '../../src/tips/pattern.ts'
import { Tip } from '../../src/tips/tip.ts'
import { minutesToWait } from '../../src/tips/wrong-code.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { story } from '../tips/tip-room.ts'

const now = new Date('2026-11-24T03:00:00Z')
const lan = { channel: 'telegram', id: '501000001' } as const
/** Enough that no planner reads a whole table for fun. */
const many = 20_000

describe.each(databases)('on %s, with filled tables,', kind => {
  let database: TestDatabase
  let keys: ServerKeys
  beforeAll(async () => {
    database = await withDatabase(kind)
    keys = loadOrCreateServerKeys(join(database.dataDir, 'server.key'), n => randomBytes(n)).keys
    await fill(database.orm)
  })
  afterAll(async () => { await database.close() })
  const orm = (): MikroORM => database.orm
  const who = (): string => addressKeyOf(keys, lan)

  const asked: [what: string, ask: () => Promise<unknown>][] = [
    ['the conversation of an address', async () => await stored(orm().em.fork(), who())],
    ['the mark of an update', async () => await inTransaction(orm(), async em => await firstTime(em, 'telegram', '1', now))],
    ['what is still to be said to an address', async () => await repliesWaiting(orm(), keys, lan)],
    ['the replies that are due', async () => {
      await inTransaction(orm(), async em => { await sayTo(em, keys, lan, [{ text: 'Chào bạn' }], now) })
      await dueLanes(orm(), Reply, 'telegram', now, 20)
    }],
    ['a reply that was taken', async () => { await remove(orm().em.fork(), Reply, [1]) }],
    ['a reply that is put back', async () => { await putBack(orm().em.fork(), Reply, 2, now) }],
    ['the updates that were set aside', async () => { await take(orm(), SetAside, now, minutes(2), 20) }],
    ['the handoff that is due', async () => { await take(orm(), Handoff, now, minutes(2), 1) }],
    ['the tip of a code', async () => await orm().em.fork().findOne(Tip, { locator: '0000017' }, { fields: ['id', 'accessHash'] })],
    ['whether a code is taken', async () => await orm().em.fork().count(Tip, { locator: '0000017' })],
    ['the tips of a chat', async () => await countLinks(orm().em.fork(), keys, lan, now)],
    ['the tips with the same marks as a new one', async () => { await inTransaction(orm(), async em => await markTip(em, keys, { tipId: 't', from: lan, story }, now)) }],
    ['the marks of an address', async () => await inTransaction(orm(), async em => { await forgetMarks(em, keys, lan) })],
    ['the subscription of an address', async () => await subscriptionOf(orm().em.fork(), keys, lan)],
    ['that somebody left', async () => { await markLeft(orm().em.fork(), keys, lan, now) }],
    ['wrong codes of somebody', async () => await minutesToWait(orm().em.fork(), who(), now)],
    ['a new line of a web chat', async () => await writeLine(orm(), keys, who(), { from: 'them', once: 'a', text: 'Chào' }, now)],
    ['the lines after the last one seen', async () => await linesAfter(orm(), keys, who(), 5, now, 50)],
    ['the last lines', async () => await lastLines(orm(), keys, who(), now, 50)],
  ]

  test.each(asked)('%s is found by an index', async (_, ask) => {
    const statements = (await statementsOf(orm(), ask)).filter(sql => /^\s*(select|insert|update|delete|with)\b/i.test(sql) && !sql.includes('pg_advisory'))
    expect(statements.length).toBeGreaterThan(0)
    for (const sql of statements) {
      const plan = await planOf(orm(), sql)
      expect(plan.filter(readsAll), `${sql}\n${plan.join('\n')}`).toEqual([])
    }
  })

  test('a search without an index would be noticed', async () => {
    const plan = await planOf(orm(), 'select * from tip where access_hash = \'a\'')
    expect(plan.filter(readsAll)).not.toEqual([])
  })
})

/** A line of a plan that goes through a whole table. `due` is the handful that `take` found, `json_each` the ids that were given. */
function readsAll (line: string): boolean {
  return /^SCAN (?!due$|json_each |CONSTANT|\d+-ROW VALUES)/.test(line) ? !/USING (COVERING )?INDEX/.test(line) : /Seq Scan on/.test(line)
}

async function planOf (orm: MikroORM, sql: string): Promise<string[]> {
  const rows = await orm.em.fork().execute<Record<string, unknown>[]>(`explain ${isSqlite(orm) ? 'query plan ' : ''}${sql}`)
  return rows.map(row => String(row.detail ?? row['QUERY PLAN']))
}

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

async function fill (orm: MikroORM): Promise<void> {
  const sqlite = isSqlite(orm)
  const rows = sqlite
    ? `(with recursive n (i) as (select 1 union all select i + 1 from n where i < ${many}) select i from n) as n`
    : `generate_series(1, ${many}) as n (i)`
  const at = sqlite ? String(now.getTime()) : `'${now.toISOString()}'`
  const later = sqlite ? String(now.getTime() + 1e9) : `'${new Date(now.getTime() + 1e9).toISOString()}'`
  const text = (prefix: string): string => `'${prefix}' || i`
  const insert = async (into: string, values: string): Promise<void> => { await orm.em.fork().execute(`insert into ${into} select ${values} from ${rows}`) }
  await insert('conversation (address_key, memory, memory_until)', `${text('c')}, 'x', ${later}`)
  await insert('seen (source, update_id, at)', `'telegram', ${text('u')}, ${at}`)
  // A backlog of others, not due now: what is due must be found without going through it.
  await insert('reply (channel, lane, due_at, attempts, sealed, once, until)', `'telegram', ${text('l')}, ${later}, 0, 'x', ${text('o')}, ${later}`)
  await insert('set_aside (lane, due_at, attempts, sealed, once, until)', `${text('l')}, ${later}, 0, 'x', ${text('o')}, ${later}`)
  await insert(
    'tip (id, locator, access_hash, reporter_recipient, status, category, source, received_on, transfer_by, notice_by, decide_by, unit, units, patterns, sealed)',
    `${text('t')}, substr('0000000' || i, length('0000000' || i) - 6), 'a', 'r', 'submitted', 'other', 'telegram', '2026-11-24', '2026-11-24', '2026-11-24', '2026-11-24', 'u', '[]', '[]', 'x'`,
  )
  await insert('pattern (tag, tip_id, kind, day)', `${text('g')}, ${text('t')}, 'sender', '2026-11-24'`)
  await insert('handoff (webhook_id, type, "on", tip_id, lane, due_at, attempts, state)', `${text('m')}, 'tip.received', '2026-11-24', ${text('t')}, ${text('t')}, null, 1, 'acknowledged'`)
  await insert('address_link (tip_id, link_key, sealed, expires_on)', `${text('t')}, ${text('k')}, 'x', '2099-01-01'`)
  await insert('subscriber (address_key, channel, sealed, language, topics, localities, quiet_from, quiet_to, agreed_at, agreed_to)', `${text('c')}, 'telegram', 'x', 'vi', '[]', '[]', 21, 6, ${at}, '2026-11'`)
  await insert('wrong_code (who, tries, wait_until, until)', `${text('w')}, 1, ${at}, ${later}`)
  await insert('chat_line (address_key, "from", once, sealed, until)', `${text('c')}, 'us', ${text('o')}, 'x', ${later}`)
  await orm.em.fork().execute('analyze')
}
