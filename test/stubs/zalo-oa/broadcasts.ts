// Broadcasts of the pretended Official Account: articles only, looked at for half an hour before followers get them, and none at night (zalo.md 3.1, 3.6).
import { articleOf } from './articles.ts'
import { messageIdOf, Refusal, type Broadcast, type Platform } from './platform.ts'

type Body = Record<string, unknown>

const halfAnHour = 30 * 60_000

export function broadcast (platform: Platform, target: Body, message: Body | undefined): Body {
  const payload = ((message?.['attachment'] as Body | undefined)?.['payload'] ?? {}) as Body
  const elements = payload['elements']
  if (payload['template_type'] !== 'media' || !Array.isArray(elements) || elements.length === 0) throw new Refusal(-201, 'attachment is invalid!')
  if (elements.length > 5) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  const articles = (elements as Body[]).map(one => {
    if (one['media_type'] !== 'article') throw new Refusal(-233, 'message type is invalid or not support')
    return articleOf(platform, one['attachment_id']).id
  })
  const { cities } = target
  if (cities !== undefined && (typeof cities !== 'string' || !cities.split(',').every(city => /^\d{1,2}$/.test(city) && Number(city) <= 63))) throw new Refusal(-201, 'cities is invalid!')
  if (platform.switches.nights && isNight(platform.now())) throw new Refusal(-234, 'This message cannot be sent at night (10:00PM - 6:00AM)')
  if (platform.switches.broadcasts <= 0) throw new Refusal(-211, 'Out of quota')
  platform.switches.broadcasts--
  const messageId = messageIdOf(platform)
  platform.broadcasts.push({ messageId, articles, target, at: platform.now(), passes: platform.switches.moderation === 'passes' })
  return { message_id: messageId }
}

/** What became of it by now. Nobody is told: neither of a yes nor of a no comes an event. */
export function stateOf (platform: Platform, { at, passes }: Broadcast): 'looked at' | 'delivered' | 'refused' {
  if (platform.now() - at < halfAnHour) return 'looked at'
  return passes ? 'delivered' : 'refused'
}

/** In Vietnam, seven hours ahead. */
function isNight (ms: number): boolean {
  const hour = new Date(ms + 7 * 3_600_000).getUTCHours()
  return hour >= 22 || hour < 6
}
