// A phone with one app on it: the people who use it, and each one's chat, in order. What the app is, its platform says.
import type { Act, FileShown, LineShown, OfferShown, PhoneName, PhoneShown } from './shown.ts'

/** Something the program said, as the app shows it now; `key` is the platform's message id. */
export interface Said extends Omit<LineShown, 'id' | 'from'> {
  key: string
}

export interface Sent {
  bytes: Uint8Array
  name: string
  shown: FileShown
}

/** What a person's own doing leaves in their chat: a line of theirs, or a note. */
export type Own = { mine: string, file?: FileShown } | { note: string }

/** Somebody on this platform. */
export interface Somebody {
  said (): Said[]
  /** @throws Error with a sentence when they can't do that now */
  does (act: Act, sent?: Sent): Own
  offers (): OfferShown[]
  silent (): string | null
  locationKey? (): string | null
}

export interface Phone {
  name: PhoneName
  shown (): PhoneShown
  /** @throws Error with a sentence when they can't do that now, or nobody is called that */
  does (personId: string, act: Act, sent?: Sent): void
  newPerson (): void
}

/** Language: what their app is set to. */
const cast = [{ name: 'Lan', language: 'vi' }, { name: 'Minh', language: 'vi' }, { name: 'Sokha', language: 'km' }, { name: 'Anna', language: 'en' }]

/** @param meet makes the nth person, counted from 0 */
export function makePhone (name: PhoneName, meet: (n: number, name: string, language: string) => { id: string, somebody: Somebody }): Phone {
  const people: { id: string, name: string, somebody: Somebody, chat: Chat }[] = []
  const newPerson = (): void => {
    const n = people.length
    const { name: called, language } = cast[n] ?? { name: `Person ${n + 1}`, language: 'vi' }
    const { id, somebody } = meet(n, called, language)
    people.push({ id, name: called, somebody, chat: makeChat(() => somebody.said()) })
  }
  newPerson()
  return {
    name, newPerson,
    shown: () => ({
      name,
      people: people.map(({ id, name: called, somebody, chat }) => ({
        id, name: called, lines: chat.lines(), offers: somebody.offers(), silent: somebody.silent(), locationKey: somebody.locationKey?.() ?? null,
      })),
    }),
    does (personId, act, sent) {
      const person = people.find(({ id }) => id === personId)
      if (person === undefined) throw new Error('There is nobody with this id.')
      person.chat.add(() => person.somebody.does(act, sent))
    },
  }
}

interface Chat {
  lines (): LineShown[]
  /** What was said before stands before it. */
  add (deed: () => Own): void
}

function makeChat (said: () => Said[]): Chat {
  const lines: LineShown[] = []
  let own = 0
  function catchUp (): void {
    const now = new Map(said().map(({ key, ...line }) => [`said-${key}`, line]))
    for (const [id, line] of now) {
      const at = lines.findIndex(one => one.id === id)
      if (at < 0) lines.push({ ...line, id, from: 'them' })
      else lines[at] = { ...line, id, from: 'them' }
    }
    // The platform took it back.
    for (let at = lines.length - 1; at >= 0; at--) if (lines[at]?.from === 'them' && !now.has(lines[at]?.id ?? '')) lines.splice(at, 1)
  }
  return {
    lines () {
      catchUp()
      return lines
    },
    add (deed) {
      catchUp()
      const done = deed()
      const id = `own-${own++}`
      const at = Date.now()
      if ('note' in done) lines.push({ id, at, from: 'note', text: done.note })
      else lines.push({ id, at, from: 'me', text: done.mine, ...(done.file === undefined ? {} : { file: done.file }) })
    },
  }
}

/** The line of a press. @throws Error when nothing like it was said */
export function pressed<Heard extends { messageId: string | number }> (heard: readonly Heard[], line: string): Heard {
  const found = heard.find(({ messageId }) => `said-${messageId}` === line)
  if (found === undefined) throw new Error('This message is not there any more.')
  return found
}

/** An act this app has no way to do. */
export function cannot (act: Act): never {
  throw new Error(`This app has no way to ${act.do}.`)
}

export const offer = {
  send: (label: string, what: Act): OfferShown => ({ label, act: what, kind: 'send' }),
  account: (label: string, what: Act): OfferShown => ({ label, act: what, kind: 'account' }),
}

/** What every app can send. */
export const sendable: readonly OfferShown[] = [
  offer.send('Sample photo', { do: 'send', what: 'photo' }),
  offer.send('Sample voice note', { do: 'send', what: 'voice' }),
  offer.send('Sample file', { do: 'send', what: 'document' }),
  offer.send('Location', { do: 'locate' }),
  offer.send('Sticker', { do: 'sticker' }),
]

/** Where somebody is who shares a location: the market of Long Xuyên. */
export const here = { lat: 10.3864, lng: 105.4352, name: 'Chợ Long Xuyên' }
