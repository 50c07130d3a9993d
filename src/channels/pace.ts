// The pauses a platform orders for a whole account; they outlive a restart. (How fast an account may send, its channel knows.)
import { defineEntity, p } from '@mikro-orm/core'
import type { MikroORM } from '@mikro-orm/sql'
import { run } from '../db/statement.ts'

export const Pause = defineEntity({
  name: 'Pause',
  properties: {
    /** The account, e.g. `telegram`. */
    account: p.string().length(40).primary(),
    /** Nothing goes out before this. */
    until: p.datetime(),
  },
})

/** Remembers that the platform told this account to wait; a shorter pause never ends a longer one. */
export async function orderPause (orm: MikroORM, account: string, until: Date): Promise<void> {
  const before = await pausedUntil(orm, account)
  if (before !== null && before > until) return
  await orm.em.fork().upsert(Pause, { account, until })
}

/** Until when the account must be silent; null when it need not. May lie in the past. */
export async function pausedUntil (orm: MikroORM, account: string): Promise<Date | null> {
  // Asked before every round of every sender.
  const [row] = await run<{ until: number | string | Date }>(orm.em, 'select until from pause where account = ?', [account])
  return row === undefined ? null : new Date(row.until)
}
