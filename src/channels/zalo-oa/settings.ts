// What the Zalo OA channel is given.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { ZaloOaConfig } from '../../config.ts'
import type { Random, ServerKeys } from '../../server-key.ts'
import type { Address } from '../message.ts'
import type { ZaloOaTexts } from './texts.ts'

export interface ZaloOaSettings extends ZaloOaConfig {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Logger
  random: Random
  dataDir: string
  texts: ZaloOaTexts
  /** `user_withdraw`: this person wants all we hold of them deleted. Resolves when that is durable; asked again, does no harm. */
  withdrawn: (address: Address) => Promise<void>
  /** Somebody wrote to whom Zalo brought nothing before; in the transaction that opens their window again. */
  cameBack: (em: EntityManager, address: Address) => Promise<void>
  /** Milliseconds that pauses are counted in; 1000 but in tests. */
  second?: number
}
