// Taking deliveries and recording what became of them: a batch at a time, each batch one transaction.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Language } from '../i18n.ts'
import type { DeliveryState, Task, Why } from './delivery.ts'

/** A delivery whose request may leave now, with what is known of its recipient; `sealed` is null when they are no subscriber any more. */
export interface Taken {
  id: number
  bulletinId: number
  addressKey: string | null
  task: Task
  attempts: number
  messageId: string | null
  sealed: string | null
  language: Language
  topicBits: number
  quietFrom: number
  quietTo: number
  left: boolean
  frequency: 'at-once' | 'daily' | 'weekly'
}

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

/** Records outcomes and takes up to `limit` due rows of one bulletin, in one transaction. Two processes never take the same row. */
export async function recordAndTake (orm: MikroORM, channel: ChannelName, done: readonly Outcome[], from: { bulletinId: number, limit: number } | null, now: Date): Promise<Taken[]> {
  if (done.length === 0 && (from === null || from.limit === 0)) return []
  return await inTransaction(orm, async em => {
    if (done.length > 0) await record(em, channel, done, now)
    if (from === null || from.limit === 0) return []
    const rows = await run<Row>(em, `
      update delivery set state = 'on-the-wire'
      where id in (
        select id from delivery where bulletin_id = ? and channel = ? and state = 'due' and due_at <= ?
        order by due_at, id limit ?${isSqlite(orm) ? '' : ' for update skip locked'}
      ) returning ${columns}`, [from.bulletinId, channel, now, from.limit])
    await shift(em, channel, rows.map(({ bulletin_id }) => ({ bulletinId: bulletin_id, from: 'due', to: 'on-the-wire', why: '' })))
    return await withPeople(em, rows)
  })
}

/** Takes all that waits for the letters of up to `limit` people, grouped by person. Only of bulletins that are being sent. */
export async function takeLetters (orm: MikroORM, channel: ChannelName, limit: number, now: Date): Promise<Taken[][]> {
  return await inTransaction(orm, async em => {
    const people = await run<{ address_key: string }>(em, `
      select d.address_key from delivery d join bulletin b on b.id = d.bulletin_id
      where d.channel = ? and d.state = 'digest' and d.due_at <= ? and b.state = 'sending'
      group by d.address_key limit ?`, [channel, now, limit])
    if (people.length === 0) return []
    const keys = JSON.stringify(people.map(({ address_key }) => address_key))
    const rows = await run<Row>(em, `
      update delivery set state = 'on-the-wire'
      where channel = ? and state = 'digest' and address_key ${isOneOf(em)} and bulletin_id in (select id from bulletin where state = 'sending')
      returning ${columns}`, [channel, keys])
    await shift(em, channel, rows.map(({ bulletin_id }) => ({ bulletinId: bulletin_id, from: 'digest', to: 'on-the-wire', why: '' })))
    return [...Map.groupBy(await withPeople(em, rows), ({ addressKey }) => addressKey).values()]
  })
}

/**
 * What a sender had on the wire when it died: nobody knows whether it arrived. Of a bulletin that is an outcome; an alarm is sent again,
 * and so is an edit, which can be done twice.
 */
export async function takeOverWire (orm: MikroORM, channel: ChannelName, now: Date): Promise<void> {
  await inTransaction(orm, async em => {
    const rows = await run<{ id: number, bulletin_id: number, kind: string, task: Task }>(em, `
      select d.id, d.bulletin_id, b.kind, d.task from delivery d join bulletin b on b.id = d.bulletin_id
      where d.channel = ? and d.state = 'on-the-wire' order by d.id`, [channel])
    if (rows.length === 0) return
    await record(em, channel, rows.map(({ id, bulletin_id, kind, task }): Outcome => {
      const again = kind === 'alarm' || task !== 'send'
      return { id, bulletinId: bulletin_id, state: again ? 'due' : 'unknown', why: null, messageId: null, dueAt: again ? now : null, tried: true, leftKey: null }
    }), now)
  })
}

async function record (em: EntityManager, channel: ChannelName, done: readonly Outcome[], now: Date): Promise<void> {
  const sqlite = isSqlite({ em })
  const values = JSON.stringify(done.map(({ id, state, why, messageId, dueAt, tried }) => ({ id, state, why, message_id: messageId, due_at: dueAt === null ? null : sqlite ? dueAt.getTime() : dueAt.toISOString(), tried: tried ? 1 : 0 })))
  const outcomes = sqlite
    ? '(select value ->> \'id\' as id, value ->> \'state\' as state, value ->> \'why\' as why, value ->> \'message_id\' as message_id, value ->> \'due_at\' as due_at, value ->> \'tried\' as tried from json_each(?))'
    : 'jsonb_to_recordset(?::jsonb)'
  const shape = sqlite ? 'v' : 'v (id int, state text, why text, message_id text, due_at timestamptz, tried int)'
  const set = await run<{ id: number }>(em, `
    update delivery set state = v.state, why = v.why, message_id = coalesce(v.message_id, delivery.message_id), due_at = coalesce(v.due_at, delivery.due_at),
      attempts = delivery.attempts + v.tried, done_at = case when v.state in ('due', 'digest') then null else ${sqlite ? '?' : '?::timestamptz'} end
    from ${outcomes} as ${shape}
    where delivery.id = v.id and delivery.state = 'on-the-wire' returning delivery.id`, [now, values])
  // A row that was stopped or taken over meanwhile has its outcome already.
  const changed = new Set(set.map(({ id }) => id))
  const counted = done.filter(({ id }) => changed.has(id))
  await shift(em, channel, counted.map(({ bulletinId, state, why }) => ({ bulletinId, from: 'on-the-wire', to: state, why: why ?? '' })))
  const gone = done.flatMap(({ leftKey }) => leftKey === null ? [] : [leftKey])
  if (gone.length > 0) await run(em, `update subscriber set left_at = ? where left_at is null and address_key ${isOneOf(em)}`, [now, JSON.stringify(gone)])
}

export interface Shift { bulletinId: number, from: DeliveryState, to: DeliveryState, why: Why | '', fromWhy?: Why | '' }

/** Keeps the sums in step with the rows, in the same transaction. Sorted, so that two processes can't wait for each other. */
export async function shift (em: EntityManager, channel: ChannelName, shifts: readonly Shift[]): Promise<void> {
  const change = new Map<string, { bulletinId: number, state: DeliveryState, why: string, n: number }>()
  const add = (bulletinId: number, state: DeliveryState, why: string, n: number): void => {
    const key = `${bulletinId} ${state} ${why}`
    const sum = change.get(key) ?? { bulletinId, state, why, n: 0 }
    sum.n += n
    change.set(key, sum)
  }
  for (const { bulletinId, from, to, why, fromWhy = '' } of shifts) {
    add(bulletinId, from, fromWhy, -1)
    add(bulletinId, to, why, 1)
  }
  for (const [, { bulletinId, state, why, n }] of [...change].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (n !== 0) await run(em, 'insert into delivery_count (bulletin_id, channel, state, why, n) values (?, ?, ?, ?, ?) on conflict (bulletin_id, channel, state, why) do update set n = delivery_count.n + excluded.n', [bulletinId, channel, state, why, n])
  }
}

interface Row { id: number, bulletin_id: number, address_key: string | null, task: Task, attempts: number, message_id: string | null }
const columns = 'id, bulletin_id, address_key, task, attempts, message_id'

async function withPeople (em: EntityManager, rows: readonly Row[]): Promise<Taken[]> {
  if (rows.length === 0) return []
  interface Person { address_key: string, sealed: string, language: Language, topic_bits: number, quiet_from: number, quiet_to: number, left_at: unknown, frequency: Taken['frequency'] }
  const keys = [...new Set(rows.flatMap(({ address_key }) => address_key === null ? [] : [address_key]))]
  const people = await run<Person>(em, `select address_key, sealed, language, topic_bits, quiet_from, quiet_to, left_at, frequency from subscriber where address_key ${isOneOf(em)}`, [JSON.stringify(keys)])
  const known = new Map(people.map(person => [person.address_key, person]))
  return rows.map(({ id, bulletin_id, address_key, task, attempts, message_id }) => {
    const person = address_key === null ? undefined : known.get(address_key)
    return {
      id, bulletinId: bulletin_id, addressKey: address_key, task, attempts, messageId: message_id,
      sealed: person?.sealed ?? null, language: person?.language ?? 'vi', topicBits: person?.topic_bits ?? 0,
      quietFrom: person?.quiet_from ?? 0, quietTo: person?.quiet_to ?? 0, left: person?.left_at != null, frequency: person?.frequency ?? 'at-once',
    }
  }).sort((a, b) => a.id - b.id)
}

/** Any number of values in one, so that the statement stays the same. */
const isOneOf = (em: EntityManager): string => isSqlite({ em }) ? 'in (select value from json_each(?))' : '= any (array(select jsonb_array_elements_text(?::jsonb)))'
