// What has lived its time is deleted: half-told stories, replies nobody took, the memory of a language.
import type { MikroORM } from '@mikro-orm/sql'
import { Conversation } from './conversation.ts'
import { Reply } from './reply.ts'
import { SetAside } from './set-aside.ts'

export async function expireConversations (orm: MikroORM, now: Date): Promise<void> {
  const em = orm.em.fork()
  await em.nativeUpdate(Conversation, { standingUntil: { $lt: now } }, { standing: null, standingUntil: null })
  await em.nativeDelete(Conversation, { memoryUntil: { $lt: now } })
  await em.nativeDelete(Reply, { until: { $lt: now } })
  await em.nativeDelete(SetAside, { until: { $lt: now } })
  // A reply is due from the moment it is written. One never tried that lies in the future was written before the clock was set back.
  await em.nativeUpdate(Reply, { attempts: 0, dueAt: { $gt: now } }, { dueAt: now })
}
