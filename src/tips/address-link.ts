// The way back from a tip to a chat: a table of its own, sealed with the server key, and it dies by a date.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { dayInVietnam } from '../clock.ts'
import type { Language } from '../i18n.ts'
import type { ServerKeys } from '../server-key.ts'

export const AddressLink = defineEntity({
  name: 'AddressLink',
  properties: {
    tipId: p.string().length(36).primary(),
    /** Keyed hash made for this table only, so that it matches no other table's; what "forget this chat" deletes by. */
    linkKey: p.string().length(40),
    /** Address and language; sealed with the server key. */
    sealed: p.text(),
    /** Day in Vietnam. */
    expiresOn: p.string().length(10),
  },
  indexes: [{ properties: ['linkKey'] }, { properties: ['expiresOn'] }],
})

export type AddressLink = InferEntity<typeof AddressLink>

/** Where answers are brought. */
export interface WayBack {
  address: Address
  language: Language
}

/** Answers to this tip go to this chat from now on, for a year; a chat that was linked before is let go. */
export async function linkTip (em: EntityManager, keys: ServerKeys, tipId: string, way: WayBack, now: Date): Promise<void> {
  await em.upsert(AddressLink, {
    tipId,
    linkKey: linkKeyOf(keys, way.address),
    sealed: keys.seal(JSON.stringify(way), placeOf(tipId)),
    expiresOn: yearAfter(dayInVietnam(now)),
  })
}

/** Null when there is no link, or its date is over. @throws ServerKeyError when it can't be opened */
export async function wayBackOf (em: EntityManager, keys: ServerKeys, tipId: string, now: Date): Promise<WayBack | null> {
  const link = await em.findOne(AddressLink, { tipId, expiresOn: { $gte: dayInVietnam(now) } }, { disableIdentityMap: true })
  // Sealed by us for this very place: it is what `linkTip` wrote.
  return link === null ? null : JSON.parse(keys.open(link.sealed, placeOf(tipId))) as WayBack
}

/** How many tips lead back to this chat. */
export async function countLinks (em: EntityManager, keys: ServerKeys, address: Address, now: Date): Promise<number> {
  return await em.count(AddressLink, { linkKey: linkKeyOf(keys, address), expiresOn: { $gte: dayInVietnam(now) } })
}

/** The tips that lead back to this chat. */
export async function linkedTo (em: EntityManager, keys: ServerKeys, address: Address, now: Date): Promise<string[]> {
  const links = await em.find(AddressLink, { linkKey: linkKeyOf(keys, address), expiresOn: { $gte: dayInVietnam(now) } }, { disableIdentityMap: true })
  return links.map(({ tipId }) => tipId)
}

/** "Forget this chat": no tip leads back to it any more. Returns how many did. */
export async function forgetLinks (em: EntityManager, keys: ServerKeys, address: Address): Promise<number> {
  return await em.nativeDelete(AddressLink, { linkKey: linkKeyOf(keys, address) })
}

function linkKeyOf (keys: ServerKeys, address: Address): string {
  return keys.tag(`${address.channel}:${address.id}`, 'link')
}

const placeOf = (tipId: string): string => `address_link/sealed/${tipId}`

function yearAfter (day: string): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCFullYear(at.getUTCFullYear() + 1)
  return at.toISOString().slice(0, 10)
}
