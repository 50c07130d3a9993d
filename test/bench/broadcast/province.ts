// A database with a province's subscribers in it: made once, for all that is measured on it.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ormOptions } from '../../../mikro-orm.config.ts'
import type { BulletinRoom } from '../../../src/bulletins/room.ts'
import { openDatabase } from '../../../src/db/open.ts'
import { loadOrCreateServerKeys } from '../../../src/server-key.ts'
import { benchRoom } from './bench-room.ts'
import { fillResidents } from './residents.ts'

export interface Province {
  /** SQLite or PostgreSQL. */
  name: string
  many: number
  dataDir: string
  databaseUrl: string | null
  room: BulletinRoom
  close (): Promise<void>
}

export async function aProvince (dir: string, databaseUrl: string | null, many: number): Promise<Province> {
  const name = databaseUrl === null ? 'SQLite' : 'PostgreSQL'
  const dataDir = join(dir, `province-${name}`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const orm = await openDatabase(await ormOptions(databaseUrl === null ? { kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') } : { kind: 'postgresql', url: databaseUrl }))
  const { keys } = loadOrCreateServerKeys(join(dataDir, 'server.key'), n => randomBytes(n))
  const began = performance.now()
  await fillResidents(orm, keys, { many, like: 'province' })
  console.log(`\n${many} subscribers on ${name}, made in ${((performance.now() - began) / 1000).toFixed(0)} s.`)
  return { name, many, dataDir, databaseUrl, room: benchRoom(orm, keys, [], 30), close: async () => { await orm.close() } }
}
