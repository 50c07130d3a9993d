// Calling a request of grammY's off.
import type { Api } from 'grammy/web'

/** The signal as grammY's types want it. They describe an old polyfill; its web build takes the real one. */
export function forGrammy (signal: AbortSignal): NonNullable<Parameters<Api['getMe']>[0]> {
  return signal as Parameters<Api['getMe']>[0] & AbortSignal
}
