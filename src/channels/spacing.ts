// Keeps requests apart, so that a burst of answers does not become a flood.
import { setTimeout as wait } from 'node:timers/promises'

/** Returns a function to await before each request: at most `rate` a second; after a quiet moment as many at once as fall on `burst` milliseconds. */
export function spacing (rate: number, burst = 250): () => Promise<void> {
  const apart = 1000 / rate
  let next = -Infinity
  return async () => {
    // A monotonic measure, not a date: setting the clock must not stop the sending.
    const now = performance.now()
    next = Math.max(next, now - burst) + apart
    if (next > now) await wait(next - now)
  }
}
