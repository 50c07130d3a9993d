// Opens the door: one HTTP server with limits on time and size, and an orderly way to close it.
import { getRequestListener } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { strictHeaders } from './headers.ts'

export interface Listening {
  /** As reached from this machine, without a trailing slash. */
  url: string
  port: number
  /**
   * Takes no new connections, tells event streams to end, lets requests under way finish for a while, then closes every socket.
   * A second call waits for the first.
   */
  stop (): Promise<void>
}

/** Milliseconds; for tests. */
export type Timings = Partial<typeof timings>

const timings = {
  /** Telegram keeps its connections for 60 s; closing first would cost it an update that has to be sent again. */
  keepAlive: 65_000,
  /** A header that trickles in holds a socket for nothing. */
  header: 15_000,
  /** 25 MB from a phone on a slow network. */
  request: 600_000,
  /** A socket on which nothing moves either way. Event streams send a heartbeat more often than that. */
  silence: 120_000,
  /** How often the first three are looked at. */
  look: 1000,
  /** What requests under way get at a stop. */
  grace: 10_000,
}

/**
 * Starts to serve. Port 0 takes any free one.
 * @throws Error with a sentence for the operator when the address can't be had
 */
export async function listen (app: Hono, at: { host: string, port: number }, times: Timings = {}): Promise<Listening> {
  const time = { ...timings, ...times }
  const stopping = new AbortController()
  const answer = getRequestListener((request, bindings) => app.fetch(request, { ...bindings, stopping: stopping.signal }), {
    // Reached only by requests that no route can see (an impossible Host, a broken path): the answer is as strict as any other.
    errorHandler: error => new Response(null, { status: error instanceof Error && error.name === 'RequestError' ? 400 : 500, headers: strictHeaders(false) }),
  })
  const server = createServer({
    keepAliveTimeout: time.keepAlive,
    headersTimeout: time.header,
    requestTimeout: time.request,
    connectionsCheckingInterval: time.look,
    maxHeaderSize: 8192,
  }, (incoming, outgoing) => { void answer(incoming, outgoing) })
  server.setTimeout(time.silence)
  const stop = stopper(server, stopping, time.grace)

  await open(server, at)
  // An address of a TCP server; null and text belong to closed ones and pipes.
  const { port } = server.address() as AddressInfo
  return { url: `http://${reachable(at.host)}:${port}`, port, stop }
}

/** Aborted when the server begins to stop; lives as long as the server. Never aborted where no server runs. */
export function stopping (c: Context): AbortSignal {
  const env: unknown = c.env
  return typeof env === 'object' && env !== null && 'stopping' in env && env.stopping instanceof AbortSignal ? env.stopping : never
}

/**
 * Aborted when the server begins to stop or the client is gone: an event stream ends itself then, and its reader connects again
 * elsewhere. A signal of this request alone, so listeners on it need not be taken off.
 */
export function streamEnd (c: Context): AbortSignal {
  return AbortSignal.any([stopping(c), c.req.raw.signal])
}

const never = new AbortController().signal

function stopper (server: Server, stopping: AbortController, grace: number): () => Promise<void> {
  const underWay = new Set<ServerResponse>()
  let lastOneLeft = (): void => {}
  // Before hono's listener, which may have written the header already when it returns.
  server.prependListener('request', (_incoming, outgoing) => {
    underWay.add(outgoing)
    if (stopping.signal.aborted) outgoing.setHeader('Connection', 'close')
    outgoing.once('close', () => {
      underWay.delete(outgoing)
      if (underWay.size === 0) lastOneLeft()
    })
  })

  let stopped: Promise<void> | undefined
  return () => stopped ??= (async () => {
    const closed = new Promise<void>(resolve => { server.close(() => { resolve() }) })
    const finished = new Promise<void>(resolve => { lastOneLeft = resolve })
    for (const outgoing of underWay) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close')
    stopping.abort()
    if (underWay.size === 0) lastOneLeft()
    const timer = setTimeout(() => { lastOneLeft() }, grace)
    await finished
    clearTimeout(timer)
    // Also those that opened a connection and never asked for anything: Node does not count them as idle.
    server.closeAllConnections()
    await closed
  })()
}

async function open (server: Server, { host, port }: { host: string, port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // Stays: later errors are of a single connection that could not be accepted (no file handles left), no reason to die.
    server.on('error', (error: NodeJS.ErrnoException) => { reject(new Error(refusal(error.code, host, port), { cause: error })) })
    server.listen({ host, port }, resolve)
  })
}

function refusal (code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE': return `Port ${port} on ${host} is already in use. Stop the program that uses it (perhaps this one, started twice), or set PORT to another number.`
    case 'EACCES': return `This user may not open port ${port}. Set PORT to a number of 1024 or more and put a reverse proxy in front of it.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': return `HOST is ${host}, which is not an address of this machine. Set it to 127.0.0.1 for this machine only, or to 0.0.0.0 for every network it is on.`
    default: return `The server can't listen on ${host}, port ${port} (${code ?? 'unknown reason'}). Check HOST and PORT.`
  }
}

function reachable (host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
