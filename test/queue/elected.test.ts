import { Writable } from 'node:stream'
import type { MikroORM } from '@mikro-orm/sql'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { whileElected } from '../../src/queue/elected.ts'
import { hold, Lease, release } from '../../src/queue/lease.ts'
import { hours, seconds } from '../../src/clock.ts'
import { withDatabase, type TestDatabase } from '../database.ts'
import { until } from '../world.ts'

let database: TestDatabase
beforeAll(async () => { database = await withDatabase('sqlite') })
afterAll(async () => { await database.close() })
beforeEach(async () => { await database.empty() })
const orm = (): MikroORM => database.orm
const log = pino(new Writable({ write (_chunk, _, done) { done() } }))

test('a lease has one holder, who can renew it and give it back', async () => {
  expect(await hold(orm(), 'telegram', 'one', seconds(60))).toBe(true)
  expect(await hold(orm(), 'telegram', 'two', seconds(60))).toBe(false)
  expect(await hold(orm(), 'telegram', 'one', seconds(60))).toBe(true)
  await release(orm(), 'telegram', 'two')
  expect(await hold(orm(), 'telegram', 'two', seconds(60))).toBe(false)
  await release(orm(), 'telegram', 'one')
  expect(await hold(orm(), 'telegram', 'two', seconds(60))).toBe(true)
})

test('a lease that was not renewed passes on after its end', async () => {
  expect(await hold(orm(), 'telegram', 'one', 30)).toBe(true)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await hold(orm(), 'telegram', 'two', seconds(60))).toBe(true)
  expect(await hold(orm(), 'telegram', 'one', seconds(60))).toBe(false)
})

test('a lease from before the clock was set back does not leave everybody without a sender', async () => {
  await hold(orm(), 'telegram', 'crashed', seconds(6))
  await orm().em.fork().nativeUpdate(Lease, { name: 'telegram' }, { heldUntil: Date.now() + hours(3) })
  expect(await hold(orm(), 'telegram', 'two', seconds(6))).toBe(true)
})

test('one process does it, and the next one takes over when that one stops', async () => {
  const doing = new Set<string>()
  const begin = (who: string) => async (): Promise<() => Promise<void>> => {
    doing.add(who)
    return async () => { doing.delete(who) }
  }
  const one = whileElected(orm(), 'telegram', 'one', begin('one'), log)
  await until(() => doing.has('one'))
  const two = whileElected(orm(), 'telegram', 'two', begin('two'), log)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect([...doing]).toEqual(['one'])
  await one.stop()
  expect([...doing]).toEqual([])
  await until(() => doing.has('two'))
  await two.stop()
  expect([...doing]).toEqual([])
})

test('who can not renew any more stops before somebody else begins', async () => {
  let doing = false
  let away = false
  const real = orm()
  // The wire to the database is cut for this one process: every fork of it fails.
  const cut = new Proxy(real, { get: (target, name, self) => { if (away && name === 'em') throw new Error('connection lost'); return Reflect.get(target, name, self) as unknown } })
  const one = whileElected(cut, 'telegram', 'one', async () => { doing = true; return async () => { doing = false } }, log)
  await until(() => doing)
  away = true
  await until(() => !doing, 9000)
  expect(await hold(real, 'telegram', 'two', seconds(6))).toBe(false)
  away = false
  await one.stop()
}, 15_000)
