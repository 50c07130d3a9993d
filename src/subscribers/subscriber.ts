// An address that agreed to be written to: what about, where, in which language, and when not.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { ChannelName } from '../channels/message.ts'
import type { Frequency, Topic } from './topics.ts'

export const Subscriber = defineEntity({
  name: 'Subscriber',
  properties: {
    addressKey: p.string().length(40).primary(),
    channel: p.string().$type<ChannelName>().length(20),
    /** The address; sealed with the server key. */
    sealed: p.text(),
    language: p.string().$type<'vi' | 'en' | 'km'>().length(2),
    topics: p.json<Topic[]>(),
    /** The same as a number, for counting audiences: bit n stands for the n-th topic. */
    topicBits: p.integer().default(0),
    /** Codes of communes; empty: the whole province. */
    localities: p.json<string[]>(),
    /** The same, for counting audiences; the communes are rows of SubscriberPlace. */
    everywhere: p.boolean().default(true),
    /** What they want at least: 0 information, 1 warnings, 2 alarms only. */
    level: p.integer().default(0),
    /** When information comes: at once, or in a letter each day or week. Warnings and alarms always come at once. */
    frequency: p.string().$type<Frequency>().length(8).default('at-once'),
    /** Hours in Vietnam, 0 to 23; equal: no quiet hours. */
    quietFrom: p.integer(),
    quietTo: p.integer(),
    /** Consent: when, and to which wording (Law 91/2025/QH15). */
    agreedAt: p.datetime(),
    agreedTo: p.string().length(20),
    /** They stopped us on the platform; null while reachable. */
    leftAt: p.datetime().nullable(),
  },
  indexes: [
    // Holds all that an audience is counted by, so that counting a million reads this index and no row.
    { name: 'subscriber_audience_index', properties: ['channel', 'everywhere', 'frequency', 'level', 'quietFrom', 'quietTo', 'topicBits', 'leftAt'] },
    // The same in the order in which audiences are written down: a third of the time, since rows lie in any order.
    { name: 'subscriber_fan_out_index', properties: ['addressKey', 'channel', 'everywhere', 'frequency', 'level', 'quietFrom', 'quietTo', 'topicBits', 'leftAt'] },
  ],
})

export type Subscriber = InferEntity<typeof Subscriber>

/** Whom a commune's news concerns, beside those who want the whole province's. */
export const SubscriberPlace = defineEntity({
  name: 'SubscriberPlace',
  properties: {
    commune: p.string().length(5).primary(),
    addressKey: p.string().length(40).primary(),
  },
  indexes: [{ properties: ['addressKey', 'commune'] }],
})
