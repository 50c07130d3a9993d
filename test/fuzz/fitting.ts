// Aims at the fitter and the writers: nothing of a message is lost, and every part keeps to what its channel can show.
import fc from 'fast-check'
import type { Shows } from '../../src/channels/channel.ts'
import { fit, numbered, type FitWords } from '../../src/channels/fit.ts'
import type { Choice, Message } from '../../src/channels/message.ts'
import { writeMessage as writeTelegram } from '../../src/channels/telegram/write.ts'
import { writeMessage as writeZaloBot } from '../../src/channels/zalo-bot/write.ts'
import { writeMessage as writeZaloOa } from '../../src/channels/zalo-oa/write.ts'
import { text } from './inputs.ts'
import { aim, must, type Target } from './target.ts'

const words: FitWords = { moreChoices: 'Còn nữa:', typeNumber: 'Trả lời bằng một số:', typeWord: 'Gõ:' }
const keyboard = { shareLocation: 'Gửi vị trí', locationHint: 'Bấm nút bên dưới.' }

/** What we say is ours, but for what people wrote and hear again: it may be anything that passed the readers. */
const clean = text.map(one => one.replaceAll('\0', '').toWellFormed())
const label = fc.oneof(clean.map(one => one.trim().slice(0, 200).toWellFormed() || 'x'), fc.constantFrom('Có', 'Không', 'Quay lại'))
const url = fc.constantFrom(undefined, undefined, undefined, 'https://tinbao.example/a', 'tel:113', 'http://tinbao.example/')
const choice: fc.Arbitrary<Omit<Choice, 'id'>> = fc.record({ label, url, tone: fc.constantFrom('main', 'danger', 'quiet') }).map(({ url, ...rest }) => ({ ...rest, ...(url === undefined ? {} : { url }) }))
const message: fc.Arbitrary<Message> = fc.record({
  text: fc.tuple(fc.array(clean, { minLength: 1, maxLength: 12 }), fc.constantFrom('\n\n', '\n', ' ', '')).map(([parts, gap]) => parts.join(gap).slice(0, 12_000).toWellFormed()),
  choices: fc.oneof(fc.constant<Omit<Choice, 'id'>[]>([]), fc.array(choice, { maxLength: 8 }), fc.array(choice, { maxLength: 130, size: 'max' })),
  // Ids are ours: short, and each another.
  long: fc.boolean(),
  copy: fc.constantFrom(undefined, undefined, 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01'),
  wants: fc.constantFrom(undefined, 'text' as const, 'location' as const, 'files' as const),
  compact: fc.boolean(),
}).map(({ text, choices, long, copy, wants, compact }) => ({
  text,
  ...(choices.length === 0 ? {} : { choices: withFewLinks(choices).map((one, at) => ({ ...one, id: `a:1:step:${at}${long && at === 0 ? 'x'.repeat(80) : ''}` })) }),
  ...(copy === undefined ? {} : { copy }),
  ...(wants === undefined ? {} : { wants }),
  compact,
}))
const telegram: Shows = { text: 3600, buttons: 90, buttonBytes: 64, buttonLabel: 60, askLocation: true, fileBytes: 1 }
const zaloBot: Shows = { text: 2000, buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: 0 }
const shows: fc.Arbitrary<Shows> = fc.oneof(
  fc.constantFrom(telegram, zaloBot, { ...telegram, text: 20_000, buttons: 40, buttonBytes: 200, buttonLabel: 0 }),
  fc.record({ text: fc.integer({ min: 200, max: 5000 }), buttons: fc.nat(12), buttonBytes: fc.constantFrom(20, 64, 200), buttonLabel: fc.constantFrom(0, 10, 20, 60), askLocation: fc.boolean(), fileBytes: fc.constant(0) }),
)

export const fittingTargets: Target[] = [
  {
    name: 'text fitter', share: 60_000,
    open: () => aim(fc.tuple(message, shows), ([given, shows]) => {
      const parts = fit(given, shows, words)
      const message: Message = { ...given, text: given.text.normalize('NFC'), ...(given.choices === undefined ? {} : { choices: given.choices.map(one => ({ ...one, label: one.label.normalize('NFC') })) }) }
      whole(message.text, parts.map(part => part.text).join(' '))
      const buttons = parts.flatMap(part => part.choices ?? [])
      const choices = message.choices ?? []
      for (const part of parts) {
        must(part.text.length <= shows.text, `A part has ${part.text.length} characters of ${shows.text}.`)
        must((part.choices?.length ?? 0) <= shows.buttons, 'A part has too many buttons.')
        for (const { id, label, url } of part.choices ?? []) {
          must(shows.buttonLabel === 0 || label.length <= shows.buttonLabel, `A label is too long: ${label}`)
          must(url !== undefined || Buffer.byteLength(id) <= shows.buttonBytes, 'A button carries too much.')
        }
      }
      if (buttons.length > 0) must(JSON.stringify(buttons.map(({ id }) => id)) === JSON.stringify(choices.map(({ id }) => id)), 'A choice is missing, or stands in another place.')
      else for (const [at, { label }] of numbered(choices).entries()) whole(`${at + 1}. ${label}`, parts.map(part => part.text).join(' '), 'anywhere')
      must(message.copy === undefined || parts.filter(part => part.copy === message.copy).length === 1, 'What is worth copying must be there once.')
      must(message.wants === undefined || parts.at(-1)?.wants === message.wants, 'What we would like next is asked last.')
    }),
  },
  {
    name: 'Telegram writer', share: 30_000,
    open: () => aim(message, message => {
      const calls = fit(message, telegram, words).map(part => writeTelegram(part, '501000001', keyboard))
      const sent = calls.flatMap(({ main, after }) => after === undefined ? [main] : [main, after])
      for (const { payload } of sent) {
        const plain = payload.parse_mode === 'HTML' ? unescaped(payload.text) : payload.text
        must(plain.length <= 4096, `Telegram takes 4096 characters, not ${plain.length}.`)
        const markup = payload.reply_markup
        const buttons = markup !== undefined && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : []
        must(buttons.length <= 100, 'Telegram takes 100 buttons.')
        for (const button of buttons) must(!('callback_data' in button) || (button.callback_data !== '' && Buffer.byteLength(button.callback_data) <= 64), 'Telegram takes 64 bytes in a button.')
      }
      whole(message.text.normalize('NFC'), calls.map(({ main: { payload } }) => payload.parse_mode === 'HTML' ? unescaped(payload.text) : payload.text).join(' '))
    }),
  },
  {
    name: 'Zalo writers', share: 30_000,
    open: () => aim(fc.tuple(message, fc.constantFrom('plain' as const, 'template' as const, 'off' as const)), ([message, buttons]) => {
      const bot = fit(message, zaloBot, words).map(part => writeZaloBot(part, 'a'))
      for (const { text } of bot) must(text.length <= 2000, `A Zalo bot takes 2000 characters, not ${text.length}.`)
      whole(message.text.normalize('NFC'), bot.map(({ text }) => text).join(' '))
      const { messages, offers } = writeZaloOa(message, { ...words, orType: said => `Hoặc gõ: ${said}` }, buttons)
      for (const { text, attachment } of messages) {
        must(text.length <= 2000, `Zalo takes 2000 characters, not ${text.length}.`)
        must((attachment?.payload.buttons.length ?? 0) <= 5, 'Zalo takes five buttons.')
        for (const { title } of attachment?.payload.buttons ?? []) must(title.length <= 100, 'Zalo takes 100 characters on a button.')
      }
      whole(message.text.normalize('NFC'), messages.map(({ text }) => text).join(' '))
      must((message.choices ?? []).every(({ id, url }) => url !== undefined || offers?.some(offer => offer.id === id) === true), 'A choice can not be typed.')
    }),
  },
]

/** At most five links: there are five numbers to call, and what is no button on Telegram needs the room that `text` leaves it. */
function withFewLinks (choices: Omit<Choice, 'id'>[]): Omit<Choice, 'id'>[] {
  let links = 0
  return choices.filter(({ url }) => url === undefined || ++links <= 5)
}

/** All of the text stands there, in its order; where it was cut, spaces may be gone. */
function whole (said: string, shown: string, where: 'first' | 'anywhere' = 'first'): void {
  const [wanted, there] = [said.replace(/\s+/g, ''), shown.replace(/\s+/g, '')]
  must(where === 'first' ? there.startsWith(wanted) || inOrder(wanted, there) : there.includes(wanted), `Something of a text was lost: ${said.slice(0, 80)}`)
}

/** What is worth copying, or a line of buttons, may stand between two parts. */
function inOrder (wanted: string, there: string): boolean {
  let at = 0
  for (const sign of there) if (wanted.startsWith(sign, at)) at += sign.length
  return at >= wanted.length
}

function unescaped (html: string): string {
  return html.replace(/<\/?code>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
