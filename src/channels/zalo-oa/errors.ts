// Zalo's refusals and the wire's failures in our words (zalo.md 5). Nothing of a request, a person or Zalo's own sentence gets into them.
import { AxiosError, isCancel } from 'axios'
import { hours, minutes } from '../../clock.ts'
import { SendError } from '../send-error.ts'

/** The request never left this machine, or met a closed door: it can't have arrived. */
const neverArrived = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN',
  'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Somebody must act in Zalo's consoles before this account sends anything. */
const needsHuman: Record<number, string> = {
  [-204]: 'the Official Account was deleted',
  [-205]: 'it knows no such Official Account',
  [-209]: 'the app is not activated in the developer console',
  [-212]: 'the product "Official Account API" is not registered for the app',
  [-219]: 'the app was removed or disabled',
  [-221]: 'the Official Account must be verified first',
  [-223]: 'an admin of the Official Account has not granted this permission, or a quota is used up',
  [-224]: 'the Official Account needs a higher package',
  [-235]: 'this kind of Official Account may not do that',
  [-242]: 'the appsecret_proof is wrong; check ZALO_APP_SECRET and ZALO_OA_SECRET_PROOF',
}

/** Nothing reaches this person until they write, or allow it, themselves. */
const untilTheyWrite: Record<number, string> = {
  [-213]: 'this person does not follow the Official Account',
  [-217]: 'this person blocked the Official Account',
  [-227]: 'this account is banned, or was not used for 45 days',
  [-230]: 'this person last wrote more than 7 days ago',
  [-232]: 'this person never wrote, or too long ago',
  [-244]: 'this person restricted what the Official Account may send',
  [-320]: 'sending after 48 hours is paid, and no Zalo Cloud Account is connected',
  [-321]: 'sending after 48 hours is paid, and the Zalo Cloud Account has no money left',
}

/** The token is old, dead, or never was one. -124 and -222 are said by few sources, and by none to mean something else. */
export function isAboutToken (code: number): boolean {
  return [-216, -220, -124, -222].includes(code)
}

/** Worth an operator's look although it concerns one message or one person only. */
export function isAlarming (code: number): boolean {
  return code in needsHuman || [-211, -240, -248, -320, -321].includes(code) || isUnknown(code)
}

/** What an `error` other than 0 means; it comes with HTTP 200. */
export function refusalOf (code: number, now: Date): SendError {
  const refused = `Zalo refused with ${code}`
  const human = needsHuman[code]
  if (human !== undefined) return new SendError('notAllowed', `${refused}: ${human}.`)
  const closed = untilTheyWrite[code]
  if (closed !== undefined) return new SendError('rejected', `${refused}: ${closed}.`, { untilTheyWrite: true })
  if (isAboutToken(code)) return new SendError('notAllowed', `${refused}: it does not take our access token.`)
  switch (code) {
    case -32: return new SendError('waitUntil', `${refused}: too many requests this minute.`, { until: nextMinute(now) })
    case -200: return new SendError('tryAgain', `${refused}: sending failed, no reason given.`)
    case -211: return new SendError('waitUntil', `${refused}: a quota of the Official Account is used up.`, { until: new Date(now.getTime() + hours(1)) })
    case -218: return new SendError('waitUntil', `${refused}: this person got all they may get for now.`, { until: new Date(now.getTime() + hours(1)), onlyThisChat: true })
    case -234: return new SendError('waitUntil', `${refused}: not at night.`, { until: sixInTheMorning(now), onlyThisChat: true })
    case -248: return new SendError('rejected', `${refused}: it says the text is against its standards.`)
    default: break
  }
  if (code < 0) return new SendError('rejected', `${refused}: it does not take this content.`)
  return new SendError('tryAgain', 'Something answered in place of Zalo.', { maybeArrived: true })
}

/** What an HTTP status other than 200 means. @param retryAfter its header, in seconds */
export function httpFailure (status: number, retryAfter: string | null, now: Date): SendError {
  if (status === 429) {
    const seconds = /^\d{1,5}$/.test(retryAfter ?? '') ? Number(retryAfter) : 60
    return new SendError('waitUntil', 'Zalo answered with HTTP 429: too many requests.', { until: new Date(now.getTime() + seconds * 1000) })
  }
  return new SendError('tryAgain', `Zalo answered with HTTP ${status}.`, { maybeArrived: true })
}

/** What broke before an answer came. A request that ran out of time may have arrived: Zalo has no key to drop a repeat by. */
export function wireFailure (error: unknown): SendError {
  if (error instanceof SendError) return error
  const code = error instanceof AxiosError && typeof error.code === 'string' && /^[A-Z_]{3,40}$/.test(error.code) ? error.code : undefined
  if (code !== undefined && neverArrived.has(code)) return new SendError('tryAgain', `Zalo can't be reached (${code}).`)
  if (isCancel(error) || code === 'ECONNABORTED' || code === 'ETIMEDOUT') return new SendError('tryAgain', 'Zalo did not answer in time.', { maybeArrived: true })
  return new SendError('tryAgain', `The connection to Zalo broke${code === undefined ? '' : ` (${code})`}.`, { maybeArrived: true })
}

function isUnknown (code: number): boolean {
  const known = [-32, -100, -200, -201, -210, -211, -214, -216, -218, -220, -233, -234, -237, -238, -240, -241, -248, -249, -403, -1340, -1341, -124, -222]
  return code < 0 && !known.includes(code) && !(code in needsHuman) && !(code in untilTheyWrite)
}

function nextMinute (now: Date): Date {
  return new Date(Math.floor(now.getTime() / minutes(1) + 1) * minutes(1) + 1000)
}

/** 06:00 in Vietnam, seven hours ahead of UTC. */
function sixInTheMorning (now: Date): Date {
  const at = new Date(now)
  at.setUTCHours(23, 0, 0, 0)
  return at > now ? at : new Date(at.getTime() + hours(24))
}
