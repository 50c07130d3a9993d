// Which updates were handled already. Platforms repeat themselves; people must not hear us twice.
import { defineEntity, p } from '@mikro-orm/core'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { run } from '../db/statement.ts'
import type { ChannelName } from './message.ts'

export const Seen = defineEntity({
  name: 'Seen',
  properties: {
    /** A channel's name, or `agency`. */
    source: p.string().length(20).primary(),
    updateId: p.string().length(128).primary(),
    at: p.datetime(),
  },
  indexes: [{ properties: ['at'] }],
})

/**
 * Marks an update as handled, in the transaction that handles it. False: it was handled before.
 * Ids are compared for equality only: they come out of order, and start anywhere after a quiet week (telegram.md 1.4).
 */
export async function firstTime (em: EntityManager, source: ChannelName | 'agency', updateId: string, at: Date): Promise<boolean> {
  const marked = await run(em, 'insert into seen (source, update_id, at) values (?, ?, ?) on conflict (source, update_id) do nothing returning 1', [source, updateId, at])
  return marked.length === 1
}

/** Platforms repeat for 24 hours at most; we remember for longer. */
export async function forgetSeenBefore (orm: MikroORM, before: Date): Promise<void> {
  await orm.em.fork().nativeDelete(Seen, { at: { $lt: before } })
}
