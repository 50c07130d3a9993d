// Reads Zalo's webhook events. Pure: what can't be read is named, never thrown.
import type { Content, FileKind, FileRef } from '../message.ts'
import { list, record, text, wholeNumber, type Body } from '../body.ts'

export type Read =
  /** Somebody did something; one thing of it after the other. `eventId` is unique, and may hold their id: not to be stored as it is. */
  | { kind: 'incoming', userId: string, eventId: string, at: Date, contents: Content[] }
  /** They want all their data deleted. */
  | { kind: 'withdrawn', userId: string }
  | { kind: 'ignored', why: string }

export const anotherAccount = 'another account'

/** As long as any text we take. */
const longest = 16_000

/** What we say to ourselves when somebody opens the chat without a word: it is greeted, or their question is asked again. */
const hello: Content = { kind: 'text', text: 'xin chào' }

/**
 * @param event the body, parsed so that long ids are texts
 * @param now for an event whose time makes no sense
 * @param oaId our account: an app may serve several, and people of another one have other ids
 */
export function readEvent (event: unknown, now: Date, oaId: string): Read {
  const body = record(event)
  const name = typeof body?.['event_name'] === 'string' ? body['event_name'].slice(0, 60) : undefined
  if (body === undefined || name === undefined) return { kind: 'ignored', why: 'no event' }
  if (name.startsWith('oa_')) return { kind: 'ignored', why: 'echo' }
  const account = idOf(body['oa_id']) ?? (/^(user|anonymous)_(send|submit)_/.test(name) ? idOf(record(body['recipient'])?.['id']) : undefined)
  if (account !== undefined && account !== oaId) return { kind: 'ignored', why: anotherAccount }
  const at = timeOf(body['timestamp'], now)
  const message = record(body['message']) ?? {}

  if (name.startsWith('user_send_') && !name.startsWith('user_send_group')) {
    const userId = idOf(record(body['sender'])?.['id'])
    const content = userId === undefined ? undefined : contentOf(name.slice('user_send_'.length), message)
    return userId === undefined || content === undefined ? { kind: 'ignored', why: 'no sender' } : { kind: 'incoming', userId, eventId: eventIdOf(name, message, body, userId), at, contents: [content] }
  }
  if (name.startsWith('anonymous_send_')) {
    const userId = anonymousId(idOf(record(body['sender'])?.['id']), idOf(message['conversation_id']))
    return userId === undefined ? { kind: 'ignored', why: 'no sender' } : { kind: 'incoming', userId, eventId: eventIdOf(name, message, body, userId), at, contents: [contentOf(name.slice('anonymous_send_'.length), message)] }
  }

  const userId = idOf(record(body['follower'])?.['id']) ?? idOf(body['user_id']) ?? idOf(record(body['sender'])?.['id'])
  if (userId === undefined) return { kind: 'ignored', why: 'nobody' }
  // Following and opening the chat come together for somebody new: one greeting a day is enough.
  const greeting = `hello ${userId} ${Math.floor((at.getTime() + 7 * 3_600_000) / 86_400_000)}`
  switch (name) {
    case 'follow': return { kind: 'incoming', userId, eventId: greeting, at, contents: [{ kind: 'returned' }, hello] }
    case 'user_click_chatnow': return { kind: 'incoming', userId, eventId: greeting, at, contents: [{ kind: 'returned' }, hello] }
    case 'unfollow': return { kind: 'incoming', userId, eventId: eventIdOf(name, message, body, userId), at, contents: [{ kind: 'left' }] }
    // We never ask for it, and an anonymous tip is no place for it: said, not kept.
    case 'user_submit_info': return { kind: 'incoming', userId, eventId: eventIdOf(name, message, body, userId), at, contents: [{ kind: 'unsupported', what: 'info' }] }
    case 'user_withdraw': return { kind: 'withdrawn', userId }
    default: return { kind: 'ignored', why: name.replace(/[^a-z_]/g, '') }
  }
}

/** A visitor of the chat widget: who they are and which conversation, both needed to answer. */
export function anonymousId (visitor: string | undefined, conversation: string | undefined): string | undefined {
  return visitor === undefined || conversation === undefined ? undefined : `anonymous:${visitor}:${conversation}`
}

/** Zalo's ids are digits for people and hex for visitors; some receivers saw numbers. */
function idOf (value: unknown): string | undefined {
  const id = typeof value === 'string' ? value : wholeNumber(value)?.toString()
  return id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : undefined
}

function eventIdOf (name: string, message: Body, body: Body, userId: string): string {
  const id = idOf(message['msg_id'])
  const { timestamp } = body
  return id === undefined ? `${name} ${userId} ${typeof timestamp === 'string' || typeof timestamp === 'number' ? String(timestamp).slice(0, 30) : ''}` : `${name} ${id}`
}

/** Milliseconds since 1970, as a text or a number. */
function timeOf (value: unknown, now: Date): Date {
  const ms = numberOf(value)
  return Number.isSafeInteger(ms) && ms > 0 && ms <= now.getTime() + 60_000 ? new Date(ms) : now
}

const kinds: Record<string, FileKind> = { image: 'photo', gif: 'photo', video: 'video', audio: 'voice', voice: 'voice', file: 'document' }

function contentOf (what: string, message: Body): Content {
  const said = typeof message['text'] === 'string' ? text(message['text'].slice(0, longest)) ?? '' : ''
  const payloads = list(message['attachments']).flatMap((one): Body[] => {
    const payload = record(record(one)?.['payload'])
    return payload === undefined ? [] : [payload]
  })
  // An event may be called anything, also what every object has.
  const kind = Object.hasOwn(kinds, what) ? kinds[what] : undefined
  if (kind !== undefined) {
    const files = payloads.flatMap(payload => fileIn(payload, kind))
    return files.length > 0 ? { kind: 'files', files, ...(said === '' ? {} : { caption: said }) } : { kind: 'unsupported', what: `${what} without an address` }
  }
  if (what === 'location') {
    const point = payloads.flatMap(payload => pointIn(record(payload['coordinates'])))[0]
    return point === undefined ? { kind: 'unsupported', what: 'location' } : { kind: 'location', ...point }
  }
  if (what === 'text' || what === 'link') {
    const link = what === 'link' ? text(payloads[0]?.['url']) ?? '' : ''
    return { kind: 'text', text: said === '' ? link : said }
  }
  return { kind: 'unsupported', what: what.replace(/[^a-z_]/g, '').slice(0, 30) }
}

function fileIn (payload: Body, kind: FileKind): FileRef[] {
  const url = text(payload['url'])
  if (url === undefined || !/^https?:\/\//.test(url) || url.length > 4000) return []
  const name = text(payload['name'])?.slice(0, 200)
  const size = numberOf(payload['size'])
  return [{
    ref: url, kind,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(payload['size'] !== undefined && Number.isSafeInteger(size) && size > 0 ? { size } : {}),
  }]
}

function pointIn (coordinates: Body | undefined): { lat: number, lng: number }[] {
  const lat = degrees(coordinates?.['latitude'], 90)
  const lng = degrees(coordinates?.['longitude'], 180)
  return lat === undefined || lng === undefined ? [] : [{ lat, lng }]
}

/** Zalo writes coordinates as texts. */
function degrees (value: unknown, most: number): number | undefined {
  if ((typeof value !== 'string' || value.trim() === '') && typeof value !== 'number') return undefined
  const number = Number(value)
  return Number.isFinite(number) && Math.abs(number) <= most ? number : undefined
}

/** Of a text or a number; of anything else NaN: not everything can be turned into a number without an error. */
function numberOf (value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN
}
