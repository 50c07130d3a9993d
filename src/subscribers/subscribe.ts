// Agreeing to be written to, changing it, ending it; and when the platform says that somebody left or came back.
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { localityByCode } from '../localities/locality.ts'
import type { Language } from '../i18n.ts'
import type { ServerKeys } from '../server-key.ts'
import { Subscriber, SubscriberPlace } from './subscriber.ts'
import { frequencies, topicBits, topics, type Frequency, type Topic } from './topics.ts'

/** What somebody chose. */
export interface Chosen {
  topics: Topic[]
  /** Communes; empty: the whole province. Only the codes are kept. */
  places: { code: string, name: string }[]
  /** Hours in Vietnam, 0 to 23; equal: no quiet hours. */
  quietFrom: number
  quietTo: number
  /** What they want at least: 0 information, 1 warnings, 2 alarms only. */
  level: number
  frequency: Frequency
}

/** Names the wording that people agree to (`chat.subscribe.intro`); a new one when that text changes in what it promises. */
const wording = '2026-11'

/**
 * Subscribes an address, or changes its subscription; the same again changes nothing but the day of consent.
 * @throws RangeError when an hour, a topic or a commune does not exist
 */
export async function subscribe (em: EntityManager, keys: ServerKeys, address: Address, chosen: Chosen & { language: Language }, now: Date): Promise<void> {
  for (const hour of [chosen.quietFrom, chosen.quietTo]) if (!Number.isInteger(hour) || hour < 0 || hour > 23) throw new RangeError('Quiet hours are whole hours from 0 to 23.')
  if (chosen.topics.some(topic => !topics.includes(topic))) throw new RangeError('There is no such topic.')
  if (chosen.places.some(place => localityByCode(place.code) === null)) throw new RangeError('There is no such commune.')
  if (![0, 1, 2].includes(chosen.level) || !frequencies.includes(chosen.frequency)) throw new RangeError('There is no such level or frequency.')
  const addressKey = addressKeyOf(keys, address)
  const localities = [...new Set(chosen.places.map(place => place.code))]
  await em.upsert(Subscriber, {
    addressKey,
    channel: address.channel,
    sealed: keys.seal(JSON.stringify(address), placeOf(addressKey)),
    language: chosen.language,
    topics: topics.filter(topic => chosen.topics.includes(topic)),
    topicBits: topicBits(chosen.topics),
    localities,
    everywhere: localities.length === 0,
    level: chosen.level,
    frequency: chosen.frequency,
    quietFrom: chosen.quietFrom,
    quietTo: chosen.quietTo,
    agreedAt: now,
    agreedTo: wording,
    leftAt: null,
  })
  await em.nativeDelete(SubscriberPlace, { addressKey })
  if (localities.length > 0) await em.insertMany(SubscriberPlace, localities.map(commune => ({ commune, addressKey })))
}

/** Ends it and forgets the address. False: there was no subscription. `now` is for symmetry with the other verbs: nothing is kept. */
export async function unsubscribe (em: EntityManager, keys: ServerKeys, address: Address, _now?: Date): Promise<boolean> {
  const addressKey = addressKeyOf(keys, address)
  await em.nativeDelete(SubscriberPlace, { addressKey })
  return await em.nativeDelete(Subscriber, { addressKey }) > 0
}

/** Null: this address did not agree to be written to. */
export async function subscriptionOf (em: EntityManager, keys: ServerKeys, address: Address): Promise<Chosen | null> {
  const found = await em.findOne(Subscriber, { addressKey: addressKeyOf(keys, address) }, { disableIdentityMap: true })
  if (found === null) return null
  const { topics, localities, quietFrom, quietTo, level, frequency } = found
  return { topics, places: localities.map(code => ({ code, name: localityByCode(code)?.fullName ?? code })), quietFrom, quietTo, level, frequency }
}

/** They stopped us on the platform: nothing is sent until they are back. Only the first time counts. */
export async function markLeft (em: EntityManager, keys: ServerKeys, address: Address, now: Date): Promise<void> {
  await em.nativeUpdate(Subscriber, { addressKey: addressKeyOf(keys, address), leftAt: null }, { leftAt: now })
}

/** They came back. Consent was never withdrawn, so what they had agreed to goes on. */
export async function markReturned (em: EntityManager, keys: ServerKeys, address: Address, _now?: Date): Promise<void> {
  await em.nativeUpdate(Subscriber, { addressKey: addressKeyOf(keys, address) }, { leftAt: null })
}

/** To whom to write. @throws ServerKeyError when its key is gone */
export function addressOf (keys: ServerKeys, { sealed, addressKey }: Pick<Subscriber, 'sealed' | 'addressKey'>): Address {
  // Sealed by us in `subscribe`: it is what was put there.
  return JSON.parse(keys.open(sealed, placeOf(addressKey))) as Address
}

/** The same as the conversation's, which stands on this floor and is not known here. */
function addressKeyOf (keys: ServerKeys, address: Address): string {
  return keys.tag(`${address.channel}:${address.id}`, 'address')
}

const placeOf = (addressKey: string): string => `subscriber/sealed/${addressKey}`
