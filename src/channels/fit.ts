// Fits any message to what a channel can show. What does not fit is shown another way, never dropped. Pure.
import type { Shows } from './channel.ts'
import { cutLabel, cutText } from './cut.ts'
import type { Choice, Message } from './message.ts'

/** The few words that fitting may need, already translated. */
export interface FitWords {
  /** Above the next page of buttons: "More choices:". */
  moreChoices: string
  /** Above a list of numbers that stands in for buttons: "Answer with a number:". */
  typeNumber: string
  /** Above a list of words to type instead: "Type the words in quotes:". */
  typeWord: string
}

/** More pages than this would bury the question: numbers take over. */
const mostPages = 3

/**
 * One message as the messages a channel can show, in the order to send them.
 * - A long text is split at paragraphs, lines or words; choices, `copy` and `wants` go with the last part.
 * - Labels that are too long end in `…`.
 * - More choices than buttons: the rest on further messages, up to three; beyond that, or where there are no
 *   buttons, or ids are too long for a button, numbers to type. What a number means: `numbered`.
 */
export function fit (given: Message, shows: Shows, words: FitWords): Message[] {
  const message = composed(given)
  const choices = message.choices ?? []
  if (choices.length === 0) return splitText(message, shows)
  const labels = choices.map((choice) => shows.buttonLabel > 0 ? cutLabel(choice.label, shows.buttonLabel) : choice.label)
  if (needsNumbers(choices, labels, shows)) return splitText(asNumbers(message, choices, words), shows)

  const buttons = choices.map((choice, index) => ({ ...choice, label: labels[index] ?? choice.label }))
  const { wants, ...plain } = message
  const pages = splitText({ ...plain, choices: buttons.slice(0, shows.buttons) }, shows)
  for (let at = shows.buttons; at < buttons.length; at += shows.buttons) {
    pages.push(...splitText({ ...manner(message), text: words.moreChoices, choices: buttons.slice(at, at + shows.buttons) }, shows))
  }
  const last = pages.at(-1)
  if (last && wants !== undefined) last.wants = wants
  return pages
}

/** The choices that numbers stand for, in order: the first is 1. Links have no number, they are written out; others have a word. */
export function numbered (choices: Choice[]): Choice[] {
  return choices.filter((choice) => choice.url === undefined && choice.word === undefined)
}

/** Composed (NFC) before anything is counted: a few letters grow by it, and some channels compose what they send. */
function composed (message: Message): Message {
  const text = message.text.normalize('NFC')
  return message.choices === undefined ? { ...message, text } : { ...message, text, choices: message.choices.map((choice) => ({ ...choice, label: choice.label.normalize('NFC') })) }
}

function needsNumbers (choices: Choice[], labels: string[], shows: Shows): boolean {
  if (shows.buttons <= 0 || choices.length > shows.buttons * mostPages) return true
  if (choices.some((choice) => choice.url === undefined && new TextEncoder().encode(choice.id).length > shows.buttonBytes)) return true
  // Two labels that look alike once cut would hide what a press means.
  return new Set(labels).size < new Set(choices.map((choice) => choice.label)).size
}

function asNumbers (message: Message, choices: Choice[], words: FitWords): Message {
  const answers = numbered(choices).map((choice, index) => `${index + 1}. ${choice.label}`)
  const links = choices.filter((choice) => choice.url !== undefined).map(writeOut)
  const typed = choices.flatMap(({ url, word, label }) => url !== undefined || word === undefined ? [] : [word === label ? `“${word}”` : `“${word}”: ${label}`])
  const { choices: _, ...rest } = message
  const blocks = [message.text, links.join('\n'), typed.length > 0 ? [words.typeWord, ...typed].join('\n') : '', answers.length > 0 ? [words.typeNumber, ...answers].join('\n') : '']
  return { ...rest, text: blocks.filter((block) => block !== '').join('\n\n') }
}

/** A link as text: `Công an: 113`; the number once only when the label already has it. Phones make it a link by themselves. */
export function writeOut (choice: Choice): string {
  const target = (choice.url ?? '').replace(/^tel:/, '')
  return choice.label.includes(target) ? choice.label : `${choice.label}: ${target}`
}

/** Splits the text; a text worth copying that is not in it will be added by the channel, so room is kept for it. */
function splitText (message: Message, shows: Shows): Message[] {
  const { text, copy, choices, wants, ...manners } = message
  const apart = copy !== undefined && !text.includes(copy)
  const parts = cutText(text, shows.text, apart ? copy.length + 2 : 0, copy)
  const withCopy = apart ? parts.length - 1 : parts.findIndex((part) => copy !== undefined && part.includes(copy))
  return parts.map((part, index) => ({
    ...manners,
    text: part,
    ...(copy !== undefined && index === (withCopy < 0 ? parts.length - 1 : withCopy) ? { copy } : {}),
    ...(index === parts.length - 1 && choices !== undefined ? { choices } : {}),
    ...(index === parts.length - 1 && wants !== undefined ? { wants } : {}),
  }))
}

/** How a message is shown, without what it says. */
function manner ({ compact, guarded, silent }: Message): Omit<Message, 'text'> {
  return {
    ...(compact === undefined ? {} : { compact }),
    ...(guarded === undefined ? {} : { guarded }),
    ...(silent === undefined ? {} : { silent }),
  }
}
