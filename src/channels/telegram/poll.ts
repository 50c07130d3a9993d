// Long polling: asks Telegram for updates and confirms them only once they are handled.
import { GrammyError } from 'grammy/web'
import type { Api } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { SendError } from '../send-error.ts'
import { list, record, wholeNumber } from '../body.ts'
import { toSendError } from './errors.ts'
import { growing, pause } from '../pause.ts'
import { forGrammy } from './for-grammy.ts'
import type { TakeUpdate } from './take-update.ts'

/** Everything else is not sent to us at all. An omitted list would keep the bot's previous one. */
export const allowedUpdates = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const

export interface Polls {
  api: Api
  take: TakeUpdate
  health: Health
  clock: Clock
  log: Logger
  /** Milliseconds that pauses are counted in; 1000 but in tests. */
  second: number
}

/**
 * Polls until `signal` aborts, which ends a waiting request at once; then confirms what was handled.
 * Telegram forgets an update when we ask for a later one (`offset`), so that is asked for only when everything
 * before it is durable. After a crash, or a `take` that throws, the same updates come again.
 */
export async function poll (parts: Polls, signal: AbortSignal): Promise<void> {
  const { api, health, clock, log, second } = parts
  let offset = 0
  let failed = 0
  let confirmed = true
  while (!signal.aborted) {
    try {
      const updates = await ask(api, { offset, limit: 100, timeout: 30 }, signal)
      failed = 0
      health.lastSuccess = clock()
      health.trouble = null
      if (updates.length === 0) continue
      offset = await takeBatch(parts, updates, signal)
      confirmed = false
    } catch (error) {
      if (signal.aborted) break
      const { sentence, waits } = troubleOf(error, clock())
      health.trouble = sentence
      log.warn({ why: sentence }, 'telegram polling')
      await pause(waits === undefined ? growing(failed++, second, 60) : waits * second, signal)
    }
  }
  if (!confirmed) await ask(api, { offset, limit: 1, timeout: 0 }, AbortSignal.timeout(5000)).catch(() => undefined)
}

interface Update { id: number, lane: string, body: unknown }

async function ask (api: Api, wanted: { offset: number, limit: number, timeout: number }, signal: AbortSignal): Promise<Update[]> {
  const answer: unknown = await api.getUpdates({ ...wanted, allowed_updates: allowedUpdates }, forGrammy(signal))
  const updates = list(answer).flatMap((body) => {
    const id = wholeNumber(record(body)?.['update_id'])
    return id === undefined ? [] : [{ id, lane: laneOf(body), body }]
  })
  // Nothing Telegram does; but asking again at once for what can't be read would never end.
  if (!Array.isArray(answer) || updates.length < answer.length) throw new SendError('tryAgain', 'Something answered in place of Telegram: these are no updates.')
  return updates
}

/** Different chats side by side, one chat in order; tried again until all is handled. Returns the offset that confirms what was. */
async function takeBatch ({ take, health, log, second }: Polls, updates: Update[], signal: AbortSignal): Promise<number> {
  const handled = new Set<number>()
  for (let failed = 0; ; failed++) {
    const lanes = Map.groupBy(updates.filter(({ id }) => !handled.has(id)), ({ lane }) => lane)
    const outcomes = await Promise.allSettled([...lanes.values()].map(async (lane) => {
      for (const { id, body } of lane) {
        if (signal.aborted) return
        await take(body)
        handled.add(id)
      }
    }))
    if (signal.aborted || outcomes.every(({ status }) => status === 'fulfilled')) break
    health.trouble = 'Telegram updates arrive but can not be kept: the database does not take them. They are tried again until it does.'
    log.error({ tries: failed + 1 }, 'telegram updates can not be kept')
    await pause(growing(failed, second, 30), signal)
  }
  health.trouble = null
  const next = updates.find(({ id }) => !handled.has(id))
  return next?.id ?? (updates.at(-1)?.id ?? 0) + 1
}

/** Texts, edits, presses and membership of one person share a lane. */
function laneOf (update: unknown): string {
  const body = record(update) ?? {}
  const part = record(body['message']) ?? record(body['edited_message']) ?? record(body['callback_query']) ?? record(body['my_chat_member']) ?? {}
  const chat = record(part['chat']) ?? record(record(part['message'])?.['chat']) ?? record(part['from'])
  const id = chat?.['id']
  return typeof id === 'number' ? String(id) : ''
}

/** A sentence for the operator, and the pause in seconds when there is a better one than the usual. */
function troubleOf (error: unknown, now: Date): { sentence: string, waits?: number } {
  const code = error instanceof GrammyError ? error.error_code : 0
  if (code === 409) {
    const webhook = error instanceof GrammyError && /webhook/.test(error.description)
    return {
      sentence: webhook
        ? 'A webhook is set for this Telegram bot, so it can not be polled. Set TELEGRAM_UPDATES=webhook, or restart to remove the webhook.'
        : 'Another program polls this Telegram bot. Stop it, or get a new token from @BotFather; one bot has one reader.',
      waits: 10,
    }
  }
  const failure = toSendError(error, now)
  if (failure.failure === 'waitUntil' && failure.until) return { sentence: failure.message, waits: (failure.until.getTime() - now.getTime()) / 1000 }
  return { sentence: failure.message, ...(failure.failure === 'notAllowed' ? { waits: 60 } : {}) }
}
