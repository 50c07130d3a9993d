// Who is an officer, and from which chat: added by an operator, linked by a one-time code, ended at once.
import { base32crockford } from '@scure/base'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { hours } from '../clock.ts'
import type { Random, ServerKeys } from '../server-key.ts'
import { Officer } from './officer.ts'
import { roles, type Role } from './roles.ts'

/** Something the person at the keyboard can put right; the sentence says how. */
export class StaffRefused extends Error {}

/** A link that nobody used is worth nothing a day later. */
const linkLives = hours(24)

/** @throws StaffRefused when the name or the role will not do */
export async function addOfficer (em: EntityManager, { name, role, localities = [] }: { name: string, role: string, localities?: string[] }): Promise<Officer> {
  const called = name.normalize('NFC').trim()
  if (called.length < 2 || called.length > 120) throw new StaffRefused('Give the officer a name of 2 to 120 characters.')
  if (!isRole(role)) throw new StaffRefused(`"${role}" is no role. There are: ${roles.join(', ')}.`)
  if (await em.findOne(Officer, { name: called }) !== null) throw new StaffRefused(`There is an officer called ${called} already.`)
  const officer = em.create(Officer, { name: called, role, localities, language: 'vi', endedAt: null, addressKey: null, sealed: null, linkTag: null, linkUntil: null })
  await em.persist(officer).flush()
  return officer
}

/** A one-time code that makes the chat it is sent from this officer's own. The former chat stays linked until then. */
export async function linkCode (em: EntityManager, keys: ServerKeys, officer: Officer, now: Date, random: Random): Promise<string> {
  if (officer.endedAt !== null && officer.endedAt !== undefined) throw new StaffRefused('This officer has left.')
  // 80 random bits, so that nobody finds one by trying.
  const code = base32crockford.encode(random(10))
  officer.linkTag = keys.tag(code, 'officer-link')
  officer.linkUntil = new Date(now.getTime() + linkLives)
  await em.flush()
  return code
}

/** Makes this chat the officer's who was given the code. Null: it is no such code, was used, or is too old. */
export async function linkChat (em: EntityManager, keys: ServerKeys, code: string, address: Address, now: Date): Promise<Officer | null> {
  const officer = await em.findOne(Officer, { linkTag: keys.tag(code.trim().toUpperCase(), 'officer-link'), linkUntil: { $gt: now }, endedAt: null })
  if (officer === null) return null
  const addressKey = keyOf(keys, address)
  // A chat belongs to one officer.
  await em.nativeUpdate(Officer, { addressKey, id: { $ne: officer.id } }, { addressKey: null, sealed: null })
  officer.addressKey = addressKey
  officer.sealed = keys.seal(JSON.stringify(address), placeOf(officer.id))
  officer.linkTag = officer.linkUntil = null
  await em.flush()
  return officer
}

/** The officer whose chat this is, if they still work here. */
export async function officerAt (em: EntityManager, keys: ServerKeys, address: Address): Promise<Officer | null> {
  return await em.findOne(Officer, { addressKey: keyOf(keys, address), endedAt: null }, { disableIdentityMap: true })
}

/** Access ends now, and their chat is forgotten. */
export async function endOfficer (em: EntityManager, officer: Officer, now: Date): Promise<void> {
  Object.assign(officer, { endedAt: now, addressKey: null, sealed: null, linkTag: null, linkUntil: null })
  await em.flush()
}

/** Where to write to them; null: they linked no chat. */
export function chatOf (keys: ServerKeys, officer: Pick<Officer, 'id' | 'sealed'>): Address | null {
  // Sealed by us in `linkChat`: it is what was put there.
  return officer.sealed == null ? null : JSON.parse(keys.open(officer.sealed, placeOf(officer.id))) as Address
}

function isRole (text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}

/** The same as the conversation's, which stands on this floor and is not known here. */
const keyOf = (keys: ServerKeys, address: Address): string => keys.tag(`${address.channel}:${address.id}`, 'address')
const placeOf = (id: number): string => `officer/sealed/${id}`
