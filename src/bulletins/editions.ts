// The versions of a bulletin that the world saw, out of its history. What was written before it was published is nobody's business.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { Bulletin } from './bulletin.ts'
import type { Audience, Content } from './content.ts'
import type { Edition } from './edition.ts'
import { BulletinHistory } from './history.ts'

/** By the seven characters of its code, oldest first. Empty when nothing was published under it. */
export async function editionsByCode (orm: MikroORM, code: string): Promise<Edition[]> {
  const em = orm.em.fork()
  const bulletin = await em.findOne(Bulletin, { code, publishedAt: { $ne: null } })
  return bulletin === null ? [] : await editionsOf(em, bulletin)
}

/**
 * The first is what was approved, at the moment it was published; each change of words since then is one more. Their numbers begin
 * with 1 and never change, which is what names of CAP messages need; drafts do not count.
 */
export async function editionsOf (em: EntityManager, bulletin: Bulletin): Promise<Edition[]> {
  const { publishedAt } = bulletin
  if (publishedAt == null) return []
  const texts = (await em.find(BulletinHistory, { bulletinId: bulletin.id }, { orderBy: { id: 'asc' } })).flatMap(({ at, content, audience }) => content == null ? [] : [{ at, content, audience: audience ?? bulletin.audience }])
  const since = texts.findIndex(({ at }) => at > publishedAt)
  const [before, after] = since < 0 ? [texts, []] : [texts.slice(0, since), texts.slice(since)]
  const first = before.at(-1) ?? bulletin
  return [{ at: publishedAt, content: first.content, audience: first.audience }, ...after].map(edition)
}

function edition ({ at, content, audience: { topics, localities } }: { at: Date, content: Content, audience: Audience }, i: number): Edition {
  return { version: i + 1, at, content, audience: { topics, localities } }
}
