// Whose turn it is at an account's pace.
import { expect, test } from 'vitest'
import { makeGate, type Gate, type Lane } from '../../src/channels/gate.ts'
import { fullestSecond } from '../bench/broadcast/windows.ts'

const forEver = new AbortController().signal
const now = (): number => performance.now()

/** Sends `many` of a lane, as a sender of bulletins does it: turns first, then something to write down, then each leaves. */
async function sends (gate: Gate, lane: Lane, many: number, left: number[], writes = 0): Promise<void> {
  const leaving: Promise<void>[] = []
  for (let n = 0; n < many;) {
    const turns = await gate.take(lane, many - n, forEver)
    if (writes > 0) await new Promise(resolve => setTimeout(resolve, Math.random() * writes))
    for (let one = 0; one < turns; one++) leaving.push(gate.leave().then(() => { left.push(now()) }))
    n += turns
  }
  await Promise.all(leaving)
}

test('never more than the platform allows leave in any second, however long it takes to write down that they do', async () => {
  const [gate, left]: [Gate, number[]] = [makeGate(20), []]
  await Promise.all([sends(gate, 'bulletin', 40, left, 60), sends(gate, 'alarm', 10, left, 60), ...Array.from({ length: 10 }, async () => { await gate.pass('reply'); left.push(now()) })])
  expect(left).toHaveLength(60)
  expect(fullestSecond(left)).toBeLessThanOrEqual(20)
})

test('an alarm goes before replies, replies before bulletins, and nobody is shut out', async () => {
  const gate = makeGate(50)
  const order: Lane[] = []
  const passes = async (lane: Lane): Promise<void> => {
    await gate.pass(lane)
    order.push(lane)
  }
  // What is free after a quiet moment is used up first; then all wait at once.
  const first = Array.from({ length: 16 }, async () => { await passes('alarm') })
  await Promise.all([...first, ...(['bulletin', 'reply', 'alarm'] as const).flatMap(lane => Array.from({ length: 12 }, async () => { await passes(lane) }))])
  const crowd = order.slice(16)
  expect(crowd[0]).toBe('alarm')
  // One reply after each two alarms while there are alarms, one bulletin after each ten replies while there are replies.
  expect(crowd.slice(0, 12).filter(lane => lane === 'reply')).toHaveLength(4)
  expect(crowd.slice(0, 12).filter(lane => lane === 'bulletin')).toHaveLength(0)
  expect(crowd.indexOf('bulletin')).toBeLessThan(crowd.lastIndexOf('reply'))
})

test('turns that are given back, or waited for by somebody who goes away, are free for others', async () => {
  const gate = makeGate(4)
  for (let n = 0; n < 30; n++) gate.giveBack(await gate.take('alarm', 4, forEver))
  const going = new AbortController()
  await gate.pass('reply')
  const waits = Promise.all(Array.from({ length: 20 }, async () => await gate.take('bulletin', 4, going.signal)))
  going.abort()
  expect((await waits).reduce((sum, turns) => sum + turns, 0)).toBeLessThanOrEqual(1)
  expect(await gate.take('bulletin', 1, going.signal)).toBe(0)
})

test('an account without a limit never waits', async () => {
  const [gate, left]: [Gate, number[]] = [makeGate(Infinity), []]
  await sends(gate, 'bulletin', 5000, left)
  await gate.pass('reply')
  expect(left).toHaveLength(5000)
})
