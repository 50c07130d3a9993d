// Waiting, and calling things off.
import type { Api } from 'grammy/web'
import { setTimeout as wait } from 'node:timers/promises'

/** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
export async function pause (ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined)
}

/** Pauses between tries in milliseconds: `unit`, twice that, four times … up to `most` units. */
export function growing (tries: number, unit: number, most: number): number {
  return Math.min(2 ** Math.min(tries, 20), most) * unit
}

/** The signal as grammY's types want it. They describe an old polyfill; its web build takes the real one. */
export function forGrammy (signal: AbortSignal): NonNullable<Parameters<Api['getMe']>[0]> {
  return signal as Parameters<Api['getMe']>[0] & AbortSignal
}
