// Random bytes from a pool: never the same twice, and nothing of them left behind.
import { expect, test } from 'vitest'
import { pooledRandom } from '../src/random.ts'

test('bytes of any number come, also more than the pool holds, and none comes twice', () => {
  const random = pooledRandom()
  const seen = new Set<string>()
  for (let n = 0; n < 2000; n++) seen.add(Buffer.from(random(12)).toString('hex'))
  expect(seen.size).toBe(2000)
  for (const n of [0, 1, 4095, 4096, 4097, 100_000]) expect(random(n)).toHaveLength(n)
  expect(random(100_000).every(byte => byte === 0)).toBe(false)
})

test('what was handed out belongs to the one who asked: later bytes do not change it', () => {
  const random = pooledRandom()
  const mine = random(32)
  const before = Buffer.from(mine).toString('hex')
  for (let n = 0; n < 1000; n++) random(32)
  expect(Buffer.from(mine).toString('hex')).toBe(before)
  expect(mine.buffer.byteLength).toBe(32)
})
