import { expect, test } from 'vitest'
import { makeBell } from '../../src/queue/bell.ts'

const listening = (): AbortSignal => new AbortController().signal
/** A minute: whoever waits that long was not woken. */
const long = 60_000

test('a ring wakes everybody who waits, so that no channel answers later because another one waits too', async () => {
  const bell = makeBell()
  const both = Promise.all([bell.wait(long, listening()), bell.wait(long, listening())])
  bell.ring()
  await both
})

test('a ring while somebody was busy is heard at their next wait, by each of them, once', async () => {
  const bell = makeBell()
  const [lan, hien] = [listening(), listening()]
  await Promise.all([bell.wait(1, lan), bell.wait(1, hien)])
  bell.ring()
  await bell.wait(long, lan)
  await bell.wait(long, hien)
  const began = performance.now()
  await bell.wait(40, lan)
  expect(performance.now() - began).toBeGreaterThan(30)
})

test('waiting ends after its time, and at once when the program stops', async () => {
  const bell = makeBell()
  const stopping = new AbortController()
  await bell.wait(5, stopping.signal)
  const waiting = bell.wait(long, stopping.signal)
  stopping.abort()
  await waiting
  await bell.wait(long, stopping.signal)
})

test('a loop that waits for weeks leaves nothing behind on its signal', async () => {
  const bell = makeBell()
  const stopping = new AbortController()
  let listeners = 0
  const { signal } = stopping
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (...args: Parameters<typeof add>) => { listeners++; add(...args) }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => { listeners--; remove(...args) }
  for (let n = 0; n < 20; n++) await bell.wait(1, signal)
  expect(listeners).toBe(0)
})
