// What is asked of and told to Zalo at start: whether the token is good, and where to call us.
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { record } from '../body.ts'
import { growing, pause } from '../pause.ts'
import { Refused, type ZaloBotApi } from './api.ts'
import { toSendError } from './errors.ts'
import { webhookPath } from './webhook.ts'

export interface Retries {
  health: Health
  clock: Clock
  log: Logger
  /** Milliseconds that pauses are counted in; 1000 but in tests. */
  second: number
}

/** Tries `step` until it succeeds or `signal` aborts; trouble is shown to the operator meanwhile. */
export async function untilDone (step: () => Promise<unknown>, { health, clock, log, second }: Retries, signal: AbortSignal): Promise<void> {
  for (let failed = 0; !signal.aborted; failed++) {
    try {
      await step()
      health.lastSuccess = clock()
      health.trouble = null
      return
    } catch (error) {
      if (signal.aborted) return
      const failure = toSendError(error, clock(), failed)
      // The description may quote what we sent, but here that is only our own address.
      const detail = error instanceof Refused && failure.failure === 'rejected' ? ` (${error.description})` : ''
      health.trouble = failure.message + detail
      log.warn({ why: health.trouble }, 'zalo bot set-up')
      const told = failure.until && (failure.until.getTime() - clock().getTime()) / 1000 * second
      await pause(told ?? (failure.failure === 'tryAgain' ? growing(failed, second, 60) : 60 * second), signal)
    }
  }
}

/** Where Zalo calls us, and the secret it shows. */
export interface Webhook {
  url: string
  secret: string
}

/** @param publicUrl where this server is reached from outside */
export function webhookAt (publicUrl: string, secret: string): Webhook {
  return { url: publicUrl.replace(/\/+$/, '') + webhookPath, secret }
}

export async function tellWebhook (api: ZaloBotApi, { url, secret }: Webhook, signal: AbortSignal): Promise<void> {
  await api.call('setWebhook', { url, secret_token: secret }, { signal })
}

/**
 * Looks every ten minutes, until `signal` aborts, whether the webhook is still ours: a bot that gets nothing looks like a quiet one.
 * One that is gone is set again. Whether Zalo could reach us it does not tell.
 */
export async function watchWebhook (api: ZaloBotApi, webhook: Webhook, retries: Retries, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(600 * retries.second, signal)
    if (signal.aborted) return
    await untilDone(async () => {
      const info = record(await api.call('getWebhookInfo', {}, { signal }))
      if (info?.['url'] !== webhook.url) await tellWebhook(api, webhook, signal)
    }, retries, signal)
  }
}
