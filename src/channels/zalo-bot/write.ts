// Turns a message of ours, already fitted, into the body of a `sendMessage`. Pure.
import type { Message } from '../message.ts'

/** Plain text: without `parse_mode` nothing in it is mark-up. Choices were written out as numbers by `fit`, there are no buttons. */
export function writeMessage ({ text, copy }: Message, chatId: string): { chat_id: string, text: string } {
  const whole = copy === undefined || text.includes(copy) ? text : `${text}\n\n${copy}`
  return { chat_id: chatId, text: whole.normalize('NFC') }
}
