// A browser that wants to be woken for a bulletin (Web Push): its endpoint and keys, sealed.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

export const PushSubscription = defineEntity({
  name: 'PushSubscription',
  properties: {
    /** Tag of the endpoint: the same browser twice is one row. */
    endpointKey: p.string().length(40).primary(),
    /** The web chat it belongs to, by tag. */
    addressKey: p.string().length(40),
    /** Endpoint and keys as the browser gave them; sealed with the server key. */
    sealed: p.text(),
    language: p.string().$type<'vi' | 'en' | 'km'>().length(2),
    agreedAt: p.datetime(),
  },
  indexes: [{ properties: ['addressKey'] }],
})

export type PushSubscription = InferEntity<typeof PushSubscription>
