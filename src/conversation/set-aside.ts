// An update that could not be handled: kept sealed, answered with an apology, tried again by us.
import { randomUUID } from 'node:crypto'
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Incoming } from '../channels/message.ts'
import { firstTime } from '../channels/seen.ts'
import { hours, minutes, seconds } from '../clock.ts'
import { inTransaction } from '../db/transaction.ts'
import { languageFromHint } from '../i18n.ts'
import { describeError } from '../log.ts'
import { backoff, putBack, remove, take, waitingColumns } from '../queue/waiting.ts'
import type { ConversationRoom } from './room.ts'
import { addressKeyOf, sayTo } from './say.ts'

export const SetAside = defineEntity({
  name: 'SetAside',
  properties: {
    id: p.integer().primary(),
    ...waitingColumns,
    /** Names the row in what is sealed. */
    once: p.string().length(40),
    /** The whole update; sealed. */
    sealed: p.text(),
    until: p.datetime(),
  },
  indexes: [{ properties: ['dueAt'] }, { properties: ['lane', 'id'] }, { properties: ['until'] }],
})

export type SetAside = InferEntity<typeof SetAside>

type Room = Pick<ConversationRoom, 'orm' | 'keys' | 'clock' | 'say' | 'log' | 'ring'>

/** Longest that an update is tried again; a draft lives no longer either. */
const keptFor = hours(24)

/** @throws when the database can't take it either: then the platform must repeat it */
export async function setAside (room: Room, incoming: Incoming): Promise<void> {
  const now = room.clock()
  const once = randomUUID()
  await inTransaction(room.orm, async em => {
    if (!await firstTime(em, incoming.address.channel, incoming.updateId, now)) return
    const lane = addressKeyOf(room.keys, incoming.address)
    const already = await em.count(SetAside, { lane })
    em.persist(em.create(SetAside, {
      lane,
      once,
      sealed: room.keys.seal(JSON.stringify(incoming), place(once)),
      dueAt: new Date(now.getTime() + seconds(5)),
      attempts: 0,
      leasedUntil: null,
      until: new Date(now.getTime() + keptFor),
    }))
    const say = room.say(languageFromHint(incoming.language) ?? 'vi')
    if (already === 0) await sayTo(em, room.keys, incoming.address, [{ text: say('chat.repair.sorry') }], now)
  })
}

/** Lets go of the row, in the transaction that handles what is in it. */
export type LetGo = (em: EntityManager) => Promise<void>

/** Tries again what is due. True when there may be more. `handle` calls `letGo` in its transaction: a crash then doubles nothing. */
export async function trySetAside (room: Room, handle: (incoming: Incoming, letGo: LetGo) => Promise<unknown>): Promise<boolean> {
  const now = room.clock()
  const rows = await take(room.orm, SetAside, now, minutes(2), 20)
  for (const row of rows) {
    try {
      const incoming = JSON.parse(room.keys.open(row.sealed, place(row.once))) as Incoming
      await handle({ ...incoming, at: new Date(incoming.at) }, async em => { await remove(em, SetAside, [row.id]) })
      // A `handle` that found nothing to do needs no transaction; the row is over all the same.
      await remove(room.orm.em.fork(), SetAside, [row.id])
      room.ring()
    } catch (error) {
      room.log.error({ attempts: row.attempts, err: describeError(error) }, 'an update that was set aside failed again')
      await putBack(room.orm.em.fork(), SetAside, row.id, new Date(now.getTime() + backoff(row.attempts, seconds(10), hours(1), Math.random())))
    }
  }
  return rows.length > 0
}

const place = (once: string): string => `set_aside/sealed/${once}`
