// Brings the schema up to date at start, one process at a time, without losing a row.
import type { MikroORM } from '@mikro-orm/sql'
import { setTimeout as pause } from 'node:timers/promises'

/** Any number, the same in every process: the name of PostgreSQL's advisory lock for migrating. */
const lockNumber = 7_402_113

/**
 * Applies the migrations that are missing.
 * On SQLite foreign keys are off meanwhile: SQLite changes a table by copying and dropping it, and the drop would delete
 * every row that points to it (`pragma foreign_keys` does nothing inside a transaction, so it comes before). They are
 * checked before the commit; a broken one undoes everything.
 * @throws Error when a migration fails; the database is then as it was
 */
export async function migrate (orm: MikroORM): Promise<void> {
  await createMigrationTable(orm)
  const connection = orm.em.getConnection()
  const sqlite = isSqlite(orm)
  if (sqlite) await connection.execute('pragma foreign_keys = off')
  try {
    await connection.transactional(async transaction => {
      if (!sqlite) await connection.execute(`select pg_advisory_xact_lock(${lockNumber})`, [], 'all', transaction)
      await orm.migrator.up({ transaction })
      if (!sqlite) return
      const broken = await connection.execute<unknown[]>('pragma foreign_key_check', [], 'all', transaction)
      if (broken.length > 0) throw new Error(`The migration would leave ${broken.length} rows that point to nothing. It was undone.`)
    })
  } finally {
    if (sqlite) await connection.execute('pragma foreign_keys = on')
  }
}

export function isSqlite (orm: { em: Pick<MikroORM['em'], 'getPlatform'> }): boolean {
  return orm.em.getPlatform().constructor.name.startsWith('Sqlite')
}

/** The migrator makes its own table outside our lock; two processes on an empty PostgreSQL can collide there, once. */
async function createMigrationTable (orm: MikroORM): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await orm.migrator.getExecuted()
      return
    } catch (error) {
      if (tries === 5) throw error
      await pause(100 * tries)
    }
  }
}
