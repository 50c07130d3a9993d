// What a conversation is given: the store, the keys, the script, the words, and what to do when a flow asks for something.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import type { Address, ChannelName, Content } from '../channels/message.ts'
import type { Clock } from '../clock.ts'
import type { Language, Say } from '../i18n.ts'
import type { Log } from '../log.ts'
import type { ServerKeys } from '../server-key.ts'
import type { Answer, Places } from './flow.ts'
import type { State } from './standing.ts'
import type { Script } from './script.ts'

export interface ConversationRoom {
  orm: MikroORM
  keys: ServerKeys
  script: Script
  /** What this person may talk about besides, if it is not the same for everybody; asked anew for every update. */
  scriptFor?: (em: EntityManager, address: Address, content: Content, before: State) => Promise<Script>
  say: (language: Language) => Say
  places: Places
  webUrl: string
  clock: Clock
  log: Log
  channel: (name: ChannelName) => Channel
  /** What a flow asks for, done within the transaction. */
  act: (em: EntityManager, name: string, give: Answer, who: Who, ready?: unknown) => Promise<Answer>
  /** What of an act takes long and needs no transaction; the act is given it as `ready`. Null: nothing. */
  workFirst: (name: string, give: Answer) => (() => Promise<unknown>) | null
  /** They stopped us, or came back, on the platform. */
  reachable: (em: EntityManager, address: Address, yes: boolean) => Promise<void>
  count: (em: EntityManager, what: string) => Promise<void>
  /** Something waits: to be said on this channel; without one, of any kind. */
  ring: (only?: ChannelName) => void
  /** For the metrics. */
  handled: (channel: ChannelName, outcome: 'answered' | 'repeated' | 'slowed' | 'put-off' | 'set-aside') => void
}

/** Who asks for an act. */
export interface Who {
  address: Address
  language: Language
  state: State
}
