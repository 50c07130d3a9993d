// An address that agreed to be written to: what about, where, in which language, and when not.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { ChannelName } from '../channels/message.ts'
import type { Topic } from './topics.ts'

export const Subscriber = defineEntity({
  name: 'Subscriber',
  properties: {
    addressKey: p.string().length(40).primary(),
    channel: p.string().$type<ChannelName>().length(20),
    /** The address; sealed with the server key. */
    sealed: p.text(),
    language: p.string().$type<'vi' | 'en' | 'km'>().length(2),
    topics: p.json<Topic[]>(),
    /** Codes of communes; empty: the whole province. */
    localities: p.json<string[]>(),
    /** Hours in Vietnam, 0 to 23; equal: no quiet hours. */
    quietFrom: p.integer(),
    quietTo: p.integer(),
    /** Consent: when, and to which wording (Law 91/2025/QH15). */
    agreedAt: p.datetime(),
    agreedTo: p.string().length(20),
    /** They stopped us on the platform; null while reachable. */
    leftAt: p.datetime().nullable(),
  },
})

export type Subscriber = InferEntity<typeof Subscriber>
