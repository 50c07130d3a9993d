// One bulletin: what it says, for whom, how far it has come, and who answers for it.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { Audience, Content, Kind } from './content.ts'
import type { PlanRow } from './plan-row.ts'
import type { Rule } from './schedule.ts'

/**
 * draft → submitted → (draft again, with a reason | scheduled, approved by a second officer) → sending ⇄ paused → sent | stopped.
 * A repeating one stays `scheduled`; each time it is due, a bulletin of its own is made of it and sent.
 */
export const states = ['draft', 'submitted', 'scheduled', 'sending', 'paused', 'sent', 'stopped'] as const
export type BulletinState = typeof states[number]

export type Relation = 'correction' | 'all-clear' | 'withdrawal'

export const Bulletin = defineEntity({
  name: 'Bulletin',
  properties: {
    id: p.integer().primary(),
    /** What people ask with whether it is genuine, without separators. */
    code: p.string().length(12).unique(),
    kind: p.string().$type<Kind>().length(10),
    state: p.string().$type<BulletinState>().length(12),
    /** Reaches nobody but staff, and says so. */
    training: p.boolean(),
    content: p.json<Content>(),
    audience: p.json<Audience>(),
    /** Counts the edits; who saves an older one is refused. */
    version: p.integer(),
    /** Which entry of the starter library it began as. */
    libraryId: p.string().length(10).nullable(),
    writtenBy: p.integer(),
    submittedBy: p.integer().nullable(),
    approvedBy: p.integer().nullable(),
    /** When it is due, and again when; null while nobody said when. */
    rule: p.json<Rule>().nullable(),
    nextAt: p.datetime().nullable(),
    /** Of a series: what comes after `content`, one each time; and how many went. */
    series: p.json<Content[]>().nullable(),
    timesSent: p.integer(),
    /** What was planned at the moment it began, to be compared with what came of it. */
    plan: p.json<PlanRow[]>().nullable(),
    /** The repeating one that this was made of. */
    madeFrom: p.integer().nullable(),
    /** What this one corrects, clears or withdraws, and how. */
    about: p.integer().nullable(),
    aboutCode: p.string().length(12).nullable(),
    relation: p.string().$type<Relation>().length(12).nullable(),
    /** While the audience is being written down: the last address that was; null when it is complete. */
    fanOutAfter: p.string().length(40).nullable(),
    /** What was sent is being changed in the chats that can do that; `changedUpTo`: the last delivery marked for it. */
    changing: p.string().$type<'edit' | 'remove'>().length(6).nullable(),
    changedUpTo: p.integer().nullable(),
    /** What it is again when that is done. */
    stateBefore: p.string().$type<BulletinState>().length(12).nullable(),
    createdAt: p.datetime(),
    changedAt: p.datetime(),
    /** The first moment it could reach anybody; null before. */
    publishedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    withdrawnAt: p.datetime().nullable(),
  },
  indexes: [{ properties: ['state', 'nextAt'] }, { properties: ['publishedAt'] }, { properties: ['about'] }],
})

export type Bulletin = InferEntity<typeof Bulletin>
