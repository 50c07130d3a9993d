// What happened to a tip, line by line. Lines are added and never changed.
import { defineEntity, p } from '@mikro-orm/core'
import type { TipStatus } from './status.ts'

const schema = defineEntity({
  name: 'TipHistory',
  properties: {
    id: p.integer().primary(),
    tipId: p.string().length(36),
    /** Day in Vietnam. */
    on: p.string().length(10),
    from: p.string().$type<TipStatus>().length(32).nullable(),
    to: p.string().$type<TipStatus>().length(32),
    /** `reporter`, `agency`, `command line`, later an officer's id; never a name or an address. */
    by: p.string().length(64),
    /** A word from a closed list or a decision number; never free text about a person. */
    reason: p.string().length(200).nullable(),
  },
  indexes: [{ properties: ['tipId', 'id'] }],
})

export class TipHistory extends schema.class {}
schema.setClass(TipHistory)
