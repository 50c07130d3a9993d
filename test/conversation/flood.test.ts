// Who goes first when all together are too many: people who were here before, and nobody for ever.
import { describe, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../src/clock.ts'
import { makeFloodGate, type FloodGate, type Verdict } from '../../src/conversation/flood.ts'

const start = Date.UTC(2026, 10, 24, 3)
const at = (ms: number): Date => new Date(start + ms)

/** Verdicts on so many newcomers in one instant, counted. */
function arrive (gate: FloodGate, many: number, now: Date, name = 'newcomer'): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {}
  for (let n = 0; n < many; n++) {
    const verdict = gate.verdict(`${name} ${now.getTime()} ${n}`, now)
    counts[verdict] = (counts[verdict] ?? 0) + 1
  }
  return counts
}

describe('in a crowd', () => {
  test('those in a conversation are served, newcomers get what is left', () => {
    const gate = makeFloodGate({ perSecond: 400 })
    gate.verdict('lan', at(0))
    expect(arrive(gate, 500, at(minutes(2)))).toEqual({ welcome: 300, later: 200 })
    expect(gate.verdict('lan', at(minutes(2)))).toBe('welcome')
    // Four hundred a second go on being taken, however many come.
    expect(arrive(gate, 900, at(minutes(2) + seconds(1)))).toEqual({ welcome: 300, later: 600 })
    let taken = 0
    for (let n = 1; n <= 10; n++) taken += arrive(gate, 100, at(minutes(2) + seconds(1) + n * 100)).welcome ?? 0
    expect(taken).toBe(400)
  })

  test('those who came with it stay newcomers while it lasts, so that it can not buy its way in with a first word', () => {
    const gate = makeFloodGate({ perSecond: 400 })
    const bots = (now: Date): Verdict[] => Array.from({ length: 500 }, (_, n) => gate.verdict(`bot ${n}`, now))
    gate.verdict('lan', at(0))
    let served = 0
    for (let s = 0; s < 600; s++) {
      // Two messages each, every second.
      bots(at(minutes(2) + seconds(s)))
      bots(at(minutes(2) + seconds(s) + 500))
      if (s % 10 === 0 && gate.verdict('lan', at(minutes(2) + seconds(s) + 500)) === 'welcome') served++
    }
    expect(served).toBe(60)
  })

  test('who was half way through a story before this process began goes first too', () => {
    const gate = makeFloodGate({ perSecond: 400 })
    gate.remember(['lan'], at(0))
    arrive(gate, 400, at(0))
    expect(gate.verdict('hien', at(0))).toBe('later')
    expect(gate.verdict('lan', at(0))).toBe('welcome')
  })

  test('it is told once, counted, and over by itself', () => {
    let came = 0
    const gate = makeFloodGate({ perSecond: 400, crowdCame: () => { came++ } })
    expect(gate.crowd(at(0))).toBeNull()
    arrive(gate, 350, at(0))
    arrive(gate, 450, at(seconds(30)))
    expect(came).toBe(1)
    expect(gate.crowd(at(seconds(40)))).toEqual({ since: at(0), putOff: 200 })
    expect(gate.crowd(at(seconds(91)))).toBeNull()
    arrive(gate, 350, at(minutes(10)))
    expect(came).toBe(2)
    expect(gate.crowd(at(minutes(10)))).toEqual({ since: at(minutes(10)), putOff: 50 })
  })

  test('a clock set back ends it, and freezes nobody', () => {
    const gate = makeFloodGate({ perSecond: 400 })
    arrive(gate, 350, at(0))
    expect(gate.crowd(at(-hours(3)))).toBeNull()
    expect(arrive(gate, 1, at(-hours(3) + seconds(1)))).toEqual({ later: 1 })
    expect(arrive(gate, 1, at(-hours(3) + seconds(3)))).toEqual({ welcome: 1 })
  })
})

test('somebody quiet for an hour is a newcomer again, and so many strangers push nobody else out than those quiet longest', () => {
  const gate = makeFloodGate({ perSecond: 400 })
  gate.verdict('lan', at(0))
  arrive(gate, 400, at(hours(1.1)))
  expect(gate.verdict('lan', at(hours(1.1)))).toBe('later')

  const kept = makeFloodGate({ perSecond: 400 })
  kept.remember(Array.from({ length: 100_000 }, (_, n) => `person ${n}`), at(0))
  kept.verdict('person 0', at(1))
  kept.verdict('stranger', at(2))
  arrive(kept, 400, at(2))
  expect(kept.verdict('person 0', at(3))).toBe('welcome')
  expect(kept.verdict('person 1', at(3))).toBe('later')
})
