// Keeps the pair of tokens: sealed, and renewed by one process at a time.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { seconds } from '../../clock.ts'
import { isSqlite } from '../../db/migrate.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { ServerKeys } from '../../server-key.ts'
import type { Pair } from './oauth.ts'
import { ZaloToken } from './token.ts'

/** Much longer than a request may take: a lock that ends first lets two processes spend one token. */
const leaseFor = seconds(90)

export interface KeptPair {
  /** Null: not got yet. */
  access: string | null
  refresh: string
  accessUntil: Date | null
  version: number
  refusedAt: Date | null
  begunAt: Date | null
  since: Date
}

export interface TokenStore {
  orm: MikroORM
  keys: ServerKeys
  oaId: string
}

/** Null: this account was never connected. */
export async function readPair ({ orm, keys, oaId }: TokenStore): Promise<KeptPair | null> {
  const row = await orm.em.fork().findOne(ZaloToken, { oaId })
  if (row === null) return null
  // Sealed by us for this very place.
  const { access, refresh } = JSON.parse(keys.open(row.sealed, placeOf(oaId))) as { access: string | null, refresh: string }
  return {
    access, refresh, version: row.version, since: row.since,
    accessUntil: row.accessUntil ?? null, refusedAt: row.refusedAt ?? null, begunAt: row.begunAt ?? null,
  }
}

/**
 * Takes a refresh token from the settings, unless it was taken before: after a restart it is spent, and what we have is newer.
 * Returns whether it was taken.
 */
export async function takeSeed (store: TokenStore, seed: string, now: Date): Promise<boolean> {
  const { orm, keys, oaId } = store
  const tag = keys.tag(seed, 'zalo-seed')
  return await inTransaction(orm, async em => {
    await lockRow(em, orm, oaId)
    const row = await em.findOne(ZaloToken, { oaId })
    const seeds = row === null ? [] : JSON.parse(row.seeds) as string[]
    if (seeds.includes(tag)) return false
    await write(em, store, { access: null, refresh: seed, accessUntil: null }, now, [...seeds, tag])
    return true
  })
}

/** Puts a pair in the place of whatever was there: an admin agreed anew. @param seed what the settings hold now; it is older than this pair */
export async function replacePair (store: TokenStore, pair: Pair, now: Date, seed: string | null): Promise<void> {
  const { orm, keys, oaId } = store
  await inTransaction(orm, async em => {
    await lockRow(em, orm, oaId)
    const row = await em.findOne(ZaloToken, { oaId })
    const seeds = row === null ? [] : JSON.parse(row.seeds) as string[]
    await write(em, store, pair, now, seed === null ? seeds : [...new Set([...seeds, keys.tag(seed, 'zalo-seed')])])
  })
}

async function write (em: EntityManager, { keys, oaId }: TokenStore, pair: { access: string | null, refresh: string, accessUntil: Date | null }, now: Date, seeds: string[]): Promise<void> {
  const before = await em.findOne(ZaloToken, { oaId })
  const row = {
    sealed: sealPair(keys, oaId, pair.access, pair.refresh),
    version: (before?.version ?? 0) + 1,
    accessUntil: pair.accessUntil, since: now, leasedUntil: 0, holder: null, begunAt: null, refusedAt: null,
    seeds: JSON.stringify(seeds),
  }
  if (before === null) em.persist(em.create(ZaloToken, { oaId, ...row }))
  else Object.assign(before, row)
}

/** Lets one process renew the pair `version`. False: another one does, or did, or Zalo refused this pair. */
export async function beginRenewal ({ orm, oaId }: TokenStore, version: number, holder: string, now: Date): Promise<boolean> {
  const clock = isSqlite(orm) ? 'cast((julianday(\'now\') - 2440587.5) * 86400000 as integer)' : 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)'
  const em = orm.em.fork()
  const rows = await em.execute<unknown[]>(`
    update zalo_token set holder = ?, leased_until = ${clock} + ?
    where oa_id = ? and version = ? and refused_at is null and (leased_until < ${clock} or holder = ?)
    returning oa_id`, [holder, leaseFor, oaId, version, holder])
  if (rows.length === 0) return false
  // Before the request leaves: after a crash it is known that the token may be spent.
  await em.nativeUpdate(ZaloToken, { oaId, begunAt: null }, { begunAt: now })
  return true
}

/** Stores what the renewal of the pair `version` brought. False: somebody put another pair in its place meanwhile, and that one counts. */
export async function storeRenewal ({ orm, keys, oaId }: TokenStore, version: number, pair: Pair, now: Date): Promise<boolean> {
  const changed = await orm.em.fork().nativeUpdate(ZaloToken, { oaId, version }, {
    sealed: sealPair(keys, oaId, pair.access, pair.refresh),
    version: version + 1, accessUntil: pair.accessUntil, since: now, leasedUntil: 0, holder: null, begunAt: null, refusedAt: null,
  })
  return changed === 1
}

/** Zalo wants no more of the pair. @param pair as it was before the renewal that was refused */
export async function markRefused ({ orm, oaId }: TokenStore, { version, begunAt }: Pick<KeptPair, 'version' | 'begunAt'>, now: Date): Promise<void> {
  await orm.em.fork().nativeUpdate(ZaloToken, { oaId, version }, { refusedAt: now, begunAt, leasedUntil: 0, holder: null })
}

/** The renewal did not come to an answer; another try may begin at once. @param begunAt null: it can't have spent the token */
export async function endRenewal ({ orm, oaId }: TokenStore, version: number, holder: string, begunAt: Date | null): Promise<void> {
  await orm.em.fork().nativeUpdate(ZaloToken, { oaId, version, holder }, { leasedUntil: 0, holder: null, begunAt })
}

/** An operator says the refusal is put right (a wrong app secret, say). */
export async function forgetRefusal ({ orm, oaId }: TokenStore): Promise<void> {
  await orm.em.fork().nativeUpdate(ZaloToken, { oaId }, { refusedAt: null })
}

/** SQLite has one writer at a time anyway. */
async function lockRow (em: EntityManager, orm: MikroORM, oaId: string): Promise<void> {
  if (!isSqlite(orm)) await em.execute('select pg_advisory_xact_lock(hashtext(?))', [`zalo_token ${oaId}`])
}

function sealPair (keys: ServerKeys, oaId: string, access: string | null, refresh: string): string {
  return keys.seal(JSON.stringify({ access, refresh }), placeOf(oaId))
}

const placeOf = (oaId: string): string => `zalo_token/sealed/${oaId}`
