// Random bytes, fetched from the system some thousand at a time: a nonce of twelve costs it as much as four thousand.
import { randomFillSync } from 'node:crypto'

const poolSize = 4096

/** Bytes as good as `randomBytes`; each is handed out once, and wiped from the pool. */
export function pooledRandom (): (n: number) => Uint8Array<ArrayBuffer> {
  const pool = new Uint8Array(poolSize)
  let used = poolSize
  return n => {
    if (n > poolSize) return randomFillSync(new Uint8Array(n))
    if (used + n > poolSize) {
      randomFillSync(pool)
      used = 0
    }
    const bytes = pool.slice(used, used + n)
    pool.fill(0, used, used + n)
    used += n
    return bytes
  }
}
