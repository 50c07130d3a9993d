// Rows that wait: the columns that make any row a queued one, and the verbs on them. Each queue is a table of its own.
import { p, type EntityName } from '@mikro-orm/core'
import { type EntityManager, type MikroORM } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'

/** Spread into an entity's properties. Rows of one `lane` are taken in order of id, one at a time. */
export const waitingColumns = {
  lane: p.string().length(80),
  /** Not before this moment; null: nothing to do any more. */
  dueAt: p.datetime().nullable(),
  /** Tries begun so far. */
  attempts: p.integer().default(0),
  /** While in the future, somebody is at work on it; a crashed worker's lease simply runs out. */
  leasedUntil: p.datetime().nullable(),
}

/** What every queued row has, as far as these verbs need it. */
export interface Waiting {
  id: number
  lane: string
}

/**
 * Takes up to `limit` due rows, the first of each lane only, and leases them. Counts the try before it is made, so that a
 * row that kills its worker is noticed. Two workers never get the same row.
 * @param channel only rows of this channel, for tables that have one
 */
export async function take<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, now: Date, leaseMs: number, limit: number, channel?: string): Promise<Row[]> {
  const em = orm.em.fork()
  const table = em.getMetadata().get(entity).tableName
  const at = dateLiteral(orm, now)
  // Materialized: PostgreSQL may run a plain subquery once for each row of the table, and each run would find other rows to lock.
  const rows = await em.execute<{ id: number }[]>(`
    with due as materialized (
      select id from ${table} as first
      where ${channel === undefined ? '' : `channel = ${em.getPlatform().quoteValue(channel)} and `}due_at <= ${at} and (leased_until is null or leased_until < ${at})
        and not exists (select 1 from ${table} as earlier where earlier.lane = first.lane and earlier.id < first.id and earlier.due_at is not null)
      order by due_at, id limit ${Number(limit)}${isSqlite(orm) ? '' : ' for update skip locked'}
    )
    update ${table} set leased_until = ${dateLiteral(orm, new Date(now.getTime() + leaseMs))}, attempts = attempts + 1
    where id in (select id from due)
    returning id`)
  if (rows.length === 0) return []
  return await em.find(entity, { id: { $in: rows.map(row => row.id) } } as never, { orderBy: { id: 'asc' } as never }) as Row[]
}

/** The work on this row is over and nothing of it is to be kept. */
export async function remove<Row extends Waiting> (em: EntityManager, entity: EntityName<Row>, id: number): Promise<void> {
  await em.nativeDelete(entity, { id } as never)
}

/** Puts a taken row back until `dueAt`; its lane waits with it. */
export async function putBack<Row extends Waiting> (em: EntityManager, entity: EntityName<Row>, id: number, dueAt: Date): Promise<void> {
  await em.nativeUpdate(entity, { id } as never, { dueAt, leasedUntil: null } as never)
}

/** Age in milliseconds of the row that has been due longest; 0 when none is. */
export async function oldestDue<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, now: Date): Promise<number> {
  const oldest = await orm.em.fork().findOne(entity, { dueAt: { $lte: now } } as never, { orderBy: { dueAt: 'asc' } as never }) as { dueAt?: Date | null } | null
  return oldest?.dueAt == null ? 0 : Math.max(0, now.getTime() - oldest.dueAt.getTime())
}

/**
 * The pause before the next try: doubles from `firstMs` up to `mostMs`, with up to 20 % added so that a crowd spreads out.
 * `attempts` is the number of tries made; `random` is from 0 to 1.
 */
export function backoff (attempts: number, firstMs: number, mostMs: number, random: number): number {
  return Math.round(Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, attempts - 1))) * (1 + random * 0.2))
}

/** SQLite keeps dates as milliseconds, PostgreSQL as timestamptz; raw SQL must speak to each in its own way. */
function dateLiteral (orm: MikroORM, at: Date): string {
  return isSqlite(orm) ? String(at.getTime()) : `'${at.toISOString()}'`
}
