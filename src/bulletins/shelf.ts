// Bulletins as the world may see them, out of their rows: for pages, feeds and the question whether one is genuine.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Topic } from '../subscribers/topics.ts'
import { Bulletin } from './bulletin.ts'
import { editionsOf } from './editions.ts'
import type { Published } from './published.ts'

export interface Wanted {
  topic?: Topic
  /** Code of a commune: what is meant for it or for the whole province. */
  commune?: string
  /** Only what still stands. */
  active?: boolean
  most: number
  before?: Date
}

/** Also exercises; a page marks them. @param code seven characters, as kept */
export async function publishedByCode (orm: MikroORM, code: string): Promise<Published | null> {
  return await publishedIn(orm.em.fork(), code)
}

/** The same within a transaction. */
export async function publishedIn (em: EntityManager, code: string): Promise<Published | null> {
  const bulletin = await em.findOne(Bulletin, { code, publishedAt: { $ne: null } })
  if (bulletin === null) return null
  const [published] = await asPublished(em, [bulletin])
  return published ?? null
}

/** Newest first; never exercises. */
export async function latestPublished (orm: MikroORM, { topic, commune, active, most, before }: Wanted, now: Date): Promise<Published[]> {
  const em = orm.em.fork()
  const found: Bulletin[] = []
  // Topic and place stand inside JSON: pages of rows are read until there are enough, newest first.
  for (let since = before ?? null, reads = 0; found.length < most && reads < 20; reads++) {
    const rows = await em.find(Bulletin, { publishedAt: since === null ? { $ne: null } : { $lt: since }, training: false, ...(active === true ? { withdrawnAt: null } : {}) }, { orderBy: { publishedAt: 'desc', id: 'desc' }, limit: 200 })
    found.push(...rows.filter(({ audience, content }) =>
      (topic === undefined || audience.topics.includes(topic)) &&
      (commune === undefined || audience.localities.length === 0 || audience.localities.includes(commune)) &&
      (active !== true || content.validUntil === null || new Date(content.validUntil) > now)))
    if (rows.length < 200) break
    since = rows.at(-1)?.publishedAt ?? null
  }
  return await asPublished(em, found.slice(0, most))
}

async function asPublished (em: EntityManager, bulletins: readonly Bulletin[]): Promise<Published[]> {
  const about = bulletins.map(({ id }) => id)
  const followers = await em.find(Bulletin, { about: { $in: about }, publishedAt: { $ne: null } }, { orderBy: { publishedAt: 'asc' } })
  return await Promise.all(bulletins.map(async (bulletin): Promise<Published> => {
    // A correction, or the all-clear of an alarm: whichever came last says how it is now.
    const later = followers.findLast(({ about }) => about === bulletin.id)
    const editions = await editionsOf(em, bulletin)
    return {
      code: bulletin.code,
      content: bulletin.content,
      audience: { topics: bulletin.audience.topics, localities: bulletin.audience.localities },
      training: bulletin.training,
      publishedAt: bulletin.publishedAt ?? bulletin.createdAt,
      version: editions.length,
      changedAt: bulletin.withdrawnAt ?? later?.publishedAt ?? editions.at(-1)?.at ?? bulletin.changedAt,
      standing: bulletin.withdrawnAt != null ? 'withdrawn' : later === undefined ? 'valid' : later.relation === 'all-clear' ? 'over' : 'corrected',
      about: bulletin.about == null || bulletin.relation == null ? null : { codes: await chainOf(em, bulletin), relation: bulletin.relation },
      correctedBy: later?.code ?? null,
    }
  }))
}

/** All that a correction of a correction is about, oldest first. */
async function chainOf (em: EntityManager, bulletin: Bulletin): Promise<string[]> {
  const codes: string[] = []
  for (let next = bulletin.about ?? null, n = 0; next !== null && n < 20; n++) {
    const one: Bulletin | null = await em.findOne(Bulletin, { id: next })
    if (one === null) break
    codes.unshift(one.code)
    next = one.about ?? null
  }
  return codes
}
