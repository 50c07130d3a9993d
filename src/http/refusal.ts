// A request we don't serve: thrown anywhere below a route, turned into an answer by the guard.

/** What a caller can act on. People are told by the site's own texts, found by this word. */
export type RefusalCode = keyof typeof refusals

const refusals = {
  'not-found': { status: 404, message: 'There is nothing at this address.' },
  'not-understood': { status: 400, message: 'The request could not be read.' },
  'other-site': { status: 403, message: 'This form was sent from another site, or by a browser that does not say where from. Open our page and send it from there.' },
  'too-large': { status: 413, message: 'What was sent is too large.' },
  'wrong-type': { status: 415, message: 'What was sent is of a kind that this address does not take.' },
  'not-accepted': { status: 422, message: 'What was sent is not complete or not valid.' },
  'too-fast': { status: 429, message: 'Too many requests in a short time. Nothing that was accepted before is lost. Wait a little and try again.' },
  'busy': { status: 429, message: 'Very many people are sending at this moment. Solve the puzzle that comes with this answer and send again with it, or wait a minute.' },
  'broken': { status: 500, message: 'Something broke on our side. Try again in a little while.' },
} as const

/** What goes along with a refusal. */
export interface Along {
  /** For a script: solved, it lets the same request in. */
  puzzle?: object
  /** What a person wrote in the form that was refused: shown to them again, so that it is not lost. */
  written?: Written
}

/** The fields of a form, but for files: those no page can give back. */
export interface Written { text: string | null, press: string | null, once: string | null, hadFiles: boolean }

export class Refusal extends Error {
  readonly code: RefusalCode
  readonly status: typeof refusals[RefusalCode]['status']
  /** Whole seconds to wait before another try; null: waiting does not help. */
  readonly retryAfter: number | null
  readonly along: Along

  /** @param message for the caller, instead of the usual sentence; it is answered, never logged */
  constructor (code: RefusalCode, message: string = refusals[code].message, retryAfter: number | null = null, along: Along = {}) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = refusals[code].status
    this.retryAfter = retryAfter
    this.along = along
  }
}
