// Polling, for development: Zalo forgets an update the moment it hands it over, so it is held here until it is kept.
import type { Logger } from 'pino'
import { seconds, type Clock } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { growing, pause } from '../pause.ts'
import { Refused, type ZaloBotApi } from './api.ts'
import { toSendError } from './errors.ts'
import type { TakeUpdate } from './take-update.ts'

export interface Polls {
  api: ZaloBotApi
  take: TakeUpdate
  health: Health
  clock: Clock
  log: Logger
  /** Milliseconds that pauses are counted in; 1000 but in tests. */
  second: number
}

/** Seconds that Zalo holds a question open; and what an answer may take beyond that. */
const holds = 30
const slack = seconds(5)

/**
 * Polls until `signal` aborts, which ends a waiting request at once. There is no offset and nothing to confirm (zalo.md 7.5):
 * what is lost on the wire is lost, and so is an update that the database does not take before a stop. A webhook loses less.
 */
export async function poll (parts: Polls, signal: AbortSignal): Promise<void> {
  const { api, health, clock, log, second } = parts
  let failed = 0
  let refused = 0
  while (!signal.aborted) {
    const asked = performance.now()
    try {
      // Documented as a text.
      const update = await ask(api, { timeout: String(holds) }, signal)
      failed = refused = 0
      health.lastSuccess = clock()
      health.trouble = null
      if (update !== undefined) await keep(parts, update, signal)
      // An empty answer that does not wait would have us ask without end.
      else if (performance.now() - asked < second) await pause(second, signal)
    } catch (error) {
      if (signal.aborted) return
      const { sentence, waits } = troubleOf(error, clock(), refused)
      if (error instanceof Refused && error.code === 429) refused++
      health.trouble = sentence
      log.warn({ why: sentence }, 'zalo bot polling')
      await pause(waits === undefined ? growing(failed++, second, 30) : waits * second, signal)
    }
  }
}

/** The next update, or undefined when there is none: Zalo says so with an error, 408. */
async function ask (api: ZaloBotApi, body: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
  try {
    return await api.call('getUpdates', body, { within: seconds(holds) + slack, signal }) ?? undefined
  } catch (error) {
    if (error instanceof Refused && error.code === 408) return undefined
    throw error
  }
}

/** Tries until it is kept; at a stop once more. */
async function keep ({ take, health, log, second }: Polls, update: unknown, signal: AbortSignal): Promise<void> {
  for (let failed = 0; ; failed++) {
    try {
      await take(update)
      health.trouble = null
      return
    } catch {
      if (signal.aborted) return log.error('a zalo bot update is lost: the database does not take it, and the program stops')
      health.trouble = 'A Zalo bot update arrived but can not be kept: the database does not take it. It is tried again until it does; stopping now would lose it.'
      log.error({ tries: failed + 1 }, 'zalo bot update can not be kept')
      await pause(growing(failed, second, 30), signal)
    }
  }
}

/** A sentence for the operator, and the pause in seconds when there is a better one than the usual. */
function troubleOf (error: unknown, now: Date, refusedBefore: number): { sentence: string, waits?: number } {
  if (error instanceof Refused && error.code === 400) {
    return { sentence: 'Zalo refuses to be polled, most likely because a webhook is set for this bot. Set ZALO_BOT_UPDATES=webhook, or remove the webhook with deleteWebhook; it may belong to another program.', waits: 10 }
  }
  const failure = toSendError(error, now, refusedBefore)
  if (failure.failure === 'waitUntil' && failure.until) return { sentence: failure.message, waits: (failure.until.getTime() - now.getTime()) / 1000 }
  return { sentence: failure.message, ...(failure.failure === 'notAllowed' ? { waits: 60 } : {}) }
}
