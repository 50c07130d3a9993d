// Asks our own server for something, and tells apart what may work later from what was refused.
import type { Solving } from './solve.ts'

/** The server answered, and said no. */
export class RefusedByServer extends Error {
  /** The word for programs in its answer, e.g. `locator`; empty when it gave none. */
  readonly code: string
  readonly status: number

  constructor (status: number, code: string) {
    super(`The server refused (${status}${code === '' ? '' : `, ${code}`}).`)
    this.name = 'RefusedByServer'
    this.status = status
    this.code = code
  }
}

/** No answer, or one that says to come again: the network is away, the server starts, somebody is too fast. */
export class NoAnswer extends Error {
  constructor () {
    super('The server did not answer.')
    this.name = 'NoAnswer'
  }
}

/** As the server's. */
const puzzleHeader = 'x-puzzle'
/** One may run out of time on a device that slept. */
const mostPuzzles = 3

/**
 * In a crowd the server may ask for a small sum first: that is done, and the same sent again.
 * @throws RefusedByServer, NoAnswer, or the signal's reason
 */
export async function ask (method: string, path: string, body?: unknown, signal?: AbortSignal, solving?: Solving): Promise<unknown> {
  let headers: Record<string, string> = {}
  for (let puzzles = 0; ; puzzles++) {
    const { status, text } = await askOnce(method, path, body, headers, signal)
    const puzzle = status === 429 ? fieldOf(fieldOf(parsed(text), 'error'), 'puzzle') : undefined
    if (puzzle !== undefined && puzzles < mostPuzzles) {
      headers = await solved(puzzle, signal, solving)
      continue
    }
    if (isForLater(status)) throw new NoAnswer()
    if (status < 200 || status > 299) throw new RefusedByServer(status, codeIn(text))
    return text === '' ? null : parsed(text)
  }
}

async function askOnce (method: string, path: string, body: unknown, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<{ status: number, text: string }> {
  try {
    const answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { ...headers, Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    return { status: answer.status, text: await answer.text() }
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof TypeError ? new NoAnswer() : error
  }
}

/** Loaded when it is needed, which is hardly ever. */
async function solved (puzzle: unknown, signal: AbortSignal | undefined, solving: Solving = () => {}): Promise<Record<string, string>> {
  const { solve } = await import('./solve.ts').catch(() => { throw new NoAnswer() })
  const solution = await solve(puzzle, solving, signal)
  signal?.throwIfAborted()
  if (solution === null) throw new NoAnswer()
  return { [puzzleHeader]: solution }
}

/** Sends bytes, telling how far it is. If there is a crowd, the puzzle is solved first: many bytes should travel once. @throws as `ask` */
export async function put (path: string, bytes: Uint8Array<ArrayBuffer>, progress: (part: number) => void, signal: AbortSignal, solving?: Solving): Promise<void> {
  const puzzle = fieldOf(await ask('GET', '/chat/puzzle', undefined, signal), 'puzzle')
  const headers = puzzle == null ? {} : await solved(puzzle, signal, solving)
  // fetch tells nothing about how much of an upload has left.
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = (): void => { request.abort() }
    request.open('PUT', path)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = event => { if (event.lengthComputable) progress(event.loaded / event.total) }
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve()
      else reject(isForLater(request.status) ? new NoAnswer() : new RefusedByServer(request.status, codeIn(request.responseText)))
    }
    request.onerror = () => { reject(new NoAnswer()) }
    request.ontimeout = request.onerror
    request.onabort = () => { reject(signal.reason instanceof Error ? signal.reason : new NoAnswer()) }
    request.onloadend = () => { signal.removeEventListener('abort', stop) }
    signal.addEventListener('abort', stop)
    if (signal.aborted) return stop()
    request.send(bytes)
  })
}

/** Behind a proxy a server that restarts is a 502 or 503; too fast is 429. */
function isForLater (status: number): boolean {
  return status === 429 || status === 408 || status >= 500
}

function codeIn (text: string): string {
  const body = parsed(text)
  const error = fieldOf(body, 'error')
  const code = fieldOf(error, 'code')
  return typeof code === 'string' ? code : ''
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A field of something that came from outside; undefined when there is none. */
export function fieldOf (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

export function textOf (value: unknown, name: string): string {
  const field = fieldOf(value, name)
  if (typeof field !== 'string') throw new RefusedByServer(0, `no ${name}`)
  return field
}

export function textsIn (value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}
