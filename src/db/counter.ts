// Counts by day, without persons: how many were declined as out of scope, shown the emergency numbers, and the like.
import { defineEntity, p } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import { run } from './statement.ts'

export type Counted = 'out-of-scope' | 'emergency-redirect' | 'tip-received' | 'wrong-code' | 'slowed-down' | 'subscribed' | 'unsubscribed' | 'forgotten'

export const Counter = defineEntity({
  name: 'Counter',
  properties: {
    /** Day in Vietnam. */
    day: p.string().length(10).primary(),
    what: p.string().$type<Counted>().length(40).primary(),
    count: p.integer(),
  },
})

export async function count (em: EntityManager, what: Counted, day: string): Promise<void> {
  await run(em, 'insert into counter (day, what, count) values (?, ?, 1) on conflict (day, what) do update set count = counter.count + 1', [day, what])
}
