// Wakes the browsers of a chat (Web Push: RFC 8030, encrypted by RFC 8291, signed by RFC 8292). What is sent, only the browser can read.
import type { MikroORM } from '@mikro-orm/sql'
import { hours, seconds } from '../clock.ts'
import { run } from '../db/statement.ts'
import type { Language } from '../i18n.ts'
import { ServerKeyError, type ServerKeys } from '../server-key.ts'
import { PushSubscription } from './push.ts'
import { isPushEndpoint } from './push-endpoint.ts'
import type { PushKeys } from './push-keys.ts'
import { openPush, type SealedSubscription } from './push-subscribe.ts'

export interface PushSettings {
  push: PushKeys
  /** Where a push service reaches the operator: `mailto:` or `https:`. */
  contact: string
  /** As `isPushEndpoint` takes them. */
  hosts: readonly string[]
  /** Milliseconds for one request; 10,000 but in tests. */
  deadline?: number
}

/** What a notification shows. Nothing in it may tell of a tip. */
export interface PushPayload {
  title: string
  /** Cut to what fits. */
  body: string
  /** A page of ours. */
  url: string
  /** A later one with the same tag takes its place. */
  tag: string
  language: Language
  level: 'information' | 'warning' | 'alarm'
}

/**
 * - `none`: there is no browser to wake, or none any more.
 * - `sent`: at least one was reached, and none has to be tried again.
 * - `later`: one has to be tried again; those that were reached show the same notification only once.
 * - `refused`: none was reached, and trying again does not help.
 */
export interface Pushed {
  outcome: 'none' | 'sent' | 'later' | 'refused'
  /** Milliseconds that a push service asked us to wait; null: it said nothing. */
  wait: number | null
}

/** Bytes: push services take 4096 with what encryption adds (RFC 8030 7.2). */
const mostBytes = 3000
const longestTitle = 160

/** How long a push service keeps it for a device that is off, in milliseconds; and how much it may cost the device's battery. */
const manner = {
  information: { keptFor: hours(24), urgency: 'low' },
  warning: { keptFor: hours(12), urgency: 'normal' },
  // Later it is history: the page says how things stand.
  alarm: { keptFor: hours(4), urgency: 'high' },
} as const

type Outcome = 'sent' | 'gone' | 'later' | 'refused'

/** Tells all browsers of a chat. Never throws for what a push service does; endpoints are named nowhere. @throws the error of the database */
export async function pushTo (orm: MikroORM, keys: ServerKeys, settings: PushSettings, addressKey: string, payload: PushPayload): Promise<Pushed> {
  const rows = await run<Row>(orm.em.fork(), 'select endpoint_key, sealed from push_subscription where address_key = ?', [addressKey])
  if (rows.length === 0) return { outcome: 'none', wait: null }
  const body = fitted(payload)
  // Hides from the push service which bulletin it is, and that two chats got the same.
  const topic = keys.tag(`${addressKey} ${payload.tag}`, 'push topic')
  const tried = await Promise.all(rows.map(async row => {
    const browser = usable(keys, settings, row)
    return { row, ...browser === null ? { outcome: 'gone' as const, wait: null } : await send(settings, browser, body, topic, payload.level) }
  }))
  for (const { row, outcome } of tried) {
    // Unless it was given to us anew in the meantime.
    if (outcome === 'gone') await orm.em.fork().nativeDelete(PushSubscription, { endpointKey: row.endpoint_key, sealed: row.sealed })
  }
  const has = (outcome: Outcome): boolean => tried.some(one => one.outcome === outcome)
  const waits = tried.flatMap(({ wait }) => wait === null ? [] : [wait])
  return { outcome: has('later') ? 'later' : has('sent') ? 'sent' : has('refused') ? 'refused' : 'none', wait: has('later') && waits.length > 0 ? Math.max(...waits) : null }
}

interface Row { endpoint_key: string, sealed: string }

/** Null: it was made for a key we have no more, is for a host no longer on the list, or can't be opened. */
function usable (keys: ServerKeys, { push, hosts }: PushSettings, row: Row): SealedSubscription | null {
  try {
    const inside = openPush(keys, { endpointKey: row.endpoint_key, sealed: row.sealed })
    return inside.ours === push.publicKey && isPushEndpoint(inside.endpoint, hosts) ? inside : null
  } catch (error) {
    if (error instanceof ServerKeyError) return null
    throw error
  }
}

async function send (settings: PushSettings, browser: SealedSubscription, body: string, topic: string, level: PushPayload['level']): Promise<{ outcome: Outcome, wait: number | null }> {
  const request = await written(settings, browser, body, topic, level)
  try {
    // Redirects are not followed: they could lead anywhere.
    const answer = await fetch(browser.endpoint, { ...request, redirect: 'manual', signal: AbortSignal.timeout(settings.deadline ?? seconds(10)) })
    await answer.body?.cancel()
    return { outcome: meant(answer.status), wait: retryAfter(answer) }
  } catch {
    // The wire, or the deadline. The error may hold the address, so it goes no further.
    return { outcome: 'later', wait: null }
  }
}

/** Encrypted and signed. */
async function written ({ push, contact }: PushSettings, { endpoint, keys }: SealedSubscription, payload: string, topic: string, level: PushPayload['level']): Promise<{ method: string, headers: [string, string][], body: Uint8Array<ArrayBuffer> }> {
  // Need not be in memory where nobody wants it.
  const { default: webPush } = await import('web-push')
  const { keptFor, urgency } = manner[level]
  const { method, headers, body } = webPush.generateRequestDetails({ endpoint, keys }, payload, {
    vapidDetails: { subject: contact, publicKey: push.publicKey, privateKey: push.privateKey },
    contentEncoding: 'aes128gcm', TTL: keptFor / 1000, urgency, topic,
  })
  return { method, headers: Object.entries(headers).map(([name, value]) => [name, String(value)]), body: new Uint8Array(body) }
}

/** RFC 8030 5 and 7.3, and what the large services do: 404 and 410 mean that the browser is gone for good. */
function meant (status: number): Outcome {
  if (status >= 200 && status < 300) return 'sent'
  if (status === 404 || status === 410) return 'gone'
  return status === 429 || status === 408 || status >= 500 ? 'later' : 'refused'
}

/** Whole seconds only; a date says no more than that it is later. */
function retryAfter (answer: Response): number | null {
  const said = answer.headers.get('retry-after') ?? ''
  return /^\d{1,5}$/.test(said) ? seconds(Number(said)) : null
}

/** JSON of at most `mostBytes`. */
function fitted (payload: PushPayload): string {
  const title = cut(payload.title, longestTitle)
  let body = [...payload.body]
  for (;;) {
    const json = JSON.stringify({ ...payload, title, body: body.length < [...payload.body].length ? `${body.join('').trimEnd()}…` : payload.body })
    if (Buffer.byteLength(json) <= mostBytes || body.length === 0) return json
    body = body.slice(0, Math.floor(body.length * 0.8))
  }
}

function cut (text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('').trimEnd()}…`
}
