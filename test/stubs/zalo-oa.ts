// A Zalo on the loopback: OAuth, sending, files and webhook of one Official Account, as strict as the real one is known to be. For tests only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { aboutArticles } from './zalo-oa/articles.ts'
import { stateOf } from './zalo-oa/broadcasts.ts'
import { consent } from './zalo-oa/consent.ts'
import { answerToken, give } from './zalo-oa/oauth.ts'
import { newPerson, type Person } from './zalo-oa/person.ts'
import { Refusal, type Article, type Asked, type Broadcast, type Failure, type Platform, type Script, type Switches, type WebhookState } from './zalo-oa/platform.ts'
import { checkRate, checkToken, consult, left, oldMessage } from './zalo-oa/sending.ts'
import { upload } from './zalo-oa/uploads.ts'
import { aboutPeople } from './zalo-oa/users.ts'
import { macOf, release, setWebhook } from './zalo-oa/webhook.ts'

export interface ZaloOaStub {
  /** For `ZALO_OPENAPI_BASE` and `ZALO_OAUTH_BASE`. */
  base: string
  /** For `ZALO_OA_MEDIA_HOSTS`. */
  host: string
  app: { id: string, secret: string }
  oa: { id: string, secretKey: string }
  /** The PKCE verifier of the console. */
  verifier: string
  /** The refresh token that works now; '' after a revocation. */
  refreshToken (): string
  accessToken (): string
  /** Somebody with the app; the same id is the same person. */
  person (id: string): Person
  /** Somebody in the chat widget of a web page. */
  visitor (id: string): Person
  asked: Asked[]
  askedOf (path: string): Asked[]
  /** Lets coming requests fail, in the order given. */
  fails (failure: Failure, where?: Omit<Script, 'failure'>): void
  recovers (): void
  /** How many requests are still to fail. */
  armed (): number
  switches: Switches
  /** What can be read of the Official Account, oldest first. */
  articles (): Article[]
  /** What was broadcast, and what became of it. */
  broadcasts (): (Broadcast & { state: 'looked at' | 'delivered' | 'refused' })[]
  webhook: WebhookState
  /** Saves the webhook's address in the console, which looks at it first. */
  setWebhook (url: string): Promise<boolean>
  release (): void
  macOf (body: string): string
  /** Moves the platform's clock, in milliseconds. */
  passes (ms: number): void
  /** The admin took back the consent: both tokens are dead. */
  revokes (): void
  /** No event is on its way any more. */
  quiet (): Promise<void>
  stop (): Promise<void>
}

/**
 * @param retryUnit milliseconds that count as a second between tries of the webhook @param now the clock to begin with
 * @param firstId where message ids begin: a program that kept its data has seen those of an earlier stub
 */
export async function startZaloOaStub ({ retryUnit = 1, now = () => Date.now(), firstId = 1 }: { retryUnit?: number, now?: () => number, firstId?: number } = {}): Promise<ZaloOaStub> {
  let passed = 0
  const platform: Platform = {
    app: { id: '1234567890123456789', secret: 'app-secret-for-tests-0001' },
    oa: { id: '3886132808788086450', secretKey: 'oa-secret-for-tests-0001' },
    verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    now: () => now() + passed, retryUnit,
    tokens: { access: undefined, accessUntil: 0, refresh: undefined, refreshUntil: 0, spent: new Set(), codes: new Map() },
    people: new Map(), files: new Map(), assets: new Map(), articles: new Map(), jobs: new Map(), broadcasts: [], tags: new Map(), asked: [], scripts: [],
    switches: {
      cloudAccount: 'none', oauthErrorStatus: 200, echoes: true, echoIds: 'same', receipts: false, perMinute: 4000, proof: false,
      pkce: 'fixed', consent: 'at once', stateComesBack: false, callback: undefined,
      articlePolls: 2, articles: 15, articleIdIn: 'id', articleLinks: true, coversFail: false, broadcasts: 2000, moderation: 'passes', nights: false,
    },
    webhook: { url: undefined, disabled: false, signsWrong: false, copies: 1, held: undefined, delivered: [] },
    under: new Set(), stopped: false, baseUrl: '',
    next: { message: firstId, file: 1 },
  }
  give(platform)
  const server = createServer((request, response) => { serve(platform, request, response).catch(() => response.destroy()) })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  platform.baseUrl = `http://${host}`

  return {
    base: platform.baseUrl, host, app: platform.app, oa: platform.oa, verifier: platform.verifier,
    refreshToken: () => platform.tokens.refresh ?? '',
    accessToken: () => platform.tokens.access ?? '',
    person: id => newPerson(platform, { id }),
    visitor: id => newPerson(platform, { id, conversation: `c${id}` }),
    asked: platform.asked,
    askedOf: path => platform.asked.filter(one => one.path === path),
    fails: (failure, where = {}) => { platform.scripts.push({ ...where, failure }) },
    recovers: () => { platform.scripts.length = 0 },
    armed: () => platform.scripts.reduce((sum, { times = 1 }) => sum + times, 0),
    switches: platform.switches,
    articles: () => [...platform.articles.values()],
    broadcasts: () => platform.broadcasts.map(one => ({ ...one, state: stateOf(platform, one) })),
    webhook: platform.webhook,
    setWebhook: async url => await setWebhook(platform, url),
    release: () => { release(platform) },
    macOf: body => macOf(platform, body),
    passes: ms => { passed += ms },
    revokes () {
      platform.tokens.access = undefined
      platform.tokens.refresh = undefined
    },
    async quiet () { while (platform.under.size > 0) await Promise.all(platform.under) },
    async stop () {
      platform.stopped = true
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await Promise.all(platform.under)
    },
  }
}

async function serve (platform: Platform, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', platform.baseUrl)
  if (url.pathname.startsWith('/files/')) return serveFile(platform, url.pathname.slice(7), response)
  if (url.pathname === '/v4/oa/permission') return serveConsent(consent(platform, request.method, url), response)
  const bytes = await readBytes(request)
  const text = bytes.toString()
  const isForm = url.pathname.startsWith('/v4/')
  const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : request.method === 'GET' ? { ...Object.fromEntries(url.searchParams), ...parsed(url.searchParams.get('data') ?? '') } : parsed(text)
  const userId = (body['recipient'] as { user_id?: string } | undefined)?.user_id
  const asked: Asked = { at: platform.now(), path: url.pathname, userId, body, headers: request.headers, outcome: 0 }
  platform.asked.push(asked)

  const failure = takeFailure(platform, url.pathname, userId)
  if (failure?.kind === 'cut') {
    asked.outcome = 'cut'
    return void request.socket.destroy()
  }
  if (failure?.kind === 'http') {
    asked.outcome = 'http'
    return void response.writeHead(failure.status, failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }).end('{}')
  }
  if (failure?.kind === 'page' || failure?.kind === 'malformed') {
    asked.outcome = 'page'
    return void response.writeHead(200, { 'content-type': failure.kind === 'page' ? 'text/html' : 'application/json' }).end(failure.kind === 'page' ? '<html>Bad Gateway</html>' : failure.text)
  }
  if (failure?.kind === 'slow') await new Promise(resolve => setTimeout(resolve, failure.ms))

  const { status, answer } = isForm
    ? tokenAnswer(platform, request, text, failure)
    : { status: 200, answer: await apiAnswer(platform, url.pathname, request, { body, bytes }, failure) }
  asked.outcome = Number(answer['error'] ?? 0)
  if (failure?.kind === 'lost') {
    asked.outcome = 'lost'
    return void request.socket.destroy()
  }
  if (failure?.kind === 'silent') {
    asked.outcome = 'silent'
    return
  }
  response.writeHead(status, {
    'content-type': 'application/json', 'x-ratelimit-limit': String(platform.switches.perMinute), 'x-ratelimit-remain': String(Math.max(0, left(platform))),
  }).end(JSON.stringify(answer))
}

function serveConsent (answer: ReturnType<typeof consent>, response: ServerResponse): void {
  if ('location' in answer) response.writeHead(302, { location: answer.location }).end()
  else response.writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" }).end(answer.page)
}

function tokenAnswer (platform: Platform, request: IncomingMessage, text: string, failure: Failure | undefined): { status: number, answer: Record<string, unknown> } {
  if (failure?.kind === 'error') return { status: 200, answer: { error: failure.code, error_name: failure.message ?? 'Something', error_description: '', error_reason: '' } }
  const secret = request.headers['secret_key']
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const { status, body } = answerToken(platform, typeof secret === 'string' ? secret : undefined, new URLSearchParams(isForm ? text : ''))
  return { status, answer: body }
}

async function apiAnswer (platform: Platform, path: string, request: IncomingMessage, { body, bytes }: { body: Record<string, unknown>, bytes: Buffer<ArrayBuffer> }, failure: Failure | undefined): Promise<Record<string, unknown>> {
  try {
    if (failure?.kind === 'error') throw new Refusal(failure.code, failure.message ?? 'scripted')
    checkToken(platform, request.headers)
    checkRate(platform)
    const [, kind] = /^\/v2\.0\/oa\/upload\/(image|gif|file)$/.exec(path) ?? []
    if (kind !== undefined) return success(upload(platform, kind as 'image' | 'gif' | 'file', await fileIn(bytes, request.headers['content-type'])))
    const call = Object.hasOwn(api, path) ? api[path] : undefined
    if (call === undefined) throw new Refusal(-209, 'Not supported this api')
    return success(call(platform, body))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { error: error.code, message: error.message }
  }
}

const success = (data: unknown): Record<string, unknown> => ({ error: 0, message: 'Success', data })

const api: Record<string, (platform: Platform, body: Record<string, unknown>) => unknown> = {
  '/v3.0/oa/message/cs': consult,
  '/v2.0/oa/message': oldMessage,
  ...aboutArticles,
  ...aboutPeople,
}

async function fileIn (bytes: Buffer<ArrayBuffer>, type = ''): Promise<File | undefined> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => null)
  const file = form?.get('file')
  return file instanceof File ? file : undefined
}

function takeFailure (platform: Platform, path: string, user: string | undefined): Failure | undefined {
  const script = platform.scripts.find(one => (one.path === undefined || one.path === path) && (one.user === undefined || one.user === user))
  if (script === undefined) return undefined
  script.times = (script.times ?? 1) - 1
  if (script.times <= 0) platform.scripts.splice(platform.scripts.indexOf(script), 1)
  return script.failure
}

function serveFile (platform: Platform, name: string, response: ServerResponse): void {
  const failure = takeFailure(platform, '/files', undefined)
  const stored = platform.files.get(name)
  if (failure?.kind === 'cut') return void response.destroy()
  if (stored === undefined || stored.until < platform.now()) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(stored.bytes)
}

async function readBytes (request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function parsed (text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text === '' ? '{}' : text) as unknown
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  } catch {
    return {}
  }
}
