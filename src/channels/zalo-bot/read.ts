// Reads one update of a Zalo bot. Pure: a body from outside goes in, a word of ours or a reason to ignore it comes out; never throws.
import type { Content, FileRef, Incoming } from '../message.ts'
import { record, text, wholeNumber } from '../body.ts'
import type { Body } from '../body.ts'

export type Read =
  | { kind: 'incoming', incoming: Incoming }
  /** Somebody spoke to us in a group: no tips there, only the way to us. */
  | { kind: 'group', chatId: string }
  | { kind: 'ignored', why: string }

/**
 * Reads an update (zalo.md 7.3), flat as live webhooks are or wrapped as the documentation and `getUpdates` have it.
 * `now` stands in where the time can't be read. The sender's name is not looked at.
 */
export function readUpdate (received: unknown, now: Date): Read {
  const body = record(received)
  const update = (body?.['ok'] === true ? record(body['result']) : undefined) ?? body
  const event = update?.['event_name']
  if (!update || typeof event !== 'string') return ignored('not an update')
  const message = record(update['message'])
  // Zalo sends some people's messages without anything in them, not even from whom: nobody can be answered.
  if (!message) return ignored(event === 'message.unsupported.received' ? 'unsupported, and no word of who sent it' : 'no message in it')

  const from = record(message['from'])
  const chat = record(message['chat'])
  const chatId = readId(chat?.['id'])
  if (from?.['is_bot'] === true) return ignored('from a bot')
  if (chatId === undefined) return ignored('no readable chat')
  if (!isPrivate(chat?.['chat_type'], chatId, readId(from?.['id']))) return { kind: 'group', chatId }

  const updateId = readId(message['message_id'])
  if (updateId === undefined) return ignored('no readable message id')
  const content = readContent(event, message)
  if (typeof content === 'string') return ignored(content)
  return { kind: 'incoming', incoming: { address: { channel: 'zalo-bot', id: chatId }, updateId, at: readTime(message['date']) ?? now, content } }
}

/** What a message carries, or why it is ignored. */
function readContent (event: string, message: Body): Content | string {
  switch (event) {
    case 'message.text.received':
    // Not documented; two adapters met it. A link is text to us.
    case 'message.link.received': {
      const words = text(message['text'])
      return words === undefined ? { kind: 'unsupported', what: event === 'message.link.received' ? 'link' : 'text' } : { kind: 'text', text: words }
    }
    // `photo` by the documentation, `photo_url` in live traffic.
    case 'message.image.received': return readFile(message['photo_url'] ?? message['photo'], { kind: 'photo' }, text(message['caption']))
    case 'message.voice.received': return readFile(message['voice_url'], { kind: 'voice', mime: 'audio/aac' })
    // Of a reaction nobody expects an answer.
    case 'message.reaction.received': return 'a reaction'
    default: {
      const what = /^message\.([a-z_]{1,20})\.received$/.exec(event)?.[1]
      return what === undefined ? 'a kind of update we do not use' : { kind: 'unsupported', what }
    }
  }
}

function readFile (url: unknown, about: Omit<FileRef, 'ref'>, caption?: string): Content {
  // 2048: longer is no address that a server of theirs would take.
  const ref = typeof url === 'string' && url.length <= 2048 && URL.canParse(url) ? url : undefined
  if (ref === undefined) return { kind: 'unsupported', what: about.kind }
  return { kind: 'files', files: [{ ref, ...about }], ...(caption ? { caption } : {}) }
}

/** `PRIVATE`; where that is not said, a private chat has its person's id. */
function isPrivate (type: unknown, chatId: string, fromId: string | undefined): boolean {
  return typeof type === 'string' ? type.toUpperCase() === 'PRIVATE' : chatId === fromId
}

/** Hex letters, or digits in older samples; a number that JavaScript could not hold is no id. */
function readId (value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) ? value : undefined
}

/** Milliseconds since 1970, from 1973 (earlier would be seconds) to the year 9999. */
function readTime (value: unknown): Date | undefined {
  const ms = wholeNumber(value)
  return ms !== undefined && ms > 1e11 && ms < 253_402_300_800_000 ? new Date(ms) : undefined
}

function ignored (why: string): Read & { kind: 'ignored' } {
  return { kind: 'ignored', why }
}
