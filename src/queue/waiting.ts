// Rows that wait: the columns that make any row a queued one, and the verbs on them. Each queue is a table of its own.
import { p, type EntityName } from '@mikro-orm/core'
import { type EntityManager, type MikroORM } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'
import { run, type Value } from '../db/statement.ts'

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
 */
export async function take<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, now: Date, leaseMs: number, limit: number): Promise<Row[]> {
  const table = orm.getMetadata().get(entity).tableName
  // Materialized: PostgreSQL may run a plain subquery once for each row of the table, and each run would find other rows to lock.
  return await read(orm, entity, `
    with due as materialized (
      select id from ${table} as first
      where due_at <= ? and (leased_until is null or leased_until < ?)
        and not exists (select 1 from ${table} as earlier where earlier.lane = first.lane and earlier.id < first.id and earlier.due_at is not null)
      order by due_at, id limit ?${isSqlite(orm) ? '' : ' for update skip locked'}
    ) update ${table} set leased_until = ?, attempts = attempts + 1 where id in (select id from due) returning *`,
  [now, now, limit, new Date(now.getTime() + leaseMs)])
}

/**
 * All that is due in up to `limit` lanes of one channel, in their order, for the one who is alone in working on that channel: nothing is
 * written, so whoever works on a lane must remember that it does. A lane whose first row waits is left alone.
 */
export async function dueLanes<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, channel: string, now: Date, limit: number): Promise<Row[][]> {
  const table = orm.getMetadata().get(entity).tableName
  const rows = await read(orm, entity, `
    with due as materialized (
      select lane from ${table} as first where channel = ? and due_at <= ?
        and not exists (select 1 from ${table} as earlier where earlier.lane = first.lane and earlier.id < first.id and earlier.due_at is not null)
      order by due_at, id limit ?
    ) select * from ${table} where lane in (select lane from due) and due_at <= ?`, [channel, now, limit, now])
  return [...Map.groupBy(rows, row => row.lane).values()]
}

async function read<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, sql: string, values: Value[]): Promise<Row[]> {
  const rows = await run<Record<string, unknown>>(orm.em, sql, values)
  if (rows.length === 0) return []
  const columns = orm.getMetadata().get(entity).props.map(({ name, fieldNames: [column = name], runtimeType }) => ({ name, column, isDate: runtimeType === 'Date' }))
  // What the entity's columns hold, as it would read them itself: these tables have texts, numbers and dates only.
  const rowOf = (row: Record<string, unknown>): Row => Object.fromEntries(columns.map(({ name, column, isDate }) => [name, isDate && row[column] !== null ? new Date(row[column] as number | string | Date) : row[column]])) as unknown as Row
  return rows.map(rowOf).sort((a, b) => a.id - b.id)
}

/** The work on these rows is over and nothing of them is to be kept. */
export async function remove<Row extends Waiting> (em: EntityManager, entity: EntityName<Row>, ids: readonly number[]): Promise<void> {
  await run(em, `delete from ${em.getMetadata().get(entity).tableName} where ${isOneOf(em)}`, [list(em, ids)])
}

/** Puts a taken row back until `dueAt`; its lane waits with it. */
export async function putBack<Row extends Waiting> (em: EntityManager, entity: EntityName<Row>, id: number, dueAt: Date): Promise<void> {
  await em.nativeUpdate(entity, { id } as never, { dueAt, leasedUntil: null } as never)
}

/** Tries after which a row is thought to be the one that kills its worker. */
const mostTakenOver = 5

/**
 * What a worker had in hand when it was killed need not wait for the end of its lease. Only for whoever is alone in doing this work (see
 * elected.ts), and only rows in their first tries, which may have met a power cut that comes back: a row that kills its worker must not do
 * so at every start.
 * @param only further conditions on the rows
 */
export async function takeOver<Row extends Waiting> (orm: MikroORM, entity: EntityName<Row>, only: Record<string, string> = {}): Promise<void> {
  await orm.em.fork().nativeUpdate(entity, { ...only, attempts: { $lte: mostTakenOver }, leasedUntil: { $ne: null } } as never, { leasedUntil: null } as never)
}

/** Any number of ids in one value, so that the statement stays the same. */
const isOneOf = (em: EntityManager): string => isSqlite({ em }) ? 'id in (select value from json_each(?))' : 'id = any (?::integer[])'
const list = (em: EntityManager, ids: readonly number[]): string => isSqlite({ em }) ? `[${ids.join()}]` : `{${ids.join()}}`

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
