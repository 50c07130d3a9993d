// One request to Zalo: with a deadline, ids that survive, and a size that is bounded. Knows nothing of tokens.
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import type { Clock } from '../../clock.ts'
import { seconds } from '../../clock.ts'
import { SendError } from '../send-error.ts'
import { record, type Body } from '../body.ts'
import { parseBigJson } from './big-json.ts'
import { httpFailure, wireFailure } from './errors.ts'

/** Milliseconds for the whole of one request. Much less than the lease on a token's refresh. */
export const deadline = seconds(20)

/** @param within milliseconds; `deadline` but in tests */
export function wireTo (baseURL: string, within = deadline): AxiosInstance {
  return axios.create({
    baseURL,
    timeout: within,
    // A token must not follow a redirect to somewhere else.
    maxRedirects: 0,
    maxContentLength: 1024 * 1024,
    responseType: 'text',
    transformResponse: [(text: unknown) => text],
    validateStatus: () => true,
  })
}

/** @throws SendError when no answer came, or one that is no JSON object */
export async function ask (request: (signal: AbortSignal) => Promise<AxiosResponse<unknown>>, clock: Clock, within = deadline): Promise<{ status: number, body: Body, retryAfter: string | null }> {
  let response: AxiosResponse<unknown>
  try {
    // axios's own timeout begins again with each byte on some paths; this one does not.
    response = await request(AbortSignal.timeout(within))
  } catch (error) {
    throw wireFailure(error)
  }
  const retryAfter: unknown = response.headers['retry-after']
  const body = bodyOf(response.data)
  const after = typeof retryAfter === 'string' ? retryAfter : null
  if (response.status === 429 || response.status >= 500) throw httpFailure(response.status, after, clock())
  if (body === undefined) {
    if (response.status >= 300) throw httpFailure(response.status, after, clock())
    throw new SendError('tryAgain', 'Something answered in place of Zalo: this is no JSON.', { maybeArrived: true })
  }
  return { status: response.status, body, retryAfter: after }
}

function bodyOf (data: unknown): Body | undefined {
  try {
    return typeof data === 'string' ? record(parseBigJson(data)) : undefined
  } catch {
    return undefined
  }
}
