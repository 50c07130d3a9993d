// Agreeing to be written to, changing it, ending it; and when the platform says that somebody left or came back.
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { dayInVietnam } from '../clock.ts'
import { localityByCode } from '../localities/locality.ts'
import type { Language } from '../i18n.ts'
import type { ServerKeys } from '../server-key.ts'
import { PushSubscription } from './push.ts'
import { forgetPush } from './push-subscribe.ts'
import { Subscriber, SubscriberPlace } from './subscriber.ts'
import { frequencies, topicBits, topics, type Frequency, type Topic } from './topics.ts'
import { currentWording } from './wordings.ts'

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

/** What somebody chose, and what they agreed to. */
export interface Subscribed extends Chosen {
  /** `YYYY-MM-DD` in Vietnam. */
  agreedOn: string
  /** Name of the wording, see `wordings.ts`. */
  agreedTo: string
}

/** They speak of changing a subscription that is not there. */
export class NotSubscribed extends Error {
  constructor () {
    super('This address is not subscribed.')
    this.name = 'NotSubscribed'
  }
}

/**
 * Subscribes an address, or changes its subscription.
 * @param consent `given`: they agreed just now, to the current wording. `before`: what they agreed to, and when, stays.
 * @throws RangeError when an hour, a topic or a commune does not exist
 * @throws NotSubscribed when consent was to have been given before, and was not
 */
export async function subscribe (em: EntityManager, keys: ServerKeys, address: Address, chosen: Chosen & { language: Language }, now: Date, consent: 'given' | 'before' = 'given'): Promise<void> {
  for (const hour of [chosen.quietFrom, chosen.quietTo]) if (!Number.isInteger(hour) || hour < 0 || hour > 23) throw new RangeError('Quiet hours are whole hours from 0 to 23.')
  if (chosen.topics.some(topic => !topics.includes(topic))) throw new RangeError('There is no such topic.')
  if (chosen.places.some(place => localityByCode(place.code) === null)) throw new RangeError('There is no such commune.')
  if (![0, 1, 2].includes(chosen.level) || !frequencies.includes(chosen.frequency)) throw new RangeError('There is no such level or frequency.')
  const addressKey = addressKeyOf(keys, address)
  const localities = [...new Set(chosen.places.map(place => place.code))]
  const agreed = consent === 'given' ? { agreedAt: now, agreedTo: currentWording } : await em.findOne(Subscriber, { addressKey }, { fields: ['agreedAt', 'agreedTo'], disableIdentityMap: true })
  if (agreed === null) throw new NotSubscribed()
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
    agreedAt: agreed.agreedAt,
    agreedTo: agreed.agreedTo,
    leftAt: null,
  })
  await em.nativeDelete(SubscriberPlace, { addressKey })
  if (localities.length > 0) await em.insertMany(SubscriberPlace, localities.map(commune => ({ commune, addressKey })))
  if (address.channel === 'web-chat') await em.nativeUpdate(PushSubscription, { addressKey }, { language: chosen.language })
}

/** Ends it and forgets the address, and the browsers it woke. False: there was no subscription. `now` is for symmetry with the other verbs: nothing is kept. */
export async function unsubscribe (em: EntityManager, keys: ServerKeys, address: Address, _now?: Date): Promise<boolean> {
  const addressKey = addressKeyOf(keys, address)
  await em.nativeDelete(SubscriberPlace, { addressKey })
  await forgetPush(em, addressKey)
  return await em.nativeDelete(Subscriber, { addressKey }) > 0
}

/** Null: this address did not agree to be written to. */
export async function subscriptionOf (em: EntityManager, keys: ServerKeys, address: Address): Promise<Subscribed | null> {
  const found = await em.findOne(Subscriber, { addressKey: addressKeyOf(keys, address) }, { disableIdentityMap: true })
  if (found === null) return null
  const { topics, localities, quietFrom, quietTo, level, frequency, agreedAt, agreedTo } = found
  const places = localities.map(code => ({ code, name: localityByCode(code)?.fullName ?? code }))
  return { topics, places, quietFrom, quietTo, level, frequency, agreedOn: dayInVietnam(agreedAt), agreedTo }
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
