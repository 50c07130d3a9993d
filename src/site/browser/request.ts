// Asks our own server for something, and tells apart what may work later from what was refused.

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

/** @throws RefusedByServer, NoAnswer, or the signal's reason */
export async function ask (method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  let answer: Response
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw error instanceof TypeError ? new NoAnswer() : error
  }
  if (isForLater(answer.status)) throw new NoAnswer()
  const text = await answer.text().catch(() => { throw new NoAnswer() })
  if (!answer.ok) throw new RefusedByServer(answer.status, codeIn(text))
  return text === '' ? null : parsed(text)
}

/** Sends bytes, telling how far it is. @throws as `ask` */
export async function put (path: string, bytes: Uint8Array<ArrayBuffer>, progress: (part: number) => void, signal: AbortSignal): Promise<void> {
  // fetch tells nothing about how much of an upload has left.
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = (): void => { request.abort() }
    request.open('PUT', path)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
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
