// Articles of the pretended Official Account, and broadcasts of them: written, processed for a while, then sent to followers (zalo.md 3.6).
import { messageIdOf, Refusal, type Platform } from './platform.ts'
import { assetOf, keepAsset } from './uploads.ts'

type Body = Record<string, unknown>

const longest: Record<string, number> = { title: 150, author: 50, description: 300 }

/** `POST /v2.0/article/create`: only a token for now. */
export function createArticle (platform: Platform, body: Body): Body {
  for (const [field, most] of Object.entries(longest)) {
    const text = body[field]
    if (typeof text !== 'string' || text === '') throw new Refusal(-201, `${field} is invalid!`)
    if ([...text].length > most) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  }
  if (typeof body['cover'] !== 'object' || body['cover'] === null) throw new Refusal(-201, 'cover is invalid!')
  if (!Array.isArray(body['body']) || body['body'].length === 0) throw new Refusal(-201, 'body is invalid!')
  return { token: keepAsset(platform, { kind: 'article', until: Infinity, polls: platform.switches.articlePolls }) }
}

/** `POST /v2.0/article/verify`: its id, after a few times of asking. */
export function verifyArticle (platform: Platform, body: Body): Body {
  const article = assetOf(platform, body['token'], 'article')
  if (article.polls > 0) {
    article.polls--
    throw new Refusal(-214, 'Article is being processed')
  }
  return { id: body['token'] }
}

/** A broadcast: up to five articles. Zalo looks at it for half an hour; what followers see then is not played. */
export function broadcast (platform: Platform, message: Body | undefined): Body {
  const payload = ((message?.['attachment'] as Body | undefined)?.['payload'] ?? {}) as Body
  const elements = payload['elements']
  if (payload['template_type'] !== 'media' || !Array.isArray(elements) || elements.length === 0) throw new Refusal(-201, 'attachment is invalid!')
  if (elements.length > 5) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  for (const one of elements as Body[]) {
    if (one['media_type'] !== 'article') throw new Refusal(-233, 'message type is invalid or not support')
    assetOf(platform, one['attachment_id'], 'article')
  }
  if (platform.switches.broadcasts <= 0) throw new Refusal(-211, 'Out of quota')
  platform.switches.broadcasts--
  return { message_id: messageIdOf(platform) }
}
