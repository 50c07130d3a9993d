// OAuth v4 of an Official Account: the consent link, and the two ways to a pair of tokens (zalo.md 1.3-1.5).
import { createHash } from 'node:crypto'
import type { AxiosInstance } from 'axios'
import type { Clock } from '../../clock.ts'
import { seconds } from '../../clock.ts'
import { SendError } from '../send-error.ts'
import type { Body } from '../body.ts'
import { ask } from './wire.ts'

export interface Pair {
  access: string
  refresh: string
  /** When the access token dies, as far as Zalo said. */
  accessUntil: Date
}

/** Zalo answered, and gave no tokens: what we offered is worth nothing any more. `word` is Zalo's code and name for it. */
export class OauthRefusal extends Error {
  constructor (word: string) {
    super(word)
    this.name = 'OauthRefusal'
  }
}

export interface OauthApp {
  http: AxiosInstance
  appId: string
  appSecret: string
  clock: Clock
}

/** RFC 7636, S256: what goes into the link for a verifier. */
export function challengeOf (verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}

/** Where an admin of the Official Account agrees. Zalo sends them to `redirectUri` with `code` (10 minutes) and `oa_id`. */
export function consentLink ({ oauthBase, appId, redirectUri, verifier, state }: { oauthBase: string, appId: string, redirectUri: string, verifier: string, state: string }): string {
  const query = new URLSearchParams({ app_id: appId, redirect_uri: redirectUri, code_challenge: challengeOf(verifier), state })
  return `${oauthBase}/v4/oa/permission?${query.toString()}`
}

/** @throws OauthRefusal, or SendError when there was no answer to rely on */
export async function exchangeCode (app: OauthApp, code: string, verifier: string): Promise<Pair> {
  return await pairFor(app, { code, app_id: app.appId, grant_type: 'authorization_code', code_verifier: verifier })
}

/** Spends `refreshToken`: it works once. @throws as `exchangeCode` */
export async function refreshPair (app: OauthApp, refreshToken: string): Promise<Pair> {
  return await pairFor(app, { refresh_token: refreshToken, app_id: app.appId, grant_type: 'refresh_token' })
}

async function pairFor ({ http, appSecret, clock }: OauthApp, form: Record<string, string>): Promise<Pair> {
  const before = clock()
  const { body } = await ask(async signal => await http.post('/v4/oa/access_token', new URLSearchParams(form).toString(), {
    signal,
    headers: { secret_key: appSecret, 'Content-Type': 'application/x-www-form-urlencoded' },
  }), clock)
  const { access_token: access, refresh_token: refresh, expires_in: lives } = body
  // An error may come with HTTP 200 and without a number: only two tokens are a success.
  if (typeof access !== 'string' || typeof refresh !== 'string' || access === '' || refresh === '') throw failureOf(body)
  const told = Number(lives)
  // 25 hours, says Zalo, as a text of seconds; an hour when it says nothing that can be read.
  const ms = Number.isFinite(told) && told > 0 ? seconds(told) : seconds(3600)
  return { access, refresh, accessUntil: new Date(before.getTime() + ms) }
}

function failureOf (body: Body): OauthRefusal | SendError {
  const code = Number(body['error'])
  // The per-minute limit says nothing about the token.
  if (code === -32) return new SendError('tryAgain', 'Zalo refused with -32: too many requests this minute.')
  const name = typeof body['error_name'] === 'string' && /^[\w ,.'-]{1,60}$/.test(body['error_name']) ? body['error_name'] : 'no reason given'
  return new OauthRefusal(Number.isFinite(code) ? `${code} ${name}` : name)
}
