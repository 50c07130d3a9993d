// A small server that plays the web chat's HTTP contract for browser tests: it keeps what it is given, sealed as it came.
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { greetingWords } from './chat-words.ts'
import type { Message } from '../../src/channels/message.ts'
import { buildAssets, type Assets } from '../../src/http/assets.ts'
import { guard } from '../../src/http/guard.ts'
import { listen } from '../../src/http/server.ts'
import { says, texts } from '../../src/locales.ts'
import { chatSources, chatUrls } from '../../src/site/chat-assets.ts'
import { chatPage } from '../../src/site/chat-page.ts'
import { languageOf } from '../../src/site/language.ts'
import type { OpenLine } from '../../src/channels/web-chat/open-line.ts'
import { messagePlace } from '../../src/tips/inside.ts'
import { open, openFile, seal } from '../../src/tips/sealing.ts'
import { capturedLog } from '../http/wire.ts'

export interface ReceivedTip {
  id: string
  locator: string
  accessHash: string
  reporterRecipient: string
  category: string
  commune: string | null
  aboutPolice: boolean
  language: string
  sealed: string
  files: { publicId: string, sealedAbout: string }[]
}

export interface ChatServer {
  url: string
  assets: Assets
  tips: ReceivedTip[]
  /** Bytes by `id/which`. */
  files: Map<string, Uint8Array>
  additions: { publicId: string, sealed: string, files: { publicId: string, sealedAbout: string }[] }[]
  /** Every request's method and path, without assets. */
  asked: string[]
  /** Bodies of all that was sent, as text. */
  bodies: string[]
  lines: OpenLine[]
  /** Posted by a form without a script. */
  forms: Record<string, string>[]
  answers: { on: string, kind: 'message' | 'request-information', text: string }[]
  /** Answers the next request to `path` with this instead. */
  failNext (path: string, status: number, code?: string): void
  /** Keeps the next request to this path waiting until released. */
  holdNext (path: string): () => void
  say (message: Message): void
  dropStreams (): void
  openSealed (sealed: string, about: { row: string, field: string }): Promise<unknown>
  openBytes (bytes: Uint8Array): Promise<Uint8Array>
  /** As new, but for the assets and keys. */
  reset (): void
  stop (): Promise<void>
}

export async function startChatServer (): Promise<ChatServer> {
  const assets = await buildAssets(chatSources(texts))
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  const app = new Hono()
  guard(app, { publicUrl: 'http://localhost', log: capturedLog().log })
  const streams = new Set<{ wake: () => void, drop: () => void }>()
  const fails = new Map<string, { status: number, code: string }>()
  const holds = new Map<string, Promise<void>>()
  const state: Pick<ChatServer, 'tips' | 'files' | 'additions' | 'asked' | 'bodies' | 'lines' | 'forms' | 'answers'> = {
    tips: [], files: new Map(), additions: [], asked: [], bodies: [], lines: [], forms: [], answers: [],
  }

  app.use('*', async (c, next) => {
    const path = c.req.path
    if (path.startsWith('/assets/')) return await next()
    state.asked.push(`${c.req.method} ${path}`)
    await holds.get(path)
    holds.delete(path)
    const fail = [...fails].find(([prefix]) => path.startsWith(prefix))
    if (fail !== undefined) {
      fails.delete(fail[0])
      return Response.json({ error: { code: fail[1].code, message: '' } }, { status: fail[1].status })
    }
    await next()
  })
  assets.routes(app)

  app.get('/', c => {
    const language = languageOf(c)
    return c.html(chatPage({ language, say: says[language], lines: state.lines, greeting: greetingWords(language), urls: chatUrls(assets), fileBytes: 20 * 1024 * 1024 }))
  })
  app.post('/chat', async c => {
    const form = await c.req.formData()
    state.forms.push(Object.fromEntries([...form].map(([name, value]) => [name, typeof value === 'string' ? value : `${value.name} ${value.size}`])))
    const text = form.get('text')
    if (typeof text === 'string' && text !== '') state.lines.push({ id: nextId(), from: 'them', text })
    return c.redirect('/#last', 303)
  })
  app.post('/chat/exit', c => c.body(null, 204))
  app.get('/chat/events', c => streamSSE(c, async stream => {
    let last = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0)
    let open = true
    let wake = (): void => {}
    const entry = { wake: () => { wake() }, drop: () => { open = false; wake() } }
    streams.add(entry)
    stream.onAbort(entry.drop)
    await stream.write(': \n\n')
    while (open) {
      for (const line of state.lines.filter(({ id }) => id > last)) {
        await stream.writeSSE({ event: 'line', id: String(line.id), data: JSON.stringify(line) })
        last = line.id
      }
      if (open) await new Promise<void>(resolve => { wake = resolve })
    }
    streams.delete(entry)
  }))
  app.get('/chat/keys', c => c.json({ recipients: { general: [recipient], units: {} } }))
  app.get('/chat/puzzle', c => c.json({ puzzle: null }))
  app.put('/chat/files/:id/:which', async c => {
    state.files.set(`${c.req.param('id')}/${c.req.param('which')}`, new Uint8Array(await c.req.arrayBuffer()))
    return c.body(null, 204)
  })
  app.post('/chat/tips', async c => {
    const body = await c.req.text()
    state.bodies.push(body)
    const tip = JSON.parse(body) as ReceivedTip
    if (!state.tips.some(({ id }) => id === tip.id)) state.tips.push(tip)
    return c.json({ transferBy: '2026-11-25', noticeBy: '2026-11-27', decideBy: '2026-12-14', linked: false })
  })
  app.post('/chat/follow-up', async c => {
    const body = await c.req.text()
    state.bodies.push(body)
    const { locator } = JSON.parse(body) as { locator: string }
    const tip = state.tips.find(tip => tip.locator === locator)
    if (tip === undefined) return c.json({ found: false, waitMinutes: 0 })
    const messages = await Promise.all(state.answers.map(async ({ on, kind, text }, i) => {
      const publicId = `00000000-0000-4000-8000-00000000000${i}`
      return { publicId, on, kind, forReporter: await seal(text, [tip.reporterRecipient], messagePlace(tip.id, publicId, 'reporter')) }
    }))
    return c.json({ found: true, tipId: tip.id, status: 'received', receivedOn: '2026-11-24', decideBy: '2026-12-14', messages, recipients: [recipient] })
  })
  app.post('/chat/follow-up/add', async c => {
    const body = await c.req.text()
    state.bodies.push(body)
    state.additions.push(JSON.parse(body) as ChatServer['additions'][number])
    return c.json({ added: true })
  })
  app.get('/chat/subscription', c => c.json(null))
  app.put('/chat/subscription', async c => {
    state.bodies.push(await c.req.text())
    return c.json(true)
  })
  app.delete('/chat/subscription', c => c.json(false))
  app.get('/chat/held', c => c.json({ draft: false, links: 0, marks: 0, subscription: null, push: 0 }))
  app.get('/push/key', c => c.json({ key: null }))
  app.post('/chat/forget', c => c.json(true))

  let id = 0
  const nextId = (): number => ++id
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  return {
    ...state,
    url: server.url,
    assets,
    failNext (path, status, code = 'broken') { fails.set(path, { status, code }) },
    holdNext (path) {
      let release = (): void => {}
      holds.set(path, new Promise(resolve => { release = resolve }))
      return () => { release() }
    },
    say (message) {
      state.lines.push({ id: nextId(), from: 'us', message })
      for (const { wake } of streams) wake()
    },
    dropStreams () { for (const { drop } of streams) drop() },
    async openSealed (sealed, about) { return JSON.parse(await open(sealed, [identity], about)) as unknown },
    async openBytes (bytes) { return await openFile(bytes, [identity]) },
    reset () {
      for (const list of [state.tips, state.additions, state.asked, state.bodies, state.lines, state.forms, state.answers]) list.length = 0
      state.files.clear()
      fails.clear()
      holds.clear()
    },
    async stop () {
      for (const { drop } of streams) drop()
      await server.stop()
    },
  }
}

