// The webhook: 200 to everything that we will not want again, whoever sends it (zalo.md 4.1); Zalo switches off a webhook that says no.
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { readBytes } from '../../http/read.ts'
import { Refusal } from '../../http/refusal.ts'
import type { Health } from '../channel.ts'
import { record } from '../body.ts'
import { secondsUntilLater } from '../later.ts'
import { parseBigJson } from './big-json.ts'
import { signatureOf, type SigningSecrets } from './signature.ts'
import type { TakeEvent } from './take-event.ts'

export const webhookPath = '/webhooks/zalo-oa'

/** Some hundred times an event. */
const mostBytes = 1024 * 1024

export interface WebhookRoom {
  secrets: SigningSecrets
  /** Names of `signature.ts` that are believed. */
  believed: readonly string[]
  /** Called for each event with the way it was signed, or `none`. */
  counted: (name: string) => void
  take: TakeEvent
  health: Health
  clock: Clock
  log: Logger
}

/**
 * A wrong signature gets 200 as well, and is dropped: the console checks the address with an unsigned `{}`, tests it with samples signed
 * otherwise, and takes any other answer for a broken webhook.
 * One answer is not 200: when an event can't be kept, because the database is away, 503 makes Zalo bring it again (five times in two hours).
 */
export function addWebhook (app: Hono, room: WebhookRoom): void {
  const { log } = room
  // Some consoles and monitors look with GET.
  app.get(webhookPath, c => c.text('ok'))
  app.post(webhookPath, async c => {
    let bytes: Uint8Array
    try {
      bytes = await readBytes(c, mostBytes)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      log.warn('a body too large for a zalo event was dropped')
      return c.text('ok')
    }
    const event = believed(room, bytes, { signature: c.req.header('x-zevent-signature'), timestamp: c.req.header('x-zevent-timestamp') })
    if (event === undefined) return c.text('ok')
    try {
      await room.take(event)
    } catch (error) {
      if (secondsUntilLater(error) === null) log.error('zalo event can not be kept; Zalo will send it again')
      return c.text('Try again later.', 503, { 'retry-after': '30' })
    }
    room.health.lastSuccess = room.clock()
    return c.text('ok')
  })
}

/** The event, when it is Zalo's; else undefined. */
function believed ({ secrets, believed: names, counted, health, log }: WebhookRoom, bytes: Uint8Array, headers: { signature: string | undefined, timestamp: string | undefined }): unknown {
  // The console's check.
  if (bytes.length === 0 || Buffer.from(bytes).toString('latin1').trim() === '{}') return undefined
  const event = parsed(bytes)
  const timestamp = event === undefined ? undefined : textOf(event['timestamp'])
  const name = timestamp === undefined ? null : signatureOf(secrets, bytes, timestamp, headers)
  counted(name ?? 'none')
  if (name !== null && names.includes(name)) return event
  log.warn({ signed: name ?? 'in no way we know' }, 'a zalo event with a wrong signature was dropped')
  // Strangers can't talk a channel sick that works.
  if (health.lastSuccess === null) {
    health.trouble = name === null
      ? 'Events arrive that are not signed with ZALO_OA_SECRET_KEY, and none yet that is. Copy the key anew from the webhook page of the developer console.'
      : `Events arrive signed in the way "${name}". If they are Zalo's, set ZALO_OA_SIGNATURES to it; with "app-secret" in its name, check ZALO_OA_SECRET_KEY first.`
  }
  return undefined
}

function parsed (bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return record(parseBigJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}

function textOf (value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 30) : typeof value === 'number' ? String(value) : undefined
}
