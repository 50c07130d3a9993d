// Who sends bulletins on a channel: whoever signed last. A process that was frozen and wakes up takes nothing any more.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Task } from './delivery.ts'
import { isIdIn, record, shift, type Outcome } from './delivery-rows.ts'

const nameOf = (channel: ChannelName): string => `deliveries ${channel}`

/**
 * Signs, and settles what the sender before had on the wire: nobody knows whether it arrived. Of a bulletin that is an outcome; an alarm
 * is sent again, and so is an edit, which can be done twice. Returns how many there were.
 */
export async function beginSending (orm: MikroORM, channel: ChannelName, sender: string, now: Date): Promise<number> {
  return await inTransaction(orm, async em => {
    await run(em, 'insert into lease (name, holder, held_until) values (?, ?, 0) on conflict (name) do update set holder = excluded.holder', [nameOf(channel), sender])
    const rows = await run<{ id: number, bulletin_id: number, kind: string | null, task: Task }>(em, `
      select d.id, d.bulletin_id, b.kind, d.task from delivery d left join bulletin b on b.id = d.bulletin_id
      where d.channel = ? and d.state = 'on-the-wire' order by d.id`, [channel])
    await shift(em, channel, await record(em, 'on-the-wire', rows.map(({ id, bulletin_id, kind, task }): Outcome => {
      const again = kind === 'alarm' || task !== 'send'
      return { id, bulletinId: bulletin_id, state: again ? 'due' : 'unknown', why: null, messageId: null, dueAt: null, tried: true, leftKey: null }
    }), now))
    return rows.length
  })
}

/** Milliseconds that a sender may do nothing within a transaction: one that is frozen must not keep what the next one needs. */
const mostIdle = 3000

/** First in the transaction. It holds until its end: whoever signs meanwhile waits for what is taken in it, and finds it. */
export async function isSender (em: EntityManager, channel: ChannelName, sender: string): Promise<boolean> {
  const rows = await run(em, isSqlite({ em })
    ? 'select 1 from lease where name = ? and holder = ?'
    : `select set_config('idle_in_transaction_session_timeout', '${mostIdle}', true) from lease where name = ? and holder = ? for share`, [nameOf(channel), sender])
  return rows.length === 1
}

/**
 * Puts back what was taken in a transaction of which nobody heard that it was committed: it never left.
 * @param mine what this sender has in hand
 */
export async function putBackUnheard (orm: MikroORM, channel: ChannelName, sender: string, mine: readonly number[]): Promise<void> {
  await inTransaction(orm, async em => {
    if (!await isSender(em, channel, sender)) return
    const rows = await run<{ id: number, bulletin_id: number }>(em, `update delivery set state = 'due' where channel = ? and state = 'on-the-wire' and not (id ${isIdIn(em)}) returning id, bulletin_id`, [channel, JSON.stringify(mine)])
    await shift(em, channel, rows.map(({ bulletin_id }) => ({ bulletinId: bulletin_id, from: 'on-the-wire', to: 'due', why: '' })))
  })
}
