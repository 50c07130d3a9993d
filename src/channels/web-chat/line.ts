// What stands in a web chat: kept sealed for a day at most, so that a reload or a lost connection loses nothing.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

export const ChatLine = defineEntity({
  name: 'ChatLine',
  properties: {
    id: p.integer().primary(),
    addressKey: p.string().length(40),
    from: p.string().$type<'us' | 'them'>().length(8),
    /** A repeat of the same line is dropped. */
    once: p.string().length(64),
    /** The message, or what the person said; sealed with the server key. */
    sealed: p.text(),
    until: p.datetime(),
  },
  uniques: [{ properties: ['addressKey', 'once'] }],
  indexes: [{ properties: ['addressKey', 'id'] }, { properties: ['until'] }],
})

export type ChatLine = InferEntity<typeof ChatLine>
