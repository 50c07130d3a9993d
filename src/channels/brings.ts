// Would a channel bring this person something now? For whoever writes to them and wants to know.
import type { EntityManager } from '@mikro-orm/sql'
import type { Clock } from '../clock.ts'
import type { ServerKeys } from '../server-key.ts'
import type { Address } from './message.ts'
import { isOpen } from './zalo-oa/window.ts'

/** A question about an address, as far as we know; only Zalo's Official Accounts have a window that closes. @param paid `ZALO_OA_PAID` */
export function bringsTo (keys: ServerKeys, clock: Clock, paid: boolean): (em: EntityManager, to: Address) => Promise<boolean> {
  return async (em, to) => to.channel !== 'zalo-oa' || await isOpen(em, keys, to, paid, clock())
}
