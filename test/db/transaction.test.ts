import { setTimeout as pause } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/sql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/transaction.ts'
import { Counter } from '../../src/db/counter.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => { database = await withDatabase(kind) })
  beforeEach(async () => { await database.empty() })
  afterAll(async () => { await database.close() })
  const orm = (): MikroORM => database.orm

  describe('a transaction', () => {
    test('is undone as a whole when something in it fails', async () => {
      await expect(inTransaction(orm(), async em => {
        await em.insert(Counter, { day: '2026-11-24', what: 'tip-received', count: 1 })
        throw new Error('the power went')
      })).rejects.toThrow('the power went')
      expect(await orm().em.fork().count(Counter, {})).toBe(0)
    })

    test('inside another one is refused in a sentence', async () => {
      await expect(inTransaction(orm(), async () => await inTransaction(orm(), async () => 1))).rejects.toThrow('begun inside another one')
    })

    // On PostgreSQL such a query runs on a connection of its own; on SQLite it would wait for ever.
    if (kind === 'sqlite') {
      test('refuses a query that goes past it, instead of waiting for ever', async () => {
        await expect(inTransaction(orm(), async () => await orm().em.fork().count(Counter, {}))).rejects.toThrow('outside the open transaction')
        // And the next one works.
        expect(await inTransaction(orm(), async em => await em.count(Counter, {}))).toBe(0)
      })

      test('in a long row of others lets timers and sockets have their turn', async () => {
        let ticks = 0
        let longest = 0
        let last = performance.now()
        const timer = setInterval(() => {
          ticks++
          longest = Math.max(longest, performance.now() - last)
          last = performance.now()
        }, 1)
        for (let n = 0; n < 1000; n++) await inTransaction(orm(), async em => { await em.execute('select 1') })
        clearInterval(timer)
        expect(ticks).toBeGreaterThan(20)
        expect(longest).toBeLessThan(2000)
      })
    }

    test('waits for the one before it, and both are kept', async () => {
      await Promise.all([1, 2, 3, 4].map(async n => {
        await inTransaction(orm(), async em => {
          const before = await em.findOne(Counter, { day: '2026-11-24', what: 'subscribed' }, kind === 'sqlite' ? {} : { lockMode: 4 })
          await pause(5)
          if (before === null) await em.execute('insert into counter (day, what, count) values (?, ?, 1) on conflict (day, what) do update set count = counter.count + 1', ['2026-11-24', 'subscribed'])
          else before.count += 1
        })
        return n
      }))
      expect((await orm().em.fork().findOneOrFail(Counter, { day: '2026-11-24', what: 'subscribed' })).count).toBe(4)
    })
  })
})
