// The words all channels share: what a person sends us, and what we say to them. Plain data; runs in the browser too.
import type { Language } from '../i18n.ts'

/** Every way to reach us in a conversation. Post-only places (feeds, pages) are not in this list: nobody talks to them. */
export type ChannelName = 'web-chat' | 'telegram' | 'zalo-oa' | 'zalo-bot'

/** One person on one channel: a chat id, a user id, a web session. Personal data: never logged, never shown to officers. */
export interface Address {
  channel: ChannelName
  id: string
}

export type FileKind = 'photo' | 'video' | 'voice' | 'document'

/** A file somebody sent, not fetched yet. `ref` is whatever its channel needs to fetch it later. */
export interface FileRef {
  ref: string
  kind: FileKind
  /** As the sender's device called it; never trusted for the type. */
  name?: string
  /** As claimed by the sender's device. */
  mime?: string
  /** Bytes, as claimed by the channel. */
  size?: number
}

/** What one update of a channel means. */
export type Content =
  | { kind: 'text', text: string }
  /** A press of one of our buttons: `data` is the `Choice.id` we sent, whatever its age. */
  | { kind: 'press', data: string }
  /** `/start` or its like, with the payload of the link that led here. */
  | { kind: 'start', payload?: string }
  | { kind: 'location', lat: number, lng: number }
  | { kind: 'files', files: FileRef[], caption?: string }
  /** An earlier message was changed after it was sent. */
  | { kind: 'edit', text: string }
  /** Something this channel can carry and we cannot take: a sticker, a poll, a contact card. */
  | { kind: 'unsupported', what: string }
  /** They stopped us, or came back. Nobody is answered. */
  | { kind: 'left' }
  | { kind: 'returned' }

/** One update, read from a channel's own body. */
export interface Incoming {
  address: Address
  /** Unique for ever within its channel: a repeat of it is the same update. */
  updateId: string
  /** When the person sent it, as the channel says. */
  at: Date
  /** The platform's hint, e.g. `vi` or `km-KH`; not always there. */
  language?: string
  content: Content
}

/** One answer a person can give by a press. */
export interface Choice {
  /** What comes back in a `press`; at most 64 bytes (Telegram's callback_data). */
  id: string
  label: string
  /** How it should stand out, where a channel can show that. */
  tone?: 'main' | 'danger' | 'quiet'
  /** A link instead of an answer: `https:` or `tel:`. A channel that can't show it writes it out. */
  url?: string
  /** What to type instead where there are no buttons: understood at any time, so needed where a number could mean another list. */
  word?: string
}

/** One thing we say. `text` is plain text with line breaks; no mark-up of any channel. */
export interface Message {
  text: string
  choices?: Choice[]
  /** Choices side by side where they fit (yes / no, 1-9) rather than one a line. */
  compact?: boolean
  /** A text worth copying (the code): shown so that it is easy to copy or save, and as a QR picture where there is room. */
  copy?: string
  /** We would like this next; a channel that can offer a button for it does. */
  wants?: 'text' | 'location' | 'files'
  /** Must not be previewed, forwarded or saved where the channel can prevent it. */
  guarded?: boolean
  /** No sound, no banner, where the channel can do that. */
  silent?: boolean
  /** A page whose preview (picture, headline) is shown above the text, where a channel can do that; it stands in the text as well. */
  preview?: string
  /** A picture of ours that belongs to it, where a channel can show one beside a text. */
  picture?: { url: string, alt: string }
  /** ISO moment: worth keeping for somebody who comes until then. Without one, a day. */
  until?: string
  /** For the few words a channel adds by itself, e.g. on a button that shares a position. */
  language?: Language
}
