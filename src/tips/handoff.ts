// The row that carries a tip, and what is added to it, to the agency's own system until it is acknowledged.
import { randomUUID } from 'node:crypto'
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import { dayInVietnam } from '../clock.ts'
import { waitingColumns } from '../queue/waiting.ts'

export const Handoff = defineEntity({
  name: 'Handoff',
  properties: {
    id: p.integer().primary(),
    /** The same over all tries: the receiver's idempotency key. */
    webhookId: p.string().length(64),
    type: p.string().$type<'tip.received' | 'tip.added' | 'tip.routed'>().length(32),
    /** Day in Vietnam. */
    on: p.string().length(10),
    tipId: p.string().length(36),
    /** With `tip.added`: what was added. */
    messageId: p.integer().nullable(),
    attachmentId: p.integer().nullable(),
    ...waitingColumns,
    state: p.string().$type<'waiting' | 'acknowledged' | 'stuck'>().length(16),
    /** Why the last try failed, in a word; never an answer's text. */
    lastProblem: p.string().length(80).nullable(),
    /** What the agency calls it. */
    reference: p.string().length(200).nullable(),
  },
  uniques: [{ properties: ['webhookId'] }],
  indexes: [{ properties: ['dueAt'] }, { properties: ['lane', 'id'] }, { properties: ['tipId'] }, { properties: ['state'] }],
})

export type Handoff = InferEntity<typeof Handoff>

export interface HandoffAsked {
  type: Handoff['type']
  tipId: string
  messageId?: number
  attachmentId?: number
  now: Date
}

/** Adds what the agency has still to be told. What it tells of must have its id already: flush before. */
export function queueHandoff (em: EntityManager, { type, tipId, messageId, attachmentId, now }: HandoffAsked): void {
  em.persist(em.create(Handoff, {
    // Without dots: the signature joins id, time and body with them (Standard Webhooks 1.0.0).
    webhookId: `msg_${randomUUID().replaceAll('-', '')}`,
    type,
    on: dayInVietnam(now),
    tipId,
    messageId: messageId ?? null,
    attachmentId: attachmentId ?? null,
    // One tip's news arrive in their order.
    lane: tipId,
    dueAt: now,
    attempts: 0,
    leasedUntil: null,
    state: 'waiting',
    lastProblem: null,
    reference: null,
  }))
}
