// How the pretended Zalo takes a message: token, limits, window and shape, in the order and with the codes of the real one.
import { createHmac } from 'node:crypto'
import { broadcast } from './broadcasts.ts'
import { assetOf } from './uploads.ts'
import { echo, receipt } from './webhook.ts'
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
  if (left(platform) < 0) throw new Refusal(-32, noteOf['-32'])
}

/** Requests left in this minute; below zero there were too many. */
export function left (platform: Platform): number {
  const since = platform.now() - 60_000
  return platform.switches.perMinute - platform.asked.filter(one => one.at > since && one.path.includes('/message')).length
}

/** `POST /v3.0/oa/message/cs`. */
export function consult (platform: Platform, body: Record<string, unknown>): Record<string, unknown> {
  const userId = textAt(body, 'recipient', 'user_id')
  const person = userId === undefined ? undefined : platform.people.get(userId)
  if (person === undefined || person.conversation !== undefined) throw new Refusal(-201, 'user_id is invalid!')
  const { text, buttons } = messageIn(platform, body)
  const age = person.lastInteraction === undefined ? undefined : platform.now() - person.lastInteraction
  if (person.blocked) throw new Refusal(-244, 'User has restricted this message type from your OA')
  if (age === undefined) throw new Refusal(person.follows ? -232 : -213, 'User has not followed OA')
  if (age > 7 * 24 * hour) throw new Refusal(-230, 'User has not interacted with the OA in the past 7 days')
  if (age > 48 * hour && platform.switches.cloudAccount === 'none') throw new Refusal(-320, 'Your app needs to connect with Zalo Cloud Account')
  if (age > 48 * hour && platform.switches.cloudAccount === 'empty') throw new Refusal(-321, 'Zalo Cloud Account is out of money')
  return {
    ...take(platform, person, text, buttons),
    user_id: person.id,
    ...(age <= 48 * hour ? { quota: person.wrote ? { quota_type: 'reply', remain: 8, total: 8 } : { quota_type: 'welcome_msg', remain: Math.max(0, 3 - person.heard.length), total: 3 } } : {}),
  }
}

/** `POST /v2.0/oa/message`: broadcasts, reactions and visitors of the widget are left there. */
export function oldMessage (platform: Platform, body: Record<string, unknown>): Record<string, unknown> {
  const target = objectAt(objectAt(body, 'recipient') ?? {}, 'target')
  if (target !== undefined) return broadcast(platform, target, objectAt(body, 'message'))
  if (body['sender_action'] !== undefined) return react(platform, body)
  const anonymous = textAt(body, 'recipient', 'anonymous_id')
  if (anonymous === undefined) throw new Refusal(-240, 'MessageV2 API has been shut down, please switch to MessageV3')
  const person = platform.people.get(anonymous)
  if (person?.conversation === undefined || textAt(body, 'recipient', 'conversation_id') !== person.conversation) throw new Refusal(-201, 'conversation_id is invalid!')
  const { text, buttons } = messageIn(platform, body)
  if (buttons.length > 0) throw new Refusal(-201, 'attachment is invalid!')
  return { ...take(platform, person, text, []), anonymous_id: person.id, conversation_id: person.conversation }
}

function take (platform: Platform, person: Somebody, text: string, buttons: Button[]): Record<string, unknown> {
  const messageId = messageIdOf(platform)
  person.heard.push({ messageId, text, buttons, at: platform.now() })
  if (platform.switches.echoes) echo(platform, person, text, platform.switches.echoIds === 'same' ? messageId : messageIdOf(platform))
  if (platform.switches.receipts) receipt(platform, person, messageId)
  return { message_id: messageId, sent_time: String(platform.now()) }
}

/** A little picture on a message of somebody. */
function react (platform: Platform, body: Record<string, unknown>): Record<string, unknown> {
  const person = platform.people.get(textAt(body, 'recipient', 'user_id') ?? '')
  if (person === undefined) throw new Refusal(-201, 'user_id is invalid!')
  const icon = textAt(body, 'sender_action', 'react_icon')
  if (icon === undefined || ![':>', '--b', ':-((', '/-strong', '/-heart', ':-h', ':o', '/-remove'].includes(icon)) throw new Refusal(-201, 'react_icon is invalid!')
  const about = textAt(body, 'sender_action', 'react_message_id')
  if (about === undefined) throw new Refusal(-201, 'react_message_id is invalid!')
  return { message_id: about, user_id: person.id }
}

function messageIn (platform: Platform, body: Record<string, unknown>): { text: string, buttons: Button[] } {
  const message = objectAt(body, 'message') ?? {}
  const { text = '' } = message
  const attachment = objectAt(message, 'attachment')
  const payload = attachment && objectAt(attachment, 'payload')
  const carried = attachedIn(platform, attachment?.['type'], payload)
  if (typeof text !== 'string' || (text === '' && !carried)) throw new Refusal(-201, 'text is invalid!')
  if ([...text].length > 2000) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  if (attachment === undefined || carried) return { text, buttons: [] }
  const buttons = payload?.['buttons']
  if (attachment['type'] !== 'template' || !Array.isArray(buttons)) throw new Refusal(-201, 'attachment is invalid!')
  if (buttons.length === 0 || buttons.length > 5) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  return { text, buttons: buttons.map(buttonIn) }
}

/** Whether there is a picture, a sticker or a file. @throws Refusal when it can't be sent */
function attachedIn (platform: Platform, type: unknown, payload: Record<string, unknown> | undefined): boolean {
  if (type === 'file') {
    assetOf(platform, payload?.['token'], 'file')
    return true
  }
  if (payload?.['template_type'] !== 'media') return false
  const [element] = Array.isArray(payload['elements']) ? payload['elements'] as Record<string, unknown>[] : []
  const { media_type: kind, url, attachment_id: id } = element ?? {}
  if (kind === 'sticker' && typeof id === 'string') return true
  if ((kind !== 'image' && kind !== 'gif') || (url === undefined) === (id === undefined)) throw new Refusal(-201, 'attachment is invalid!')
  if (id !== undefined) assetOf(platform, id, kind)
  else if (!URL.canParse(String(url))) throw new Refusal(-201, 'url is invalid!')
  return true
}

function buttonIn (value: unknown): Button {
  const button = typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  const { title, type, payload } = button
  if (typeof title !== 'string' || title === '' || title.length > 100) throw new Refusal(-201, 'title is invalid!')
  const wellFormed = type === 'oa.query.hide' || type === 'oa.query.show'
    ? typeof payload === 'string' && payload !== '' && payload.length <= 1000
    : textAt(button, 'payload', type === 'oa.open.url' ? 'url' : 'phone_code') !== undefined && ['oa.open.url', 'oa.open.phone', 'oa.open.sms'].includes(String(type))
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
