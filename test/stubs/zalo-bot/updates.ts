// How updates leave the pretended platform: one for each poll, gone when handed over; or a webhook, tried again a few times.
import { Refusal } from './platform.ts'
import type { Body, Platform } from './platform.ts'

/** Something happened in a chat. */
export function addUpdate (platform: Platform, update: Body): void {
  if (platform.held) {
    platform.held.push(update)
    return
  }
  if (platform.webhook) {
    for (let time = 0; time < platform.ways.deliveries; time++) void deliver(platform, update)
  } else if (platform.poll || platform.ways.offline === 'waits') {
    for (let time = 0; time < platform.ways.deliveries; time++) platform.waiting.push(update)
    handOver(platform)
  }
}

/** `getUpdates`: one update, removed when returned; 408 when none came within `timeout` seconds. */
export async function getUpdates (platform: Platform, payload: Body, gone: AbortSignal): Promise<unknown> {
  if (platform.webhook) throw new Refusal(400, "Bad Request: can't use getUpdates while webhook is active")
  const timeout = Number(payload['timeout'] ?? 30)
  if (!Number.isFinite(timeout) || timeout < 0) throw new Refusal(400, 'Bad Request: timeout')
  platform.poll?.(undefined)
  const update = platform.waiting.shift() ?? await new Promise<Body | undefined>((resolve) => {
    const settle = (found: Body | undefined): void => {
      clearTimeout(timer)
      if (platform.poll === settle) platform.poll = undefined
      resolve(found)
    }
    const timer = setTimeout(() => { settle(undefined) }, timeout * 1000)
    gone.addEventListener('abort', () => { settle(undefined) })
    platform.poll = settle
  })
  if (update === undefined) throw new Refusal(408, 'Request timeout', platform.ways.emptyPollStatus)
  return update
}

/** Gives what waits to whoever may have it now; that a new webhook gets what came before it is a guess. */
export function handOver (platform: Platform): void {
  if (platform.webhook) {
    for (const update of platform.waiting.splice(0)) void deliver(platform, update)
    return
  }
  if (!platform.poll) return
  const update = platform.waiting.shift()
  if (update) platform.poll(update)
}

/** Sends one update to the webhook until it says 200, at most as often as the stub is told to. */
async function deliver (platform: Platform, update: Body): Promise<void> {
  platform.sending++
  const body = JSON.stringify(platform.ways.body === 'flat' ? update : { ok: true, result: update })
  for (let tried = 0; tried <= platform.ways.webhookRetries && platform.webhook && !platform.stopped; tried++) {
    if (tried > 0) await new Promise((resolve) => { setTimeout(resolve, platform.retryUnit * 2 ** Math.min(tried, 5)).unref() })
    const { url, secret } = platform.webhook
    const status = await post(url, { 'content-type': 'application/json', 'x-bot-api-secret-token': platform.ways.secret === 'right' ? secret : 'guessed-by-somebody-else' }, body)
    platform.delivered.push(status)
    if (status === 200) break
  }
  platform.sending--
}

/** The status answered; 0 when nothing was. */
export async function post (url: string, headers: Record<string, string>, body?: string): Promise<number> {
  try {
    const response = await fetch(url, { method: 'POST', headers, redirect: 'manual', signal: AbortSignal.timeout(10_000), ...(body === undefined ? {} : { body }) })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}
