// What goes between the simulators and their page: what is shown, and what a person can do. No code of Node: the page uses it too.
import { z } from 'zod'

export type PhoneName = 'zalo-oa' | 'zalo-bot' | 'telegram'
export type GroupName = PhoneName | 'agency'

export interface ButtonShown {
  label: string
  /** A link instead of an answer: `https:`, `tel:`. */
  href?: string
  tone?: 'danger' | 'primary'
}

export interface FileShown {
  kind: 'photo' | 'voice' | 'document'
  name: string
  /** Null: nothing that a browser shows. */
  url: string | null
}

/** One line of a chat, or a note beside it about what cannot be seen there. */
export interface LineShown {
  id: string
  from: 'me' | 'them' | 'note'
  text: string
  /** A part of the text that a tap copies. */
  copy?: string
  /** Milliseconds since 1970. */
  at: number
  buttons?: ButtonShown[][]
  file?: FileShown
}

export const act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('write'), text: z.string().min(1).max(20_000) }),
  /** `button` counts over all rows of the line. */
  z.object({ do: z.literal('press'), line: z.string().max(60), button: z.int().min(0).max(200) }),
  z.object({ do: z.literal('send'), what: z.enum(['photo', 'voice', 'document']), caption: z.string().max(4000).optional() }),
  z.object({ do: z.enum(['locate', 'sticker', 'follow', 'unfollow', 'open', 'withdraw', 'block', 'unblock', 'protected', 'vanish']) }),
])
export type Act = z.infer<typeof act>

/** Something a person can do besides writing. */
export interface OfferShown {
  label: string
  act: Act
  /** To send something; or what the app itself offers. `first`: shown while the chat is empty. */
  kind: 'send' | 'account' | 'command'
  first?: boolean
}

export interface PersonShown {
  id: string
  name: string
  lines: LineShown[]
  offers: OfferShown[]
  /** Why they can't write now; null: they can. */
  silent: string | null
  /** The button that shares the position, in place of the letters. */
  locationKey: string | null
}

export interface PhoneShown {
  name: PhoneName
  people: PersonShown[]
}

export interface TipShown {
  id: string
  category: string
  commune: string | null
  source: string
  status: string
  next: string[]
  unit: string
  receivedOn: string
  /** Opened; empty when it is sealed to keys the sample agency does not hold. */
  story: { label: string, text: string }[]
  added: string[]
  files: { name: string, kind: string, which: string, bytes: number, url: string | null }[]
  /** What the agency said, and what was answered to it. */
  said: { text: string, outcome: string }[]
}

export interface FaultShown {
  id: string
  label: string
  /** A word on what it does. */
  about: string
  /** `once`: for the next request; `switch`: until it is switched back; `deed`: happens now. */
  kind: 'once' | 'switch' | 'deed'
  on: boolean
}

export interface FaultsShown {
  name: GroupName
  /** Requests that are still to fail. */
  armed: number
  /** The platform's own state, in a few words. */
  state: string[]
  faults: FaultShown[]
  /** The last requests of the program, newest first. */
  requests: { what: string, outcome: string }[]
}

/** The page's live parts, by the name of their event. */
export interface Shown {
  phones: PhoneShown[]
  tips: TipShown[]
  faults: FaultsShown[]
}

const person = z.string().min(1).max(60)
const phone = z.enum(['zalo-oa', 'zalo-bot', 'telegram'])

/** What the page asks for, as one JSON body. */
export const wish = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('act'), phone, person, act }),
  z.object({ ask: z.literal('new person'), phone }),
  z.object({ ask: z.literal('fault'), group: z.enum(['zalo-oa', 'zalo-bot', 'telegram', 'agency']), id: z.string().max(40), on: z.boolean() }),
  z.object({ ask: z.literal('agency'), tip: z.string().max(36), say: z.enum(['message', 'request-information', 'status']), text: z.string().min(1).max(4000) }),
])
export type Wish = z.infer<typeof wish>
