// What every answer has in common: strict headers, a request id, one log line without people in it, and errors in words.
import type { Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { matchedRoutes } from 'hono/route'
import type { Log } from '../log.ts'
import { pooledRandom } from '../random.ts'
import { strictHeaders, usualHeaders } from './headers.ts'
import { type Explain, inEnglish, page } from './html.ts'
import { Refusal } from './refusal.ts'

export interface GuardOptions {
  /** As in Config. */
  publicUrl: string
  log: Log
  /** Says a refusal in the reader's language; without it, in English. */
  explain?: Explain
  /** Told of each answer, for measuring. */
  observe?: (answered: Answered) => void
}

export interface Answered {
  method: string
  /** The route's pattern, never the address asked for; `unmatched` when there was none. */
  route: string
  status: number
  /** Until the answer begins; an event stream goes on after it. */
  ms: number
}

/** Call it before any route is added. */
export function guard (app: Hono, { publicUrl, log, explain = inEnglish, observe }: GuardOptions): void {
  const headers = Object.entries(strictHeaders(publicUrl.startsWith('https:')))
  const ids = new WeakMap<Context, string>()
  const random = pooledRandom()

  app.use(async (c, next) => {
    const began = performance.now()
    const id = Buffer.from(random(8)).toString('hex')
    ids.set(c, id)
    try {
      await next()
    } catch (thrown) {
      // Errors were answered already, further in; this is a thrown something else.
      c.res = fail(new TypeError('Something was thrown that is not an Error.', { cause: thrown }), c)
    }
    const { headers: answer } = changeable(c)
    for (const [name, value] of headers) {
      if (!(name in usualHeaders && answer.has(name))) answer.set(name, value)
    }
    answer.set('X-Request-Id', id)
    answer.delete('X-Powered-By')
    answer.delete('Server')
    const answered: Answered = { method: knownMethod(c.req.method), route: routeOf(c), status: c.res.status, ms: Math.round((performance.now() - began) * 10) / 10 }
    log.info({ ...answered, id }, 'request')
    observe?.(answered)
  })
  app.notFound(c => answerRefusal(c, new Refusal('not-found')))
  app.onError((error, c) => fail(error, c))

  function fail (error: unknown, c: Context): Response {
    const refusal = asRefusal(error, c)
    if (refusal.code === 'broken') log.error({ err: error, method: knownMethod(c.req.method), route: routeOf(c), id: ids.get(c) }, 'request failed')
    return answerRefusal(c, refusal)
  }

  function answerRefusal (c: Context, refusal: Refusal): Response {
    const id = ids.get(c) ?? ''
    const headers = refusal.retryAfter === null ? {} : { 'Retry-After': String(refusal.retryAfter) }
    if (c.req.header('accept')?.includes('text/html') !== true) {
      return c.json({ error: { code: refusal.code, message: refusal.message, id, ...(refusal.along.puzzle === undefined ? {} : { puzzle: refusal.along.puzzle }) } }, refusal.status, headers)
    }
    const { lang, title, body } = explain(c, refusal, id)
    return c.html(page({ lang, title, body, scripts: [], styles: [] }), refusal.status, headers) as Response // our template holds no promise
  }
}

function asRefusal (error: unknown, c: Context): Refusal {
  if (error instanceof Refusal) return error
  // hono's own, e.g. from a validator.
  if (error instanceof HTTPException && error.status < 500) return new Refusal('not-understood')
  // The client left in the middle: nobody reads the answer, and it is no fault of ours.
  if (c.req.raw.signal.aborted) return new Refusal('not-understood')
  return new Refusal('broken')
}

/** An answer passed on from elsewhere may have frozen headers. */
function changeable (c: Context): Response {
  try {
    c.res.headers.delete('X-Powered-By')
  } catch {
    const passedOn = c.res
    c.res = undefined
    c.res = new Response(passedOn.body, passedOn)
  }
  return c.res
}

/** The last handler that ran; when it was only one that runs for every address, no route was found. */
function routeOf (c: Context): string {
  const path = matchedRoutes(c).at(c.req.routeIndex)?.path ?? '*'
  return path === '*' || path === '/*' ? 'unmatched' : path
}

/** Anybody can invent methods; logs and measurements know the usual ones. */
function knownMethod (method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other'
}
