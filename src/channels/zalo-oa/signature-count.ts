// How often each way of signing was seen; kept, so that the command line can show it.
import { defineEntity, p } from '@mikro-orm/core'
import type { MikroORM } from '@mikro-orm/sql'
import { minutes } from '../../clock.ts'

export const ZaloSignature = defineEntity({
  name: 'ZaloSignature',
  properties: {
    /** A name of `signatureNames`, or `none`. */
    name: p.string().length(40).primary(),
    count: p.integer(),
    lastAt: p.datetime(),
  },
})

/** Counts in memory and writes once a minute at most: strangers can make us count, but not write. */
export function signatureCounts () {
  let waiting = new Map<string, { count: number, lastAt: Date }>()
  let storedAt = Number.NEGATIVE_INFINITY
  const counts = {
    saw (name: string, at: Date): void {
      waiting.set(name, { count: (waiting.get(name)?.count ?? 0) + 1, lastAt: at })
    },
    /** Stores unless that was done within the last minute. */
    async storeSometimes (orm: MikroORM): Promise<void> {
      if (performance.now() - storedAt < minutes(1)) return
      storedAt = performance.now()
      await counts.store(orm)
    },
    async store (orm: MikroORM): Promise<void> {
      const now = waiting
      waiting = new Map()
      const em = orm.em.fork()
      for (const [name, { count, lastAt }] of now) {
        const before = await em.findOne(ZaloSignature, { name })
        if (before === null) await em.insert(ZaloSignature, { name, count: 0, lastAt }).catch(() => undefined)
        await em.execute('update zalo_signature set count = count + ? where name = ?', [count, name])
        await em.nativeUpdate(ZaloSignature, { name }, { lastAt })
      }
    },
  }
  return counts
}

export type SignatureCounts = ReturnType<typeof signatureCounts>
