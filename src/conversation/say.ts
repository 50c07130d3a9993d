// Says something to an address: as waiting rows, in the transaction that decided it.
import { randomUUID } from 'node:crypto'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Address, Message } from '../channels/message.ts'
import { hours } from '../clock.ts'
import { run } from '../db/statement.ts'
import type { Language } from '../i18n.ts'
import type { ServerKeys } from '../server-key.ts'
import { Reply } from './reply.ts'

/** What a reply row holds, sealed. */
export interface Waiting {
  address: Address
  message: Message
  /** Id of the officer's message it brings; whoever wrote it wants to know what became of it. */
  about?: number
}

/** A reply nobody could take for this long is thrown away (design: waiting replies live 24 hours at most). */
const replyLives = hours(24)

/** The name of an address in tables that must not hold it. */
export function addressKeyOf (keys: ServerKeys, address: Address): string {
  return keys.tag(`${address.channel}:${address.id}`, 'address')
}

/** Adds the messages to what waits for this address; the sender takes them in this order. @param about see `Waiting` */
export async function sayTo (em: EntityManager, keys: ServerKeys, address: Address, messages: readonly Message[], now: Date, language: Language = 'vi', about?: number): Promise<void> {
  const lane = addressKeyOf(keys, address)
  for (const message of messages) {
    const once = randomUUID()
    const sealed = keys.seal(JSON.stringify({ address, message: { language, ...message }, ...(about === undefined ? {} : { about }) } satisfies Waiting), replyPlace(once))
    await run(em, 'insert into reply (channel, lane, once, sealed, due_at, attempts, until) values (?, ?, ?, ?, ?, 0, ?)', [address.channel, lane, once, sealed, now, new Date(now.getTime() + replyLives)])
  }
}

export function openReply (keys: ServerKeys, reply: { sealed: string, once: string }): Waiting {
  // Sealed by us under this very place: it is what `sayTo` wrote.
  return JSON.parse(keys.open(reply.sealed, replyPlace(reply.once))) as Waiting
}

/** True while something we decided to say to this address has not been taken by its channel. */
export async function repliesWaiting (orm: MikroORM, keys: ServerKeys, address: Address): Promise<boolean> {
  return await orm.em.fork().count(Reply, { lane: addressKeyOf(keys, address) }) > 0
}

const replyPlace = (once: string): string => `reply/sealed/${once}`
