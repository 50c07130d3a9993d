// What a resident holds in the hand: a chat in which they read, write and press. One for each platform; the web chat's is in browser.ts.
import type { Person as TelegramPerson } from '../stubs/telegram/person.ts'
import type { Person as ZaloBotPerson } from '../stubs/zalo-bot/person.ts'
import type { Person as ZaloOaPerson } from '../stubs/zalo-oa/person.ts'

export type Label = string | RegExp

/** One message of ours, as it stands on the screen. */
export interface Shown {
  text: string
  /** What can be pressed or typed. */
  labels: string[]
  /** All of it, with what is behind the buttons: two that are equal here are one reply that came twice. */
  whole: string
  /** Does what this message offers under this label; null when it offers no such thing. */
  offer (label: Label): (() => Promise<void>) | null
}

export interface Phone {
  /** Oldest first. Only grows. */
  shown (): Shown[]
  writes (text: string): Promise<void>
  sendsPhoto (bytes: Uint8Array): Promise<void>
  /** Is put away. */
  close (): void
}

export const fits = (label: Label, words: string): boolean => typeof label === 'string' ? words === label : label.test(words)

/** A line that takes the location button away; it is deleted at once, unless a crash comes between. */
const noMessage = '✓'

export function telegramPhone (person: TelegramPerson): Phone {
  return {
    shown: () => person.heard.filter(({ text }) => text !== noMessage).map(({ text, buttons }) => {
      const labels = buttons.flat().filter(button => button.callback_data !== undefined).map(button => button.text)
      return {
        text, labels,
        whole: JSON.stringify([text, buttons]),
        // The newest with this label: a resident presses only under what they read last.
        offer: label => labels.some(one => fits(label, one)) ? async () => { person.presses(label) } : null,
      }
    }),
    async writes (text) { person.writes(text) },
    async sendsPhoto (bytes) { person.sendsPhoto(bytes) },
    close () {},
  }
}

export function zaloOaPhone (person: ZaloOaPerson): Phone {
  return {
    shown: () => person.heard.map(({ text, buttons }) => {
      const numbered = [...text.matchAll(/^(\d{1,2})\. (.+)$/gm)].map(([, number = '', words = '']) => ({ number, words }))
      const inWords = (text.split('\n').at(-1) ?? '').split(/: | · /)
      return {
        text,
        labels: [...buttons.map(({ title }) => title), ...numbered.map(({ words }) => words)],
        whole: JSON.stringify([text, buttons]),
        offer (label) {
          const button = buttons.find(({ title }) => fits(label, title))
          const typed = numbered.find(({ words }) => fits(label, words))?.number ?? inWords.find(words => fits(label, words))
          // There is no press on this platform: the payload comes as a text.
          const says = button === undefined ? typed : String(button.payload)
          return says === undefined ? null : async () => { person.writes(says) }
        },
      }
    }),
    async writes (text) { person.writes(text) },
    async sendsPhoto (bytes) { person.sendsPhoto(bytes) },
    close () {},
  }
}

export function zaloBotPhone (person: ZaloBotPerson): Phone {
  return {
    shown: () => person.heard.map(({ text, choices }) => ({
      text,
      labels: choices.map(({ label }) => label),
      whole: text,
      offer (label) {
        // No buttons there: a number to type, or a word that the message tells, as “bỏ qua” for "Bỏ qua câu này".
        const words = [...text.matchAll(/“([^”]+)”/g)].map(([, word = '']) => word)
        const typed = choices.find(choice => fits(label, choice.label))?.number
          ?? words.find(word => typeof label === 'string' ? label.toLowerCase().startsWith(word) : fits(label, `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
        return typed === undefined ? null : async () => { person.writes(typed) }
      },
    })),
    async writes (text) { person.writes(text) },
    async sendsPhoto (bytes) { person.sendsPhoto(bytes) },
    close () {},
  }
}
