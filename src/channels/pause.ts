// Waiting between tries, for every channel.
import { setTimeout as wait } from 'node:timers/promises'

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
export async function pause (ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined)
}

/** Pauses between tries in milliseconds: `unit`, twice that, four times … up to `most` units. */
export function growing (tries: number, unit: number, most: number): number {
  return Math.min(2 ** Math.min(tries, 20), most) * unit
}
