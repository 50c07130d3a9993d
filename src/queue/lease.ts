// Who may do a thing that only one process may do: a row with a holder and an end.
import { defineEntity, p } from '@mikro-orm/core'
import type { MikroORM } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'

export const Lease = defineEntity({
  name: 'Lease',
  properties: {
    name: p.string().length(80).primary(),
    holder: p.string().length(64),
    /** Milliseconds since 1970 by the database's clock, so that processes with wrong clocks agree. */
    heldUntil: p.bigint('number'),
  },
})

/**
 * Gets or renews the lease `name` for `holder`. False: somebody else has it.
 * @param ms how long it is held unless renewed; the same for everybody, so that a lease that ends later was taken before the clock was set back
 */
export async function hold (orm: MikroORM, name: string, holder: string, ms: number): Promise<boolean> {
  const now = isSqlite(orm) ? 'cast((julianday(\'now\') - 2440587.5) * 86400000 as integer)' : 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)'
  const rows = await orm.em.fork().execute<unknown[]>(`
    insert into lease (name, holder, held_until) values (?, ?, ${now} + ?)
    on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
    where lease.holder = excluded.holder or lease.held_until < ${now} or lease.held_until > ${now} + ?
    returning name`, [name, holder, ms, ms])
  return rows.length === 1
}

/** Gives it back at an orderly stop, so that the next process need not wait for its end. */
export async function release (orm: MikroORM, name: string, holder: string): Promise<void> {
  await orm.em.fork().nativeDelete(Lease, { name, holder })
}
