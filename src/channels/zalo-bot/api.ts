// One call of the Zalo Bot API: JSON there, an envelope back, a deadline on it. Its address holds the token, so it never leaves this file.
import axios, { isAxiosError } from 'axios'
import { seconds } from '../../clock.ts'
import { record, wholeNumber } from '../body.ts'

export interface ZaloBotApi {
  /**
   * Returns `result` of the answer.
   * @throws Refused when Zalo says no, Unanswered when nothing of Zalo's came back
   */
  call (method: string, body: Record<string, unknown>, more?: { within?: number, signal?: AbortSignal }): Promise<unknown>
}

/** Zalo's `ok: false`. The description is Zalo's own and may quote what we sent: for set-up calls only. */
export class Refused extends Error {
  readonly method: string
  /** Its `error_code`; the HTTP status says something else at times. */
  readonly code: number
  readonly description: string
  /** Seconds; not documented, obeyed if it ever comes. */
  readonly retryAfter: number | undefined

  constructor (method: string, code: number, description: string, retryAfter: number | undefined) {
    super(`Zalo answered ${method} with ${code}`)
    this.name = 'Refused'
    this.method = method
    this.code = code
    this.description = description
    this.retryAfter = retryAfter
  }
}

/** No answer of Zalo's: the wire broke, a deadline passed, or a gateway spoke in its place. */
export class Unanswered extends Error {
  /** Of Node's net, dns and tls or of axios: letters only, so no address can slip through. */
  readonly code: string | undefined
  /** HTTP status of what answered instead. */
  readonly status: number | undefined

  constructor (method: string, { code, status }: { code?: string | undefined, status?: number | undefined }) {
    super(`Zalo did not answer ${method}`)
    this.name = 'Unanswered'
    this.code = code
    this.status = status
  }
}

/** @param base `https://bot-api.zaloplatforms.com`, or a simulator's; no slash at the end */
export function zaloBotApi (base: string, token: string): ZaloBotApi {
  const client = axios.create({
    adapter: 'http', baseURL: `${base}/bot${token}/`, responseType: 'text', transformResponse: (body: unknown) => body, validateStatus: () => true,
    // A redirect or a proxy from the environment would be told the token.
    maxRedirects: 0, proxy: false, maxContentLength: 1024 * 1024,
  })
  return {
    async call (method, body, { within = seconds(20), signal } = {}) {
      // Of the whole exchange; axios's own timeout begins anew with every byte.
      const deadline = AbortSignal.timeout(within)
      const answer = await client.post<unknown>(method, body, { signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]) })
        .catch((error: unknown) => { throw new Unanswered(method, { code: deadline.aborted ? 'ETIMEDOUT' : codeOf(error) }) })
      const envelope = record(parse(answer.data))
      if (envelope?.['ok'] === true) return envelope['result']
      const retryAfter = Number(answer.headers['retry-after'] ?? NaN)
      if (envelope?.['ok'] === false || answer.status === 429) {
        const description = envelope?.['description']
        throw new Refused(method, wholeNumber(envelope?.['error_code']) ?? answer.status, typeof description === 'string' ? description.slice(0, 200) : '', retryAfter > 0 ? retryAfter : undefined)
      }
      throw new Unanswered(method, { status: answer.status })
    },
  }
}

function parse (body: unknown): unknown {
  try {
    return JSON.parse(String(body)) as unknown
  } catch {
    return undefined
  }
}

function codeOf (error: unknown): string | undefined {
  return isAxiosError(error) && error.code !== undefined && /^[A-Z_]{3,40}$/.test(error.code) ? error.code : undefined
}
