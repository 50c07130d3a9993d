// The one way to write: a transaction with an EntityManager of its own.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'

const open = new AsyncLocalStorage<true>()

/**
 * Runs `work` in one transaction; everything in it must go through the `em` it is given.
 * No network call belongs inside: SQLite has one connection, and everybody else waits for it.
 */
export async function inTransaction<T> (orm: MikroORM, work: (em: EntityManager) => Promise<T>): Promise<T> {
  if (open.getStore() === true) throw new Error('A transaction was begun inside another one. Pass the open one\'s EntityManager down instead.')
  const em = orm.em.fork()
  // MikroORM's own `transactional` does the same with events and contexts that nobody here needs, at three times the cost.
  return await em.getConnection().transactional(async transaction => {
    em.setTransactionContext(transaction)
    return await open.run(true, async () => {
      const result = await work(em)
      await em.flush()
      return result
    })
  })
}

/**
 * From now on a query that goes past the open transaction is refused with a sentence. On SQLite it would wait for ever for the
 * one connection; on PostgreSQL it would run beside the transaction and survive its failure.
 */
export function refuseQueriesOutside (orm: MikroORM): void {
  const connection = orm.em.getConnection()
  const execute = connection.execute.bind(connection) as typeof connection.execute
  connection.execute = async (query, params, method, transaction, ...rest) => {
    refuseOutside(transaction)
    return await execute(query, params, method, transaction, ...rest)
  }
}

/** @throws Error when a transaction is open here and this query would go past it */
export function refuseOutside (transaction: unknown): void {
  if (open.getStore() === true && transaction === undefined) throw new Error('A query was made outside the open transaction. Use the EntityManager that inTransaction gives you.')
}
