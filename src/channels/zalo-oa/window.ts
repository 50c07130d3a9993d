// Until when Zalo lets us write to a person, and what the numbers we showed them mean. One row for each address, by its tag.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { days, hours } from '../../clock.ts'
import type { ServerKeys } from '../../server-key.ts'
import type { Address } from '../message.ts'
import type { Offer } from './write.ts'

export const ZaloWindow = defineEntity({
  name: 'ZaloWindow',
  properties: {
    addressKey: p.string().length(40).primary(),
    /** The last thing they did that Zalo counts: a message, a press, following. */
    lastInteractionAt: p.datetime().nullable(),
    /** Zalo refused to bring them anything; it lasts until they do something. */
    closedAt: p.datetime().nullable(),
    /** What they were offered last, as `Offer[]`; sealed with the server key. */
    offers: p.text().nullable(),
  },
  indexes: [{ properties: ['lastInteractionAt'] }],
})

export type ZaloWindow = InferEntity<typeof ZaloWindow>

/**
 * - `free`: within 48 hours of the last interaction.
 * - `paid`: up to 7 days; Zalo charges for it.
 * - `closed`: nothing gets through until they write.
 * - `unknown`: we have no record; Zalo decides.
 */
export type Reach = 'free' | 'paid' | 'closed' | 'unknown'

/** zalo.md 3.1 (consultation messages): free for 48 hours, refused after 7 days. */
export function reachOf (window: Pick<ZaloWindow, 'lastInteractionAt' | 'closedAt'> | null, now: Date): Reach {
  if (window === null) return 'unknown'
  if (window.closedAt != null) return 'closed'
  if (window.lastInteractionAt == null) return 'unknown'
  const age = now.getTime() - window.lastInteractionAt.getTime()
  return age <= hours(48) ? 'free' : age <= days(7) ? 'paid' : 'closed'
}

/** The same as the conversation's, which stands above and is not known here. */
export function windowKeyOf (keys: ServerKeys, address: Address): string {
  return keys.tag(`${address.channel}:${address.id}`, 'address')
}

/** False: Zalo would bring them nothing now. @param paid messages that cost money may be sent */
export async function isOpen (em: EntityManager, keys: ServerKeys, address: Address, paid: boolean, now: Date): Promise<boolean> {
  const reach = reachOf(await em.findOne(ZaloWindow, { addressKey: windowKeyOf(keys, address) }, { disableIdentityMap: true }), now)
  return reach === 'paid' ? paid : reach !== 'closed'
}

export async function windowOf (orm: MikroORM, keys: ServerKeys, address: Address): Promise<ZaloWindow | null> {
  return await orm.em.fork().findOne(ZaloWindow, { addressKey: windowKeyOf(keys, address) })
}

/** They did something: the window opens again. An event that comes late never makes it shorter. True: it was not free before. */
export async function openWindow (em: EntityManager, keys: ServerKeys, address: Address, at: Date): Promise<boolean> {
  const addressKey = windowKeyOf(keys, address)
  const before = await em.findOne(ZaloWindow, { addressKey })
  const last = before?.lastInteractionAt
  const wasShut = ['paid', 'closed'].includes(reachOf(before, at))
  const lastInteractionAt = last != null && last > at ? last : at
  await em.upsert(ZaloWindow, { addressKey, lastInteractionAt, closedAt: null }, { onConflictFields: ['addressKey'], onConflictMergeFields: ['lastInteractionAt', 'closedAt'] })
  return wasShut
}

export async function closeWindow (orm: MikroORM, keys: ServerKeys, address: Address, at: Date): Promise<void> {
  await orm.em.fork().upsert(ZaloWindow, { addressKey: windowKeyOf(keys, address), closedAt: at }, { onConflictFields: ['addressKey'], onConflictMergeFields: ['closedAt'] })
}

/** From now on the numbers and words a person types mean these. */
export async function keepOffers (orm: MikroORM, keys: ServerKeys, address: Address, offers: readonly Offer[]): Promise<void> {
  const addressKey = windowKeyOf(keys, address)
  const sealed = offers.length === 0 ? null : keys.seal(JSON.stringify(offers), offersPlace(addressKey))
  await orm.em.fork().upsert(ZaloWindow, { addressKey, offers: sealed }, { onConflictFields: ['addressKey'], onConflictMergeFields: ['offers'] })
}

export function offersIn (keys: ServerKeys, window: Pick<ZaloWindow, 'addressKey' | 'offers'> | null): Offer[] {
  // Sealed by us for this very place: it is what `keepOffers` wrote.
  return window?.offers == null ? [] : JSON.parse(keys.open(window.offers, offersPlace(window.addressKey))) as Offer[]
}

/** When somebody wants to be forgotten. */
export async function forgetWindow (em: EntityManager, addressKey: string): Promise<void> {
  await em.nativeDelete(ZaloWindow, { addressKey })
}

/** After 30 days a window says nothing that Zalo would not say by itself. One without a time is of somebody who was forgotten. */
export async function expireWindows (orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().nativeDelete(ZaloWindow, { $or: [{ lastInteractionAt: { $lt: new Date(now.getTime() - days(30)) } }, { lastInteractionAt: null }] })
}

const offersPlace = (addressKey: string): string => `zalo_window/offers/${addressKey}`

/** SQL that holds for a subscriber `s` whom Zalo would bring nothing now. @param paid messages that cost money may be sent */
export function closedFor (paid: boolean, now: Date): { sql: string, values: Date[] } {
  const since = new Date(now.getTime() - (paid ? days(7) : hours(48)))
  return { sql: 'not exists (select 1 from zalo_window w where w.address_key = s.address_key and w.closed_at is null and w.last_interaction_at >= ?)', values: [since] }
}

/** The same seen from the windows: `w` that is open. */
export function openSince (paid: boolean, now: Date): { sql: string, values: Date[] } {
  return { sql: 'w.closed_at is null and w.last_interaction_at >= ?', values: [new Date(now.getTime() - (paid ? days(7) : hours(48)))] }
}
