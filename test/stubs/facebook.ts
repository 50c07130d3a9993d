// A Graph API on the loopback: the feed of one page, as strict as the real one where this program can meet it. For tests only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One post, as a reader of the page sees it. */
export interface PagePost {
  id: string
  message: string
  /** The page that is previewed under it. */
  link: string | undefined
  /** Where its picture was fetched from, and what it says to those who don't see it. */
  picture: { id: string, url: string, alt: string | undefined } | undefined
  edited: boolean
}

/** One request the program made. */
export interface Asked {
  method: string
  /** With its query, as it could stand in somebody's log. */
  url: string
  body: Record<string, unknown>
  authorization: string | undefined
  /** HTTP status that was answered, or what happened on the wire. */
  outcome: number | 'cut' | 'lost' | 'silent'
}

export type Failure =
  /** An error of the Graph API. */
  | { kind: 'error', code: number, subcode?: number, message?: string, status?: number, transient?: boolean, headers?: Record<string, string> }
  /** A status and a body, or none, that are not the Graph API's. */
  | { kind: 'http', status: number, body?: string, headers?: Record<string, string> }
  /** The connection is cut before the request is looked at. */
  | { kind: 'cut' }
  /** Carried out, and the connection cut before the answer. */
  | { kind: 'lost' }
  /** Carried out, and never answered: the asker's own limit ends it. */
  | { kind: 'silent' }
  /** The answer begins, and never ends. */
  | { kind: 'drips' }

export interface FacebookStub {
  /** For `FACEBOOK_GRAPH_BASE`. */
  base: string
  pageId: string
  /** For `FACEBOOK_PAGE_TOKEN`. */
  token: string
  /** What stands on the page, oldest first. */
  posts: PagePost[]
  asked: Asked[]
  /** Lets coming requests fail, in the order given: those of one method, with one ending of the path, or all; once, or `times`. */
  fails (failure: Failure, where?: { method?: string, path?: string, times?: number }): void
  recovers (): void
  /** How many requests are still to fail. */
  armed (): number
  switches: {
    /** The token is dead. */
    expired: boolean
    /** The app lost the right to post. */
    mayPost: boolean
    /** Facebook can reach the addresses given, of pictures and of pages. */
    reachesPictures: boolean
    reachesPages: boolean
    /** The answer to a photo names only the photo, not the post. */
    namesPost: boolean
  }
  stop (): Promise<void>
}

class Refusal extends Error {
  readonly code: number
  readonly subcode: number | undefined
  readonly status: number
  constructor (code: number, message: string, status = 400, subcode?: number) {
    super(message)
    this.code = code
    this.subcode = subcode
    this.status = status
  }
}

interface Page {
  id: string
  posts: PagePost[]
  switches: FacebookStub['switches']
  next: number
}

export async function startFacebookStub ({ pageId = '102312345678901', token = 'EAAGpagetokenfortests0001' }: { pageId?: string, token?: string } = {}): Promise<FacebookStub> {
  const page: Page = { id: pageId, posts: [], switches: { expired: false, mayPost: true, reachesPictures: true, reachesPages: true, namesPost: true }, next: 122_000_000_000_001 }
  const asked: Asked[] = []
  const scripts: { failure: Failure, method?: string, path?: string, times: number }[] = []
  const server = createServer((request, response) => { serve(request, response).catch(() => response.destroy()) })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  async function serve (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: address = '/', headers: { authorization } } = request
    const url = new URL(address, 'http://stub')
    const body = { ...Object.fromEntries(url.searchParams), ...await bodyOf(request) }
    const one: Asked = { method, url: address, body, authorization, outcome: 200 }
    asked.push(one)
    const failure = takeFailure(method, url.pathname)
    if (failure?.kind === 'cut') return void end(one, 'cut', request)
    if (failure?.kind === 'http') {
      one.outcome = failure.status
      return void response.writeHead(failure.status, failure.headers).end(failure.body)
    }
    const { status, answer } = answered(() => {
      if (failure?.kind === 'error') throw new Refusal(failure.code, failure.message ?? 'scripted', failure.status, failure.subcode)
      checkToken(page, token, authorization ?? `Bearer ${String(body['access_token'] ?? '')}`)
      return carryOut(page, method, url.pathname.replace(/^\/v\d+\.\d+(?=\/)/, ''), body)
    }, failure?.kind === 'error' && failure.transient === true)
    if (failure?.kind === 'lost') return void end(one, 'lost', request)
    if (failure?.kind === 'silent') {
      one.outcome = 'silent'
      return
    }
    one.outcome = status
    response.writeHead(status, { 'content-type': 'application/json', ...(failure?.kind === 'error' ? failure.headers : {}) })
    if (failure?.kind === 'drips') return drip(response)
    response.end(JSON.stringify(answer))
  }

  function takeFailure (method: string, path: string): Failure | undefined {
    const script = scripts.find(one => (one.method === undefined || one.method === method) && (one.path === undefined || path.endsWith(one.path)))
    if (script === undefined) return undefined
    script.times--
    if (script.times <= 0) scripts.splice(scripts.indexOf(script), 1)
    return script.failure
  }

  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v26.0`,
    pageId, token, posts: page.posts, asked, switches: page.switches,
    fails: (failure, where = {}) => { scripts.push({ times: 1, ...where, failure }) },
    recovers: () => { scripts.length = 0 },
    armed: () => scripts.reduce((sum, { times }) => sum + times, 0),
    async stop () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function end (one: Asked, outcome: 'cut' | 'lost', request: IncomingMessage): void {
  one.outcome = outcome
  request.socket.destroy()
}

/** A byte now and then, so that only a limit on the whole exchange ends it. */
function drip (response: ServerResponse): void {
  const timer = setInterval(() => { response.write(' ') }, 20)
  response.once('close', () => { clearInterval(timer) })
}

function answered (what: () => Record<string, unknown>, transient: boolean): { status: number, answer: Record<string, unknown> } {
  try {
    return { status: 200, answer: what() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { message, code, subcode, status } = error
    return { status, answer: { error: { message, type: 'OAuthException', code, ...(subcode === undefined ? {} : { error_subcode: subcode }), ...(transient ? { is_transient: true } : {}), fbtrace_id: 'EJplcsCHuLu' } } }
  }
}

function checkToken ({ switches }: Page, token: string, authorization: string): void {
  if (authorization.trim() === 'Bearer') throw new Refusal(2500, 'An active access token must be used to query information about the current user.')
  if (switches.expired) throw new Refusal(190, 'Error validating access token: Session has expired.', 401, 463)
  if (authorization !== `Bearer ${token}`) throw new Refusal(190, 'Invalid OAuth access token - Cannot parse access token', 401)
}

function carryOut (page: Page, method: string, path: string, body: Record<string, unknown>): Record<string, unknown> {
  if (method === 'POST' && path === `/${page.id}/feed`) return publish(page, body)
  if (method === 'POST' && path === `/${page.id}/photos`) return publishPhoto(page, body)
  if (method === 'GET' && path === `/${page.id}`) return { id: page.id }
  const post = page.posts.find(({ id, picture }) => path === `/${id}` || path === `/${picture?.id ?? ''}`)
  if (post === undefined) throw new Refusal(100, `Unsupported ${method.toLowerCase()} request. Object with ID does not exist, cannot be loaded due to missing permissions, or does not support this operation.`, 400, 33)
  if (method === 'GET') return { id: post.id, ...(body['fields'] === 'permalink_url' ? { permalink_url: `https://www.facebook.com/${page.id}/posts/${post.id.split('_').at(-1)}` } : {}) }
  if (!page.switches.mayPost) throw new Refusal(200, '(#200) The permission(s) pages_manage_posts are not available.', 403)
  if (method === 'DELETE') page.posts.splice(page.posts.indexOf(post), 1)
  else edit(post, body)
  return { success: true }
}

function publish (page: Page, { message, link }: Record<string, unknown>): Record<string, unknown> {
  if (typeof message !== 'string' || message === '') throw new Refusal(100, '(#100) The status you are trying to publish is empty.')
  checkPost(page, message)
  if (link !== undefined && !URL.canParse(String(link))) throw new Refusal(100, '(#100) link URL is not properly formatted')
  if (link !== undefined && !page.switches.reachesPages) throw new Refusal(1609005, 'There was a problem scraping data from the provided link.')
  return { id: put(page, { message: String(message), link: link === undefined ? undefined : String(link), picture: undefined }) }
}

function publishPhoto (page: Page, { url, caption, message = caption, alt_text_custom: alt }: Record<string, unknown>): Record<string, unknown> {
  checkPost(page, message)
  if (!/^https?:\/\//.test(String(url))) throw new Refusal(100, '(#100) Picture should represent a valid URL')
  if (!page.switches.reachesPictures) throw new Refusal(324, '(#324) Missing or invalid image file')
  const photo = String(page.next++)
  const id = put(page, { message: String(message ?? ''), link: undefined, picture: { id: photo, url: String(url), alt: alt === undefined ? undefined : String(alt) } })
  return { id: photo, ...(page.switches.namesPost ? { post_id: id } : {}) }
}

function checkPost ({ switches, posts }: Page, message: unknown): void {
  if (!switches.mayPost) throw new Refusal(200, '(#200) The permission(s) pages_manage_posts are not available.', 403)
  if (posts.at(-1)?.message === message) throw new Refusal(506, '(#506) Duplicate status message')
}

function put (page: Page, post: Omit<PagePost, 'id' | 'edited'>): string {
  const id = `${page.id}_${page.next++}`
  page.posts.push({ ...post, id, edited: false })
  return id
}

function edit (post: PagePost, { message }: Record<string, unknown>): void {
  if (typeof message !== 'string' || message === '') throw new Refusal(100, '(#100) Param message must be a string')
  post.message = message
  post.edited = true
}

async function bodyOf (request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  if (text === '') return {}
  if (request.headers['content-type']?.startsWith('application/json') === true) return JSON.parse(text) as Record<string, unknown>
  return Object.fromEntries(new URLSearchParams(text))
}
