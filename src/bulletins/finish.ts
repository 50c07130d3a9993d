// Noticing that a bulletin is done: everybody has an outcome.
import type { EntityManager } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { Bulletin } from './bulletin.ts'
import { note } from './history.ts'
import type { BulletinRoom } from './room.ts'

/** True: everybody has an outcome, and it says so now. */
export async function finishIfDone ({ orm, clock }: Pick<BulletinRoom, 'orm' | 'clock'>, id: number): Promise<boolean> {
  if (await isOpen(orm.em, id)) return false
  return await inTransaction(orm, async em => {
    // Whoever writes the audience down holds the row: what they write is looked at afterwards, or it would count as done.
    if (!isSqlite({ em })) await run(em, 'select 1 from bulletin where id = ? for update', [id])
    const bulletin = await em.findOne(Bulletin, { id, state: 'sending', fanOutAfter: null, changing: null })
    if (bulletin === null || await isOpen(em, id)) return false
    if (bulletin.stateBefore == null) note(em, bulletin, null, 'finished', clock())
    Object.assign(bulletin, { state: bulletin.stateBefore ?? 'sent', stateBefore: null, finishedAt: clock() })
    return true
  })
}

/** Somebody waits for it, or it is on its way to them. */
async function isOpen (em: EntityManager, id: number): Promise<boolean> {
  const rows = await run(em, 'select 1 from delivery_count where bulletin_id = ? and state in (\'due\', \'digest\', \'on-the-wire\') and n > 0 limit 1', [id])
  return rows.length > 0
}
