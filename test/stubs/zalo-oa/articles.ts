// Articles of the pretended Official Account: written, processed for a while, read, changed, taken away (zalo.md 3.6).
import { randomBytes } from 'node:crypto'
import { Refusal, type Article, type Platform } from './platform.ts'

type Body = Record<string, unknown>

const longest: Record<string, number> = { title: 150, author: 50, description: 300 }

/** By path. Listing and reading have their parameters in the query itself, not as JSON in `data`. */
export const aboutArticles: Record<string, (platform: Platform, body: Body) => unknown> = {
  '/v2.0/article/create': create,
  '/v2.0/article/verify': verify,
  '/v2.0/article/update': update,
  '/v2.0/article/remove' (platform, body) {
    platform.articles.delete(articleOf(platform, body['id']).id)
    return {}
  },
  '/v2.0/article/getdetail' (platform, body) {
    const article = articleOf(platform, body['id'])
    return { ...article.content, id: article.id, ...(platform.switches.articleLinks ? { link_view: `https://rd.zapps.vn/detail/${platform.oa.id}?id=${article.id}` } : {}) }
  },
  '/v2.0/article/getslice' (platform, { offset = 0, limit = 10, type }) {
    if (type !== 'normal' && type !== 'video') throw new Refusal(-201, 'type accept only 2 value normal and video.')
    const all = type === 'normal' ? [...platform.articles.values()].toReversed() : []
    return { total: all.length, medias: all.slice(Number(offset), Number(offset) + Math.min(10, Number(limit))).map(({ id, content }) => ({ id, title: content['title'], status: content['status'] })) }
  },
}

/** What an article's id stands for. @throws Refusal */
export function articleOf (platform: Platform, id: unknown): Article {
  const article = typeof id === 'string' ? platform.articles.get(id) : undefined
  if (article === undefined) throw new Refusal(-201, 'id is invalid!')
  return article
}

/** Only a token for now: the article is there once it has been asked for often enough. */
function create (platform: Platform, body: Body): Body {
  check(body)
  if (platform.switches.articles <= 0) throw new Refusal(-223, 'Your OA has reach the limit quota create article')
  platform.switches.articles--
  return begin(platform, { id: randomBytes(10).toString('hex'), content: body })
}

function update (platform: Platform, { id, ...body }: Body): Body {
  check(body)
  return begin(platform, { id: articleOf(platform, id).id, content: body })
}

function begin (platform: Platform, article: Article): Body {
  const token = randomBytes(24).toString('base64url')
  platform.jobs.set(token, { article, polls: platform.switches.articlePolls })
  return { token }
}

function verify (platform: Platform, body: Body): Body {
  const job = platform.jobs.get(String(body['token']))
  if (job === undefined) throw new Refusal(-201, 'token is invalid!')
  if (job.polls > 0) {
    job.polls--
    throw new Refusal(-214, 'Article is being processed')
  }
  // The picture is fetched while it is processed, so a bad one is told here.
  if (platform.switches.coversFail) throw new Refusal(-201, 'create media fail')
  platform.articles.set(job.article.id, job.article)
  return { [platform.switches.articleIdIn]: job.article.id }
}

function check (body: Body): void {
  if (body['type'] !== 'normal') throw new Refusal(-201, 'type is invalid!')
  for (const [field, most] of Object.entries(longest)) {
    const text = body[field]
    if (typeof text !== 'string' || text === '') throw new Refusal(-201, `${field} is invalid!`)
    if ([...text].length > most) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  }
  const cover = (body['cover'] ?? {}) as Body
  if (cover['cover_type'] !== 'photo' || !URL.canParse(String(cover['photo_url'])) || (cover['status'] !== 'show' && cover['status'] !== 'hide')) throw new Refusal(-201, 'cover is invalid!')
  if (!Array.isArray(body['body']) || body['body'].length === 0) throw new Refusal(-201, 'body is invalid!')
  for (const part of body['body'] as Body[]) {
    if (part['type'] === 'text' ? typeof part['content'] !== 'string' : !['image', 'video', 'product'].includes(String(part['type']))) throw new Refusal(-201, 'body is invalid!')
  }
}
