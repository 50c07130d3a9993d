// The messages between officers and the holder of a code.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/**
 * Where an officer's message is. It always stands in the tip as well, for whoever comes with the code.
 * - `next-visit`: no chat is linked.
 * - `on-its-way`: to the chat; `in-chat`: the channel took it.
 * - `closed`: the platform brings this person nothing until they write themselves; then they are told.
 * - `left`: they stopped us; they are told when they come back.
 */
export type Delivery = 'next-visit' | 'on-its-way' | 'in-chat' | 'closed' | 'left'

export const ThreadMessage = defineEntity({
  name: 'ThreadMessage',
  properties: {
    id: p.integer().primary(),
    /** Random, made by whoever seals it (the reporter's browser too): part of the place it is sealed for. */
    publicId: p.string().length(36),
    tipId: p.string().length(36),
    from: p.string().$type<'reporter' | 'officer'>().length(16),
    /** An officer may tell something or ask for more. */
    kind: p.string().$type<'message' | 'request-information' | 'added'>().length(24),
    /** What became of an officer's message; null for what the reporter wrote. */
    delivery: p.string().$type<Delivery>().length(16).nullable(),
    /** Day in Vietnam. */
    on: p.string().length(10),
    /** Sealed to the units. */
    forUnits: p.text(),
    /** Sealed to the reporter's own key; null for what the reporter wrote. */
    forReporter: p.text().nullable(),
  },
  uniques: [{ properties: ['publicId'] }],
  indexes: [{ properties: ['tipId', 'id'] }],
})

export type ThreadMessage = InferEntity<typeof ThreadMessage>

/** For officers, in a sentence's middle. */
export function sayDelivery (delivery: Delivery): string {
  switch (delivery) {
    case 'next-visit': return 'waits for the reporter’s next visit with the code; no chat is linked'
    case 'on-its-way': return 'on its way to the reporter’s chat'
    case 'in-chat': return 'in the reporter’s chat'
    case 'closed': return 'not in their chat: Zalo brings this person nothing until they write again; then they are told that it waits'
    case 'left': return 'not in their chat: they stopped our messages there; it waits for their next visit with the code'
    default: return delivery satisfies never
  }
}
