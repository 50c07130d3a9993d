// The pretended token endpoint: codes and refresh tokens work once, and errors may come with HTTP 200.
import { createHash, randomBytes } from 'node:crypto'
import type { Platform } from './platform.ts'

const hour = 3_600_000

export interface OauthAnswer {
  status: number
  body: Record<string, unknown>
}

export function answerToken (platform: Platform, secretKey: string | undefined, form: URLSearchParams): OauthAnswer {
  const { tokens, app } = platform
  if (secretKey !== app.secret) return refuse(platform, -14004, 'Invalid secret key')
  if (form.get('app_id') !== app.id) return refuse(platform, -14002, 'Invalid appId')
  if (form.get('grant_type') === 'authorization_code') {
    const code = form.get('code') ?? ''
    const given = tokens.codes.get(code)
    tokens.codes.delete(code)
    if (given === undefined || given.until < platform.now()) return refuse(platform, -14005, 'Invalid code')
    const expected = platform.switches.pkce === 'fixed' ? challenge(platform.verifier) : given.challenge
    if (challenge(form.get('code_verifier') ?? '') !== expected) return refuse(platform, -14006, 'Invalid code verifier')
    return give(platform)
  }
  if (form.get('grant_type') !== 'refresh_token') return refuse(platform, -14001, 'Invalid grant type')
  const offered = form.get('refresh_token') ?? ''
  if (tokens.spent.has(offered) || offered !== tokens.refresh || tokens.refreshUntil < platform.now()) return refuse(platform, -14014, 'Invalid refresh token')
  tokens.spent.add(offered)
  return give(platform)
}

/** A new pair; the old access token is dead at once. */
export function give (platform: Platform): OauthAnswer {
  const { tokens } = platform
  tokens.access = `access-${randomBytes(30).toString('base64url')}`
  tokens.accessUntil = platform.now() + 25 * hour
  tokens.refresh = `refresh-${randomBytes(30).toString('base64url')}`
  tokens.refreshUntil = platform.now() + 90 * 24 * hour
  return { status: 200, body: { access_token: tokens.access, refresh_token: tokens.refresh, expires_in: '90000' } }
}

function challenge (verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

function refuse ({ switches }: Platform, error: number, name: string): OauthAnswer {
  return { status: switches.oauthErrorStatus, body: { error_name: name, error_reason: '', ref_doc: 'https://developers.zalo.me', error_description: name, error } }
}
