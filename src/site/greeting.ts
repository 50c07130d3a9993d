// What a new visitor of the web chat reads: the first words of every channel, without what the page says around them. Pure.
import type { Message } from '../channels/message.ts'

/** Languages stand at the top of the page; asking for one again would only be in the way. */
export function greetingOf (firstWords: readonly Message[]): Message[] {
  return firstWords.filter(({ choices }) => choices === undefined || choices.length === 0 || !choices.every(choice => choice.id.startsWith('lang:')))
}
