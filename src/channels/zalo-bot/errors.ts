// Zalo's and the wire's failures in our words. Nothing of a request, its address or Zalo's description gets into them.
import { minutes } from '../../clock.ts'
import { SendError } from '../send-error.ts'
import { growing } from '../pause.ts'
import { Refused, Unanswered } from './api.ts'

/** The request never left this machine, or met a closed door: it can't have arrived. Codes of Node's dns, net and tls. */
const neverArrived = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN',
  'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** What Zalo says of people who can't be reached is not documented; these words are what its descriptions would need to say it. */
const saysGone = /\bblock|\b(chat|user|chat_id|recipient)\b.{0,20}\b(not found|invalid|not exist|deactivated|denied)|invalid chat_id/i

/**
 * How long to be silent after the n-th 429 in a row (from 0), in milliseconds: Zalo documents neither a time nor whether the rate or the
 * month's quota is meant, so it grows from half a minute, which a rate needs, to an hour, at which a quota is asked for.
 */
export function quotaPause (before: number): number {
  return growing(before, minutes(0.5), 120)
}

/**
 * What went wrong with one call of the Bot API, for the queue that decides what happens next.
 * By `error_code` first (zalo.md 7.1); by the description only where the code says too little.
 * @param refusedBefore how many 429s came in a row before this
 */
export function toSendError (error: unknown, now: Date, refusedBefore = 0): SendError {
  if (error instanceof SendError) return error
  if (error instanceof Refused) return fromAnswer(error, now, refusedBefore)
  if (error instanceof Unanswered) return fromWire(error)
  return new SendError('tryAgain', 'A call to Zalo failed for a reason unknown.', { maybeArrived: true })
}

function fromAnswer ({ code, description, message: refused, retryAfter }: Refused, now: Date, refusedBefore: number): SendError {
  if (code === 429) {
    const wait = retryAfter === undefined ? quotaPause(refusedBefore) : retryAfter * 1000
    return new SendError('waitUntil', `${refused}: too many messages in a short time, or the month's quota of this bot is used up (3,000 in the Basic package). Trying again in ${Math.ceil(wait / 1000)} s.`, { until: new Date(now.getTime() + wait) })
  }
  if (code === 401) return new SendError('notAllowed', `${refused}: the token is wrong or was reset. Copy it from the chat with Zalo Bot Manager and set ZALO_BOT_TOKEN.`)
  if ((code === 400 || code === 403 || code === 404) && saysGone.test(description)) return new SendError('left', `${refused}: this person can't be reached by the bot.`)
  if (code === 404) return new SendError('notAllowed', `${refused}: there is no such address. Check ZALO_BOT_BASE and ZALO_BOT_TOKEN.`)
  if (code === 400) return new SendError('rejected', `${refused}: it does not take this content.`)
  // Documented as "internal server error", whatever its number says elsewhere.
  if (code === 403 || code === 408 || code >= 500) return new SendError('tryAgain', `${refused}: Zalo has trouble.`, { maybeArrived: true })
  return new SendError('tryAgain', `${refused}, which is not documented.`, { maybeArrived: true })
}

function fromWire ({ code, status }: Unanswered): SendError {
  if (status !== undefined) return new SendError('tryAgain', `Something answered in place of Zalo (HTTP ${status}).`, { maybeArrived: true })
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') return new SendError('tryAgain', 'Zalo did not answer in time.', { maybeArrived: true })
  if (code !== undefined && neverArrived.has(code)) return new SendError('tryAgain', `Zalo can't be reached (${code}).`)
  return new SendError('tryAgain', `The connection to Zalo broke${code === undefined ? '' : ` (${code})`}.`, { maybeArrived: true })
}
