// What stands in a web chat, as the page shows it; the server draws it as HTML, the script as elements. Pure.
import type { Message } from '../channels/message.ts'

export type ChatLineShown =
  | { id: number, from: 'us', message: Message }
  | { id: number, from: 'them', text: string }
