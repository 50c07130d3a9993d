// A tip: what is known of it in clear, and the sealed rest. Its verbs check the step, take it, and write the history.
import { defineEntity, p } from '@mikro-orm/core'
import type { CategoryId } from './category.ts'
import { canMove, type TipStatus } from './status.ts'
import { TipHistory } from './history.ts'
import type { PatternNote } from './pattern-rules.ts'

/** How a tip came to us. */
export type TipSource = 'web-chat' | 'telegram' | 'zalo-oa' | 'zalo-bot' | 'slip' | 'phone' | 'meeting'

const schema = defineEntity({
  name: 'Tip',
  properties: {
    /** Random; the name the agency knows it by. */
    id: p.string().length(36).primary(),
    /** First part of the reporter's code: finds the tip, opens nothing. */
    locator: p.string().length(7),
    /** SHA-256 of what the code proves; the code itself is never stored. */
    accessHash: p.string().length(64),
    /** The reporter's own key, derived from the code: officers' answers are sealed to it as well. */
    reporterRecipient: p.string().length(80),
    status: p.string().$type<TipStatus>().length(32),
    category: p.string().$type<CategoryId>().length(32),
    /** Code of the commune; null: the reporter did not know. */
    commune: p.string().length(8).nullable(),
    source: p.string().$type<TipSource>().length(20),
    /** Days in Vietnam, `YYYY-MM-DD`; no time of day, which could be matched with somebody's phone. */
    receivedOn: p.string().length(10),
    transferBy: p.string().length(10),
    noticeBy: p.string().length(10),
    decideBy: p.string().length(10),
    /** The responsible unit, e.g. `commune:30307` or `province:inspectorate`. */
    unit: p.string().length(64),
    /** All units that can open it, the responsible one first. */
    units: p.json<string[]>(),
    /** Repeats an officer should know of; counts only. */
    patterns: p.json<PatternNote[]>().default([]),
    /** The story; sealed to the units. */
    sealed: p.text(),
  },
  uniques: [{ properties: ['locator'] }],
  indexes: [{ properties: ['status', 'receivedOn'] }, { properties: ['receivedOn'] }],
})

export class Tip extends schema.class {
  /** Which statuses may follow now is in `status.ts`. @throws Error when `to` may not follow */
  move (to: TipStatus, by: string, on: string, reason: string | null = null): TipHistory {
    if (!canMove(this.status, to)) throw new Error(`A tip that is ${this.status} cannot become ${to}.`)
    const line = new TipHistory()
    Object.assign(line, { tipId: this.id, on, from: this.status, to, by, reason })
    this.status = to
    return line
  }
}
schema.setClass(Tip)
