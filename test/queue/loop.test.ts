import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, test } from 'vitest'
import { makeBell } from '../../src/queue/bell.ts'
import { startLoop } from '../../src/queue/loop.ts'
import { until } from '../world.ts'

function aLog () {
  const lines: string[] = []
  return { lines, log: pino({}, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } })) }
}

test('rounds follow each other at once while there is more, and then wait for the bell', async () => {
  const bell = makeBell()
  let rounds = 0
  const loop = startLoop('work', async () => ++rounds % 3 !== 0, bell, 60_000, aLog().log)
  await until(() => rounds === 3)
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(rounds).toBe(3)
  bell.ring()
  await until(() => rounds === 6)
  await loop.stop()
})

test('a round that throws is logged and does not end the loop', async () => {
  const bell = makeBell()
  const { log, lines } = aLog()
  let rounds = 0
  const loop = startLoop('work', async () => {
    if (++rounds === 1) throw new Error('the disk is full')
    return false
  }, bell, 60_000, log)
  await until(() => lines.length === 1)
  expect(lines[0]).toContain('the disk is full')
  bell.ring()
  await until(() => rounds === 2)
  await loop.stop()
})

test('a stop waits for the round under way, tells it, and begins no other', async () => {
  let rounds = 0
  let finished = false
  const loop = startLoop('work', async signal => {
    rounds++
    await new Promise(resolve => { signal.addEventListener('abort', resolve) })
    await new Promise(resolve => setTimeout(resolve, 20))
    finished = true
    return true
  }, makeBell(), 1, aLog().log)
  await until(() => rounds === 1)
  await loop.stop()
  expect(finished).toBe(true)
  expect(rounds).toBe(1)
})

test('work without end on a database that answers at once lets everybody else have their turn', async () => {
  let rounds = 0
  // As with SQLite: all awaits are microtasks. Bounded, so that a failure is a failure and no frozen test.
  const loop = startLoop('work', async () => ++rounds < 200_000, makeBell(), 60_000, aLog().log)
  await new Promise(resolve => setTimeout(resolve, 1))
  expect(rounds).toBeLessThan(200_000)
  await loop.stop()
})
