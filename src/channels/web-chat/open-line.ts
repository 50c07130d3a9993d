// What stands in a web chat, opened: the server draws it as HTML, the page's script as elements. Pure.
import type { Message } from '../message.ts'

/** Ids grow within a chat; a reader goes on after the last one it has. */
export type OpenLine =
  | { id: number, from: 'us', message: Message }
  | { id: number, from: 'them', text: string }
