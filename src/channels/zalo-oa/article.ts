// Posts as an article of the Official Account: written, processed for a while, then broadcast to followers (zalo.md 3.6).
import { hours, seconds } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { growing } from '../pause.ts'
import { harmless, nothingThere, remembered, type Memory, type Place, type Step } from '../place.ts'
import { SendError } from '../send-error.ts'
import { articleRefusal } from './article-errors.ts'
import { callZalo, type Answered, type CallsZalo } from './call.ts'
import { mostArticleText, writeArticle } from './write-article.ts'

/** "The article is being processed." */
const processing = -214
/** Zalo needs seconds to fetch the cover; after a day nothing comes any more. */
const patience = hours(24)

export interface ZaloArticleSettings extends CallsZalo {
  /**
   * Whether an article is also broadcast to followers, which takes one of the month's broadcasts. Zalo's people look at it for about half an
   * hour before it arrives, and a broadcast can't be taken back: removing the article leaves a message that leads nowhere.
   */
  broadcast: boolean
  /**
   * For whom: codes of cities and provinces as Zalo counts them. It still counts the 63 provinces from before July 2025 and knows no code
   * for the new ones, so the new An Giang is two of them: 12 (old An Giang) and 28 (Kiên Giang). With 12 alone, Rạch Giá and Phú Quốc hear nothing.
   */
  cities: readonly string[]
  /** Where Zalo can fetch a picture (JPEG or PNG, at most 1 MB) for articles without one of their own. */
  cover: string | null
}

export function zaloArticlePlace (settings: ZaloArticleSettings): Place {
  const { clock } = settings
  const health: Health = { lastSuccess: null, trouble: null }

  /** @throws SendError; `step` says what a refusal is about */
  async function call (step: string, method: 'get' | 'post', path: string, body: Record<string, unknown>): Promise<Answered> {
    try {
      const answered = await callZalo(settings, method, path, body)
      if (answered.code !== 0 && answered.code !== processing) throw articleRefusal(answered, step, clock())
      health.lastSuccess = clock()
      health.trouble = null
      return answered
    } catch (error) {
      const failure = error instanceof SendError ? error : new SendError('tryAgain', 'What belongs to a Zalo article could not be read or stored.')
      if (failure.failure === 'notAllowed') health.trouble = failure.message
      throw failure
    }
  }

  const repeatable = async (asked: Promise<Answered>): Promise<Answered> => await asked.catch((error: SendError) => { throw harmless(error) })

  async function create (article: Record<string, unknown>): Promise<Step> {
    const { code, data } = await call('create', 'post', '/v2.0/article/create', article)
    const token = data['token']
    if (code !== 0 || typeof token !== 'string' || token === '') throw new SendError('tryAgain', 'Zalo took an article and named no token for it.', { maybeArrived: true })
    return waiting({ stage: 'verifying', token, since: clock().toISOString(), tries: 0 }, seconds(2))
  }

  /** The id behind a token; undefined while Zalo is at work on it. */
  async function idBehind (token: string): Promise<string | undefined> {
    const { code, data } = await repeatable(call('verify', 'post', '/v2.0/article/verify', { token }))
    // The documentation says `id`, some who use it read `article_id`.
    return code === 0 ? [data['id'], data['article_id']].find(id => typeof id === 'string' && id !== '') as string | undefined : undefined
  }

  /** Where it can be read. A courtesy: without it the article stands all the same. */
  async function linkOf (id: string): Promise<string | null> {
    const found = await callZalo(settings, 'get', '/v2.0/article/getdetail', { id }).catch(() => null)
    const link = found?.data['link_view']
    return typeof link === 'string' && /^https:\/\/[^\s"<>]{1,500}$/.test(link) ? link : null
  }

  async function verify (memory: Memory, token: string): Promise<Step> {
    const id = await idBehind(token)
    if (id === undefined) return later(memory)
    const there = { stage: settings.broadcast ? 'broadcasting' : 'posted', id, link: await linkOf(id) }
    return settings.broadcast ? waiting(there, 0) : posted(there)
  }

  async function broadcast (memory: Memory, id: string): Promise<Step> {
    const { data } = await call('broadcast', 'post', '/v2.0/oa/message', {
      recipient: { target: settings.cities.length === 0 ? {} : { cities: settings.cities.join(',') } },
      message: { attachment: { type: 'template', payload: { template_type: 'media', elements: [{ media_type: 'article', attachment_id: id }] } } },
    })
    const messageId = data['message_id']
    return posted({ ...memory, stage: 'posted', messageId: typeof messageId === 'string' ? messageId : null })
  }

  function later (memory: Memory): Step {
    const tries = Number(memory['tries'] ?? 0)
    const since = Date.parse(remembered(memory, 'since') ?? '')
    if (clock().getTime() - since > patience) throw new SendError('rejected', 'Zalo has been processing this article for more than a day. Look at the Official Account whether it is there.')
    return waiting({ ...memory, tries: tries + 1 }, growing(tries, seconds(4), 75))
  }

  const waiting = (memory: Memory, ms: number): Step => ({ memory, state: 'waiting', link: remembered(memory, 'link') ?? null, again: new Date(clock().getTime() + ms) })
  const posted = (memory: Memory): Step => ({ memory, state: 'posted', link: remembered(memory, 'link') ?? null, again: null })

  return {
    name: 'zalo-article',
    kind: 'zalo-article',
    limits: { text: mostArticleText, picture: true, edit: true, remove: true },
    health,
    async publish (post, memory) {
      const [token, id] = [remembered(memory, 'token'), remembered(memory, 'id')]
      if (id !== undefined) return memory['stage'] === 'broadcasting' ? await broadcast(memory, id) : posted(memory)
      if (token !== undefined) return await verify(memory, token)
      const article = writeArticle(post, settings.cover)
      if (article === null) throw noCover()
      return await create(article)
    },
    async edit (post, memory) {
      const [id, editing] = [remembered(memory, 'id'), remembered(memory, 'editing')]
      if (id === undefined) throw remembered(memory, 'token') === undefined ? nothingThere() : new SendError('tryAgain', 'Zalo is still processing this article; it can be edited when it is there.')
      const settled = { ...memory, editing: null, edit: null }
      if (editing !== undefined && memory['edit'] === post.once) return await idBehind(editing) === undefined ? later(memory) : posted(settled)
      const article = writeArticle(post, settings.cover)
      if (article === null) throw noCover()
      const { data } = await repeatable(call('update', 'post', '/v2.0/article/update', { id, ...article }))
      const token = data['token']
      // Without a token there is nothing to wait for.
      if (typeof token !== 'string' || token === '') return posted(settled)
      return waiting({ ...memory, editing: token, edit: post.once, since: clock().toISOString(), tries: 0 }, seconds(2))
    },
    async remove (memory) {
      const token = remembered(memory, 'token')
      const id = remembered(memory, 'id') ?? (token === undefined ? undefined : await idBehind(token))
      if (id === undefined) {
        if (token === undefined) throw nothingThere()
        return later(memory)
      }
      try {
        await repeatable(call('remove', 'post', '/v2.0/article/remove', { id }))
      } catch (error) {
        if (!(error instanceof SendError) || error.failure !== 'rejected' || await isThere(id)) throw error
      }
      return { memory: { ...memory, id }, state: 'removed', link: null, again: null }
    },
  }

  /** Whether a refused article still exists; when that can't be learned, it does. */
  async function isThere (id: string): Promise<boolean> {
    const found = await callZalo(settings, 'get', '/v2.0/article/getdetail', { id }).catch(() => null)
    return found === null || found.code !== -201
  }
}

function noCover (): SendError {
  return new SendError('rejected', 'An article on Zalo needs a cover: give the bulletin a JPEG or PNG picture of at most 1 MB, or set ZALO_OA_ARTICLE_COVER.')
}
