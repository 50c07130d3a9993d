// Where one address stands: what we remember of it, and the half-told story, both sealed with the server key.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

export const Conversation = defineEntity({
  name: 'Conversation',
  properties: {
    /** The address under a keyed hash: finds it, tells nobody who it is. */
    addressKey: p.string().length(40).primary(),
    /** Language and the like; sealed. */
    memory: p.text(),
    memoryUntil: p.datetime(),
    /** Flow, version, step and answers so far; sealed; null when nothing is under way. */
    standing: p.text().nullable(),
    standingUntil: p.datetime().nullable(),
  },
  indexes: [{ properties: ['memoryUntil'] }, { properties: ['standingUntil'] }],
})

export type Conversation = InferEntity<typeof Conversation>
