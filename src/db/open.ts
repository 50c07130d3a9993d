// Opens the database: connected, guarded, and with its schema up to date.
import { MikroORM, type Options } from '@mikro-orm/sql'
import { migrate } from './migrate.ts'
import { refuseQueriesOutside } from './transaction.ts'

/** @throws Error when the database is away or a migration fails */
export async function openDatabase (options: Options): Promise<MikroORM> {
  const orm = await MikroORM.init(options)
  refuseQueriesOutside(orm)
  await migrate(orm)
  return orm
}
