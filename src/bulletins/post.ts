// One bulletin to one place where nobody answers: a Telegram channel, a Zalo article, a page. A queue row with its state.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { waitingColumns } from '../queue/waiting.ts'

/** - `waiting`: on its way, step by step (Zalo looks at articles first). `stuck`: an officer must look. */
export type PostState = 'waiting' | 'posted' | 'removed' | 'stuck'

export const BulletinPost = defineEntity({
  name: 'BulletinPost',
  properties: {
    id: p.integer().primary(),
    bulletinId: p.integer(),
    place: p.string().length(120),
    state: p.string().$type<PostState>().length(10),
    task: p.string().$type<'publish' | 'edit' | 'remove'>().length(8),
    /** Lane: the place, so that posts of one place keep their order. */
    ...waitingColumns,
    /** What the place remembers between its steps. */
    memory: p.json<Record<string, string | number | boolean | null>>(),
    link: p.text().nullable(),
    lastProblem: p.text().nullable(),
  },
  indexes: [{ properties: ['dueAt'] }, { properties: ['lane', 'id'] }],
  uniques: [{ properties: ['bulletinId', 'place'] }],
})

export type BulletinPost = InferEntity<typeof BulletinPost>
