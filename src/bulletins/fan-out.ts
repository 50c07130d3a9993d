// Writes down who gets a bulletin: one row each, in slices, so that nobody else waits; a crash goes on at the last slice.
import { setImmediate as turn } from 'node:timers/promises'
import type { EntityManager } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'
import { run, type Value } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { chatOf } from '../staff/officers.ts'
import { Officer } from '../staff/officer.ts'
import { meant, type Condition } from './audience.ts'
import { Bulletin } from './bulletin.ts'
import { dueColumns } from './due-columns.ts'
import type { BulletinRoom } from './room.ts'

type Room = Pick<BulletinRoom, 'orm' | 'keys' | 'clock' | 'zaloPaid'>

/** Subscribers looked at in one transaction: some fifteen milliseconds on SQLite, a tenth of a second on PostgreSQL, where nobody waits. */
const slice = 5000

/** Writes all that is missing of one bulletin's audience. False: it was complete. */
export async function fanOut (room: Room, id: number, signal?: AbortSignal): Promise<boolean> {
  for (let began = false; ; began = true) {
    if (signal?.aborted === true || !await writeSlice(room, id)) return began
    await turn()
  }
}

/** Writes the next slice. False: nothing is missing. */
async function writeSlice (room: Room, id: number): Promise<boolean> {
  return await inTransaction(room.orm, async em => {
    const bulletin = await locked(em, id)
    if (bulletin?.fanOutAfter == null) return false
    if (bulletin.training) {
      await writeStaff(em, room, bulletin)
      bulletin.fanOutAfter = null
      return true
    }
    const after = bulletin.fanOutAfter
    const end = await endOfSlice(em, bulletin, after)
    // Beyond every tag: base64url has no `~`.
    await write(em, room, bulletin, after, end ?? '~')
    bulletin.fanOutAfter = end
    return true
  })
}

/**
 * Writes slices of all that is missing for about `ms`, an alarm's before anybody else's, the others' in turn. Not to the end: what becomes
 * due meanwhile must not wait for a million others. False: nothing was missing.
 */
export async function writeSome (room: Room, ms: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + ms
  let wrote = false
  do {
    const missing = await run<{ id: number, kind: string }>(room.orm.em, 'select id, kind from bulletin where state in (\'sending\', \'paused\') and fan_out_after is not null order by id')
    if (missing.length === 0) return wrote
    const alarms = missing.filter(({ kind }) => kind === 'alarm')
    for (const { id } of alarms.length > 0 ? alarms : missing) {
      if (signal.aborted) return true
      wrote = await writeSlice(room, id) || wrote
      await turn()
    }
  } while (performance.now() < until)
  return wrote
}

/** Two processes may come at the same moment; on SQLite there is one writer anyway. */
async function locked (em: EntityManager, id: number): Promise<Bulletin | null> {
  if (!isSqlite({ em })) await run(em, 'select 1 from bulletin where id = ? for update', [id])
  return await em.findOne(Bulletin, { id, state: { $in: ['sending', 'paused'] } })
}

/** The last tag of the slice; null: it is the last slice. */
async function endOfSlice (em: EntityManager, { about }: Bulletin, after: string): Promise<string | null> {
  const [end] = about == null
    ? await run<{ address_key: string }>(em, 'select address_key from subscriber where address_key > ? order by address_key limit 1 offset ?', [after, slice - 1])
    : await run<{ address_key: string }>(em, 'select address_key from delivery where bulletin_id = ? and address_key > ? order by address_key limit 1 offset ?', [about, after, slice - 1])
  return end?.address_key ?? null
}

const into = 'insert into delivery (bulletin_id, channel, address_key, state, task, why, due_at, attempts)'

async function write (em: EntityManager, room: Room, bulletin: Bulletin, after: string, upTo: string): Promise<void> {
  const { id, about } = bulletin
  const due = dueColumns(em, bulletin, room.zaloPaid, room.clock())
  const columns = `${id}, s.channel, s.address_key, ${due.state.sql}, 'send', ${due.why.sql}, ${due.at.sql}, 0`
  const decided = [...due.state.values, ...due.why.values, ...due.at.values]
  if (about == null) {
    const from = among(em, bulletin)
    // The index holds all that is asked for; SQLite would read the rows, which lie in any order.
    const subscribers = `subscriber s ${isSqlite({ em }) ? 'indexed by subscriber_fan_out_index' : ''}`
    return await insert(em, id, `${into} select ${columns} from ${subscribers} where s.address_key > ? and s.address_key <= ? and ${from.sql} on conflict do nothing`, [...decided, after, upTo, ...from.values])
  }
  // A correction goes to exactly those who got what it corrects, or may have got it, or are getting it just now.
  const got = 'd.bulletin_id = ? and d.address_key > ? and d.address_key <= ? and d.state in (\'delivered\', \'unknown\', \'on-the-wire\')'
  await insert(em, id, `${into} select ${columns} from delivery d join subscriber s on s.address_key = d.address_key where ${got} on conflict do nothing`, [...decided, about, after, upTo])
  // Who is no subscriber any more has no address here: that is an outcome too.
  await insert(em, id, `
    ${into} select ${id}, d.channel, d.address_key, 'left', 'send', null, d.due_at, 0
    from delivery d where ${got} and not exists (select 1 from subscriber s where s.address_key = d.address_key) on conflict do nothing`, [about, after, upTo])
}

function among (em: EntityManager, { kind, audience }: Bulletin): Condition {
  const { sql, values } = meant(em, kind, audience)
  const channels = audience.channels.map(() => '?').join(', ')
  // Empty: it stands on our page only.
  return { sql: `s.channel in (${channels === '' ? 'null' : channels}) and ${sql}`, values: [...audience.channels, ...values] }
}

/** Inserts deliveries and adds them to the sums, in the order in which senders change them. */
async function insert (em: EntityManager, id: number, sql: string, values: readonly Value[]): Promise<void> {
  const add = 'insert into delivery_count (bulletin_id, channel, state, why, n)'
  const and = 'on conflict (bulletin_id, channel, state, why) do update set n = delivery_count.n + excluded.n'
  const sums = (from: string): string => `select ${id}, channel, state, coalesce(why, ''), count(*) from ${from} group by 2, 3, 4 order by 2, 3, 4`
  if (!isSqlite({ em })) {
    await run(em, `with written as (${sql} returning channel, state, why) ${add} ${sums('written')} ${and}`, values)
    return
  }
  // There is one writer: what is new has the highest ids.
  const [last] = await run<{ id: number | null }>(em, 'select max(id) as id from delivery')
  await run(em, sql, values)
  await run(em, `${add} ${sums('delivery where id > ?')} ${and}`, [last?.id ?? 0])
}

/** The chats that officers linked; few. */
async function writeStaff (em: EntityManager, { keys, clock }: Room, bulletin: Bulletin): Promise<void> {
  for (const officer of await em.find(Officer, { endedAt: null, sealed: { $ne: null } })) {
    const chat = chatOf(keys, officer)
    if (chat === null || officer.addressKey == null || !bulletin.audience.channels.includes(chat.channel)) continue
    const values = isSqlite({ em }) ? 'values (?, ?, ?, \'due\', \'send\', null, ?, 0)' : 'values (?, ?, ?, \'due\', \'send\', null, ?::timestamptz, 0)'
    await insert(em, bulletin.id, `${into} ${values} on conflict do nothing`, [bulletin.id, chat.channel, officer.addressKey, clock()])
  }
}
