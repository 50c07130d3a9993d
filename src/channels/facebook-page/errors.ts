// Facebook's refusals and the wire's failures in our words (Graph API, "Handling errors"). Nothing of a request or of Facebook's own sentence gets into them.
import { AxiosError, isCancel } from 'axios'
import { minutes } from '../../clock.ts'
import { record, type Body } from '../body.ts'
import { SendError } from '../send-error.ts'

/** The request never left this machine, or met a closed door: it can't have arrived. */
const neverArrived = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN',
  'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Too many calls of the app, the user, the page, or of this kind; 80001 is the page's own limit. */
const tooMany = [4, 17, 32, 341, 613, 80001]

/** What was asked for by its id does not exist; also said as 100 with the subcode 33. */
export const unknownObject = 803

/** Facebook's windows roll over an hour; asked sooner, since part of it may be free again. */
const usualPause = minutes(15)

export interface Answer {
  status: number
  /** Undefined when it was no JSON object. */
  body: Body | undefined
  retryAfter: string | null
  /** `X-Business-Use-Case-Usage`. */
  usage: string | null
}

/** A refusal with its code, where another way of posting may still be open. */
export class FacebookRefusal extends SendError {
  readonly code: number
  constructor (code: number, ...rest: ConstructorParameters<typeof SendError>) {
    super(...rest)
    this.name = 'FacebookRefusal'
    this.code = code
  }
}

/** What an answer means that is no success. */
export function refusalOf ({ status, body, retryAfter, usage }: Answer, now: Date): SendError {
  const error = record(body?.['error'])
  const code = Number(error?.['code'])
  if (error === undefined || !Number.isInteger(code)) return httpFailure(status, retryAfter, now)
  const refused = `Facebook refused with ${code}`
  if (code === 190 || code === 102 || code === 104 || code === 2500) return new SendError('notAllowed', `${refused}: the page's access token is wrong, expired or was withdrawn. Make a new one and set FACEBOOK_PAGE_TOKEN.`)
  if (tooMany.includes(code)) {
    const wait = usageWait(usage) ?? secondsIn(retryAfter) ?? usualPause
    return new SendError('waitUntil', `${refused}: too many calls.`, { until: new Date(now.getTime() + wait) })
  }
  if (code === 368) return new SendError('notAllowed', `${refused}: it has blocked this page or app from posting for now. Look at the page's Support Inbox, and post again when that is settled.`)
  if (code === 3 || code === 10 || (code >= 200 && code < 300)) return new SendError('notAllowed', `${refused}: the app may not do that on this page. It needs pages_manage_posts and pages_read_engagement, given by somebody who may create content there.`)
  if (code === 506) return new FacebookRefusal(code, 'rejected', `${refused}: the newest post on the page has the same words already.`)
  if (code === 100 && /appsecret_proof/.test(String(error['message']))) return new SendError('notAllowed', `${refused}: the app demands a proof with each call. Switch off "Require app secret" in the app's advanced settings.`)
  if (code === unknownObject || (code === 100 && Number(error['error_subcode']) === 33)) return new FacebookRefusal(unknownObject, 'rejected', `${refused}: it knows no such page or post, or this app may not see it. Check FACEBOOK_PAGE_ID if nothing can be posted at all.`)
  if (code === 324 || code === 321) return new FacebookRefusal(code, 'rejected', `${refused}: it does not take the picture.`)
  if (code === 1609005 || code === 1500) return new FacebookRefusal(code, 'rejected', `${refused}: it can't read the page behind the link.`)
  // 1 and 2: something broke over there, perhaps after it was posted.
  if (code === 1 || code === 2 || error['is_transient'] === true || status >= 500) return new SendError('tryAgain', `${refused}: Facebook has trouble.`, { maybeArrived: true })
  return new FacebookRefusal(code, 'rejected', `${refused}: it does not take this content.`)
}

/** What broke before an answer came. A request that ran out of time may have arrived: Facebook has no key to drop a repeat by. */
export function wireFailure (error: unknown): SendError {
  const code = error instanceof AxiosError && typeof error.code === 'string' && /^[A-Z_]{3,40}$/.test(error.code) ? error.code : undefined
  if (code !== undefined && neverArrived.has(code)) return new SendError('tryAgain', `Facebook can't be reached (${code}).`)
  if (isCancel(error) || code === 'ECONNABORTED' || code === 'ETIMEDOUT') return new SendError('tryAgain', 'Facebook did not answer in time.', { maybeArrived: true })
  return new SendError('tryAgain', `The connection to Facebook broke${code === undefined ? '' : ` (${code})`}.`, { maybeArrived: true })
}

/** An answer without an error of Facebook's in it. */
function httpFailure (status: number, retryAfter: string | null, now: Date): SendError {
  if (status === 429) return new SendError('waitUntil', 'Facebook answered with HTTP 429: too many calls.', { until: new Date(now.getTime() + (secondsIn(retryAfter) ?? usualPause)) })
  if (status === 401 || status === 403) return new SendError('notAllowed', `Facebook answered with HTTP ${status}: this program may not call it. Check FACEBOOK_PAGE_TOKEN and FACEBOOK_GRAPH_BASE.`)
  if (status === 404) return new SendError('notAllowed', 'Facebook answered with HTTP 404: there is no such address. Check FACEBOOK_GRAPH_BASE and FACEBOOK_PAGE_ID.')
  return new SendError('tryAgain', `Something answered in place of Facebook (HTTP ${status}).`, { maybeArrived: true })
}

/** `estimated_time_to_regain_access` is in minutes, one for each kind of call; the longest counts. At most a day is believed. */
function usageWait (usage: string | null): number | undefined {
  const found = [...(usage ?? '').matchAll(/"estimated_time_to_regain_access"\s*:\s*(\d{1,6})/g)].map(([, told]) => Number(told))
  const longest = Math.min(Math.max(0, ...found), 24 * 60)
  return longest > 0 ? minutes(longest) : undefined
}

function secondsIn (retryAfter: string | null): number | undefined {
  return /^\d{1,5}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : undefined
}
