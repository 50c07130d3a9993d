// One bulletin to one person: a row with its outcome; and the sums of these rows, kept in the same transactions.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { ChannelName } from '../channels/message.ts'

/**
 * - `due`: waits for its moment. `digest`: waits for the day's or week's letter.
 * - `on-the-wire`: written before the request leaves. After a crash such a row becomes `unknown` (of an alarm: `due` again).
 * - `delivered`, `refused` (`why` says why), `left`, `unknown`, `stopped` are outcomes.
 */
export type DeliveryState = 'due' | 'digest' | 'on-the-wire' | Outcome
export const outcomes = ['delivered', 'refused', 'left', 'unknown', 'stopped'] as const
export type Outcome = typeof outcomes[number]

/** What is to be done while it is due. */
export type Task = 'send' | 'edit' | 'remove'

/** Why a channel did not take it; of what was delivered, what became of its change. */
export type Why = 'window' | 'quota' | 'rejected' | 'not-allowed' | 'failing' | 'too-old' | 'removed'

export const Delivery = defineEntity({
  name: 'Delivery',
  properties: {
    id: p.integer().primary(),
    bulletinId: p.integer(),
    channel: p.string().$type<ChannelName>().length(20),
    /** The recipient by tag. Emptied when they want to be forgotten: the outcome stays, they don't. */
    addressKey: p.string().length(40).nullable(),
    state: p.string().$type<DeliveryState>().length(12),
    task: p.string().$type<Task>().length(6).default('send'),
    why: p.string().$type<Why>().length(12).nullable(),
    dueAt: p.datetime(),
    attempts: p.integer().default(0),
    /** The platform's name of the message, for editing and removing it. */
    messageId: p.string().length(64).nullable(),
    doneAt: p.datetime().nullable(),
  },
  // What is over leaves the first two: claiming costs the same at the first as at the millionth row.
  indexes: [
    { properties: ['bulletinId', 'channel', 'dueAt', 'id'], where: { state: 'due' } },
    { properties: ['bulletinId', 'channel', 'dueAt', 'addressKey'], where: { state: 'digest' } },
    { properties: ['channel', 'id'], where: { state: 'on-the-wire' } },
  ],
  uniques: [{ properties: ['bulletinId', 'addressKey'] }],
})

export type Delivery = InferEntity<typeof Delivery>

/** How many rows of a bulletin stand where; changed in the transactions that change the rows, so that nobody has to count them. */
export const DeliveryCount = defineEntity({
  name: 'DeliveryCount',
  properties: {
    bulletinId: p.integer().primary(),
    channel: p.string().$type<ChannelName>().length(20).primary(),
    state: p.string().$type<DeliveryState>().length(12).primary(),
    /** '' where there is nothing to say. */
    why: p.string().$type<Why | ''>().length(12).primary(),
    n: p.integer(),
  },
})
