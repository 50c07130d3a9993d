// What the routes of the web chat are given.
import type { MikroORM } from '@mikro-orm/sql'
import type { Clock } from '../clock.ts'
import type { ConversationRoom } from '../conversation/room.ts'
import type { Assets } from '../http/assets.ts'
import type { Doorkeeper } from '../http/doorkeeper.ts'
import type { ServerKeys } from '../server-key.ts'
import type { TipRoom } from '../tips/room.ts'

export interface ChatDoor {
  orm: MikroORM
  keys: ServerKeys
  tips: TipRoom
  conversation: ConversationRoom
  assets: Assets
  /** As in Config. */
  publicUrl: string
  doorkeeper: Doorkeeper
  clock: Clock
}
