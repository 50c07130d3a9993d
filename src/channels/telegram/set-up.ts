// What Telegram must be told once at start: who reads the updates, and the commands menu in each language.
import { GrammyError } from 'grammy/web'
import type { Api } from 'grammy/web'
import type { Logger } from 'pino'
import { minutes } from '../../clock.ts'
import type { Clock } from '../../clock.ts'
import { languages } from '../../i18n.ts'
import type { Health } from '../channel.ts'
import { toSendError } from './errors.ts'
import { growing, pause } from '../pause.ts'
import { forGrammy } from './for-grammy.ts'
import { allowedUpdates } from './poll.ts'
import { commandNames } from './texts.ts'
import type { TelegramTexts } from './texts.ts'
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
      const failure = toSendError(error, clock())
      // The description may quote what we sent, but here that is only the menu and our own address.
      const detail = error instanceof GrammyError && failure.failure === 'rejected' ? ` (${error.description})` : ''
      health.trouble = failure.message + detail
      log.warn({ why: health.trouble }, 'telegram set-up')
      const told = failure.until && (failure.until.getTime() - clock().getTime()) / 1000 * second
      await pause(told ?? (failure.failure === 'tryAgain' ? growing(failed, second, 60) : 60 * second), signal)
    }
  }
}

/** Where Telegram calls us, and the secret it shows. */
export interface Webhook {
  url: string
  secret: string
}

/** @param publicUrl where this server is reached from outside */
export function webhookAt (publicUrl: string, secret: string): Webhook {
  return { url: publicUrl.replace(/\/+$/, '') + webhookPath, secret }
}

/**
 * Looks once a minute, until `signal` aborts whether Telegram can still reach us, since nobody would notice otherwise: a bot that gets
 * nothing looks like a quiet one. A webhook that is gone (Telegram removes one that answers 410 for long) is set again.
 */
export async function watchWebhook (api: Api, webhook: Webhook, retries: Retries, signal: AbortSignal): Promise<void> {
  for (;;) {
    await pause(60 * retries.second, signal)
    if (signal.aborted) return
    let trouble: string | null = null
    await untilDone(async () => {
      const info = await api.getWebhookInfo(forGrammy(signal))
      if (info.url !== webhook.url) await tellWebhook(api, webhook, signal)
      const failedLately = info.last_error_date !== undefined && info.last_error_date * 1000 > retries.clock().getTime() - minutes(5)
      trouble = failedLately && info.pending_update_count > 0
        ? `Telegram can't bring ${info.pending_update_count} updates to PUBLIC_URL: ${info.last_error_message?.slice(0, 200) ?? 'no reason given'}.`
        : null
    }, retries, signal)
    retries.health.trouble = trouble
  }
}

/** Updates waiting at Telegram are kept: they are what people sent while we were down. */
export async function tellWebhook (api: Api, { url, secret }: Webhook, signal: AbortSignal): Promise<void> {
  await api.setWebhook(url, { secret_token: secret, allowed_updates: allowedUpdates }, forGrammy(signal))
}

/** Telegram shows the list in the language of the person's app; the one without language is for all others. */
export async function tellCommands (api: Api, texts: TelegramTexts, signal: AbortSignal): Promise<void> {
  for (const language of [undefined, ...languages]) {
    const commands = commandNames.map((command) => ({ command, description: texts.command(command, language ?? 'vi') }))
    await api.setMyCommands(commands, { scope: { type: 'all_private_chats' }, ...(language === undefined ? {} : { language_code: language }) }, forGrammy(signal))
  }
}
