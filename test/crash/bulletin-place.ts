// The place around a bulletin that is sent while its program is killed: residents in a database, officers, and the program itself, once or twice.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { MikroORM } from '@mikro-orm/sql'
import { ormOptions } from '../../mikro-orm.config.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { run } from '../../src/db/statement.ts'
import { openDatabase } from '../../src/db/open.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'
import { benchRoom } from '../bench/broadcast/bench-room.ts'
import { fillResidents } from '../bench/broadcast/residents.ts'
import { channelTo } from '../bench/broadcast/the-send.ts'
import { aNewsroom, type Newsroom } from '../bulletins/newsroom.ts'
import { aFolder, byNode, type Program } from '../process/program.ts'
import { freePort, webhookSecret } from '../world.ts'
import type { BulletinSink } from './bulletin-sink.ts'

export const firstChat = 1_000_000_000
/** Messages a second: enough that some are always on the wire. */
const rate = 200

export interface Workplace {
  room: BulletinRoom
  newsroom: Newsroom
  /** Addresses of the programs' pages, which stand in what they send. */
  urls: readonly string[]
  /** Starts the n-th program on what is on the disk. */
  starts (n?: number): Program
  /** Chats whose row of any bulletin is marked as on the wire, as `code chat`. */
  onTheWire (): Promise<string[]>
  rows (): Promise<Row[]>
  sums (): Promise<{ code: string, state: string, n: number }[]>
  close (): Promise<void>
}

export interface Row { code: string, kind: string, chat: number, state: string, why: string | null }

export async function aWorkplace (sink: BulletinSink, databaseUrl: string | null, residents: number): Promise<Workplace> {
  const dataDir = join(await aFolder(), 'data')
  await mkdir(dataDir, { mode: 0o700 })
  const orm = await openDatabase(await ormOptions(databaseUrl === null ? { kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') } : { kind: 'postgresql', url: databaseUrl }))
  const { keys } = loadOrCreateServerKeys(join(dataDir, 'server.key'), n => randomBytes(n))
  await fillResidents(orm, keys, { many: residents, like: 'telegram', firstChat })
  const chats = new Map(Array.from({ length: residents }, (_, n) => [keys.tag(`telegram:${firstChat + n}`, 'address'), firstChat + n]))
  const ports = [await freePort(), await freePort()]
  const urls = ports.map(port => `http://127.0.0.1:${port}`)
  const room = benchRoom(orm, keys, [channelTo(sink.apiRoot)], rate)
  const settings = (n: number): Record<string, string> => ({
    PORT: String(ports[n]), PUBLIC_URL: urls[n] ?? '', DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    TELEGRAM_BOT_TOKEN: '7000000001:stub-token-stub-token-stub-token-00', TELEGRAM_API_ROOT: sink.apiRoot, TELEGRAM_UPDATES: 'webhook', TELEGRAM_WEBHOOK_SECRET: webhookSecret, TELEGRAM_RATE: String(rate),
  })
  const chatOf = ({ address_key }: { address_key: string }): number => chats.get(address_key) ?? -1
  return {
    room,
    newsroom: await aNewsroom(room),
    urls,
    starts: (n = 0) => byNode(settings(n)),
    async onTheWire () {
      const found = await read<{ code: string, address_key: string }>(orm, 'select b.code, d.address_key from delivery d join bulletin b on b.id = d.bulletin_id where d.state = \'on-the-wire\'')
      return found.map(row => `${row.code} ${chatOf(row)}`)
    },
    async rows () {
      const found = await read<Omit<Row, 'chat'> & { address_key: string }>(orm, 'select b.code, b.kind, d.address_key, d.state, d.why from delivery d join bulletin b on b.id = d.bulletin_id')
      return found.map(row => ({ code: row.code, kind: row.kind, state: row.state, why: row.why, chat: chatOf(row) }))
    },
    async sums () {
      const found = await read<{ code: string, state: string, n: number | string }>(orm, 'select b.code, c.state, sum(c.n) as n from delivery_count c join bulletin b on b.id = c.bulletin_id group by b.code, c.state')
      return found.map(({ code, state, n }) => ({ code, state, n: Number(n) })).filter(({ n }) => n !== 0)
    },
    async close () { await orm.close() },
  }
}

async function read<T> (orm: MikroORM, sql: string): Promise<T[]> {
  return await run<T>(orm.em.fork(), sql)
}
