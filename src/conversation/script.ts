// All we can talk about, as the conversation needs it; written in `flows/`. Pure.
import type { Message } from '../channels/message.ts'
import type { Answers, Flow, Here } from './flow.ts'

export type Said = { kind: 'text', text: string } | { kind: 'press', data: string } | { kind: 'link', payload: string }

export interface Script {
  flows: Record<string, Flow>
  /** Said once, to somebody new; choices of language stand under it. */
  welcome (here: Here): Message[]
  menu (here: Here, more: { resume: boolean }): Message
  help (here: Here): Message[]
  /** The numbers to call. */
  emergency (here: Here): Message[]
  privacy (here: Here): Message[]
  /**
   * What begins wherever they are: a word with something behind it, a link that led here, a button under a message that no question
   * asked for. Null: nothing. `aside`: what they were in the middle of goes on afterwards.
   */
  opens? (said: Said, here: Here): { flow: string, answers: Answers, aside?: true } | null
  /** What a text leads to when nothing is under way: a flow with something already answered, a refusal, or nothing. */
  leadsTo (text: string, here: Here): { flow: string, answers: Answers } | { say: Message[], count: string } | null
  /** Numbers to show at once because a text tells of danger now; null when it does not. */
  danger (text: string, here: Here): Message[] | null
}
