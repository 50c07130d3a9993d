// What we still have to say: a sealed row, deleted when the channel took it. A restart says what is left.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { waitingColumns } from '../queue/waiting.ts'

export const Reply = defineEntity({
  name: 'Reply',
  properties: {
    id: p.integer().primary(),
    channel: p.string().length(20),
    ...waitingColumns,
    /** Address and message; sealed. */
    sealed: p.text(),
    /** The same for every try; a channel may use it to drop a repeat. */
    once: p.string().length(40),
    /** Thrown away unsent after this. */
    until: p.datetime(),
  },
  // None on `until`: the table is nearly empty, and each index is written with every reply that comes and goes.
  indexes: [{ properties: ['dueAt'] }, { properties: ['lane', 'id'] }],
})

export type Reply = InferEntity<typeof Reply>
