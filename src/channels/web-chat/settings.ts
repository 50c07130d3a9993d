// What the web chat is given.
import type { MikroORM } from '@mikro-orm/sql'
import type { Clock } from '../../clock.ts'
import type { Doorkeeper } from '../../http/doorkeeper.ts'
import type { Language, Say } from '../../i18n.ts'
import type { Log } from '../../log.ts'
import type { Random, ServerKeys } from '../../server-key.ts'
import type { Address, Message } from '../message.ts'

export interface WebChatSettings {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Log
  random: Random
  dataDir: string
  /** As in Config. */
  publicUrl: string
  doorkeeper: Doorkeeper
  say: (language: Language) => Say
  /** What somebody reads who was never here: on it are the buttons of a first press. */
  firstWords: (language: Language) => Message[]
  /** True while something we decided to say to this chat does not stand in it yet. */
  stillToSay: (address: Address) => Promise<boolean>
  /** Milliseconds between looks for what other processes wrote; 3000 but in tests. */
  lookEvery?: number
  /** Milliseconds that a page without a script waits for what we say; 3000 but in tests. */
  patience?: number
}
