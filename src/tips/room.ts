// What the verbs on tips are given, first after the EntityManager: keys, recipients, the time, the disk, randomness and words.
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import type { Clock } from '../clock.ts'
import type { Language, Say } from '../i18n.ts'
import type { Random, ServerKeys } from '../server-key.ts'
import type { Recipients } from './recipients.ts'

export interface TipRoom {
  keys: ServerKeys
  recipients: Recipients
  clock: Clock
  /** Sealed files lie in `attachments` under it. */
  dataDir: string
  random: Random
  say: (language: Language) => Say
  /** False: the platform would bring this person nothing now, until they write themselves. */
  brings: (em: EntityManager, to: Address) => Promise<boolean>
  /** For the metrics: a tip met this rule of pattern-rules.ts. */
  patternSeen?: (rule: string) => void
}

/** A random id (UUID version 4, RFC 9562) for a row that others must be able to name. */
export function newId (random: Random): string {
  const bytes = Buffer.from(random(16))
  if (bytes.length !== 16) throw new Error('The source of randomness gave too few bytes.')
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
