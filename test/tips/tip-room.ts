// What tests about tips share: two units with their keys, a clock to hold still, and a resident's story.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { EntityName } from '@mikro-orm/core'
import type { Address } from '../../src/channels/message.ts'
import { openReply } from '../../src/conversation/say.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'
import { receiveTip } from '../../src/tips/receive.ts'
import { readRecipients } from '../../src/tips/recipients.ts'
import type { TipRoom } from '../../src/tips/room.ts'
import type { Draft, Receipt } from '../../src/tips/story.ts'
import type { EntityManager } from '@mikro-orm/sql'
import type { TestDatabase } from '../database.ts'

export interface World {
  room: TipRoom
  database: TestDatabase
  /** Private keys, which the server never has. */
  duty: string
  inspectorate: string
  /** Moves the clock. */
  pass (ms: number): void
  /** One transaction. */
  within<T> (work: (em: EntityManager) => Promise<T>): Promise<T>
  /** The only row of a table. */
  one<Row extends object> (entity: EntityName<Row>): Promise<Row>
  /** What is waiting to be said, opened, oldest first. */
  said (): Promise<{ address: Address, text: string, choices: string[] }[]>
  tell (change?: Partial<Draft>, from?: Address): Promise<Receipt>
}

export const hien: Address = { channel: 'telegram', id: '734512998' }

export const story: Draft = {
  category: 'drugs',
  aboutPolice: false,
  what: 'Nhà số 7 hẻm Cây Me bán ma túy cho học sinh',
  own: { unconscious: 'no', minors: 'yes', marks: null },
  place: { commune: '30307', name: 'Phường Long Xuyên', detail: 'gần cầu Duy Tân', point: { lat: 10.386312, lng: 105.435198 } },
  when: { choice: 'often', text: null },
  contact: { name: 'Hiền', phone: '0912345678', safeTime: 'sau 8 giờ tối' },
  language: 'vi',
  files: [],
}

export async function makeWorld (database: TestDatabase): Promise<World> {
  let now = new Date('2026-11-24T03:00:00Z')
  const random = (n: number): Uint8Array => randomBytes(n)
  const [duty, inspectorate] = [await generateX25519Identity(), await generateX25519Identity()]
  const recipients = readRecipients(`duty=${await identityToRecipient(duty)}, inspectorate=${await identityToRecipient(inspectorate)}`)
  // Kept beside the stolen disk, as the README asks for.
  const { keys } = loadOrCreateServerKeys(join(`${database.dataDir}-elsewhere`, 'server.key'), random)
  const room: TipRoom = { keys, recipients, clock: () => now, dataDir: database.dataDir, random, say: language => says[language], brings: async () => true }
  const within: World['within'] = async work => await inTransaction(database.orm, work)
  return {
    room, database, duty, inspectorate, within,
    pass (ms) { now = new Date(now.getTime() + ms) },
    async one (entity) {
      const [row, other] = await database.orm.em.fork().findAll(entity)
      if (row === undefined || other !== undefined) throw new Error('not exactly one row')
      return row
    },
    async said () {
      const replies = await database.orm.em.fork().find(Reply, {}, { orderBy: { id: 'asc' } })
      return replies.map(reply => openReply(keys, reply)).map(({ address, message }) => ({ address, text: message.text, choices: (message.choices ?? []).map(({ id }) => id) }))
    },
    tell: async (change = {}, from = hien) => await within(async em => await receiveTip(em, room, { ...story, ...change }, from)),
  }
}
