// The webhook: checks who calls before reading, reads no more than it must, and says yes only when the update is durable.
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import { z } from 'zod'
import { parseJson, readBytes } from '../../http/read.ts'
import { Refusal } from '../../http/refusal.ts'
import { secondsUntilLater } from '../later.ts'
import { secretCheck } from '../secret-check.ts'
import type { TakeUpdate } from './take-update.ts'

/** A text has at most some thousand characters and a picture comes as an address; more is nobody we want to hear. */
const mostBytes = 256 * 1024

/** Seconds until Zalo should try again; whether it does, and when, is not documented. */
const retryAfter = '5'

export const webhookPath = '/webhooks/zalo-bot'

/** `done` is called after each update that was taken. */
export function addWebhook (app: Hono, { secret, take, log, done }: { secret: string, take: TakeUpdate, log: Logger, done: () => void }): void {
  const isSecret = secretCheck(secret)
  app.post(webhookPath, async (c) => {
    if (!isSecret(c.req.header('x-bot-api-secret-token'))) {
      // Zalo was seen to knock with nothing in its hands when a webhook is set. There is nothing in it to believe or to refuse.
      return c.req.header('content-length') === '0' ? c.json({ ok: true }) : c.body(null, 401)
    }
    let update: unknown
    try {
      const bytes = await readBytes(c, mostBytes)
      if (bytes.length === 0) return c.json({ ok: true })
      update = parseJson(bytes, z.unknown())
    } catch (error) {
      if (error instanceof Refusal) return c.text(error.message, error.status)
      throw error
    }
    try {
      await take(update)
    } catch (error) {
      if (secondsUntilLater(error) === null) log.error('zalo bot update can not be kept; Zalo is asked to send it again')
      return c.text('Try again later.', 503, { 'retry-after': retryAfter })
    }
    done()
    return c.json({ ok: true })
  })
}
