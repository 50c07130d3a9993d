// The pair of tokens of an Official Account as it is kept, and who may renew it at this moment.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

export const ZaloToken = defineEntity({
  name: 'ZaloToken',
  properties: {
    oaId: p.string().length(40).primary(),
    /** Both tokens, sealed with the server key. */
    sealed: p.text(),
    /** Counts the pairs: who holds an older number has an older pair. */
    version: p.integer(),
    /** Null: there is no access token yet, only a refresh token. */
    accessUntil: p.datetime().nullable(),
    /** Since when we have this refresh token; it lives three months. */
    since: p.datetime(),
    /** A refresh token works once, so one process renews at a time. Milliseconds since 1970 by the database's clock; 0: nobody does. */
    leasedUntil: p.bigint('number').default(0),
    holder: p.string().length(64).nullable(),
    /** When a renewal left whose answer is not stored. It may have spent the token. */
    begunAt: p.datetime().nullable(),
    /** Zalo refused the refresh token: only a person can bring a new one. */
    refusedAt: p.datetime().nullable(),
    /** Tags of the seeds that were taken from the settings, as JSON; none is taken twice. */
    seeds: p.text(),
  },
})

export type ZaloToken = InferEntity<typeof ZaloToken>
