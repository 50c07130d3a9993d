// The whole program on a database full of residents, beside which bulletins are approved as from the command line.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { MikroORM } from '@mikro-orm/sql'
import { ormOptions } from '../../../mikro-orm.config.ts'
import type { BulletinRoom } from '../../../src/bulletins/room.ts'
import { openDatabase } from '../../../src/db/open.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../../src/server-key.ts'
import { aNewsroom, type Newsroom } from '../../bulletins/newsroom.ts'
import { ourBot, type Bot } from '../bots.ts'
import { benchRoom } from './bench-room.ts'
import { channelTo } from './the-send.ts'

export interface Place {
  orm: MikroORM
  keys: ServerKeys
  room: BulletinRoom
  newsroom: Newsroom
  /** Starts the program on it. */
  program (name: string, environment: Record<string, string>): Promise<Bot>
  close (): Promise<void>
}

/** @param databaseUrl null: SQLite in the folder @param rate messages a second on Telegram */
export async function aPlace (dataDir: string, databaseUrl: string | null, sink: string, rate: number): Promise<Place> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const orm = await openDatabase(await ormOptions(databaseUrl === null ? { kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') } : { kind: 'postgresql', url: databaseUrl }))
  const { keys } = loadOrCreateServerKeys(join(dataDir, 'server.key'), n => randomBytes(n))
  const room = benchRoom(orm, keys, [channelTo(sink, rate)], rate)
  return {
    orm, keys, room,
    newsroom: await aNewsroom(room),
    program: async (name, environment) => await ourBot(name, dataDir, sink, { TELEGRAM_RATE: String(rate), ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }), ...environment }),
    close: async () => { await orm.close() },
  }
}
