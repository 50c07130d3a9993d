// What ends by its date: notices about persons come down, and who got what is forgotten.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { setImmediate as turn } from 'node:timers/promises'
import { dayInVietnam, days } from '../clock.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { Bulletin } from './bulletin.ts'
import { note } from './history.ts'
import { changePosts } from './posts.ts'
import type { BulletinRoom } from './room.ts'

/** A correction must find who got a bulletin; after this nobody corrects it any more. The sums stay. */
const recipientsKept = days(90)

/** Takes notices about persons away whose decision has expired: from chats and places that can do that, and from every page (R5). Returns how many. */
export async function takeDownExpired (room: Pick<BulletinRoom, 'orm' | 'clock'>): Promise<number> {
  const today = dayInVietnam(room.clock())
  const standing = await room.orm.em.fork().find(Bulletin, { kind: 'wanted', withdrawnAt: null, publishedAt: { $ne: null } })
  const over = standing.filter(({ content }) => content.notice !== null && content.notice.expiresOn < today)
  for (const { id } of over) {
    await inTransaction(room.orm, async em => {
      const bulletin = await em.findOne(Bulletin, { id, withdrawnAt: null })
      if (bulletin === null) return
      const now = room.clock()
      if (bulletin.state === 'sending' || bulletin.state === 'paused') Object.assign(bulletin, { state: 'stopped', fanOutAfter: null, finishedAt: now })
      Object.assign(bulletin, { withdrawnAt: now, changedAt: now, changing: 'remove', changedUpTo: 0 })
      note(em, bulletin, null, 'withdrawn', now, { why: bulletin.content.notice?.expiresOn ?? null })
      await changePosts(em, id, 'remove', now)
    })
  }
  return over.length
}

/** Somebody wants to be forgotten: their deliveries keep their outcomes and lose their recipient. */
export async function forgetRecipient (em: EntityManager, addressKey: string): Promise<void> {
  await run(em, 'update delivery set address_key = null where address_key = ? and bulletin_id in (select id from bulletin)', [addressKey])
}

/** Deletes the rows of bulletins that were done long ago, in slices. */
export async function expireDeliveries (orm: MikroORM, now: Date): Promise<void> {
  const before = new Date(now.getTime() - recipientsKept)
  const old = await run<{ id: number }>(orm.em, 'select b.id from bulletin b where b.finished_at < ? and b.state in (\'sent\', \'stopped\') and exists (select 1 from delivery d where d.bulletin_id = b.id)', [before])
  for (const { id } of old) {
    for (let n = -1; n !== 0; await turn()) {
      n = (await run(orm.em, 'delete from delivery where id in (select id from delivery where bulletin_id = ? limit 5000) returning id', [id])).length
    }
  }
}
