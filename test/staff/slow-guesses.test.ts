import { expect, test } from 'vitest'
import { hours, minutes } from '../../src/clock.ts'
import { makeSlowGuesses } from '../../src/staff/slow-guesses.ts'

const now = new Date('2026-11-24T03:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)

test('four codes may be mistyped; then whoever goes on waits a minute, two, four, up to an hour', () => {
  const guesses = makeSlowGuesses()
  for (let n = 0; n < 4; n++) guesses.wrong('bé', now)
  expect(guesses.minutesToWait('bé', now)).toBe(0)
  const waits: number[] = []
  for (let n = 0; n < 8; n++) {
    guesses.wrong('bé', now)
    waits.push(guesses.minutesToWait('bé', now))
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  expect(guesses.minutesToWait('bé', later(minutes(59.5)))).toBe(1)
  expect(guesses.minutesToWait('bé', later(minutes(60)))).toBe(0)
  expect(guesses.minutesToWait('tám', now)).toBe(0)
})

test('an hour later it is forgotten', () => {
  const guesses = makeSlowGuesses()
  for (let n = 0; n < 4; n++) guesses.wrong('bé', now)
  guesses.wrong('bé', later(hours(1)))
  expect(guesses.minutesToWait('bé', later(hours(1)))).toBe(0)
})

test('when many chats guess, each waits after its first wrong code, and nobody before it', () => {
  const guesses = makeSlowGuesses()
  for (let n = 0; n < 101; n++) guesses.wrong(`chat ${n}`, now)
  expect(guesses.minutesToWait('chat 100', now)).toBe(1)
  expect(guesses.minutesToWait('mai', now)).toBe(0)
})

test('a clock set back locks nobody out for long', () => {
  const guesses = makeSlowGuesses()
  for (let n = 0; n < 12; n++) guesses.wrong('bé', later(hours(48)))
  expect(guesses.minutesToWait('bé', now)).toBe(0)
})
