// Takes one event that is Zalo's for sure: reads it, opens the window, and hands it on.
import type { MikroORM } from '@mikro-orm/sql'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { ServerKeys } from '../../server-key.ts'
import type { Health, Receive } from '../channel.ts'
import type { Address, Content } from '../message.ts'
import { mediaRef, type MediaStore } from './media.ts'
import { anotherAccount, readEvent } from './read.ts'
import type { ZaloOaSettings } from './settings.ts'
import { openWindow, forgetWindow, offersIn, windowKeyOf, windowOf } from './window.ts'
import { choiceTyped } from './write.ts'

export interface TakesEvents {
  orm: MikroORM
  keys: ServerKeys
  oaId: string
  health: Health
  clock: Clock
  log: Logger
  media: Pick<MediaStore, 'fetchSoon'>
  withdrawn: (address: Address) => Promise<void>
  cameBack: ZaloOaSettings['cameBack']
}

/** Resolves when the event is durable or of no use to us; throws when it could not be kept. */
export type TakeEvent = (event: unknown) => Promise<void>

export function eventTaker (room: TakesEvents, receive: Receive): TakeEvent {
  const { orm, keys, clock, log } = room

  return async event => {
    const read = readEvent(event, clock(), room.oaId)
    if (read.kind === 'ignored') {
      if (read.why === anotherAccount) room.health.trouble = 'Events arrive that are for another Official Account than ZALO_OA_ID. If it is this one, correct ZALO_OA_ID.'
      return log.debug({ why: read.why }, 'zalo event ignored')
    }
    room.health.trouble = null
    const address: Address = { channel: 'zalo-oa', id: read.userId }
    if (read.kind === 'withdrawn') {
      await room.withdrawn(address)
      await forgetWindow(orm.em.fork(), windowKeyOf(keys, address))
      return log.info('somebody withdrew their consent at zalo; what was held of them is deleted')
    }

    const leaves = read.contents.every(({ kind }) => kind === 'left')
    // First: an answer may leave before this function goes on, and must find the window open.
    if (!leaves) {
      await inTransaction(orm, async em => {
        if (await openWindow(em, keys, address, read.at)) await room.cameBack(em, address)
      })
    }
    for (const [index, content] of read.contents.entries()) {
      // Hashed: an event without a message's id is named by the person's.
      const updateId = keys.tag(`${read.eventId} ${index}`, 'zalo-event')
      await receive({ address, updateId, at: read.at, content: await meant(address, withOwnRefs(content, read.eventId)) })
      if (content.kind === 'files') for (const [at, file] of content.files.entries()) room.media.fetchSoon(mediaRef(keys, read.eventId, at, file.ref))
    }
  }

  function withOwnRefs (content: Content, eventId: string): Content {
    if (content.kind !== 'files') return content
    return { ...content, files: content.files.map((file, index) => ({ ...file, ref: mediaRef(keys, eventId, index, file.ref) })) }
  }

  /** A number or a button's words, where we offered them, are a press. */
  async function meant (address: Address, content: Content): Promise<Content> {
    if (content.kind !== 'text') return content
    const short = content.text.length <= 120
    const data = short ? choiceTyped(content.text, offersIn(keys, await windowOf(orm, keys, address))) : null
    return data === null ? content : { kind: 'press', data }
  }
}
