// The one port of the program: a way to reach people. Five things stand behind it.
import type { Hono } from 'hono'
import type { Gate, Lane } from './gate.ts'
import type { Address, ChannelName, FileRef, Incoming, Message } from './message.ts'

/** What a channel can show. `fit.ts` bends a message to it, visibly. */
export interface Shows {
  /** Characters in one message; a longer one is split between lines or words. */
  text: number
  /** Buttons under a message; 0 means numbers to type instead. */
  buttons: number
  /** Bytes of a button's data. */
  buttonBytes: number
  /** Characters on a button; 0: no limit. */
  buttonLabel: number
  /** Can ask for a shared position with a button. */
  askLocation: boolean
  /** Largest file a person can send us here, in bytes; 0: none, a link to the web chat instead. */
  fileBytes: number
}

/** The bytes of a file somebody sent. */
export interface Fetched {
  bytes: Uint8Array
  name?: string
  mime?: string
}

/** How a channel is doing; for `/readyz` and the table at start. */
export interface Health {
  /** Last time the platform answered us or spoke to us. */
  lastSuccess: Date | null
  /** A sentence for the operator when something is wrong, else null. Never a token, never an address. */
  trouble: string | null
}

/**
 * Takes one update and returns once it is durable: handled, or sealed and stored for another try.
 * Throws only when neither was possible (the database is away): then the platform must be told to send it again.
 * A repeated update is taken as done.
 */
export type Receive = (incoming: Incoming) => Promise<void>

/** What the platform took. */
export interface Sent {
  /** Its own name of the message, where it tells one: for `edit` and `remove`. */
  id: string | null
}

/** How urgent a message is. `turn`: its turn at the gate was taken already. */
export interface Manner {
  lane: Lane
  turn?: 'taken'
}

export interface Channel {
  name: ChannelName
  /** Turns at the account's pace; `send` waits here unless its turn was taken. */
  gate: Gate
  shows: Shows
  health: Health
  /** Adds the webhook, page or event routes of this channel to the server; called once, before `listen`. */
  routes(app: Hono, receive: Receive): void
  /**
   * Starts whatever brings updates without a request to us (polling), or tells the platform where to call.
   * Resolves when started; the returned function stops it and waits for what is under way.
   */
  listen(receive: Receive): Promise<() => Promise<void>>
  /**
   * Brings one message to one person. Returns when the platform took it.
   * `once` is the same for every try of the same message, for channels that can use it to drop a repeat.
   * A reply unless `manner` says otherwise.
   * @throws SendError and nothing else
   */
  send(to: Address, message: Message, once: string, manner?: Manner): Promise<Sent | void>
  /**
   * Puts another text in the place of a message that was sent. Missing: this channel can't.
   * @throws SendError; `rejected` when the message is gone
   */
  edit?(to: Address, id: string, message: Message, manner?: Manner): Promise<void>
  /**
   * Takes a message back. Missing: this channel can't.
   * @throws SendError; `rejected` when it is too old or gone
   */
  remove?(to: Address, id: string, manner?: Manner): Promise<void>
  /**
   * The bytes of a file somebody sent here.
   * @throws SendError: `tryAgain`, or `rejected` when the file is gone or too large
   */
  fetchFile(ref: FileRef): Promise<Fetched>
  /** For a channel that keeps the bytes itself: they are sealed now, or given up, and it may delete them. */
  letGo?(ref: FileRef): Promise<void>
}
