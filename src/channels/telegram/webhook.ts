// The webhook: checks who calls before reading, reads no more than it must, and says yes only when the update is durable.
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import { readBytes } from '../../http/read.ts'
import { Refusal } from '../../http/refusal.ts'
import { secondsUntilLater } from '../later.ts'
import { secretCheck } from '../secret-check.ts'
import type { TakeUpdate } from './take-update.ts'

/** An update is at most 64 KiB by Telegram's own server; four times that is nobody we want to hear. */
const mostBytes = 256 * 1024

/** Seconds until Telegram should try again; it obeys Retry-After. */
const retryAfter = '5'

export const webhookPath = '/webhooks/telegram'

/** `done` is called after each update that was taken. */
export function addWebhook (app: Hono, { secret, take, log, done }: { secret: string, take: TakeUpdate, log: Logger, done: () => void }): void {
  const isSecret = secretCheck(secret)
  app.post(webhookPath, async (c) => {
    if (!isSecret(c.req.header('x-telegram-bot-api-secret-token'))) return c.body(null, 401)
    let update: unknown
    try {
      update = parse(await readBytes(c, mostBytes))
    } catch (error) {
      if (error instanceof Refusal) return c.text(error.message, error.status)
      throw error
    }
    if (update === undefined) return c.text('Not JSON.', 400)
    try {
      await take(update)
    } catch (error) {
      if (secondsUntilLater(error) === null) log.error('telegram update can not be kept; Telegram will send it again')
      return c.text('Try again later.', 503, { 'retry-after': retryAfter })
    }
    done()
    return c.text('ok')
  })
}

function parse (body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
