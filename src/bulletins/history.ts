// Who did what with a bulletin, and when; and every text it ever had. Only ever added to.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Bulletin } from './bulletin.ts'
import type { Audience, Content } from './content.ts'

export const deeds = ['written', 'edited', 'submitted', 'returned', 'approved', 'started', 'paused', 'resumed', 'finished', 'stopped', 'corrected', 'withdrawn', 'missed', 'posted', 'tested'] as const
export type Deed = typeof deeds[number]

export const BulletinHistory = defineEntity({
  name: 'BulletinHistory',
  properties: {
    id: p.integer().primary(),
    bulletinId: p.integer(),
    at: p.datetime(),
    /** Id of the officer; null: the program itself. */
    by: p.integer().nullable(),
    deed: p.string().$type<Deed>().length(12),
    /** Reason, or what there is to know. */
    note: p.text().nullable(),
    version: p.integer(),
    /** The text of this version; null when it did not change. */
    content: p.json<Content>().nullable(),
    audience: p.json<Audience>().nullable(),
  },
  indexes: [{ properties: ['bulletinId', 'id'] }],
})

export type BulletinHistory = InferEntity<typeof BulletinHistory>

/** Notes a deed in the transaction that did it. @param changed the text or audience is new with it */
export function note (em: EntityManager, bulletin: Bulletin, by: number | null, deed: Deed, at: Date, { why = null, changed = false }: { why?: string | null, changed?: boolean } = {}): void {
  em.persist(em.create(BulletinHistory, {
    bulletinId: bulletin.id, at, by, deed, note: why, version: bulletin.version,
    content: changed ? bulletin.content : null, audience: changed ? bulletin.audience : null,
  }))
}
