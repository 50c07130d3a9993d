// A message in an officer's chat that shows how a bulletin is doing, and goes on showing it until the bulletin is over.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { ChannelName } from '../channels/message.ts'

export const OfficerMessage = defineEntity({
  name: 'OfficerMessage',
  properties: {
    id: p.integer().primary(),
    officerId: p.integer(),
    bulletinId: p.integer(),
    channel: p.string().$type<ChannelName>().length(20),
    /** The chat it stands in, by its tag: an officer who linked another one, or has left, is not written to there. */
    addressKey: p.string().length(40),
    /** `live`: it is kept up to date. `done`: it says how it ended, or nobody may read it any more. */
    state: p.string().$type<'live' | 'done'>().length(4),
    /** The platform's name of it; null: not sent yet, or a channel where nothing can be changed. */
    messageId: p.string().length(64).nullable(),
    /** Tag of what it shows; empty: nothing yet. */
    shown: p.string().length(40),
  },
  indexes: [{ properties: ['state', 'channel'] }],
  uniques: [{ properties: ['bulletinId', 'officerId'] }],
})

export type OfficerMessage = InferEntity<typeof OfficerMessage>
