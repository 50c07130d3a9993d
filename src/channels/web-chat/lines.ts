// Writes, reads and forgets what stands in web chats. Every line is sealed, and gone after a day; a bulletin waits longer.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { days, hours } from '../../clock.ts'
import { isSqlite } from '../../db/migrate.ts'
import { inTransaction } from '../../db/transaction.ts'
import { type ServerKeys, ServerKeyError } from '../../server-key.ts'
import type { Message } from '../message.ts'
import { ChatLine } from './line.ts'
import type { OpenLine } from './open-line.ts'

export type NewLine =
  | { from: 'us', once: string, message: Message }
  | { from: 'them', once: string, text: string }

const lives = hours(24)
/** A bulletin waits for its reader's next visit, but not for ever. */
const longest = days(30)

/**
 * Adds a line at the end of a chat. False: a line with this `once` stands there already.
 * On PostgreSQL lines of one chat are written one after the other: else a higher id could be seen first, and a reader would pass over
 * the lower one.
 */
export async function writeLine (orm: MikroORM, keys: ServerKeys, addressKey: string, line: NewLine, now: Date): Promise<boolean> {
  const { from } = line
  const once = `${from}:${line.once}`
  if (once.length > 64) throw new RangeError('A line has a name of more than 64 characters.')
  const sealed = keys.seal(JSON.stringify(line.from === 'us' ? line.message : line.text), placeOf(addressKey, once))
  return await inTransaction(orm, async em => {
    if (!isSqlite(orm)) await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 1))', [addressKey])
    const rows = await em.createQueryBuilder(ChatLine)
      .insert({ addressKey, from, once, sealed, until: keptUntil(line, now) })
      .onConflict(['addressKey', 'once']).ignore().execute('run')
    return rows.affectedRows === 1
  })
}

function keptUntil (line: NewLine, now: Date): Date {
  const until = line.from === 'us' && line.message.until !== undefined ? Date.parse(line.message.until) : 0
  return new Date(Math.max(now.getTime() + lives, Math.min(until, now.getTime() + longest)))
}

/** The first `most` lines after the one with id `after`, oldest first. */
export async function linesAfter (orm: MikroORM, keys: ServerKeys, addressKey: string, after: number, now: Date, most: number): Promise<OpenLine[]> {
  const rows = await orm.em.fork().find(ChatLine, { addressKey, id: { $gt: after }, until: { $gt: now } }, { orderBy: { id: 'asc' }, limit: most })
  return rows.flatMap(row => opened(keys, row))
}

/** The last `most` lines, oldest first. */
export async function lastLines (orm: MikroORM, keys: ServerKeys, addressKey: string, now: Date, most: number): Promise<OpenLine[]> {
  const rows = await orm.em.fork().find(ChatLine, { addressKey, until: { $gt: now } }, { orderBy: { id: 'desc' }, limit: most })
  return rows.reverse().flatMap(row => opened(keys, row))
}

/** Whether anything stands in a chat. */
export async function hasLines (orm: MikroORM, addressKey: string, now: Date): Promise<boolean> {
  return await orm.em.fork().findOne(ChatLine, { addressKey, until: { $gt: now } }, { fields: ['id'] }) !== null
}

/** Takes back what somebody wrote, because it could not be taken in. */
export async function takeBackLine (orm: MikroORM, addressKey: string, once: string): Promise<void> {
  await orm.em.fork().nativeDelete(ChatLine, { addressKey, once: `them:${once}` })
}

/** Deletes all that stands in a chat: when its tip was received, when the person wants to be forgotten, at the quick exit. */
export async function forgetLines (em: EntityManager, addressKey: string): Promise<void> {
  await em.nativeDelete(ChatLine, { addressKey })
}

/** Deletes what is older than a day. */
export async function expireLines (orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().nativeDelete(ChatLine, { until: { $lte: now } })
}

/** What can't be opened any more (its key was taken away) is left out: the rest of the chat must still be shown. */
function opened (keys: ServerKeys, row: ChatLine): OpenLine[] {
  try {
    const text = keys.open(row.sealed, placeOf(row.addressKey, row.once))
    // Sealed by us in `writeLine`: it is what was put there.
    return row.from === 'us' ? [{ id: row.id, from: 'us', message: JSON.parse(text) as Message }] : [{ id: row.id, from: 'them', text: JSON.parse(text) as string }]
  } catch (error) {
    if (error instanceof ServerKeyError) return []
    throw error
  }
}

const placeOf = (addressKey: string, once: string): string => `chat_line/sealed/${addressKey}/${once}`
