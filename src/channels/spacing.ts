// Keeps requests apart, so that a burst of answers does not become a flood.
import { setTimeout as wait } from 'node:timers/promises'

/** Returns a function to await before each request: at most `rate` a second, a quarter of them at once after a quiet moment. */
export function spacing (rate: number): () => Promise<void> {
  const apart = 1000 / rate
  let next = 0
  return async () => {
    // A monotonic measure, not a date: setting the clock must not stop the sending.
    const now = performance.now()
    next = Math.max(next, now - 250) + apart
    if (next > now) await wait(next - now)
  }
}
