// How the pretended Zalo takes a message: token, limits, window and shape, in the order and with the codes of the real one.
import { createHmac } from 'node:crypto'
import { echo } from './webhook.ts'
import { messageIdOf, Refusal, type Button, type Platform, type Somebody } from './platform.ts'

const hour = 3_600_000
const noteOf = { '-32': 'Your application reached limit call api' }

export function checkToken (platform: Platform, headers: Record<string, string | string[] | undefined>): void {
  const { tokens, switches, app } = platform
  const given = headers['access_token']
  if (typeof given !== 'string' || given === '' || given !== tokens.access) throw new Refusal(-216, 'Access token is invalid')
  if (tokens.accessUntil < platform.now()) throw new Refusal(-220, 'access_token is expired or removed')
  const proof = createHmac('sha256', app.secret).update(given).digest('hex')
  if (switches.proof && headers['appsecret_proof'] !== proof) throw new Refusal(-242, 'Invalid appsecret_proof provided in the API argument')
}

export function checkRate (platform: Platform): void {
  const since = platform.now() - 60_000
  const lately = platform.asked.filter(one => one.at > since && one.path.includes('/message')).length
  if (lately > platform.switches.perMinute) throw new Refusal(-32, noteOf['-32'])
}

/** `POST /v3.0/oa/message/cs`. */
export function consult (platform: Platform, body: Record<string, unknown>): Record<string, unknown> {
  const userId = textAt(body, 'recipient', 'user_id')
  const person = userId === undefined ? undefined : platform.people.get(userId)
  if (person === undefined || person.conversation !== undefined) throw new Refusal(-201, 'user_id is invalid!')
  const { text, buttons } = messageIn(body)
  const age = person.lastInteraction === undefined ? undefined : platform.now() - person.lastInteraction
  if (person.blocked) throw new Refusal(-244, 'User has restricted this message type from your OA')
  if (age === undefined) throw new Refusal(person.follows ? -232 : -213, 'User has not followed OA')
  if (age > 7 * 24 * hour) throw new Refusal(-230, 'User has not interacted with the OA in the past 7 days')
  if (age > 48 * hour && platform.switches.cloudAccount === 'none') throw new Refusal(-320, 'Your app needs to connect with Zalo Cloud Account')
  if (age > 48 * hour && platform.switches.cloudAccount === 'empty') throw new Refusal(-321, 'Zalo Cloud Account is out of money')
  return {
    ...take(platform, person, text, buttons),
    user_id: person.id,
    ...(age <= 48 * hour ? { quota: { quota_type: 'reply', remain: 8, total: 8 } } : {}),
  }
}

/** `POST /v2.0/oa/message`: only visitors of the widget are left there. */
export function oldMessage (platform: Platform, body: Record<string, unknown>): Record<string, unknown> {
  const anonymous = textAt(body, 'recipient', 'anonymous_id')
  if (anonymous === undefined) throw new Refusal(-240, 'MessageV2 API has been shut down, please switch to MessageV3')
  const person = platform.people.get(anonymous)
  if (person?.conversation === undefined || textAt(body, 'recipient', 'conversation_id') !== person.conversation) throw new Refusal(-201, 'conversation_id is invalid!')
  const { text, buttons } = messageIn(body)
  if (buttons.length > 0) throw new Refusal(-201, 'attachment is invalid!')
  return { ...take(platform, person, text, []), anonymous_id: person.id, conversation_id: person.conversation }
}

function take (platform: Platform, person: Somebody, text: string, buttons: Button[]): Record<string, unknown> {
  const messageId = messageIdOf(platform)
  person.heard.push({ messageId, text, buttons, at: platform.now() })
  if (platform.switches.echoes) echo(platform, person, text, messageId)
  return { message_id: messageId, sent_time: String(platform.now()) }
}

function messageIn (body: Record<string, unknown>): { text: string, buttons: Button[] } {
  const message = objectAt(body, 'message') ?? {}
  const text = message['text']
  if (typeof text !== 'string' || text === '') throw new Refusal(-201, 'text is invalid!')
  if ([...text].length > 2000) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  const attachment = objectAt(message, 'attachment')
  if (attachment === undefined) return { text, buttons: [] }
  const payload = objectAt(attachment, 'payload')
  const buttons = payload?.['buttons']
  if (attachment['type'] !== 'template' || !Array.isArray(buttons)) throw new Refusal(-201, 'attachment is invalid!')
  if (buttons.length === 0 || buttons.length > 5) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  return { text, buttons: buttons.map(buttonIn) }
}

function buttonIn (value: unknown): Button {
  const button = typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  const { title, type, payload } = button
  if (typeof title !== 'string' || title === '' || title.length > 100) throw new Refusal(-201, 'title is invalid!')
  const wellFormed = type === 'oa.query.hide' || type === 'oa.query.show'
    ? typeof payload === 'string' && payload !== '' && payload.length <= 1000
    : type === 'oa.open.url' && typeof objectAt(button, 'payload')?.['url'] === 'string'
  if (!wellFormed || typeof type !== 'string') throw new Refusal(-201, 'payload is invalid!')
  return { title, type, payload }
}

function objectAt (body: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
  const value = body[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
}

function textAt (body: Record<string, unknown>, key: string, inner: string): string | undefined {
  const value = objectAt(body, key)?.[inner]
  return typeof value === 'string' ? value : undefined
}
