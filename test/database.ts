// A database for a test, with the migrations applied: SQLite in a file of its own, or the PostgreSQL dialect in memory.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig as pglite } from '@mikro-orm/pglite'
import type { MikroORM, Options } from '@mikro-orm/sql'
import { ormOptions, shared } from '../mikro-orm.config.ts'
import { openDatabase } from '../src/db/open.ts'

export const databases = ['sqlite', 'pglite'] as const

export interface TestDatabase {
  orm: MikroORM
  /** A folder for keys and files; SQLite's file is in it. */
  dataDir: string
  /** Every statement since the last call, in order. */
  statements (): string[]
  /** Deletes every row, so that one database serves a whole file of tests. */
  empty (): Promise<void>
  /** All that a thief of the disk would have: the database's own bytes (SQLite and its WAL, else every row) and all files beside it. */
  stolen (): Promise<Buffer>
  close (): Promise<void>
}

/** PGlite takes three seconds to start: open one in `beforeAll`, and `empty` it in `beforeEach`. */
export async function withDatabase (kind: typeof databases[number]): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-test-'))
  const heard: string[] = []
  const listening = { debug: ['query' as const], logger: (line: string) => { heard.push(line) }, colors: false }
  const options: Options = kind === 'sqlite'
    ? await ormOptions({ kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') }) as Options
    : pglite({ ...shared('postgresql'), dbName: 'memory://' }) as Options
  const orm = await openDatabase({ ...options, ...listening })
  const tables = [...new Set([...orm.getMetadata().getAll().values()].map(meta => meta.tableName))].filter(table => table !== '')
  return {
    orm,
    dataDir,
    statements: () => heard.splice(0),
    async empty () {
      for (const table of tables) await orm.em.fork().execute(`delete from ${table}`)
      heard.length = 0
    },
    async stolen () {
      const rows = kind === 'sqlite' ? [] : await Promise.all(tables.map(async table => JSON.stringify(await orm.em.fork().execute(`select * from ${table}`))))
      return Buffer.concat([...rows.map(row => Buffer.from(row)), ...await bytesUnder(dataDir)])
    },
    async close () {
      await orm.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function bytesUnder (folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return await Promise.all(entries.filter(entry => entry.isFile()).map(async entry => await readFile(join(entry.parentPath, entry.name))))
}
