// Taking deliveries whose turn it is, in the transaction that records the last ones. Who can't be sent to just now never gets on the wire.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Language } from '../i18n.ts'
import { topicBits, type Frequency } from '../subscribers/topics.ts'
import { Bulletin } from './bulletin.ts'
import { levelOf, levels } from './content.ts'
import type { Task } from './delivery.ts'
import { isIdIn, isJust, isOneOf, record, shift, type Outcome, type Shift } from './delivery-rows.ts'
import { isSender } from './sender-lease.ts'
import { afterQuiet } from './when-due.ts'

/** A delivery whose request may leave now, with what is known of its recipient. `sealed` is null of staff only, who need not subscribe. */
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
  frequency: Frequency
}

/** What of a bulletin decides who gets it. */
export type Due = Pick<Bulletin, 'id' | 'kind' | 'content' | 'audience' | 'training' | 'relation'>

export interface Took {
  rows: Taken[]
  /** There may be more that is due. */
  more: boolean
  /** Another process sends on this channel now: nothing was taken, nothing may be. */
  ousted: boolean
}

/** Looked at in one go when many can't be sent to, and so often in one transaction: some ten milliseconds on SQLite. */
const [glance, mostGlances] = [500, 4]

/** Records outcomes and takes up to `limit` due rows of one bulletin, if it is still being sent. */
export async function recordAndTake (orm: MikroORM, channel: ChannelName, sender: string, done: readonly Outcome[], from: { bulletin: Due, limit: number } | null, now: Date): Promise<Took> {
  if (done.length === 0 && from === null) return { rows: [], more: false, ousted: false }
  return await inTransaction(orm, async em => {
    const took: Took = { rows: [], more: false, ousted: !await isSender(em, channel, sender) }
    const shifts = await record(em, 'on-the-wire', done, now)
    if (from !== null && !took.ousted) await take(em, channel, from.bulletin, from.limit, took, shifts, now)
    await shift(em, channel, shifts)
    return took
  })
}

async function take (em: EntityManager, channel: ChannelName, bulletin: Due, limit: number, took: Took, shifts: Shift[], now: Date): Promise<void> {
  took.more = true
  for (let n = 0; n < mostGlances && took.more && took.rows.length === 0; n++) {
    const size = n === 0 ? limit : glance
    const found = await run<Row>(em, `
      select ${columns} from delivery d left join subscriber s on s.address_key = d.address_key
      where d.bulletin_id = ? and d.channel = ? and d.state = 'due' and d.due_at <= ? and exists (select 1 from bulletin where id = ? and state = 'sending')
      order by d.due_at, d.id limit ?`, [bulletin.id, channel, now, bulletin.id, size])
    took.more = found.length === size
    const { ready, settled } = sorted(found, () => bulletin, 'due', now)
    shifts.push(...await record(em, 'due', settled, now))
    const first = ready.slice(0, limit)
    if (first.length < ready.length) took.more = true
    took.rows = await toTheWire(em, first, 'due', shifts)
  }
}

export interface Letters {
  /** All that waits for one person, for each person. */
  people: Taken[][]
  /** What their letters are made of. */
  bulletins: Bulletin[]
}

/** Takes all that waits for the letters of up to `limit` people who wait for one of `waiting`, of whatever is being sent. */
export async function takeLetters (orm: MikroORM, channel: ChannelName, sender: string, waiting: readonly Bulletin[], limit: number, now: Date): Promise<Letters> {
  return await inTransaction(orm, async em => {
    if (!await isSender(em, channel, sender)) return { people: [], bulletins: [] }
    const people: string[] = []
    for (const { id } of waiting) {
      if (people.length >= limit) break
      const found = await run<{ address_key: string }>(em, `
        select address_key from delivery
        where bulletin_id = ? and channel = ? and state = 'digest' and due_at <= ? and address_key is not null and exists (select 1 from bulletin where id = ? and state = 'sending')
        order by due_at, address_key limit ?`, [id, channel, now, id, limit - people.length])
      for (const { address_key } of found) if (!people.includes(address_key)) people.push(address_key)
    }
    if (people.length === 0) {
      await settleForgotten(em, channel, waiting, now)
      return { people: [], bulletins: [] }
    }
    const found = await run<Row>(em, `
      select ${columns} from bulletin b cross join delivery d left join subscriber s on s.address_key = d.address_key
      where b.state = 'sending' and d.bulletin_id = b.id and d.address_key ${isOneOf(em)} and d.channel = ? and d.state ${isJust('digest')}
      order by b.published_at, b.id`, [JSON.stringify(people), channel])
    const others = [...new Set(found.map(({ bulletin_id }) => bulletin_id))].filter(id => waiting.every(one => one.id !== id))
    const bulletins = [...waiting, ...others.length === 0 ? [] : await em.find(Bulletin, { id: { $in: others } }, { orderBy: { publishedAt: 'asc', id: 'asc' } })]
    const shifts: Shift[] = []
    const { ready, settled } = sorted(found, ({ bulletin_id }) => bulletins.find(({ id }) => id === bulletin_id), 'digest', now)
    shifts.push(...await record(em, 'digest', settled, now))
    const rows = await toTheWire(em, ready, 'digest', shifts)
    await shift(em, channel, shifts)
    return { people: [...Map.groupBy(rows, ({ addressKey }) => addressKey).values()], bulletins }
  })
}

/** Whoever wanted to be forgotten left a row without a tag: no letter would ever find it. */
async function settleForgotten (em: EntityManager, channel: ChannelName, bulletins: readonly Due[], now: Date): Promise<void> {
  const found = await run<{ id: number, bulletin_id: number }>(em, `
    select id, bulletin_id from delivery where bulletin_id ${isIdIn(em)} and channel = ? and state = 'digest' and due_at <= ? and address_key is null limit 500`, [JSON.stringify(bulletins.map(({ id }) => id)), channel, now])
  await shift(em, channel, await record(em, 'digest', found.map(row => outcome(row, { state: 'left' })), now))
}

interface Row {
  id: number, bulletin_id: number, address_key: string | null, task: Task, attempts: number, message_id: string | null
  sealed: string | null, language: Language | null, topic_bits: number | null, level: number | null, quiet_from: number | null, quiet_to: number | null, left_at: unknown, frequency: Frequency | null
}
const columns = 'd.id, d.bulletin_id, d.address_key, d.task, d.attempts, d.message_id, s.sealed, s.language, s.topic_bits, s.level, s.quiet_from, s.quiet_to, s.left_at, s.frequency'

/** They may have left, gone to bed, or want something else, since it was written down; or it is no longer true. */
function sorted (rows: readonly Row[], bulletinOf: (row: Row) => Due | undefined, waits: 'due' | 'digest', now: Date): { ready: Row[], settled: Outcome[] } {
  const [ready, settled]: [Row[], Outcome[]] = [[], []]
  for (const row of rows) {
    const bulletin = bulletinOf(row)
    if (bulletin === undefined) continue
    const settle = (more: Partial<Outcome>): void => { settled.push(outcome(row, more)) }
    const { validUntil } = bulletin.content
    // What is no longer true is told to nobody.
    if (row.task === 'send' && validUntil !== null && new Date(validUntil) <= now) {
      settle({ state: 'stopped' })
      continue
    }
    if (bulletin.training) {
      ready.push(row)
      continue
    }
    const awake = afterQuiet(now, row.quiet_from ?? 0, row.quiet_to ?? 0)
    // What they have already stays delivered, though nobody can change it there any more.
    if (row.sealed === null || row.left_at !== null) settle(row.task === 'send' ? { state: 'left' } : { state: 'delivered', why: 'too-old' })
    else if (row.task === 'send' && !wants(row, bulletin)) settle({ state: 'left' })
    else if (row.task === 'send' && bulletin.kind !== 'alarm' && awake > now) settle({ state: waits, dueAt: awake })
    else ready.push(row)
  }
  return { ready, settled }
}

/** An alarm is for everybody, a correction for whoever has what it corrects. */
function wants ({ topic_bits, level }: Row, { kind, audience, relation }: Due): boolean {
  return kind === 'alarm' || relation != null || ((topic_bits ?? 0) & topicBits(audience.topics)) !== 0 && (level ?? 0) <= levels.indexOf(levelOf[kind])
}

function outcome ({ id, bulletin_id }: Pick<Row, 'id' | 'bulletin_id'>, more: Partial<Outcome>): Outcome {
  return { id, bulletinId: bulletin_id, state: 'due', why: null, messageId: null, dueAt: null, tried: false, leftKey: null, ...more }
}

/** From the moment this is on disk, nobody but who took them knows what becomes of them. */
async function toTheWire (em: EntityManager, rows: readonly Row[], from: 'due' | 'digest', shifts: Shift[]): Promise<Taken[]> {
  if (rows.length === 0) return []
  const marked = new Set((await run<{ id: number }>(em, `update delivery set state = 'on-the-wire' where id ${isIdIn(em)} and state ${isJust(from)} returning id`, [JSON.stringify(rows.map(({ id }) => id))])).map(({ id }) => id))
  const taken = rows.filter(({ id }) => marked.has(id))
  shifts.push(...taken.map(({ bulletin_id }): Shift => ({ bulletinId: bulletin_id, from, to: 'on-the-wire', why: '' })))
  return taken.map(({ id, bulletin_id, address_key, task, attempts, message_id, sealed, language, topic_bits, frequency }) => ({
    id, bulletinId: bulletin_id, addressKey: address_key, task, attempts, messageId: message_id, sealed, language: language ?? 'vi', topicBits: topic_bits ?? 0, frequency: frequency ?? 'at-once',
  }))
}
