// What grammY's types want otherwise than we have it. They describe Node's old polyfills; its web build takes the real things.
import type { Api, ApiClientOptions } from 'grammy/web'
import { keptFetch } from '../../http/kept-fetch.ts'

/** Calls a request of grammY's off. */
export function forGrammy (signal: AbortSignal): NonNullable<Parameters<Api['getMe']>[0]> {
  return signal as Parameters<Api['getMe']>[0] & AbortSignal
}

/** How grammY asks Telegram: it sends and reads JSON only; pictures leave by `upload.ts`. */
export const fetchForGrammy = keptFetch as unknown as NonNullable<ApiClientOptions['fetch']>
