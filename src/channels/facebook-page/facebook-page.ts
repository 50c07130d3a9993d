// Posts to the feed of one Facebook page (Graph API: Pages API, "Posts"; Page, "Photos").
import type { Clock } from '../../clock.ts'
import { seconds } from '../../clock.ts'
import type { Body } from '../body.ts'
import type { Health } from '../channel.ts'
import { cutLabel } from '../cut.ts'
import { harmless, nothingThere, remembered, type Memory, type Place, type Post, type Step } from '../place.ts'
import { postText } from '../post-text.ts'
import { SendError } from '../send-error.ts'
import { FacebookRefusal, unknownObject } from './errors.ts'
import { graphOf } from './graph.ts'

/** Facebook names no limit in its documentation; its own form stops at 63,206. */
const mostText = 20_000
const mostAlt = 1000
/** Photo reference: pictures must be smaller than 10 MB. */
const mostPictureBytes = 10_000_000

export interface FacebookPageSettings {
  pageId: string
  pageToken: string
  /** With the version: `https://graph.facebook.com/v26.0`; no slash at the end. */
  graphBase: string
  clock: Clock
  /** Milliseconds for one request; Facebook fetches the picture meanwhile. */
  within?: number
}

/** One way to post the same words, and the codes that say that this way is closed while another may be open. */
interface Way {
  path: string
  fields: Body
  closed: readonly number[]
}

export function facebookPage ({ pageId, pageToken, graphBase, clock, within = seconds(30) }: FacebookPageSettings): Place {
  const graph = graphOf(graphBase, pageToken, clock, within)
  const health: Health = { lastSuccess: null, trouble: null }

  /** @throws SendError */
  async function call (...asked: Parameters<typeof graph.call>): Promise<Body> {
    try {
      const answer = await graph.call(...asked)
      if (answer['success'] === false) throw new SendError('rejected', 'Facebook did not do it, and gave no reason.')
      health.lastSuccess = clock()
      health.trouble = null
      return answer
    } catch (error) {
      const failure = error instanceof SendError ? error : new SendError('tryAgain', 'A call to Facebook failed for a reason unknown.', { maybeArrived: true })
      if (failure.failure === 'notAllowed') health.trouble = failure.message
      throw failure
    }
  }

  const repeatable = async (asked: Promise<Body>): Promise<Body> => await asked.catch((error: SendError) => { throw harmless(error) })

  async function send (post: Post): Promise<string> {
    for (const { path, fields, closed } of waysFor(post, pageId)) {
      try {
        const { id, post_id: postId } = await call('post', path, fields)
        const known = [postId, id].find(one => typeof one === 'string' && /^[\d_]{1,80}$/.test(one))
        if (typeof known !== 'string') throw new SendError('tryAgain', 'Facebook took a post and named no id for it.', { maybeArrived: true })
        return known
      } catch (error) {
        // A warning without its picture, or without a preview of its page, is better than none.
        if (!(error instanceof FacebookRefusal && closed.includes(error.code))) throw error
      }
    }
    throw new SendError('rejected', 'Facebook takes this post in no way.')
  }

  /** A courtesy: the other form leads there too. */
  async function linkOf (id: string): Promise<string> {
    const { permalink_url: link } = await graph.call('get', `/${id}`, { fields: 'permalink_url' }).catch((): Body => ({}))
    return typeof link === 'string' && /^https:\/\/([a-z]+\.)?facebook\.com\/[^\s"<>]{1,500}$/.test(link) ? link : `https://www.facebook.com/${id}`
  }

  return {
    name: 'facebook-page',
    kind: 'facebook-page',
    limits: { text: mostText, picture: true, edit: true, remove: true },
    health,
    async publish (post, memory) {
      const id = remembered(memory, 'id') ?? await send(post)
      return posted({ ...memory, id, link: await linkOf(id) })
    },
    async edit (post, memory) {
      const id = remembered(memory, 'id')
      if (id === undefined) throw nothingThere()
      await repeatable(call('post', `/${id}`, { message: postText(post, mostText) }))
      return posted(memory)
    },
    async remove (memory) {
      const id = remembered(memory, 'id')
      if (id === undefined) throw nothingThere()
      try {
        await repeatable(call('delete', `/${id}`))
      } catch (error) {
        if (!(error instanceof FacebookRefusal && error.code === unknownObject)) throw error
        // "Unknown" is also said to somebody who may see nothing. Who sees the page and not the post knows that it is gone.
        await repeatable(call('get', `/${pageId}`, { fields: 'id' }))
      }
      return { memory, state: 'removed', link: null, again: null }
    },
  }
}

/** With its picture, else with a preview of its page, else the words alone. `message` of photos is deprecated: it is `caption` there. */
function waysFor (post: Post, pageId: string): Way[] {
  const message = postText(post, mostText)
  const feed = `/${pageId}/feed`
  const { picture } = post
  return [
    ...picture === null || picture.bytes.length >= mostPictureBytes ? [] : [{ path: `/${pageId}/photos`, fields: { url: picture.url, caption: message, alt_text_custom: cutLabel(picture.alt, mostAlt) }, closed: [100, 321, 324] }],
    { path: feed, fields: { message, link: post.link }, closed: [100, 1500, 1609005] },
    { path: feed, fields: { message }, closed: [] },
  ]
}

function posted (memory: Memory): Step {
  return { memory, state: 'posted', link: remembered(memory, 'link') ?? null, again: null }
}
