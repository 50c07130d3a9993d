// Standard Webhooks 1.0.0: how a body is signed and how a signature is checked. The package's own check asks the ambient clock.
import { createHmac, timingSafeEqual } from 'node:crypto'

export interface WebhookHeaders {
  'webhook-id': string
  /** Unix seconds of this try. */
  'webhook-timestamp': string
  /** One or more `version,base64`, separated by spaces: while a secret is changed, senders sign with the old and the new one. */
  'webhook-signature': string
}

/** As the specification's reference library has it. */
const toleranceSeconds = 5 * 60

/** Many more than a change of secret needs, and few enough to be no work. */
const mostSignatures = 16

/**
 * The three headers for one try. `id` stays the same over all tries of an event and holds no dot.
 * @param secret `whsec_` and base64; the key is the decoded bytes
 */
export function sign (secret: string, id: string, at: Date, body: Uint8Array): WebhookHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${mac(secret, id, timestamp, body).toString('base64')}`,
  }
}

/**
 * The id of a rightly signed body; null when a header is missing or of no use, the time is more than five minutes off, or no
 * signature fits. Which of these it was is nobody's business.
 * @param body the very bytes that came
 */
export function verify (secret: string, header: (name: keyof WebhookHeaders) => string | undefined, body: Uint8Array, now: Date): string | null {
  const id = header('webhook-id') ?? ''
  const timestamp = header('webhook-timestamp') ?? ''
  // A dot in the id would let a signed id and time be cut apart in another place.
  if (!/^[\x21-\x2d\x2f-\x7e]{1,128}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return null
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return null
  const expected = mac(secret, id, timestamp, body)
  const given = (header('webhook-signature') ?? '').split(' ').slice(0, mostSignatures).filter(one => one.startsWith('v1,'))
  return given.map(one => isSame(Buffer.from(one.slice(3), 'base64'), expected)).includes(true) ? id : null
}

function mac (secret: string, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${id}.${timestamp}.`).update(body).digest()
}

function isSame (given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}
