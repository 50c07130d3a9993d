// Turns a message of ours into what Zalo takes: texts of 2000 characters, five buttons, and every choice in words too. Pure.
import { cutLabel, cutText } from '../cut.ts'
import { writeOut } from '../fit.ts'
import type { Choice, Message } from '../message.ts'

export interface WriteWords {
  typeNumber: string
  moreChoices: string
  orType: (words: string) => string
}

/** A choice as it can be typed: by its number, or by its label. */
export interface Offer {
  id: string
  label: string
  number?: number
}

/** zalo.md 3.3: longer is refused with -210, not cut. */
export const mostCharacters = 2000
const mostButtons = 5
const longestTitle = 100
/** Beyond so many messages of buttons the numbers in the text are the shorter way. */
const mostPages = 3
/** Before a choice's id, in what a press sends as a text. People can type it too: it is no secret. */
const mark = '#tb:'

type Button = { title: string } & ({ type: 'oa.query.hide', payload: string } | { type: 'oa.open.url', payload: { url: string } })

export interface ZaloMessage {
  text: string
  attachment?: { type: 'template', payload: { template_type?: 'button', buttons: Button[] } }
}

/**
 * The messages to send one after the other, and what can be typed as an answer; `offers` is null when the message leaves
 * open what was offered before.
 * Choices are numbered in the text, since Zalo may drop a block of buttons (zalo.md 3.3, marked as seen, not documented). Quiet ones
 * (back, cancel, skip) are words to type instead: where a text is asked for, a number is an answer. So are those with a word of
 * their own, where a number could mean another list. Links are written out.
 */
export function writeMessage (message: Message, words: WriteWords, buttons: 'plain' | 'template' | 'off'): { messages: ZaloMessage[], offers: Offer[] | null } {
  const choices = message.choices ?? []
  const answers = choices.filter(choice => choice.url === undefined)
  const main = answers.filter(choice => choice.tone !== 'quiet')
  const quiet = answers.filter(choice => choice.tone === 'quiet')
  const numbered = main.filter(choice => choice.word === undefined)
  const typed = [...main.filter(choice => choice.word !== undefined), ...quiet]
  const offers: Offer[] = [...numbered.map(({ id, label }, index) => ({ id, label, number: index + 1 })), ...typed.map(({ id, label }) => ({ id, label }))]

  const text = [
    message.text,
    message.copy !== undefined && !message.text.includes(message.copy) ? message.copy : '',
    choices.filter(choice => choice.url !== undefined).map(writeOut).join('\n'),
    numbered.length === 0 ? '' : [words.typeNumber, ...numbered.map(({ label }, index) => `${index + 1}. ${label}`)].join('\n'),
    typed.length === 0 ? '' : words.orType(typed.map(({ label, word = label }) => word === label ? label : `“${word}” (${label})`).join(' · ')),
  ].filter(block => block !== '').join('\n\n').normalize('NFC')

  const messages: ZaloMessage[] = cutText(text, mostCharacters, 0, message.copy).map(part => ({ text: part }))
  const [first, ...more] = buttons === 'off' ? [] : pagesOf(choices, main, quiet)
  const last = messages.at(-1)
  if (last !== undefined && first !== undefined) last.attachment = block(first, buttons)
  for (const page of more) messages.push({ text: words.moreChoices, attachment: block(page, buttons) })
  return { messages, offers: offers.length > 0 || message.wants !== undefined ? offers : null }
}

/** What a typed text means: a pressed button's id, else one that was offered; null: it is a text. */
export function choiceTyped (text: string, offers: readonly Offer[]): string | null {
  const pressed = pressedIn(text)
  if (pressed !== null) return pressed
  const typed = text.trim().normalize('NFC')
  const number = /^(\d{1,2})[.)]?$/.exec(typed)?.[1]
  if (number !== undefined) return offers.find(offer => offer.number === Number(number))?.id ?? null
  const same = offers.filter(offer => offer.label.normalize('NFC').toLowerCase() === typed.toLowerCase())
  return same.length === 1 ? same[0]?.id ?? null : null
}

/** A press comes as a text (zalo.md 3.3): the id of the choice, or null. */
export function pressedIn (text: string): string | null {
  const id = text.startsWith(mark) ? text.slice(mark.length) : ''
  return id !== '' && id.length <= 64 ? id : null
}

/** Five to a message. What can only be typed in words is left off when it would need a message of its own. */
function pagesOf (choices: readonly Choice[], main: readonly Choice[], quiet: readonly Choice[]): Button[][] {
  if (main.length > mostButtons * mostPages) return []
  const links = choices.filter(choice => choice.url?.startsWith('https://') === true)
  const free = Math.max(1, Math.ceil(main.length / mostButtons)) * mostButtons - main.length
  const all = [...main, ...[...links, ...quiet].slice(0, free)].map(button)
  const pages: Button[][] = []
  for (let at = 0; at < all.length; at += mostButtons) pages.push(all.slice(at, at + mostButtons))
  return pages
}

function button ({ id, label, url }: Choice): Button {
  const title = cutLabel(label.normalize('NFC'), longestTitle)
  return url === undefined ? { title, type: 'oa.query.hide', payload: `${mark}${id}` } : { title, type: 'oa.open.url', payload: { url } }
}

function block (page: Button[], buttons: 'plain' | 'template' | 'off'): NonNullable<ZaloMessage['attachment']> {
  return { type: 'template', payload: { ...(buttons === 'template' ? { template_type: 'button' as const } : {}), buttons: page } }
}
