// A Zalo Bot Platform on the loopback, as far as it is known (zalo.md 7 and 11). For tests only.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { methods } from './zalo-bot/methods.ts'
import { newPerson } from './zalo-bot/person.ts'
import type { Person } from './zalo-bot/person.ts'
import { Refusal } from './zalo-bot/platform.ts'
import type { Asked, Body, Failure, Heard, Platform, Script, Ways } from './zalo-bot/platform.ts'
import { addUpdate } from './zalo-bot/updates.ts'

export interface ZaloBotStub {
  /** For `ZALO_BOT_BASE`. */
  base: string
  token: string
  /** Which of several possible behaviours it shows; can be changed at any time. */
  ways: Ways
  /** Somebody with Zalo; the same id is the same person. */
  person (id: string, name?: string): Person
  /** What stands in a group. */
  heardInGroup (groupId?: string): Heard[]
  /** Everything the bot asked for, with times, oldest first. */
  asked: Asked[]
  askedOf (method: string): Asked[]
  /** Lets coming requests fail: those of one method, one chat, or all; once, or `times`. Scripts are used in the order given. */
  fails (failure: Failure, where?: Omit<Script, 'failure'>): void
  /** No more scripted failures. */
  recovers (): void
  /** How many requests are still to fail. */
  armed (): number
  /** From now on this token is refused, as after a reset; `false` allows it again. */
  revoked: boolean
  webhook (): { url: string, secret: string } | undefined
  /** Updates not handed over yet. */
  waiting (): number
  /** Whether somebody waits for the next update. */
  polled (): boolean
  /** What the webhook answered to each delivery, and to each empty probe; 0 for nothing. */
  delivered: readonly number[]
  probed: readonly number[]
  /** Keeps back what happens from now on. */
  holdsBack (): void
  /** Delivers what was kept back, the newest first. */
  letsGoReversed (): void
  /** Moves the platform's clock, in milliseconds. */
  passes (ms: number): void
  stop (): Promise<void>
}

/**
 * Starts one. `retryUnit`: milliseconds that count as a second between webhook tries (1000).
 * `firstId`: where message ids begin; a program that kept its data has seen those of an earlier stub.
 */
export async function startZaloBotStub ({ token = '1459232241454765289:stub-token-stub-token-stub', retryUnit = 1000, ways = {}, firstId = 1 }: { token?: string, retryUnit?: number, ways?: Partial<Ways>, firstId?: number } = {}): Promise<ZaloBotStub> {
  let passed = 0
  const platform: Platform = {
    token, retryUnit, url: '', now: () => Date.now() + passed,
    ways: { body: 'flat', photo: 'photo_url', emptyPollStatus: 200, offline: 'waits', webhookRetries: 5, deliveries: 1, probe: true, monthly: Infinity, secret: 'right', ...ways },
    chats: new Map(), files: new Map(), asked: [], scripts: [], waiting: [], held: undefined,
    webhook: undefined, delivered: [], probed: [], sending: 0, poll: undefined, messages: { month: '', many: 0 }, next: firstId, stopped: false,
  }
  const server = createServer((request, response) => {
    serve(platform, stub, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const stub: ZaloBotStub = {
    base: platform.url,
    token,
    ways: platform.ways,
    asked: platform.asked,
    revoked: false,
    person: (id, name = 'Lan') => newPerson(platform, id, name),
    heardInGroup: (groupId = 'zgr-5f2a') => platform.chats.get(groupId)?.heard ?? [],
    askedOf: (method) => platform.asked.filter((one) => one.method === method),
    fails: (failure, where = {}) => { platform.scripts.push({ ...where, failure }) },
    recovers: () => { platform.scripts.length = 0 },
    armed: () => platform.scripts.reduce((sum, { times = 1 }) => sum + times, 0),
    webhook: () => platform.webhook && { url: platform.webhook.url, secret: platform.webhook.secret },
    waiting: () => platform.waiting.length + platform.sending,
    polled: () => platform.poll !== undefined,
    delivered: platform.delivered,
    probed: platform.probed,
    holdsBack: () => { platform.held ??= [] },
    letsGoReversed () {
      const held = platform.held ?? []
      platform.held = undefined
      for (const update of held.toReversed()) addUpdate(platform, update)
    },
    passes: ms => { passed += ms },
    async stop () {
      platform.stopped = true
      platform.poll?.(undefined)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return stub
}

async function serve (platform: Platform, stub: ZaloBotStub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub')
  if (url.pathname.startsWith('/media/')) return serveFile(platform, url.pathname, request, response)
  const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname) ?? []
  if (token !== platform.token || stub.revoked) return answer(response, 200, { ok: false, error_code: 401, description: 'Unauthorized' })

  const payload = { ...Object.fromEntries(url.searchParams), ...await readPayload(request) }
  const chatId = payload['chat_id'] === undefined ? undefined : String(payload['chat_id'])
  const asked: Asked = { at: platform.now(), method, chatId, payload, outcome: 'ok' }
  platform.asked.push(asked)
  const failure = takeFailure(platform, method, chatId)
  if (failure?.kind === 'cut') {
    asked.outcome = 'cut'
    request.socket.destroy()
    return
  }
  if (failure?.kind === 'page') {
    asked.outcome = failure.code
    response.writeHead(failure.code, { 'content-type': 'text/html' }).end('<html><body>Bad Gateway</body></html>')
    return
  }
  if (failure?.kind === 'rubbish') {
    asked.outcome = 'rubbish'
    response.writeHead(200, { 'content-type': 'application/json' }).end(failure.body ?? '{"ok":tr')
    return
  }
  if (failure?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, failure.ms))

  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    if (failure?.kind === 'error') {
      if (failure.retryAfter !== undefined) response.setHeader('retry-after', String(failure.retryAfter))
      throw new Refusal(failure.code, failure.description, failure.status)
    }
    const known = methods[method]
    if (!known) throw new Refusal(404, 'Not Found')
    const result = await known(platform, payload, gone.signal)
    if (failure?.kind === 'lost') {
      asked.outcome = 'lost'
      request.socket.destroy()
      return
    }
    if (failure?.kind === 'silent') {
      asked.outcome = 'silent'
      return
    }
    answer(response, 200, { ok: true, ...(result === undefined ? {} : { result }) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    asked.outcome = error.code
    answer(response, error.status, { ok: false, error_code: error.code, description: error.message })
  }
}

function takeFailure (platform: Platform, method: string, chatId: string | undefined): Failure | undefined {
  const script = platform.scripts.find((one) =>
    (one.method === undefined || one.method === method) && (one.chat === undefined || one.chat === chatId))
  if (!script) return undefined
  script.times = (script.times ?? 1) - 1
  if (script.times <= 0) platform.scripts.splice(platform.scripts.indexOf(script), 1)
  return script.failure
}

/** Pictures lie at public addresses: no token is asked for. */
function serveFile (platform: Platform, path: string, request: IncomingMessage, response: ServerResponse): void {
  const bytes = platform.files.get(path)
  const failure = takeFailure(platform, 'download', undefined)
  platform.asked.push({ at: platform.now(), method: 'download', chatId: undefined, payload: { ...request.headers }, outcome: 'ok' })
  if (failure?.kind === 'error' || !bytes) {
    response.writeHead(failure?.kind === 'error' ? failure.code : 404).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  if (failure?.kind === 'cut') {
    response.write(bytes.slice(0, 1))
    setTimeout(() => response.destroy(), 20)
    return
  }
  response.end(bytes)
}

function answer (response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** JSON or a form; what is in the query is added by the caller. */
async function readPayload (request: IncomingMessage): Promise<Body> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (!/form/.test(type)) return JSON.parse(body.toString() || '{}') as Body
  return Object.fromEntries(await new Response(body, { headers: { 'content-type': type } }).formData())
}
