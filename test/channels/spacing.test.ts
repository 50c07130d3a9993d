// The pace of one bot.
import { expect, test } from 'vitest'
import { spacing } from '../../src/channels/spacing.ts'

test('a few answers leave at once, many are spread at the rate', async () => {
  const space = spacing(100)
  const began = performance.now()
  const left = await Promise.all(Array.from({ length: 45 }, async () => {
    await space()
    return performance.now() - began
  }))
  expect(left.filter((ms) => ms < 20).length).toBeGreaterThanOrEqual(20)
  expect(Math.max(...left)).toBeGreaterThanOrEqual(190)
  expect(Math.max(...left)).toBeLessThan(1000)
})
