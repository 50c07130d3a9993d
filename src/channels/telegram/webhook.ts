// The webhook: checks who calls before reading, reads no more than it must, and says yes only when the update is durable.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { TakeUpdate } from './take-update.ts'

/** An update is at most 64 KiB by Telegram's own server; four times that is nobody we want to hear. */
const mostBytes = 256 * 1024

/** Seconds until Telegram should try again; it obeys Retry-After. */
const retryAfter = '5'

export const webhookPath = '/webhooks/telegram'

/** `done` is called after each update that was taken. */
export function addWebhook (app: Hono, { secret, take, log, done }: { secret: string, take: TakeUpdate, log: Logger, done: () => void }): void {
  app.post(webhookPath, async (c) => {
    if (!sameSecret(c.req.header('x-telegram-bot-api-secret-token'), secret)) return c.body(null, 401)
    const body = await readBody(c.req.raw)
    if (body === undefined) return c.text('Too large.', 413)
    const update = parse(body)
    if (update === undefined) return c.text('Not JSON.', 400)
    try {
      await take(update)
    } catch {
      log.error('telegram update can not be kept; Telegram will send it again')
      return c.text('Try again later.', 503, { 'retry-after': retryAfter })
    }
    done()
    return c.text('ok')
  })
}

/** Compared as hashes: equal length and the same time for every guess. */
function sameSecret (given: string | undefined, secret: string): boolean {
  return given !== undefined && timingSafeEqual(sha256(given), sha256(secret))
}

function sha256 (text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** The body as text, or undefined when it is too large, whether or not it says so itself. */
async function readBody (request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse (body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}
