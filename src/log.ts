// Structured logs that can be shown to anybody: no tip text, no address, no token, no code.
import pino, { type Logger } from 'pino'
import type { LogLevel } from './config.ts'

export type Log = Logger

/**
 * A logger that writes JSON lines to standard output.
 * Errors are reduced to name, code and a scrubbed message: libraries put tokens into URLs and statements into messages.
 */
export function makeLog (level: LogLevel): Log {
  return pino({ level, base: {}, serializers: { err: describeError }, timestamp: pino.stdTimeFunctions.isoTime })
}

export interface ErrorDescription {
  name: string
  message: string
  code?: string
  at?: string
}

/** What may be told of an error. Values in SQL text are withheld, since the ORM writes them into the statement. */
export function describeError (error: unknown): ErrorDescription {
  // The logger describes what it is given as `err`; most callers have done so already.
  if (isDescribed(error)) return error
  if (!(error instanceof Error)) return { name: typeof error, message: 'not an Error' }
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: String(error.code) } : {}
  const at = error.stack?.split('\n').find(line => line.includes('/src/'))?.trim().replace(/\(?file:\/\/.*\/src\//, '(src/')
  const description: ErrorDescription = { name: error.name, message: scrub(error.message), ...code, ...(at === undefined ? {} : { at }) }
  described.add(description)
  return description
}

const described = new WeakSet<object>()

function isDescribed (error: unknown): error is ErrorDescription {
  return typeof error === 'object' && error !== null && described.has(error)
}

/** Takes out what must never be written down, whatever library put it there. */
export function scrub (text: string): string {
  return text
    .replace(/\b(insert into|update \S+ set|select\b.*?\bfrom|delete from)\b[^]*$/i, '(statement)')
    .replace(/bot\d+:[\w-]+/gi, 'bot…')
    .replace(/whsec_[A-Za-z0-9+/=]+/g, 'whsec_…')
    .replace(/AGE-SECRET-KEY-\S+/gi, 'AGE-SECRET-KEY-…')
    .replace(/\b[0-9A-Z]{4}(-[0-9A-Z]{4}){5}\b/gi, '(code)')
    .replace(/\/\/[^/\s:@]+:[^/\s@]+@/g, '//…@')
    .slice(0, 500)
}
