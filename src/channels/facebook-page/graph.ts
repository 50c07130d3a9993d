// One call of the Graph API for one page: the token in a header, a deadline, and a size that is bounded.
import axios from 'axios'
import type { Clock } from '../../clock.ts'
import { record, type Body } from '../body.ts'
import { refusalOf, wireFailure, type Answer } from './errors.ts'

export interface Graph {
  /** @param path with a slash in front; ids in it are Facebook's own @throws SendError */
  call (method: 'get' | 'post' | 'delete', path: string, fields?: Body): Promise<Body>
}

/** @param base with the version, no slash at the end @param within milliseconds for the whole of one request */
export function graphOf (base: string, token: string, clock: Clock, within: number): Graph {
  const http = axios.create({
    adapter: 'http',
    baseURL: base,
    timeout: within,
    headers: { Authorization: `Bearer ${token}` },
    // A token must not follow a redirect, nor be shown to a proxy of the environment.
    maxRedirects: 0,
    proxy: false,
    maxContentLength: 1024 * 1024,
    responseType: 'text',
    transformResponse: [(text: unknown) => text],
    validateStatus: () => true,
  })

  async function ask (method: 'get' | 'post' | 'delete', path: string, fields: Body): Promise<Answer> {
    try {
      // axios's own timeout begins again with each byte on some paths; the signal's does not.
      const { status, data, headers } = await http.request<unknown>({ method, url: path, signal: AbortSignal.timeout(within), ...(method === 'get' ? { params: fields } : { data: fields }) })
      return { status, body: jsonIn(data), retryAfter: textOf(headers['retry-after']), usage: textOf(headers['x-business-use-case-usage']) }
    } catch (error) {
      throw wireFailure(error)
    }
  }

  return {
    async call (method, path, fields = {}) {
      const answer = await ask(method, path, fields)
      if (answer.status >= 300 || answer.body === undefined || answer.body['error'] !== undefined) throw refusalOf(answer, clock())
      return answer.body
    },
  }
}

function jsonIn (data: unknown): Body | undefined {
  try {
    return typeof data === 'string' ? record(JSON.parse(data)) : undefined
  } catch {
    return undefined
  }
}

function textOf (header: unknown): string | null {
  return typeof header === 'string' ? header : null
}
