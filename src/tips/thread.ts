// The messages between officers and the holder of a code.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

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
