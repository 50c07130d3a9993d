// Where somebody stands in a flow, and what a turn of the conversation comes to. Pure data, kept as JSON.
import type { Message } from '../channels/message.ts'
import type { Language } from '../i18n.ts'
import type { Answer, Answers } from './flow.ts'

export interface Standing {
  flow: string
  version: number
  /** The step that waits for an answer. */
  step: string
  /** Number of the question; a button carries it, so that an old button is known as one. */
  turn: number
  answers: Answers
  /** Steps answered by the person, in order; "back" goes along it. */
  trail: string[]
  /** Answers in a row that were not understood. */
  wrong: number
  /** Something written after a long pause: perhaps the answer, perhaps a greeting. */
  held?: string
  /** What they were in the middle of when this, an aside, began; it goes on there. */
  under?: Standing
}

/** What we remember of an address between its flows. */
export interface Mind {
  language: Language | null
  turn: number
  /** The last button pressed, so that a double tap is no second answer. */
  lastPress: string | null
  /** Milliseconds since 1970. */
  lastAt: number
  /** Where buttons are numbers to type: what each number under the newest message stands for. */
  numbers?: string[]
}

export interface State {
  mind: Mind
  standing: Standing | null
  /** A story left half told; offered again. */
  shelved: Standing | null
}

/** What is to be done and said after one message. */
export interface Outcome {
  state: State
  say: Message[]
  /** Do this, then go on with `carryOn`. */
  act: { name: string, give: Answer } | null
  /** Events to count, without persons. */
  counts: string[]
}

export const newState = (): State => ({ mind: { language: null, turn: 0, lastPress: null, lastAt: 0 }, standing: null, shelved: null })
