// The vocabulary a flow is written in: a list of steps, each of which tells, asks, or does one thing. Pure data and plain functions.
import type { Shows } from '../channels/channel.ts'
import type { ChannelName, FileRef, Message } from '../channels/message.ts'
import type { Language, Say, TextKey } from '../i18n.ts'

/** Where a conversation takes place, as far as a flow may know. */
export interface Here {
  channel: ChannelName
  shows: Shows
  language: Language
  say: Say
  now: Date
  /** The web chat's address, for what this channel can't do. */
  webUrl: string
  /** True in the browser: what is told here is sealed before it leaves the device. */
  sealsHere: boolean
  places: Places
}

/** Finding a commune; brought along, so that the browser loads the map only when it is needed. */
export interface Places {
  find (text: string): Place[]
  /** Names that come close, when nothing was found. */
  near (text: string): Place[]
  /** `sure` is false near a border: then it is asked. Null outside the province. */
  at (lat: number, lng: number): { place: Place, sure: boolean } | null
}

export interface Place {
  /** Code of the commune as it is today. */
  code: string
  name: string
  /** What tells it from the others, or its former name. */
  because?: string
}

/** What was answered so far, by step. Missing: not asked yet. Null: skipped. */
export type Answers = Record<string, Answer>
export type Answer = string | number | boolean | null | string[] | FileRef[] | { [key: string]: Answer } | Answer[]

/** A text to say, with its blanks; or a whole message. */
export type Words = TextKey | [TextKey, Record<string, string | number>] | Message
export type Telling = Words | ((answers: Answers, here: Here) => Words | Words[])

export interface Option {
  id: string
  label: Words
  tone?: 'main' | 'danger' | 'quiet'
}

/** What is wrong with an answer: said, and the question asked again; with `end`, nothing of it is kept and the flow is over. */
export interface Refusal {
  because: Telling
  end?: true
  count?: string
}
export type Check = (text: string, answers: Answers, here: Here) => Refusal | null

interface Common {
  id: string
  /** Asked only if this holds. */
  when?: (answers: Answers, here: Here) => boolean
  /** May be left out by the person. */
  skip?: boolean
  /** What the review and the officer call this answer. */
  label?: TextKey
}

export interface Tell extends Common {
  kind: 'tell'
  say: Telling
  /** Counted when told, without persons. */
  count?: string
}
export interface Choose extends Common {
  kind: 'choose'
  ask: Telling
  options: Option[] | ((answers: Answers, here: Here) => Option[])
  compact?: boolean
  /** Several may be chosen; the answer is a list. */
  many?: boolean
  /** Text that names no option is the answer to that other step. */
  textAnswers?: string
  /** Called with a choice: other answers to forget, so that their steps are asked again. */
  forgets?: (choice: string) => string[]
}
export interface Write extends Common {
  kind: 'write'
  ask: Telling
  /** Characters. */
  upTo: number
  check?: Check
  /** What is kept of a text that passed the check, when it is not the words: "tomorrow" means another day tomorrow. */
  keep?: (text: string, answers: Answers, here: Here) => Answer
  /** A voice note or picture will do instead; it is kept for a person to hear. */
  orFile?: boolean
}
export interface AskPlace extends Common { kind: 'place', ask: Telling }
export interface AskFiles extends Common { kind: 'files', ask: Telling, upTo: number }
export interface Act extends Common {
  kind: 'act'
  act: string
  give: (answers: Answers, here: Here) => Answer
  /** Answers that are not kept once this is done. */
  forget?: string[]
  /** Not done anew when somebody goes back over it. */
  once?: true
}
export interface End extends Common {
  kind: 'end'
  say: Telling | null
  /** Another flow, or `nothing` where the menu would only be in the way. */
  next?: string
}

export type Step = Tell | Choose | Write | AskPlace | AskFiles | Act | End

export interface Flow {
  name: string
  /** Raised when a change of steps would make old answers mean something else. */
  version: number
  /** Files may be sent at any step, up to this many; they are added to the step named. */
  filesGoTo?: { step: string, upTo: number }
  /** Said when somebody cancels it, when something of it stays. */
  cancelled?: TextKey
  steps: readonly Step[]
}

export const flow = (name: string, version: number, rest: Omit<Flow, 'name' | 'version'>): Flow => ({ name, version, ...rest })

type Without<T> = Omit<T, 'kind' | 'id'>
export const tell = (id: string, say: Telling, more: Omit<Without<Tell>, 'say'> = {}): Tell => ({ kind: 'tell', id, say, ...more })
export const choose = (id: string, rest: Without<Choose>): Choose => ({ kind: 'choose', id, ...rest })
export const write = (id: string, rest: Without<Write>): Write => ({ kind: 'write', id, ...rest })
export const askPlace = (id: string, rest: Without<AskPlace>): AskPlace => ({ kind: 'place', id, ...rest })
export const askFiles = (id: string, rest: Without<AskFiles>): AskFiles => ({ kind: 'files', id, ...rest })
export const act = (id: string, rest: Without<Act>): Act => ({ kind: 'act', id, ...rest })
export const end = (id: string, say: Telling | null, more: Omit<Without<End>, 'say'> = {}): End => ({ kind: 'end', id, say, ...more })
