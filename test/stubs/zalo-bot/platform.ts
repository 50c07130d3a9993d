// What the pretended Zalo Bot Platform knows: people, groups, pictures, waiting updates, and the log of all that was asked.

export type Body = Record<string, unknown>

/** One message of the bot, as the person sees it. */
export interface Heard {
  messageId: string
  chatId: string
  text: string
  /** The numbered choices in it, in order: what to type, and what it stands for. */
  choices: { number: string, label: string }[]
  /** Milliseconds since 1970. */
  at: number
  /** What the bot sent, untouched. */
  payload: Body
}

export interface Chat {
  id: string
  type: 'PRIVATE' | 'GROUP'
  /** Somebody there has written to the bot, so it may write to them. */
  known: boolean
  blocked: boolean
  heard: Heard[]
  /** What the bot was seen doing, e.g. `typing`. */
  actions: string[]
}

/** One request the bot made. */
export interface Asked {
  /** Milliseconds since 1970. */
  at: number
  method: string
  chatId: string | undefined
  payload: Body
  /** `ok`, the error code answered, or what happened on the wire. */
  outcome: 'ok' | 'cut' | 'lost' | 'silent' | 'rubbish' | number
}

export type Failure =
  /** An `ok:false`; with HTTP 200 unless `status` says otherwise. */
  | { kind: 'error', code: number, description: string, status?: number, retryAfter?: number }
  /** A gateway's page instead of JSON. */
  | { kind: 'page', code: number }
  /** HTTP 200 with something that is no envelope. */
  | { kind: 'rubbish', body?: string }
  /** The connection is cut before the request is looked at. */
  | { kind: 'cut' }
  /** The request is carried out, and the connection cut before the answer. */
  | { kind: 'lost' }
  /** Carried out after this many milliseconds. */
  | { kind: 'slow', ms: number }
  /** Carried out, and never answered: the asker's own limit ends it. */
  | { kind: 'silent' }

export interface Script {
  /** Which method (`download` for pictures); all when left out. */
  method?: string
  /** Which chat; all when left out. */
  chat?: string
  /** How often; once when left out. */
  times?: number
  failure: Failure
}

/** What sources contradict each other about, or nobody knows (zalo.md 7 and 11): the stub can do either. */
export interface Ways {
  /** Webhook bodies: as seen live, or as documented. */
  body: 'flat' | 'wrapped'
  /** The field with a picture's address: as seen live, or as documented. */
  photo: 'photo_url' | 'photo'
  /** HTTP status of the 408 that an empty poll is answered with. */
  emptyPollStatus: 200 | 408
  /** Whether what people write while nobody polls waits for the next poll. */
  offline: 'waits' | 'is lost'
  /** How often a webhook that did not say 200 is tried again. */
  webhookRetries: number
  /** Each update is delivered this often. */
  deliveries: number
  /** The bot's webhook is called with an empty body, without content type or secret, when it is set. */
  probe: boolean
  /** Messages in both directions in a month until everything is answered 429. */
  monthly: number
  /** What a webhook is shown: its secret, or another one, as from somebody who guesses. */
  secret: 'right' | 'wrong'
}

export interface Platform {
  token: string
  /** The platform's clock, in milliseconds since 1970; a test moves it. */
  now: () => number
  /** The length of "one second" between webhook tries, in milliseconds. */
  retryUnit: number
  ways: Ways
  url: string
  chats: Map<string, Chat>
  files: Map<string, Uint8Array>
  asked: Asked[]
  scripts: Script[]
  waiting: Body[]
  /** Updates kept back until they are let go in another order. */
  held: Body[] | undefined
  webhook: { url: string, secret: string, updatedAt: number } | undefined
  /** What the webhook said to each delivery, and to the probe; 0 for nothing. */
  delivered: number[]
  probed: number[]
  sending: number
  poll: ((update: Body | undefined) => void) | undefined
  /** Messages counted this month. */
  messages: { month: string, many: number }
  next: number
  stopped: boolean
}

/** A refusal of the platform. */
export class Refusal extends Error {
  readonly code: number
  readonly status: number
  constructor (code: number, description: string, status = 200) {
    super(description)
    this.code = code
    this.status = status
  }
}

/** Hex letters, as message ids there. */
export function newId (platform: Platform): string {
  return `2d758cb5e222${(platform.next++).toString(16).padStart(8, '0')}`
}
