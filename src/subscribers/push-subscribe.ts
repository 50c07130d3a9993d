// A browser asks to be woken for news, or no longer. It belongs to a chat that agreed to be written to.
import { ECDH } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/sql'
import { z } from 'zod'
import type { Language } from '../i18n.ts'
import type { ServerKeys } from '../server-key.ts'
import { PushSubscription } from './push.ts'
import { isPushEndpoint } from './push-endpoint.ts'
import type { PushKeys } from './push-keys.ts'
import { Subscriber } from './subscriber.ts'

/** As a browser's own `PushSubscription.toJSON()` has it (Push API 8.2; RFC 8291 3.1 and 3.2); what else it says is passed over. */
export const browserSubscription = z.object({
  endpoint: z.string().max(1024),
  keys: z.object({
    /** Its public key: an uncompressed point of P-256. */
    p256dh: z.string().regex(/^[\w-]{87}=?$/).refine(isPoint),
    /** 16 bytes. */
    auth: z.string().regex(/^[\w-]{22}(==)?$/),
  }),
})
export type BrowserSubscription = z.infer<typeof browserSubscription>

/** What a row holds, sealed. */
export interface SealedSubscription extends BrowserSubscription {
  /** Our public key it was made for: with another one it can't be used. */
  ours: string
}

/** Phones, computers and their browsers of one chat; the oldest makes room. */
const mostOfOneChat = 5

export interface PushDoor {
  push: PushKeys
  /** As `isPushEndpoint` takes them. */
  hosts: readonly string[]
}

/**
 * Keeps a browser's subscription; the same again changes the day, and a browser that began a new chat moves to it.
 * `elsewhere`: its endpoint is at no push service we know. `not-subscribed`: the chat never agreed to be written to.
 */
export async function rememberPush (em: EntityManager, keys: ServerKeys, { push, hosts }: PushDoor, addressKey: string, { endpoint, keys: theirs }: BrowserSubscription, language: Language, now: Date): Promise<'kept' | 'elsewhere' | 'not-subscribed'> {
  if (!isPushEndpoint(endpoint, hosts)) return 'elsewhere'
  if (await em.count(Subscriber, { addressKey }) === 0) return 'not-subscribed'
  const endpointKey = endpointKeyOf(keys, endpoint)
  const inside: SealedSubscription = { endpoint, keys: { p256dh: theirs.p256dh, auth: theirs.auth }, ours: push.publicKey }
  await em.upsert(PushSubscription, { endpointKey, addressKey, sealed: keys.seal(JSON.stringify(inside), placeOf(endpointKey)), language, agreedAt: now })
  const others = await em.find(PushSubscription, { addressKey, endpointKey: { $ne: endpointKey } }, { fields: ['endpointKey'], orderBy: { agreedAt: 'desc', endpointKey: 'asc' }, disableIdentityMap: true })
  const tooMany = others.slice(mostOfOneChat - 1).map(row => row.endpointKey)
  if (tooMany.length > 0) await em.nativeDelete(PushSubscription, { endpointKey: tooMany })
  return 'kept'
}

/** Of this chat only. False: there was none. */
export async function forgetOnePush (em: EntityManager, keys: ServerKeys, addressKey: string, endpoint: string): Promise<boolean> {
  return await em.nativeDelete(PushSubscription, { endpointKey: endpointKeyOf(keys, endpoint), addressKey }) > 0
}

/** All of a chat. */
export async function forgetPush (em: EntityManager, addressKey: string): Promise<void> {
  await em.nativeDelete(PushSubscription, { addressKey })
}

export async function countPush (em: EntityManager, addressKey: string): Promise<number> {
  return await em.count(PushSubscription, { addressKey })
}

/** @throws ServerKeyError when its key is gone */
export function openPush (keys: ServerKeys, { sealed, endpointKey }: Pick<PushSubscription, 'sealed' | 'endpointKey'>): SealedSubscription {
  // Sealed by us in `rememberPush`: it is what was put there.
  return JSON.parse(keys.open(sealed, placeOf(endpointKey))) as SealedSubscription
}

function isPoint (key: string): boolean {
  try {
    return ECDH.convertKey(key, 'prime256v1', 'base64url', 'hex', 'uncompressed').length === 130
  } catch {
    return false
  }
}

const endpointKeyOf = (keys: ServerKeys, endpoint: string): string => keys.tag(endpoint, 'push endpoint')
const placeOf = (endpointKey: string): string => `push_subscription/sealed/${endpointKey}`
