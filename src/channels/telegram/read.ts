// Reads one Telegram update. Pure: a body from outside goes in, a word of ours or a reason to ignore it comes out; never throws.
import type { Content, Incoming } from '../message.ts'
import { number, record, text, wholeNumber } from '../body.ts'
import type { Body } from '../body.ts'
import { readFile } from './read-file.ts'

/** Who we are, as `getMe` says; needed to tell whether words in a group are meant for us. */
export interface Me {
  id: number
  username: string
}

export type Read =
  | { kind: 'incoming', incoming: Incoming, callbackQueryId?: string }
  /** Somebody spoke to us in a group: no tips there, only the way to us. */
  | { kind: 'group', chatId: string, language?: string }
  | { kind: 'ignored', why: string, callbackQueryId?: string }

/**
 * Reads an update of the Bot API. `now` stands in where the platform gives no time (presses have none).
 * Fields we know are believed only when they have the right type; anything else is `ignored`.
 */
export function readUpdate (update: unknown, { now, me }: { now: Date, me?: Me | undefined }): Read {
  const body = record(update)
  const updateId = wholeNumber(body?.['update_id'])
  if (!body || updateId === undefined) return ignored('not an update')
  const id = String(updateId)

  const message = record(body['message'])
  if (message) return readMessage(id, message, me)
  const edited = record(body['edited_message'])
  if (edited) return readEdit(id, edited)
  const press = record(body['callback_query'])
  if (press) return readPress(id, press, now)
  const member = record(body['my_chat_member'])
  if (member) return readMember(id, member)
  return ignored('a kind of update we do not use')
}

function readMessage (updateId: string, message: Body, me: Me | undefined): Read {
  const chat = readChat(message)
  const from = record(message['from'])
  if (!chat) return ignored('no readable chat')
  if (from?.['is_bot'] === true) return ignored('from a bot')
  if (chat.type === 'group' || chat.type === 'supergroup') {
    if (!isForUs(message, me)) return ignored('group talk')
    return { kind: 'group', chatId: chat.id, ...languageOf(from) }
  }
  if (chat.type !== 'private') return ignored('not a private chat')
  const at = readTime(message['date'])
  if (!at) return ignored('no readable time')
  const content = readContent(message)
  if (typeof content === 'string') return ignored(content)
  return incoming(updateId, chat.id, at, from, content)
}

/** What a message carries, or why it is ignored. A venue has a location too; an animation has a document too: order matters. */
function readContent (message: Body): Content | string {
  const words = text(message['text'])
  if (words !== undefined) return readWords(words)

  const location = record(message['location'])
  if (location) {
    const lat = number(location['latitude'])
    const lng = number(location['longitude'])
    if (lat === undefined || lng === undefined || Math.abs(lat) > 90 || Math.abs(lng) > 180) return 'no readable position'
    return { kind: 'location', lat, lng }
  }

  const file = readFile(message)
  if (file) {
    const caption = text(message['caption'])
    return { kind: 'files', files: [file], ...(caption ? { caption } : {}) }
  }

  const what = cannotTake.find((field) => message[field] !== undefined)
  return what === undefined ? 'nothing said' : { kind: 'unsupported', what }
}

/** Things people can send that we have no use for; they are told so. Service notices (pinned, renamed …) are not among them. */
const cannotTake = ['text', 'sticker', 'poll', 'contact', 'dice', 'game', 'story', 'paid_media', 'checklist', 'invoice', 'gift', 'users_shared', 'chat_shared', 'photo', 'video', 'video_note', 'voice', 'audio', 'animation', 'document']

/** `/start payload` opens a link; `/report@OurBot` is `/report`. */
function readWords (words: string): Content {
  const start = /^\/start(?:@\w+)?(?:\s+(\S.*))?$/s.exec(words)
  if (!start) return { kind: 'text', text: words.replace(/^(\/\w+)@\w+/, '$1') }
  const payload = start[1]?.trim()
  return payload !== undefined && /^[\w-]{1,64}$/.test(payload) ? { kind: 'start', payload } : { kind: 'start' }
}

/** A live location comes again and again as an edit: only its first point counts, and that was a message. */
function readEdit (updateId: string, message: Body): Read {
  const chat = readChat(message)
  if (chat?.type !== 'private') return ignored('not a private chat')
  const at = readTime(message['edit_date']) ?? readTime(message['date'])
  if (!at) return ignored('no readable time')
  const words = text(message['text']) ?? text(message['caption'])
  if (words === undefined) return ignored('an edit without words')
  return incoming(updateId, chat.id, at, record(message['from']), { kind: 'edit', text: words })
}

/** A press counts whatever its message's age; an inaccessible message still has its chat. */
function readPress (updateId: string, press: Body, now: Date): Read {
  const callbackQueryId = text(press['id'])
  const id = callbackQueryId && callbackQueryId.length <= 64 ? { callbackQueryId } : {}
  const chat = readChat(record(press['message']) ?? {})
  if (chat?.type !== 'private') return { ...ignored('a press outside a private chat'), ...id }
  const data = text(press['data'])
  if (!data || new TextEncoder().encode(data).length > 64) return { ...ignored('a press without readable data'), ...id }
  return { ...incoming(updateId, chat.id, now, record(press['from']), { kind: 'press', data }), ...id }
}

/** In a private chat this comes only when the person blocks us or comes back. */
function readMember (updateId: string, change: Body): Read {
  const chat = readChat(change)
  if (chat?.type !== 'private') return ignored('membership of a group or channel')
  const at = readTime(change['date'])
  if (!at) return ignored('no readable time')
  const status = record(change['new_chat_member'])?.['status']
  if (status !== 'kicked' && status !== 'member') return ignored('a change of membership we do not use')
  return incoming(updateId, chat.id, at, record(change['from']), { kind: status === 'kicked' ? 'left' : 'returned' })
}

/** A command (to nobody or to us), a mention of us, or an answer to us. */
function isForUs (message: Body, me: Me | undefined): boolean {
  const words = text(message['text']) ?? text(message['caption']) ?? ''
  const command = /^\/\w+(?:@(\w+))?/.exec(words)
  const name = me?.username.toLowerCase()
  if (command) return command[1] === undefined || command[1].toLowerCase() === name
  const repliedTo = record(record(message['reply_to_message'])?.['from'])
  if (me && repliedTo?.['id'] === me.id) return true
  return name !== undefined && [...words.toLowerCase().matchAll(/@(\w+)/g)].some((mention) => mention[1] === name)
}

function readChat (holder: Body): { id: string, type: string } | undefined {
  const chat = record(holder['chat'])
  const id = chat?.['id']
  const type = chat?.['type']
  return typeof id === 'number' && Number.isSafeInteger(id) && id !== 0 && typeof type === 'string' ? { id: String(id), type } : undefined
}

/** Seconds since 1970, up to the year 9999. */
function readTime (value: unknown): Date | undefined {
  const seconds = wholeNumber(value)
  return seconds !== undefined && seconds > 0 && seconds < 253_402_300_800 ? new Date(seconds * 1000) : undefined
}

function languageOf (from: Body | undefined): { language?: string } {
  const language = from?.['language_code']
  return typeof language === 'string' && /^[a-z]{2,3}(-[a-z\d]{2,8}){0,3}$/i.test(language) ? { language } : {}
}

function incoming (updateId: string, chatId: string, at: Date, from: Body | undefined, content: Content): Read & { kind: 'incoming' } {
  return { kind: 'incoming', incoming: { address: { channel: 'telegram', id: chatId }, updateId, at, ...languageOf(from), content } }
}

function ignored (why: string): Read & { kind: 'ignored' } {
  return { kind: 'ignored', why }
}

