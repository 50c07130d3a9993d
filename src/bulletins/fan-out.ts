// Writes down who gets a bulletin: one row each, in slices, so that nobody else waits; a crash goes on at the last slice.
import { setImmediate as turn } from 'node:timers/promises'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { closedFor } from '../channels/zalo-oa/window.ts'
import { isSqlite } from '../db/migrate.ts'
import { run, type Value } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { chatOf } from '../staff/officers.ts'
import { Officer } from '../staff/officer.ts'
import { meant, type Condition } from './audience.ts'
import { Bulletin } from './bulletin.ts'
import { levelOf } from './content.ts'
import type { BulletinRoom } from './room.ts'
import { hourInVietnam, nextLetter, startOfHour } from './when-due.ts'

type Room = Pick<BulletinRoom, 'orm' | 'keys' | 'clock' | 'zaloPaid'>

/** Subscribers looked at in one transaction: some twenty milliseconds on SQLite. */
const slice = 5000

/** Writes all that is missing of one bulletin's audience. False: it was complete. */
export async function fanOut (room: Room, id: number, signal?: AbortSignal): Promise<boolean> {
  for (let began = false; ; began = true) {
    if (signal?.aborted === true) return began
    const done = await inTransaction(room.orm, async em => await writeSlice(em, room, id))
    if (done) return began
    await turn()
  }
}

/** True: nothing is left to write. */
async function writeSlice (em: EntityManager, room: Room, id: number): Promise<boolean> {
  const bulletin = await locked(em, id)
  if (bulletin === null || bulletin.fanOutAfter == null) return true
  const after = bulletin.fanOutAfter
  if (bulletin.training) {
    await writeStaff(em, room, bulletin)
    await counted(em, id, '', '~')
    bulletin.fanOutAfter = null
    return false
  }
  const source = bulletin.about == null ? 'subscriber' : 'delivery'
  const [end] = await run<{ address_key: string }>(em, source === 'subscriber'
    ? 'select address_key from subscriber where address_key > ? order by address_key limit 1 offset ?'
    : 'select address_key from delivery where bulletin_id = ? and address_key > ? order by address_key limit 1 offset ?',
  source === 'subscriber' ? [after, slice - 1] : [bulletin.about ?? 0, after, slice - 1])
  // Beyond every tag: base64url has no `~`.
  const upTo = end?.address_key ?? '~'
  await insert(em, room, bulletin, after, upTo)
  await counted(em, id, after, upTo)
  bulletin.fanOutAfter = end === undefined ? null : upTo
  return false
}

/** Two processes may come at the same moment; on SQLite there is one writer anyway. */
async function locked (em: EntityManager, id: number): Promise<Bulletin | null> {
  if (!isSqlite({ em })) await run(em, 'select 1 from bulletin where id = ? for update', [id])
  return await em.findOne(Bulletin, { id, state: { $in: ['sending', 'paused'] } })
}

async function insert (em: EntityManager, { zaloPaid, clock }: Room, bulletin: Bulletin, after: string, upTo: string): Promise<void> {
  const now = clock()
  const due = dueColumns(em, bulletin, zaloPaid, now)
  const from: Condition = bulletin.about == null
    ? channelsOf(bulletin, meant(em, bulletin.kind, bulletin.audience))
    // A correction goes to exactly those who got what it corrects, or may have got it.
    : { sql: 's.address_key in (select d.address_key from delivery d where d.bulletin_id = ? and d.address_key > ? and d.address_key <= ? and d.state in (\'delivered\', \'unknown\'))', values: [bulletin.about, after, upTo] }
  await run(em, `
    insert into delivery (bulletin_id, channel, address_key, state, task, why, due_at, attempts)
    select ${bulletin.id}, s.channel, s.address_key, ${due.state.sql}, 'send', ${due.why.sql}, ${due.at.sql}, 0
    from subscriber s where s.address_key > ? and s.address_key <= ? and ${from.sql}
    on conflict do nothing`, [...due.state.values, ...due.why.values, ...due.at.values, after, upTo, ...from.values])
  if (bulletin.about == null) return
  // Who is no subscriber any more has no address here: that is an outcome too.
  await run(em, `
    insert into delivery (bulletin_id, channel, address_key, state, task, due_at, attempts)
    select ${bulletin.id}, d.channel, d.address_key, 'left', 'send', d.due_at, 0
    from delivery d where d.bulletin_id = ? and d.address_key > ? and d.address_key <= ? and d.state in ('delivered', 'unknown')
      and not exists (select 1 from subscriber s where s.address_key = d.address_key)
    on conflict do nothing`, [bulletin.about, after, upTo])
}

function channelsOf ({ audience }: Bulletin, { sql, values }: Condition): Condition {
  const channels = audience.channels.map(() => '?').join(', ')
  // Empty: it stands on our page only.
  return { sql: `s.channel in (${channels === '' ? 'null' : channels}) and ${sql}`, values: [...audience.channels, ...values] }
}

/** What becomes of each row, decided where the rows are. */
function dueColumns (em: EntityManager, { kind }: Bulletin, zaloPaid: boolean, now: Date): Record<'state' | 'why' | 'at', Condition> {
  const closed = closedFor(zaloPaid, now)
  const shut: Condition = { sql: `s.channel = 'zalo-oa' and ${closed.sql}`, values: closed.values }
  const letters = levelOf[kind] === 'information'
  const hour = hourInVietnam(now)
  const quiet = kind === 'alarm' ? '1 = 0' : `(s.quiet_from < s.quiet_to and ${hour} >= s.quiet_from and ${hour} < s.quiet_to or s.quiet_from > s.quiet_to and (${hour} >= s.quiet_from or ${hour} < s.quiet_to))`
  const moment = isSqlite({ em }) ? '?' : '?::timestamptz'
  const hoursLater = `((s.quiet_to - ${hour} + 24) % 24)`
  const added = isSqlite({ em }) ? `${hoursLater} * 3600000` : `${hoursLater} * interval '1 hour'`
  const letterAt: Condition = letters
    ? { sql: `when s.frequency = 'daily' then ${moment} when s.frequency = 'weekly' then ${moment}`, values: [nextLetter('daily', now), nextLetter('weekly', now)] }
    : { sql: '', values: [] }
  return {
    state: { sql: `case when s.left_at is not null then 'left' when ${shut.sql} then 'refused' ${letters ? 'when s.frequency <> \'at-once\' then \'digest\'' : ''} else 'due' end`, values: shut.values },
    why: { sql: `case when s.left_at is null and ${shut.sql} then 'window' end`, values: shut.values },
    at: { sql: `case ${letterAt.sql} when ${quiet} then ${moment} + ${added} else ${moment} end`, values: [...letterAt.values, startOfHour(now), now] },
  }
}

/** The chats that officers linked; few. */
async function writeStaff (em: EntityManager, { keys, clock }: Room, bulletin: Bulletin): Promise<void> {
  for (const officer of await em.find(Officer, { endedAt: null, sealed: { $ne: null } })) {
    const chat = chatOf(keys, officer)
    if (chat === null || officer.addressKey == null || !bulletin.audience.channels.includes(chat.channel)) continue
    await run(em, 'insert into delivery (bulletin_id, channel, address_key, state, task, due_at, attempts) values (?, ?, ?, \'due\', \'send\', ?, 0) on conflict do nothing', [bulletin.id, chat.channel, officer.addressKey, clock()])
  }
}

/** Adds the new rows to the sums. */
async function counted (em: EntityManager, id: number, after: string, upTo: string): Promise<void> {
  await run(em, `
    insert into delivery_count (bulletin_id, channel, state, why, n)
    select bulletin_id, channel, state, coalesce(why, ''), count(*) from delivery where bulletin_id = ? and address_key > ? and address_key <= ? group by 1, 2, 3, 4
    on conflict (bulletin_id, channel, state, why) do update set n = delivery_count.n + excluded.n`, [id, after, upTo] satisfies Value[])
}

/** Whose audience is not written down completely. */
export async function unfinished (orm: MikroORM): Promise<number[]> {
  const rows = await run<{ id: number }>(orm.em, 'select id from bulletin where state in (\'sending\', \'paused\') and fan_out_after is not null order by id')
  return rows.map(({ id }) => id)
}

