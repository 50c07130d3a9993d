// A Bot API server on the loopback, as strict as the real one where this program can meet it. For tests only.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newGathering } from './telegram/gathering.ts'
import type { Gathering } from './telegram/gathering.ts'
import { commandsKey, methods } from './telegram/methods.ts'
import { newPerson } from './telegram/person.ts'
import type { Person } from './telegram/person.ts'
import { Refusal, findChat } from './telegram/platform.ts'
import type { Asked, Failure, Heard, Platform, Script } from './telegram/platform.ts'

export interface TelegramStub {
  /** For `TELEGRAM_API_ROOT`. */
  apiRoot: string
  token: string
  /** Somebody with a phone; the same id is the same person. */
  person (who: { id: number, languageCode?: string, firstName?: string }): Person
  /** A channel (or group) that the bot is an administrator of; the same id is the same one. */
  gathering (what: { id: number, type?: 'channel' | 'supergroup' | 'group', title?: string, name?: string }): Gathering
  /** What stands in a group. */
  heardInGroup (groupId?: number): Heard[]
  /** Everything the bot asked for, with times, oldest first. */
  asked: Asked[]
  /** What was asked of one method. */
  askedOf (method: string): Asked[]
  /** Lets coming requests fail: those of one method, one chat, or all; once, or `times`. Scripts are used in the order given. */
  fails (failure: Failure, where?: Omit<Script, 'failure'>): void
  /** No more scripted failures. */
  recovers (): void
  /** How many requests are still to fail. */
  armed (): number
  /** From now on this token is refused, as after a revocation; `undefined` allows it again. */
  revoked: boolean
  webhook (): { url: string, secret: string | undefined, lastError: string | undefined } | undefined
  /** Updates not confirmed yet. */
  waiting (): number
  /** The command list for a language, '' for the one without. */
  commands (language: string, scope?: string): { command: string, description: string }[]
  /** Ids of presses that were answered. */
  answeredPresses: string[]
  /** The person's account is gone. */
  deactivates (id: number): void
  stop (): Promise<void>
}

/**
 * Starts one. `retryUnit`: milliseconds that count as a second between webhook tries (1000).
 * `firstId`: where update ids begin; a program that kept its data has seen those of an earlier stub.
 */
export async function startTelegramStub ({ token = '7000000001:stub-token-stub-token-stub-token-00', retryUnit = 1000, firstId = 870_000_001 }: { token?: string, retryUnit?: number, firstId?: number } = {}): Promise<TelegramStub> {
  const platform: Platform = {
    token, retryUnit,
    me: { id: 7000000001, is_bot: true, first_name: 'Tin Báo', username: 'TinBaoTestBot' },
    chats: new Map(), files: new Map(), asked: [], scripts: [], waiting: [], allowedUpdates: [], webhook: undefined, poll: undefined,
    commands: new Map(), presses: new Map(), answeredPresses: [], stopped: false,
    next: { update: firstId, message: 1, file: 1, press: 1000 },
  }
  const server = createServer((request, response) => {
    serve(platform, stub, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const stub: TelegramStub = {
    apiRoot: `http://127.0.0.1:${port}`,
    token,
    asked: platform.asked,
    answeredPresses: platform.answeredPresses,
    revoked: false,
    person: (who) => newPerson(platform, who),
    gathering: (what) => newGathering(platform, what),
    heardInGroup: (groupId = -1001234567890) => platform.chats.get(groupId)?.heard ?? [],
    askedOf: (method) => platform.asked.filter((one) => one.method === method),
    fails: (failure, where = {}) => { platform.scripts.push({ ...where, failure }) },
    recovers: () => { platform.scripts.length = 0 },
    armed: () => platform.scripts.reduce((sum, { times = 1 }) => sum + times, 0),
    webhook: () => platform.webhook && { url: platform.webhook.url, secret: platform.webhook.secret, lastError: platform.webhook.lastError?.message },
    waiting: () => platform.waiting.length,
    commands: (language, scope = 'all_private_chats') =>
      (platform.commands.get(commandsKey({ scope: { type: scope }, language_code: language })) ?? []) as { command: string, description: string }[],
    deactivates (id) {
      const chat = platform.chats.get(id)
      if (chat) chat.deactivated = true
    },
    async stop () {
      platform.stopped = true
      platform.poll?.answer([])
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return stub
}

async function serve (platform: Platform, stub: TelegramStub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stub')
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname)
  if (file) return serveFile(platform, file[1] === platform.token && !stub.revoked, decodeURI(file[2] ?? ''), response)

  const call = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname)
  if (!call || call[1] !== platform.token || stub.revoked) {
    return answer(response, call ? 401 : 404, { ok: false, error_code: call ? 401 : 404, description: call ? 'Unauthorized' : 'Not Found' })
  }
  const method = call[2] ?? ''
  const payload = await readPayload(request, url)
  const chatId = payload['chat_id'] === undefined ? undefined : findChat(platform, payload['chat_id'])?.id ?? Number(payload['chat_id'])
  const asked: Asked = { at: Date.now(), method, chatId, payload, outcome: 'ok' }
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
  if (failure?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, failure.ms))

  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    if (failure?.kind === 'error') throw new Refusal(failure.code, failure.description, failure.parameters)
    const known = methods[method.toLowerCase()]
    if (!known) throw new Refusal(404, 'Not Found: method not found')
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
    answer(response, 200, { ok: true, result, ...(failure?.kind === 'huge' ? { padding: ' '.repeat(failure.bytes) } : {}) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    asked.outcome = error.code
    const retryAfter = error.parameters?.['retry_after']
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
    answer(response, error.code, { ok: false, error_code: error.code, description: error.message, ...(error.parameters ? { parameters: error.parameters } : {}) })
  }
}

function takeFailure (platform: Platform, method: string, chatId: number | undefined): Failure | undefined {
  const script = platform.scripts.find((one) =>
    (one.method === undefined || one.method === method) && (one.chat === undefined || one.chat === chatId))
  if (!script) return undefined
  script.times = (script.times ?? 1) - 1
  if (script.times <= 0) platform.scripts.splice(platform.scripts.indexOf(script), 1)
  return script.failure
}

function serveFile (platform: Platform, allowed: boolean, path: string, response: ServerResponse): void {
  const stored = [...platform.files.values()].find((one) => one.path === path)
  const failure = takeFailure(platform, 'download', undefined)
  if (!allowed || !stored || failure?.kind === 'error') {
    return answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' })
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  if (failure?.kind === 'cut') {
    response.write(stored.bytes.slice(0, 1))
    setTimeout(() => response.destroy(), 20)
    return
  }
  response.end(stored.bytes)
}

function answer (response: ServerResponse, code: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Reads JSON, a form, a multipart form or the query, as the platform does; files as bytes, nested JSON parsed. */
async function readPayload (request: IncomingMessage, url: URL): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  const payload: Record<string, unknown> = Object.fromEntries(url.searchParams)
  if (type.startsWith('application/json')) return { ...payload, ...(JSON.parse(body.toString() || '{}') as Record<string, unknown>) }
  if (body.length === 0) return payload
  const form = await new Response(body, { headers: { 'content-type': type } }).formData()
  const files = new Map<string, Uint8Array>()
  for (const [name, value] of form) {
    if (typeof value === 'string') payload[name] = parsed(value)
    else files.set(name, new Uint8Array(await value.arrayBuffer()))
  }
  for (const field of ['photo', 'document']) {
    const attached = files.get(String(payload[field] ?? field).replace('attach://', ''))
    if (attached) payload[field] = attached
  }
  return payload
}

function parsed (value: string): unknown {
  if (!/^[{[]/.test(value) && value !== 'true' && value !== 'false') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
