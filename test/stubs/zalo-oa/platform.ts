// What the pretended Zalo knows: people, tokens, files, and the log of all that was asked.

export interface Button {
  title: string
  type: string
  payload: unknown
}

/** One message of the Official Account, as the person sees it. */
export interface Heard {
  messageId: string
  text: string
  buttons: Button[]
  /** Milliseconds since 1970, on the platform's clock. */
  at: number
}

export interface Somebody {
  /** A person's id, or a visitor's of the chat widget. */
  id: string
  /** Set for a visitor of the widget. */
  conversation: string | undefined
  follows: boolean
  blocked: boolean
  /** Milliseconds since 1970; undefined: never. */
  lastInteraction: number | undefined
  /** Not only followed or opened the chat. */
  wrote: boolean
  heard: Heard[]
}

export interface StoredFile {
  bytes: Uint8Array
  /** Milliseconds since 1970. */
  until: number
}

/** One request the program made. */
export interface Asked {
  at: number
  path: string
  userId: string | undefined
  body: Record<string, unknown>
  headers: Record<string, string | string[] | undefined>
  /** The `error` that was answered, or what happened on the wire. */
  outcome: number | 'cut' | 'lost' | 'silent' | 'page' | 'http'
}

export type Failure =
  /** HTTP 200 with this `error`. */
  | { kind: 'error', code: number, message?: string }
  | { kind: 'http', status: number, retryAfter?: number }
  /** A gateway's page instead of JSON. */
  | { kind: 'page' }
  /** Not the JSON it should be. */
  | { kind: 'malformed', text: string }
  /** The connection is cut before the request is looked at. */
  | { kind: 'cut' }
  /** Carried out, and the connection cut before the answer. */
  | { kind: 'lost' }
  /** Carried out after this many milliseconds. */
  | { kind: 'slow', ms: number }
  /** Carried out, and never answered: the asker's own limit ends it. */
  | { kind: 'silent' }

export interface Script {
  /** Which path; all when left out. */
  path?: string
  /** Which person; all when left out. */
  user?: string
  /** How often; once when left out. */
  times?: number
  failure: Failure
}

export interface WebhookState {
  url: string | undefined
  /** After the last retry Zalo switches it off. */
  disabled: boolean
  /** Signs wrongly while true. */
  signsWrong: boolean
  /** Delivers each event this many times. */
  copies: number
  /** Events are held back, and delivered backwards on release. */
  held: { body: string, tries: number }[] | undefined
  delivered: { event: string, status: number, tries: number }[]
}

/** How this account behaves where Zalo is not documented, and what somebody paid for. */
export interface Switches {
  /** `none`: no Zalo Cloud Account. */
  cloudAccount: 'none' | 'empty' | 'paid'
  /** HTTP status of OAuth errors. */
  oauthErrorStatus: 200 | 400
  /** Send an `oa_send_text` for each message of ours. */
  echoes: boolean
  /** Whether an echo has the `message_id` that was answered, or one of its own; nobody knows. */
  echoIds: 'same' | 'own'
  /** Send a `user_received_message` for each message of ours. */
  receipts: boolean
  /** Requests a minute. */
  perMinute: number
  /** `appsecret_proof` is demanded. */
  proof: boolean
  /** Whether the code goes with the console's one PKCE pair, or with the challenge in the link (zalo.md 1.3). */
  pkce: 'fixed' | 'per request'
  /** Whether the admin is asked on a page, or agrees as soon as the link is opened. */
  consent: 'asks' | 'at once'
  /** Whether `state` of the link comes back. */
  stateComesBack: boolean
  /** The callback address saved in the console; undefined: any is taken. */
  callback: string | undefined
  /** How often an article is "being processed" before it is there. */
  articlePolls: number
  /** Articles left this month. */
  articles: number
  /** Where the id of a new article stands: one is documented, the other was seen. */
  articleIdIn: 'id' | 'article_id'
  /** Whether an article's details tell its address. */
  articleLinks: boolean
  /** The covers given can't be fetched. */
  coversFail: boolean
  /** Broadcasts left this month. */
  broadcasts: number
  /** What the people say who look at broadcasts. */
  moderation: 'passes' | 'refuses'
  /** Broadcasts are refused at night. */
  nights: boolean
}

/** What was uploaded and can be sent by its id. */
export interface Asset {
  kind: 'image' | 'gif' | 'file'
  /** Milliseconds since 1970. */
  until: number
}

export interface Article {
  id: string
  /** As it was written. */
  content: Record<string, unknown>
}

export interface Broadcast {
  messageId: string
  /** Ids. */
  articles: string[]
  target: Record<string, unknown>
  at: number
  passes: boolean
}

export interface Platform {
  app: { id: string, secret: string }
  oa: { id: string, secretKey: string }
  verifier: string
  /** The platform's clock; a test moves it. */
  now: () => number
  /** Milliseconds that count as a second between tries of the webhook, and in its 2 s limit. */
  retryUnit: number
  tokens: { access: string | undefined, accessUntil: number, refresh: string | undefined, refreshUntil: number, spent: Set<string>, codes: Map<string, { until: number, challenge: string }> }
  people: Map<string, Somebody>
  files: Map<string, StoredFile>
  /** By attachment id or token. */
  assets: Map<string, Asset>
  /** By id: those that are there. */
  articles: Map<string, Article>
  /** By token: articles that are being processed, and how often they still will be. */
  jobs: Map<string, { article: Article, polls: number }>
  broadcasts: Broadcast[]
  /** Who carries which tag. */
  tags: Map<string, Set<string>>
  asked: Asked[]
  scripts: Script[]
  switches: Switches
  webhook: WebhookState
  under: Set<Promise<void>>
  stopped: boolean
  baseUrl: string
  next: { message: number, file: number }
}

/** `error` of an answer. */
export class Refusal extends Error {
  readonly code: number
  constructor (code: number, message: string) {
    super(message)
    this.code = code
  }
}

export function messageIdOf (platform: Platform): string {
  return (0x96d3cdf3af15_0000n + BigInt(platform.next.message++)).toString(16).padStart(20, '0')
}
