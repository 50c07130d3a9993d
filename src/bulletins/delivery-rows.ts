// What became of deliveries: recorded a batch at a time, and the sums kept in step in the same transaction.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import type { DeliveryState, Why } from './delivery.ts'

/** What became of one. `state` `due` or `digest`: it waits again, until `dueAt`; `tried` counts the try. */
export interface Outcome {
  id: number
  bulletinId: number
  state: Exclude<DeliveryState, 'on-the-wire'>
  why: Why | null
  messageId: string | null
  dueAt: Date | null
  tried: boolean
  /** They stopped us on the platform: their subscription is marked. */
  leftKey: string | null
}

export interface Shift { bulletinId: number, from: DeliveryState, to: DeliveryState, why: Why | '', fromWhy?: Why | '' }

/**
 * Writes the outcomes of rows that stand at `from`, and returns what has to be added to the sums. A row that was stopped or taken over
 * meanwhile has its outcome already; one that counted as unknown is known now.
 */
export async function record (em: EntityManager, from: 'on-the-wire' | 'due' | 'digest', done: readonly Outcome[], now: Date): Promise<Shift[]> {
  if (done.length === 0) return []
  const changed = await write(em, from, done, now)
  const shifts = shiftsOf(done.filter(({ id }) => changed.has(id)), from)
  const late = from !== 'on-the-wire' ? [] : done.filter(({ id, state }) => !changed.has(id) && (state === 'delivered' || state === 'refused' || state === 'left'))
  if (late.length > 0) {
    const known = await write(em, 'unknown', late, now)
    shifts.push(...shiftsOf(late.filter(({ id }) => known.has(id)), 'unknown'))
  }
  const gone = done.flatMap(({ leftKey }) => leftKey === null ? [] : [leftKey])
  if (gone.length > 0) await run(em, `update subscriber set left_at = ? where left_at is null and address_key ${isOneOf(em)}`, [now, JSON.stringify(gone)])
  return shifts
}

const shiftsOf = (done: readonly Outcome[], from: DeliveryState): Shift[] => done.map(({ bulletinId, state, why }) => ({ bulletinId, from, to: state, why: why ?? '' }))

/** Ids of the rows that stood there. */
async function write (em: EntityManager, from: DeliveryState, done: readonly Outcome[], now: Date): Promise<Set<number>> {
  const sqlite = isSqlite({ em })
  const values = JSON.stringify(done.map(({ id, state, why, messageId, dueAt, tried }) => ({ id, state, why, message_id: messageId, due_at: dueAt === null ? null : sqlite ? dueAt.getTime() : dueAt.toISOString(), tried: tried ? 1 : 0 })))
  const outcomes = sqlite
    ? '(select value ->> \'id\' as id, value ->> \'state\' as state, value ->> \'why\' as why, value ->> \'message_id\' as message_id, value ->> \'due_at\' as due_at, value ->> \'tried\' as tried from json_each(?))'
    : 'jsonb_to_recordset(?::jsonb)'
  const shape = sqlite ? 'v' : 'v (id int, state text, why text, message_id text, due_at timestamptz, tried int)'
  const rows = await run<{ id: number }>(em, `
    update delivery set state = v.state, why = v.why, message_id = coalesce(v.message_id, delivery.message_id), due_at = coalesce(v.due_at, delivery.due_at),
      attempts = delivery.attempts + v.tried, done_at = case when v.state in ('due', 'digest') then null else ${sqlite ? '?' : '?::timestamptz'} end
    from ${outcomes} as ${shape}
    where delivery.id = v.id and delivery.state ${isJust(from)} returning delivery.id`, [now, values])
  return new Set(rows.map(({ id }) => id))
}

/** Keeps the sums in step with the rows, in the same transaction. In one order, so that two processes can't wait for each other. */
export async function shift (em: EntityManager, channel: ChannelName, shifts: readonly Shift[]): Promise<void> {
  const change = new Map<string, [bulletinId: number, state: DeliveryState, why: string, n: number]>()
  const add = (bulletinId: number, state: DeliveryState, why: string, n: number): void => {
    const key = `${bulletinId} ${state} ${why}`
    const sum = change.get(key)
    if (sum === undefined) change.set(key, [bulletinId, state, why, n])
    else sum[3] += n
  }
  for (const { bulletinId, from, to, why, fromWhy = '' } of shifts) {
    add(bulletinId, from, fromWhy, -1)
    add(bulletinId, to, why, 1)
  }
  const sums = [...change].filter(([, [,,, n]]) => n !== 0).sort(([, a], [, b]) => a[0] - b[0] || compare(a[1], b[1]) || compare(a[2], b[2])).map(([, sum]) => sum)
  if (sums.length === 0) return
  const rows = isSqlite({ em })
    ? 'select value ->> 0, ?, value ->> 1, value ->> 2, value ->> 3 from json_each(?) where true'
    : 'select (v ->> 0)::int, ?, v ->> 1, v ->> 2, (v ->> 3)::int from jsonb_array_elements(?::jsonb) as v'
  await run(em, `insert into delivery_count (bulletin_id, channel, state, why, n) ${rows} on conflict (bulletin_id, channel, state, why) do update set n = delivery_count.n + excluded.n`, [channel, JSON.stringify(sums)])
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0

/** A state of rows that are found by their ids or recipients: SQLite would rather go through all rows of that state. */
export const isJust = (state: DeliveryState): string => `|| '' = '${state}'`
/** Any number of values in one, a JSON list, so that the statement stays the same. */
export const isOneOf = (em: EntityManager): string => isSqlite({ em }) ? 'in (select value from json_each(?))' : '= any (array(select jsonb_array_elements_text(?::jsonb)))'
/** The same for ids. */
export const isIdIn = (em: EntityManager): string => isSqlite({ em }) ? 'in (select value from json_each(?))' : '= any (array(select e::int from jsonb_array_elements_text(?::jsonb) as e))'
