// Waits for an answer, but not for ever.
import { setTimeout as pause } from 'node:timers/promises'

/** Null when it failed, or took longer than `ms`; what it still does then is nobody's concern. */
export async function within<T> (ms: number, asked: Promise<T>): Promise<T | null> {
  const answered = new AbortController()
  const nothing = pause(ms, null, { ref: false, signal: answered.signal }).catch(() => null)
  const answer = await Promise.race([asked.catch(() => null), nothing])
  answered.abort()
  return answer
}
