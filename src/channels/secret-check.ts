// Does a caller know the secret of a webhook?
import { createHash, timingSafeEqual } from 'node:crypto'

/** Compared as hashes: equal length and the same time for every guess. */
export function secretCheck (secret: string): (given: string | undefined) => boolean {
  const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest()
  const right = sha256(secret)
  return given => given !== undefined && timingSafeEqual(sha256(given), right)
}
