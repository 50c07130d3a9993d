// What the pretended Telegram knows: chats, messages, files, waiting updates, and the log of all that was asked.
import type { Poll } from './updates.ts'

export interface Button {
  text: string
  callback_data?: string
  url?: string
  style?: string
}

/** One message of the bot, as the person sees it now. */
export interface Heard {
  messageId: number
  chatId: number
  /** The text, or the caption of a picture or file; mark-up removed. */
  text: string
  /** Inline buttons, row by row. */
  buttons: Button[][]
  /** Milliseconds since 1970. */
  at: number
  /** What the bot sent, untouched. */
  payload: Record<string, unknown>
  /** The picture or file that came with it. */
  file?: Uint8Array
  /** Sent above the free rate, for Stars. */
  paid: boolean
}

export interface Chat {
  id: number
  type: 'private' | 'group' | 'supergroup' | 'channel'
  first_name?: string
  title?: string
  /** Of a public channel or group, without the @. */
  username?: string
  /** The person has written to us, so we may write to them. */
  known: boolean
  blocked: boolean
  deactivated: boolean
  heard: Heard[]
  /** Of a channel or group: what the bot may not do there. */
  forbidden?: Set<'post' | 'photo' | 'pin' | 'delete'>
  /** The supergroup that this group became. */
  movedTo?: number
  /** Ids of the messages on top. */
  pinned?: number[]
  /** The labels of the reply keyboard shown now. */
  keyboard: { text: string, request_location?: boolean }[][]
}

export interface StoredFile {
  path: string
  bytes: Uint8Array
  /** As Telegram would state it; may be larger than `bytes` to try the 20 MB rule. */
  size: number
}

/** One request the bot made. */
export interface Asked {
  /** Milliseconds since 1970. */
  at: number
  method: string
  chatId: number | undefined
  payload: Record<string, unknown>
  /** `ok`, the error code answered, or what happened on the wire. */
  outcome: 'ok' | 'cut' | 'lost' | 'silent' | number
}

export type Failure =
  | { kind: 'error', code: number, description: string, parameters?: Record<string, unknown> }
  /** A gateway's page instead of JSON. */
  | { kind: 'page', code: number }
  /** A good answer with so many bytes in it. */
  | { kind: 'huge', bytes: number }
  /** The connection is cut before the request is looked at. */
  | { kind: 'cut' }
  /** The request is carried out, and the connection cut before the answer. */
  | { kind: 'lost' }
  /** Carried out after this many milliseconds. */
  | { kind: 'slow', ms: number }
  /** Carried out, and never answered: the asker's own limit ends it. */
  | { kind: 'silent' }

export interface Script {
  /** Which method; all when left out. */
  method?: string
  /** Which chat; all when left out. */
  chat?: number
  /** How often; once when left out. */
  times?: number
  failure: Failure
}

/** What a webhook was set to. */
export interface Webhook {
  url: string
  secret: string | undefined
  lastError: { message: string, date: number } | undefined
}

export interface WaitingUpdate {
  id: number
  /** Updates of one key reach the webhook one after the other. */
  key: string
  /** Milliseconds since 1970. */
  at: number
  /** After this many milliseconds it is thrown away: 24 h, presses 150 s. */
  lives: number
  body: Record<string, unknown>
  sending: boolean
}

export interface Platform {
  token: string
  me: { id: number, is_bot: true, first_name: string, username: string }
  /** The length of "one second" between webhook tries, in milliseconds. */
  retryUnit: number
  chats: Map<number, Chat>
  files: Map<string, StoredFile>
  asked: Asked[]
  scripts: Script[]
  waiting: WaitingUpdate[]
  allowedUpdates: string[]
  webhook: Webhook | undefined
  poll: Poll | undefined
  commands: Map<string, unknown[]>
  /** Presses that wait for `answerCallbackQuery`, by id: when they were made. */
  presses: Map<string, number>
  answeredPresses: string[]
  stopped: boolean
  next: { update: number, message: number, file: number, press: number }
}

/** A refusal of the platform. */
export class Refusal extends Error {
  readonly code: number
  readonly parameters: Record<string, unknown> | undefined
  constructor (code: number, description: string, parameters?: Record<string, unknown>) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export const unixNow = (): number => Math.floor(Date.now() / 1000)

/** A chat as it stands in a body of the platform. */
export function chatBody (chat: Chat): Record<string, unknown> {
  if (chat.type === 'private') return { id: chat.id, first_name: chat.first_name, type: 'private' }
  return { id: chat.id, title: chat.title, ...(chat.username === undefined ? {} : { username: chat.username }), type: chat.type }
}

/** By its id, or by `@name` where it is public. */
export function findChat (platform: Platform, id: unknown): Chat | undefined {
  if (typeof id !== 'string' || !id.startsWith('@')) return platform.chats.get(Number(id))
  return [...platform.chats.values()].find(({ username }) => username?.toLowerCase() === id.slice(1).toLowerCase())
}
