import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { MikroORM } from '@mikro-orm/sql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Counter } from '../../src/db/counter.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { withDatabase, type TestDatabase } from '../database.ts'

describe('on SQLite, transactions that go to disk together', () => {
  let database: TestDatabase
  /** Another process: it sees only what is on disk. */
  let witness: DatabaseSync
  beforeAll(async () => {
    database = await withDatabase('sqlite')
    witness = new DatabaseSync(join(database.dataDir, 'tin-bao.sqlite'))
  })
  beforeEach(async () => { await database.empty() })
  afterAll(async () => {
    witness.close()
    await database.close()
  })
  const orm = (): MikroORM => database.orm
  const write = async (count: number, then?: () => void): Promise<void> => {
    await inTransaction(orm(), async em => {
      await em.insert(Counter, { day: String(count), what: 'tip-received', count })
      then?.()
    })
  }
  const onDisk = (count: number): boolean => witness.prepare('select 1 from counter where count = ?').get(count) !== undefined

  test('are each on disk when they are told so', async () => {
    const seen = await Promise.all(Array.from({ length: 40 }, async (_, n) => {
      await write(n)
      return onDisk(n)
    }))
    expect(seen).toEqual(Array.from({ length: 40 }, () => true))
  })

  test('fail alone: the others are kept', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, async (_, n) => {
      await write(n, () => { if (n % 3 === 0) throw new Error('the power went') })
    }))
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, (_, n) => n % 3 === 0 ? 'rejected' : 'fulfilled'))
    expect(Array.from({ length: 30 }, (_, n) => onDisk(n))).toEqual(Array.from({ length: 30 }, (_, n) => n % 3 !== 0))
  })

  test('share their flush: the log of the database grows by fewer commits than there were transactions', async () => {
    const checkpoints = (): number => Number(witness.prepare('pragma data_version').get()?.data_version)
    let changes = 0
    let last = checkpoints()
    await Promise.all(Array.from({ length: 40 }, async (_, n) => {
      await write(n)
      const version = checkpoints()
      if (version !== last) { changes++; last = version }
    }))
    expect(changes).toBeGreaterThan(0)
    expect(changes).toBeLessThan(20)
  })

  test('include what is written outside of any, and it is on disk too when it is told', async () => {
    const [alone] = await Promise.all([
      orm().em.fork().insert(Counter, { day: 'alone', what: 'forgotten', count: 100 }).then(() => onDisk(100)),
      write(101), write(102),
    ])
    expect([alone, onDisk(101), onDisk(102)]).toEqual([true, true, true])
  })

  test('all hear of it when the flush fails', async () => {
    await orm().em.fork().execute('create table parent (id integer primary key)')
    await orm().em.fork().execute('create table child (parent integer references parent (id) deferrable initially deferred)')
    const outcomes = await Promise.allSettled([
      write(1),
      inTransaction(orm(), async em => { await em.execute('insert into child (parent) values (7)') }),
      write(2),
    ])
    await write(3)
    for (const table of ['child', 'parent']) await orm().em.fork().execute(`drop table ${table}`)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect([1, 2, 3].map(onDisk)).toEqual([false, false, true])
  })

  test('one that can not begin, for another process keeps the database, fails and leaves the way free', async () => {
    await orm().em.fork().execute('pragma busy_timeout = 50')
    witness.exec('begin immediate')
    await expect(write(1)).rejects.toThrow('locked')
    witness.exec('commit')
    await write(2)
    await orm().em.fork().execute('pragma busy_timeout = 5000')
    expect([onDisk(1), onDisk(2)]).toEqual([false, true])
  })
})
