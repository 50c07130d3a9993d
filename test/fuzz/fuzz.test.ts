// A short run of the fuzzing, always with the same inputs; `npm run fuzz -- --full` is the long one.
import { expect, test } from 'vitest'
import { fuzz, targets } from './targets.ts'
import { aim, must } from './target.ts'
import fc from 'fast-check'

const seed = 20_261_124

test('some hundreds of generated inputs break no reader, no flow, no words, no file, no setting and no door', async () => {
  const figures = await fuzz(targets, { inputs: 1500, seed })
  expect(figures.failures).toEqual([])
  expect(figures.inputs).toBeGreaterThanOrEqual(1500)
}, 60_000)

test('what breaks is counted, made small, and can be replayed by its seed and path', async () => {
  const broken = aim(fc.nat(1000), number => { must(number < 100, 'Too much.') })
  const { crashes, failures } = await broken.run({ inputs: 500, seed })
  expect(crashes).toBeGreaterThan(0)
  expect(failures[0]).toContain('\n  100\n')
  const [, at = '', path = ''] = /--seed (\d+) --path ([\d:]+)/.exec(failures[0] ?? '') ?? []
  expect(await broken.run({ inputs: 500, seed: Number(at), path })).toMatchObject({ inputs: 1, crashes: 1 })
})

test('what is slow is tried again, and only what stays slow is a hang', async () => {
  let tries = 0
  const slowOnce = aim(fc.constant(1), () => ({ inputs: 1, slowest: tries++ === 0 ? 5000 : 1 }))
  expect(await slowOnce.run({ inputs: 3, seed })).toMatchObject({ hangs: 0 })
  const slow = aim(fc.constant(1), () => ({ inputs: 1, slowest: 5000 }))
  const { hangs, slowest } = await slow.run({ inputs: 2, seed })
  expect(hangs).toBeGreaterThan(0)
  expect(slowest).toBe(5000)
})
