// Turns a message of ours, already fitted, into Bot API calls. Pure.
import { writeOut } from '../fit.ts'
import type { Choice, Message } from '../message.ts'

/** What a Telegram keyboard needs to say for itself, already translated. */
export interface KeyboardWords {
  /** On the button that shares the position. */
  shareLocation: string
  /** The line that carries that button when the message itself has choices. */
  locationHint: string
}

export type InlineButton = { text: string, style?: 'danger' | 'primary' } & ({ callback_data: string } | { url: string })

export type Markup =
  | { inline_keyboard: InlineButton[][] }
  | { keyboard: { text: string, request_location?: true }[][], resize_keyboard: true, one_time_keyboard: true }
  | { remove_keyboard: true }

export interface SendMessage {
  method: 'sendMessage'
  payload: {
    chat_id: number
    text: string
    parse_mode?: 'HTML'
    reply_markup?: Markup
    protect_content?: true
    disable_notification?: true
    link_preview_options: LinkPreview
  }
}

type LinkPreview = { is_disabled: true } | { url: string, prefer_large_media: true, show_above_text: true }

/**
 * The call for a message, and the call for its location button when one message can't hold both:
 * Telegram takes an inline keyboard or a reply keyboard, not both (`reply_markup` is one field), and only a reply
 * keyboard can ask for a position. `main` decides whether the message was sent; `after` is a convenience.
 *
 * `removesKeyboard`: a location button is still on the screen. It goes with this message when that has no choices
 * (then `reply_markup` is free), else the caller sends `removal` first.
 * `tel:` links are not allowed on buttons there, so the number is written out; so is a link that is not `https:`.
 */
export function writeMessage (message: Message, chatId: string, words: KeyboardWords, removesKeyboard = false): { main: SendMessage, after?: SendMessage } {
  const choices = message.choices ?? []
  const rows = arrange(choices.filter(canBeButton).map(button), message.compact === true)
  const writtenOut = choices.filter((choice) => !canBeButton(choice)).map(writeOut)
  const wantsLocation = message.wants === 'location'
  const text = [message.text, ...(writtenOut.length > 0 ? ['', ...writtenOut] : [])].join('\n')

  let markup: Markup | undefined
  if (rows.length > 0) markup = { inline_keyboard: rows }
  else if (wantsLocation) markup = locationKeyboard(words)
  else if (removesKeyboard) markup = { remove_keyboard: true }

  const main = sendMessage(chatId, message, {
    ...(message.copy === undefined ? { text } : { text: withCopy(text, message.copy), parse_mode: 'HTML' }),
    ...(markup ? { reply_markup: markup } : {}),
  })
  if (!wantsLocation || rows.length === 0) return { main }
  return { main, after: sendMessage(chatId, { ...message, silent: true }, { text: words.locationHint, reply_markup: locationKeyboard(words) }) }
}

/** A line that takes the location button away. It has to be a message; the caller deletes it at once. */
export function removal (chatId: string): SendMessage {
  return sendMessage(chatId, { text: '', silent: true }, { text: '✓', reply_markup: { remove_keyboard: true } })
}

function sendMessage (chatId: string, message: Message, content: Pick<SendMessage['payload'], 'text' | 'parse_mode' | 'reply_markup'>): SendMessage {
  return {
    method: 'sendMessage',
    payload: {
      chat_id: Number(chatId),
      ...content,
      ...(message.guarded === true ? { protect_content: true } : {}),
      ...(message.silent === true ? { disable_notification: true } : {}),
      link_preview_options: message.preview?.startsWith('https://') === true ? { url: message.preview, prefer_large_media: true, show_above_text: true } : { is_disabled: true },
    },
  }
}

function locationKeyboard (words: KeyboardWords): Markup {
  return { keyboard: [[{ text: words.shareLocation, request_location: true }]], resize_keyboard: true, one_time_keyboard: true }
}

function canBeButton (choice: Choice): boolean {
  return choice.url === undefined || choice.url.startsWith('https://')
}

/** How many buttons a small phone shows in a row without cutting labels of this many letters. */
function sideBySide (longestLabel: number): number {
  if (longestLabel <= 3) return 5
  if (longestLabel <= 8) return 3
  return longestLabel <= 16 ? 2 : 1
}

function button (choice: Choice): InlineButton {
  const style = choice.tone === 'danger' ? 'danger' : choice.tone === 'main' ? 'primary' : undefined
  return {
    text: choice.label,
    ...(choice.url === undefined ? { callback_data: choice.id } : { url: choice.url }),
    ...(style ? { style } : {}),
  }
}

function arrange (buttons: InlineButton[], compact: boolean): InlineButton[][] {
  const width = compact ? sideBySide(Math.max(0, ...buttons.map(({ text }) => text.length))) : 1
  const rows: InlineButton[][] = []
  for (let at = 0; at < buttons.length; at += width) rows.push(buttons.slice(at, at + width))
  return rows
}

/** The text as HTML with the part worth copying as `<code>` (a tap copies it); on a line of its own when the text does not have it. */
function withCopy (text: string, copy: string): string {
  const at = text.indexOf(copy)
  if (copy === '') return escapeHtml(text)
  if (at < 0) return `${escapeHtml(text)}\n\n<code>${escapeHtml(copy)}</code>`
  return `${escapeHtml(text.slice(0, at))}<code>${escapeHtml(copy)}</code>${escapeHtml(text.slice(at + copy.length))}`
}

function escapeHtml (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
