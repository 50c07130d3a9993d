// How events leave the pretended Zalo: signed over the exact bytes, within two seconds, tried again, switched off at last.
import { createHash } from 'node:crypto'
import type { Platform, Somebody } from './platform.ts'

/** Seconds before each further try. */
const retries = [30, 300, 900, 1800, 3600]

/** One event of somebody, with the envelope around it. */
export function addEvent (platform: Platform, event: Record<string, unknown>): void {
  const body = JSON.stringify({ app_id: platform.app.id, ...event, timestamp: String(platform.now()) })
  const { webhook } = platform
  if (webhook.held !== undefined) return void webhook.held.push({ body, tries: 0 })
  for (let copy = 0; copy < webhook.copies; copy++) track(platform, deliver(platform, body))
}

/** What the account itself sent, told to us as well. */
export function echo (platform: Platform, person: Somebody, text: string, messageId: string): void {
  addEvent(platform, {
    sender: { id: platform.oa.id }, recipient: { id: person.id }, event_name: person.conversation === undefined ? 'oa_send_text' : 'oa_send_anonymous_text',
    message: { text, msg_id: messageId }, user_id_by_app: '5521727971758773011',
  })
}

/** It arrived on their phone. */
export function receipt (platform: Platform, person: Somebody, messageId: string): void {
  addEvent(platform, { event_name: 'user_received_message', sender: { id: platform.oa.id }, recipient: { id: person.id }, message: { msg_id: messageId } })
}

/** What was held back arrives, the last first. */
export function release (platform: Platform): void {
  const held = platform.webhook.held ?? []
  platform.webhook.held = undefined
  for (const { body } of held.toReversed()) track(platform, deliver(platform, body))
}

/** The console looks whether the address works. Only 200 lets it be saved. */
export async function setWebhook (platform: Platform, url: string): Promise<boolean> {
  const response = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'user-agent': 'ZaloWebhook' } })
  if (response.status !== 200) return false
  platform.webhook.url = url
  platform.webhook.disabled = false
  return true
}

export function macOf (platform: Platform, body: string): string {
  const { timestamp } = JSON.parse(body) as { timestamp: string }
  return createHash('sha256').update(`${platform.app.id}${body}${timestamp}${platform.oa.secretKey}`).digest('hex')
}

async function deliver (platform: Platform, body: string): Promise<void> {
  const { webhook } = platform
  const event = (JSON.parse(body) as { event_name: string }).event_name
  for (let tries = 0; !platform.stopped && !webhook.disabled && webhook.url !== undefined; tries++) {
    const status = await attempt(platform, webhook.url, body, tries)
    webhook.delivered.push({ event, status, tries })
    if (status === 200) return
    const wait = retries[tries]
    if (wait === undefined) {
      webhook.disabled = true
      return
    }
    await new Promise(resolve => setTimeout(resolve, wait * platform.retryUnit))
  }
}

async function attempt (platform: Platform, url: string, body: string, tries: number): Promise<number> {
  const mac = platform.webhook.signsWrong ? 'f'.repeat(64) : macOf(platform, body)
  try {
    const response = await fetch(url, {
      method: 'POST', body,
      headers: {
        'content-type': 'application/json', 'user-agent': 'ZaloWebhook', 'x-zevent-server': 'OA OpenAPI', 'x-zevent-signature': `mac=${mac}`,
        ...(tries > 0 ? { num_retry: String(tries) } : {}),
      },
      signal: AbortSignal.timeout(2000),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

function track (platform: Platform, work: Promise<void>): void {
  const done = work.finally(() => { platform.under.delete(done) })
  platform.under.add(done)
}
