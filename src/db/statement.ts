// A statement with its values bound, prepared once: for the few that run with every update, where MikroORM's own way costs ten times as much.
import { CompiledQuery, type Kysely } from 'kysely'
import type { EntityManager } from '@mikro-orm/sql'
import { isSqlite } from './migrate.ts'
import { refuseOutside } from './transaction.ts'

export type Value = string | number | Date | null

/**
 * Runs one statement, in the transaction of `em` if it is in one. `?` stands for a value, in both dialects; a text in the
 * statement must not hold one. Returns the rows as the database has them: names of columns, SQLite's dates in milliseconds.
 */
export async function run<Row = unknown> (em: EntityManager, sql: string, values: readonly Value[] = []): Promise<Row[]> {
  const transaction = em.getTransactionContext<Kysely<unknown>>()
  refuseOutside(transaction)
  const sqlite = isSqlite({ em })
  const bound = sqlite ? values.map(value => value instanceof Date ? value.getTime() : value) : values
  // MikroORM's own hook, so that whoever listens to its statements hears these too.
  em.config.get('onQuery')(sql, bound)
  const { rows } = await (transaction ?? em.getConnection().getClient()).executeQuery<Row>(CompiledQuery.raw(sqlite ? sql : numbered(sql), [...bound]))
  return rows
}

const numberedAs = new Map<string, string>()

/** PostgreSQL's form: `$1` for the first value. */
function numbered (sql: string): string {
  let known = numberedAs.get(sql)
  if (known === undefined) {
    let n = 0
    known = sql.replaceAll('?', () => `$${++n}`)
    numberedAs.set(sql, known)
  }
  return known
}
