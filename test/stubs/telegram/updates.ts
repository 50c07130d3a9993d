// How updates leave the pretended Telegram: long polling with confirmation, or a webhook with retries and one lane per key.
import { Refusal } from './platform.ts'
import type { Platform, WaitingUpdate } from './platform.ts'

/** A `getUpdates` that waits. */
export interface Poll {
  answer (updates: Record<string, unknown>[]): void
  refuse (refusal: Refusal): void
  limit: number
}

const day = 24 * 3600 * 1000

/** Puts one update in line. `kind` is its field name; returns its id. */
export function addUpdate (platform: Platform, kind: string, key: string, body: Record<string, unknown>): number {
  const id = platform.next.update++
  const unwanted = platform.allowedUpdates.length > 0 && !platform.allowedUpdates.includes(kind)
  if (unwanted) return id
  const lives = kind === 'callback_query' ? 150_000 : day
  platform.waiting.push({ id, key, at: Date.now(), lives, body: { update_id: id, [kind]: body }, sending: false })
  flush(platform)
  return id
}

/** Hands what waits to whoever may have it now. */
export function flush (platform: Platform): void {
  dropOld(platform)
  if (platform.webhook) {
    for (const update of platform.waiting) {
      const first = platform.waiting.find((other) => other.key === update.key)
      if (first === update && !update.sending) void deliver(platform, update)
    }
  } else if (platform.poll && platform.waiting.length > 0) {
    const poll = platform.poll
    platform.poll = undefined
    poll.answer(platform.waiting.slice(0, poll.limit).map((update) => update.body))
  }
}

/** `getUpdates`: confirms everything below `offset`, answers at once when something waits, else after `timeout` seconds. */
export async function getUpdates (platform: Platform, payload: Record<string, unknown>, gone: AbortSignal): Promise<unknown> {
  if (platform.webhook) {
    throw new Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
  }
  endPoll(platform, 'terminated by other getUpdates request; make sure that only one bot instance is running')
  if (Array.isArray(payload['allowed_updates'])) platform.allowedUpdates = payload['allowed_updates'].map(String)
  const offset = Number(payload['offset'] ?? 0)
  if (offset > 0) platform.waiting = platform.waiting.filter((update) => update.id >= offset)
  if (offset < 0) platform.waiting = platform.waiting.slice(offset)
  dropOld(platform)
  const limit = Math.min(100, Math.max(1, Number(payload['limit'] ?? 100)))
  const timeout = Math.min(50, Number(payload['timeout'] ?? 0))
  if (platform.waiting.length > 0 || timeout <= 0) return platform.waiting.slice(0, limit).map((update) => update.body)

  return await new Promise((resolve, reject) => {
    const poll: Poll = { limit, answer: settle(resolve), refuse: settle(reject) }
    const timer = setTimeout(() => {
      if (platform.poll === poll) platform.poll = undefined
      resolve([])
    }, timeout * 1000)
    function settle<T> (then: (value: T) => void): (value: T) => void {
      return (value) => {
        clearTimeout(timer)
        then(value)
      }
    }
    gone.addEventListener('abort', () => {
      if (platform.poll === poll) platform.poll = undefined
      poll.answer([])
    })
    platform.poll = poll
  })
}

/** Ends a waiting poll with 409, as a second poller or a new webhook does. */
export function endPoll (platform: Platform, why: string): void {
  const poll = platform.poll
  platform.poll = undefined
  poll?.refuse(new Refusal(409, `Conflict: ${why}`))
}

/** Sends one update to the webhook until it is taken: again at once, then after 2, 4, 8 … "seconds", at most 60. */
async function deliver (platform: Platform, update: WaitingUpdate): Promise<void> {
  update.sending = true
  for (let tried = 0; platform.webhook && !platform.stopped && Date.now() - update.at < update.lives; tried++) {
    if (tried > 1) await pause(Math.min(60, 2 ** (tried - 1)) * platform.retryUnit)
    const webhook = platform.webhook
    if (!webhook || platform.stopped) break
    const trouble = await post(webhook.url, webhook.secret, update.body)
    if (trouble === null) break
    webhook.lastError = { message: trouble.message, date: Math.floor(Date.now() / 1000) }
    if (trouble.retryAfter !== undefined) await pause(Math.min(3600, trouble.retryAfter) * platform.retryUnit)
    if (platform.webhook !== webhook) {
      update.sending = false
      flush(platform)
      return
    }
  }
  update.sending = false
  if (platform.webhook && !platform.stopped) {
    platform.waiting = platform.waiting.filter((other) => other !== update)
    flush(platform)
  }
}

async function post (url: string, secret: string | undefined, body: unknown): Promise<{ message: string, retryAfter?: number } | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
      headers: { 'content-type': 'application/json', ...(secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret }) },
      body: JSON.stringify(body),
    })
    await response.arrayBuffer()
    if (response.ok) return null
    const after = Number(response.headers.get('retry-after') ?? NaN)
    return { message: `Wrong response from the webhook: ${response.status}`, ...(Number.isFinite(after) ? { retryAfter: after } : {}) }
  } catch {
    return { message: 'Connection refused or reset' }
  }
}

function dropOld (platform: Platform): void {
  platform.waiting = platform.waiting.filter((update) => update.sending || Date.now() - update.at < update.lives)
}

function pause (ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
