// The send, edit and delete methods of the pretended Telegram, with the checks the platform makes.
import { parseHtml } from './html.ts'
import { Refusal, chatBody, findChat, unixNow } from './platform.ts'
import type { Button, Chat, Heard, Platform } from './platform.ts'

type Payload = Record<string, unknown>

const tenMegabytes = 10 * 1024 * 1024

/** `sendMessage`. */
export function sendMessage (platform: Platform, payload: Payload): unknown {
  const chat = reachableChat(platform, payload)
  checkRight(chat, 'post')
  const text = visibleText(payload, 'text', 4096)
  if (text.trim() === '') throw new Refusal(400, 'Bad Request: message text is empty')
  const heard = put(platform, chat, payload, text)
  return { ...messageBody(platform, chat, heard), text }
}

/** `sendPhoto` and `sendDocument`: `field` is `photo` or `document`; bytes, an id of before, or an address to fetch from. */
export async function sendFile (platform: Platform, payload: Payload, field: 'photo' | 'document'): Promise<unknown> {
  const chat = reachableChat(platform, payload)
  checkRight(chat, 'post')
  if (field === 'photo') checkRight(chat, 'photo')
  const caption = visibleText(payload, 'caption', 1024)
  const given = payload[field]
  const file = given instanceof Uint8Array ? given : platform.files.get(String(given))?.bytes ?? await fetched(String(given))
  if (field === 'photo' && (file?.length ?? 0) > tenMegabytes) throw new Refusal(413, 'Request Entity Too Large')
  if (!file) throw new Refusal(400, 'Bad Request: wrong file identifier/HTTP URL specified')
  if (file.length === 0) throw new Refusal(400, 'Bad Request: file must be non-empty')
  const id = `sent-${platform.next.file++}`
  platform.files.set(id, { path: `${field}s/${id}`, bytes: file, size: file.length })
  const heard = put(platform, chat, payload, caption)
  heard.file = file
  const described = { file_id: id, file_unique_id: `u${id}`, file_size: file.length }
  return { ...messageBody(platform, chat, heard), caption, [field]: field === 'photo' ? [{ ...described, width: 100, height: 100 }] : described }
}

/** `editMessageText`. */
export function editMessageText (platform: Platform, payload: Payload): unknown {
  const chat = reachableChat(platform, payload)
  const heard = findMessage(chat, payload, 'edit')
  if (heard.file !== undefined) throw new Refusal(400, 'Bad Request: there is no text in the message to edit')
  const text = visibleText(payload, 'text', 4096)
  if (text.trim() === '') throw new Refusal(400, 'Bad Request: message text is empty')
  const buttons = inlineButtons(payload)
  if (heard.text === text && JSON.stringify(heard.buttons) === JSON.stringify(buttons)) throw notModified()
  heard.text = text
  heard.buttons = buttons
  return { ...messageBody(platform, chat, heard), text, edit_date: unixNow() }
}

/** `editMessageCaption`: new words under a picture or file. */
export function editMessageCaption (platform: Platform, payload: Payload): unknown {
  const chat = reachableChat(platform, payload)
  const heard = findMessage(chat, payload, 'edit')
  if (heard.file === undefined) throw new Refusal(400, 'Bad Request: there is no caption in the message to edit')
  const caption = visibleText(payload, 'caption', 1024)
  const buttons = inlineButtons(payload)
  if (heard.text === caption && JSON.stringify(heard.buttons) === JSON.stringify(buttons)) throw notModified()
  heard.text = caption
  heard.buttons = buttons
  return { ...messageBody(platform, chat, heard), caption, edit_date: unixNow() }
}

/** `pinChatMessage` and `unpinChatMessage`. */
export function pinMessage (platform: Platform, payload: Payload, pin: boolean): unknown {
  const chat = reachableChat(platform, payload)
  const { messageId } = findMessage(chat, payload, 'pin')
  checkRight(chat, 'pin')
  chat.pinned = [...(chat.pinned ?? []).filter(id => id !== messageId), ...pin ? [messageId] : []]
  return true
}

/** `editMessageReplyMarkup`. */
export function editMessageReplyMarkup (platform: Platform, payload: Payload): unknown {
  const chat = reachableChat(platform, payload)
  const heard = findMessage(chat, payload, 'edit')
  const buttons = inlineButtons(payload)
  if (JSON.stringify(heard.buttons) === JSON.stringify(buttons)) throw notModified()
  heard.buttons = buttons
  return { ...messageBody(platform, chat, heard), text: heard.text, edit_date: unixNow() }
}

/** `deleteMessage`, within 48 hours: what the person sees of it goes; the keyboard it took away stays away. */
export function deleteMessage (platform: Platform, payload: Payload): unknown {
  const chat = reachableChat(platform, payload)
  const heard = findMessage(chat, payload, 'delete')
  if (Date.now() - heard.at > 48 * 3_600_000 || chat.forbidden?.has('delete') === true) throw new Refusal(400, "Bad Request: message can't be deleted for everyone")
  chat.pinned = (chat.pinned ?? []).filter(id => id !== heard.messageId)
  chat.heard.splice(chat.heard.indexOf(heard), 1)
  return true
}

/** The chat a request is for. @throws Refusal as the platform words it. */
export function reachableChat (platform: Platform, payload: Payload): Chat {
  const chat = findChat(platform, payload['chat_id'])
  if (!chat) throw new Refusal(400, 'Bad Request: chat not found')
  if (chat.movedTo !== undefined) throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: chat.movedTo })
  if (chat.type !== 'private' && chat.blocked) throw new Refusal(403, `Forbidden: bot was kicked from the ${chat.type} chat`)
  if (chat.deactivated) throw new Refusal(403, 'Forbidden: user is deactivated')
  if (chat.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user')
  if (!chat.known) throw new Refusal(403, "Forbidden: bot can't initiate conversation with a user")
  return chat
}

/** What a bot may do in a channel or group, an administrator decides. */
function checkRight (chat: Chat, right: 'post' | 'photo' | 'pin'): void {
  if (chat.forbidden?.has(right) !== true) return
  if (right === 'post') throw new Refusal(400, chat.type === 'channel' ? 'Bad Request: need administrator rights in the channel chat' : 'Bad Request: not enough rights to send text messages to the chat')
  throw new Refusal(400, right === 'photo' ? 'Bad Request: not enough rights to send photos to the chat' : 'Bad Request: not enough rights to manage pinned messages in the chat')
}

/** The platform fetches a file from an address itself. */
async function fetched (url: string): Promise<Uint8Array | undefined> {
  if (!/^https?:\/\//.test(url)) return undefined
  const response = await fetch(url).catch(() => null)
  if (response?.ok !== true) throw new Refusal(400, 'Bad Request: failed to get HTTP URL content')
  return new Uint8Array(await response.arrayBuffer())
}

function put (platform: Platform, chat: Chat, payload: Payload, text: string): Heard {
  const buttons = inlineButtons(payload)
  const markup = record(payload['reply_markup'])
  if (markup?.['remove_keyboard'] === true) chat.keyboard = []
  if (Array.isArray(markup?.['keyboard'])) chat.keyboard = markup['keyboard'] as Chat['keyboard']
  const heard: Heard = { messageId: platform.next.message++, chatId: chat.id, text, buttons, at: Date.now(), payload, paid: payload['allow_paid_broadcast'] === true }
  chat.heard.push(heard)
  return heard
}

function visibleText (payload: Payload, field: string, most: number): string {
  const given = payload[field] ?? ''
  if (typeof given !== 'string') throw new Refusal(400, `Bad Request: can't parse ${field}`)
  let text = given
  if (payload['parse_mode'] === 'HTML') {
    const parsed = parseHtml(given)
    if (!parsed.ok) throw new Refusal(400, `Bad Request: ${parsed.complaint}`)
    text = parsed.text
  }
  for (const entity of entitiesIn(payload, field)) {
    if (Number(entity['offset']) + Number(entity['length']) > text.length) throw new Refusal(400, `Bad Request: entity beginning at UTF-16 offset ${String(entity['offset'])} ends after the end of the text`)
  }
  if (text.length > most) throw new Refusal(400, field === 'text' ? 'Bad Request: message is too long' : 'Bad Request: message caption is too long')
  return text
}

function entitiesIn (payload: Payload, field: string): Payload[] {
  const given = payload[field === 'text' ? 'entities' : 'caption_entities'] ?? []
  if (!Array.isArray(given)) throw new Refusal(400, "Bad Request: can't parse entities JSON object")
  return given as Payload[]
}

function inlineButtons (payload: Payload): Button[][] {
  const rows = record(payload['reply_markup'])?.['inline_keyboard']
  if (rows === undefined) return []
  if (!Array.isArray(rows)) throw new Refusal(400, 'Bad Request: inline keyboard expected to be an Array of Array')
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw new Refusal(400, 'Bad Request: inline keyboard expected to be an Array of Array')
    return row.map(checkedButton)
  }).filter((row) => row.length > 0)
}

function checkedButton (value: unknown): Button {
  const button = record(value)
  const text = button?.['text']
  if (typeof text !== 'string' || text.trim() === '') throw new Refusal(400, 'Bad Request: text buttons are unallowed in the inline keyboard')
  const data = button?.['callback_data']
  const url = button?.['url']
  if (typeof data === 'string') {
    const bytes = new TextEncoder().encode(data).length
    if (bytes < 1 || bytes > 64) throw new Refusal(400, 'Bad Request: BUTTON_DATA_INVALID')
    return { text, callback_data: data, ...style(button) }
  }
  if (typeof url === 'string') {
    if (!/^(https?|tg):\/\/[^\s]+$/.test(url)) throw new Refusal(400, 'Bad Request: inline keyboard button URL is invalid: Unsupported URL protocol')
    return { text, url, ...style(button) }
  }
  throw new Refusal(400, 'Bad Request: text buttons are unallowed in the inline keyboard')
}

function style (button: Payload | undefined): { style?: string } {
  const given = button?.['style']
  if (given === undefined) return {}
  if (given !== 'danger' && given !== 'success' && given !== 'primary') throw new Refusal(400, 'Bad Request: unknown button style')
  return { style: given }
}

function findMessage (chat: Chat, payload: Payload, what: 'edit' | 'delete' | 'pin'): Heard {
  const heard = chat.heard.find((one) => one.messageId === Number(payload['message_id']))
  if (!heard) throw new Refusal(400, `Bad Request: message to ${what} not found`)
  return heard
}

function notModified (): Refusal {
  return new Refusal(400, 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message')
}

function messageBody (platform: Platform, chat: Chat, heard: Heard): Record<string, unknown> {
  // A channel speaks for itself.
  const by = chat.type === 'channel' ? { sender_chat: chatBody(chat) } : { from: platform.me }
  return { message_id: heard.messageId, ...by, chat: chatBody(chat), date: Math.floor(heard.at / 1000) }
}

function record (value: unknown): Payload | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Payload : undefined
}
