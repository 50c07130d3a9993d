import { expect, test } from 'vitest'
import { canMove, isStatus, publicStatus, statuses, transitions } from '../../src/tips/status.ts'

test('a tip goes from submitted to erased by the steps of the law', () => {
  const way = ['submitted', 'acknowledged', 'triaged', 'transferred', 'verifying', 'initiated', 'notified', 'archived', 'erased'] as const
  for (const [index, from] of way.entries()) {
    const to = way[index + 1]
    if (to) expect(canMove(from, to), `${from} → ${to}`).toBe(true)
  }
})

test('no step is skipped, taken back or stood on', () => {
  expect(canMove('submitted', 'verifying')).toBe(false)
  expect(canMove('submitted', 'archived')).toBe(false)
  expect(canMove('triaged', 'acknowledged')).toBe(false)
  expect(canMove('verifying', 'notified')).toBe(false)
  for (const status of statuses) expect(canMove(status, status)).toBe(false)
})

test('every state can be reached, and from every state a tip can end', () => {
  const reached = new Set<string>(['submitted'])
  for (const status of reached) if (isStatus(status)) for (const next of transitions[status]) reached.add(next)
  expect([...reached].sort()).toEqual([...statuses].sort())
  for (const status of statuses) expect(transitions[status].length > 0, status).toBe(status !== 'erased')
})

test('a tip closed for want of information is taken up again when something is added', () => {
  expect(publicStatus('closed_insufficient')).toBe('needMore')
  expect(canMove('closed_insufficient', 'verifying')).toBe(true)
})

test('the reporter hears the same word however a case ended', () => {
  const ends = ['initiated', 'not_initiated', 'suspended', 'administrative', 'notified', 'archived'] as const
  expect(new Set(ends.map(publicStatus))).toEqual(new Set(['finished']))
  expect(statuses.slice(0, 3).map(publicStatus)).toEqual(['received', 'received', 'received'])
  expect(publicStatus('transferred')).toBe('passedOn')
  expect(publicStatus('verifying')).toBe('verifying')
})

test('a draft is no state of a tip', () => {
  expect(isStatus('draft')).toBe(false)
  expect(isStatus(undefined)).toBe(false)
  expect(isStatus('submitted')).toBe(true)
})
