// The door opens, keeps idlers out, and closes without cutting anybody off.
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { listen, type Listening, stopping, streamEnd, type Timings } from '../../src/http/server.ts'

async function serving (app: Hono, times?: Timings): Promise<Listening> {
  const server = await listen(app, { host: '127.0.0.1', port: 0 }, times)
  onTestFinished(server.stop)
  return server
}

function slowApp (): { app: Hono, begun: Promise<unknown> } {
  const begun = Promise.withResolvers<unknown>()
  const app = new Hono()
  app.get('/', c => c.text('here'))
  app.get('/slow', async c => {
    begun.resolve(null)
    await pause(200)
    return c.text('finished')
  })
  app.get('/endless', async () => {
    begun.resolve(null)
    return await new Promise<Response>(() => {})
  })
  app.get('/events', c => streamSSE(c, async stream => {
    await stream.writeSSE({ data: 'hello' })
    const stop = streamEnd(c)
    await new Promise<void>(resolve => { stop.addEventListener('abort', () => { resolve() }) })
    await stream.writeSSE({ data: 'goodbye' })
  }))
  return { app, begun: begun.promise }
}

test('a request under way is finished, then nobody is let in', async () => {
  const { app, begun } = slowApp()
  const server = await serving(app)
  await (await fetch(server.url)).text() // leaves an idle connection behind
  const answer = fetch(`${server.url}/slow`)
  await begun
  const stopped = server.stop()
  await expect(fetch(server.url)).rejects.toThrow()
  expect(await (await answer).text()).toBe('finished')
  expect((await answer).headers.get('connection')).toBe('close')
  await stopped
  expect(await server.stop()).toBeUndefined()
})

test('event streams, however many, hear of the stop and say goodbye', async () => {
  const warnings: unknown[] = []
  const warn = (warning: unknown): void => { warnings.push(warning) }
  process.on('warning', warn)
  onTestFinished(() => { process.off('warning', warn) })
  const server = await serving(slowApp().app)
  const events = await Promise.all(Array.from({ length: 20 }, async () => await fetch(`${server.url}/events`)))
  const texts = events.map(async answer => await answer.text())
  await pause(50)
  const began = performance.now()
  await server.stop()
  for (const text of texts) expect(await text).toBe('data: hello\n\ndata: goodbye\n\n')
  expect(warnings).toEqual([])
  expect(performance.now() - began).toBeLessThan(1000)
})

test('an event stream ends when its reader leaves', async () => {
  const left = Promise.withResolvers<string>()
  const app = new Hono()
  app.get('/events', c => streamSSE(c, async stream => {
    streamEnd(c).addEventListener('abort', () => { left.resolve(stopping(c).aborted ? 'stopped' : 'left') })
    await stream.writeSSE({ data: 'hello' })
    await left.promise
  }))
  const server = await serving(app)
  const reader = new AbortController()
  await fetch(`${server.url}/events`, { signal: reader.signal })
  reader.abort()
  expect(await left.promise).toBe('left')
})

test('a request that never ends, and somebody who only holds the line, keep nobody from stopping', async () => {
  const { app, begun } = slowApp()
  const server = await serving(app, { grace: 100 })
  const held = connect(server.port, '127.0.0.1')
  const hungUp = new Promise(resolve => held.once('close', resolve))
  held.on('error', () => {})
  const cut = fetch(`${server.url}/endless`).then(() => 'answered', () => 'cut')
  await begun
  const began = performance.now()
  await server.stop()
  expect(performance.now() - began).toBeGreaterThan(90)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(await cut).toBe('cut')
  await hungUp
})

test('a header that trickles in is cut off', async () => {
  const server = await serving(slowApp().app, { header: 200, look: 50 })
  const began = performance.now()
  const answer = await new Promise<string>(resolve => {
    const socket = connect(server.port, '127.0.0.1')
    let text = ''
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n')
    const drip = setInterval(() => { socket.write('X-Slow: 1\r\n') }, 30)
    socket.on('error', () => {})
    socket.on('data', data => { text += data.toString() })
    socket.on('close', () => { clearInterval(drip); resolve(text) })
  })
  expect(answer).toMatch(/^HTTP\/1\.1 408/)
  expect(performance.now() - began).toBeLessThan(1500)
})

test('a header of more than 8 kB is refused', async () => {
  const server = await serving(slowApp().app)
  expect((await fetch(server.url, { headers: { 'X-Large': 'a'.repeat(9000) } })).status).toBe(431)
})

test('a connection is kept longer than Telegram keeps it', async () => {
  const server = await serving(slowApp().app)
  expect((await fetch(server.url)).headers.get('keep-alive')).toBe('timeout=65')
})

test('a socket on which nothing moves is closed', async () => {
  const { app } = slowApp()
  const server = await serving(app, { silence: 100 })
  await expect(fetch(`${server.url}/endless`)).rejects.toThrow()
})

test('a port that is taken is refused with a sentence that says what to do', async () => {
  const server = await serving(new Hono())
  await expect(listen(new Hono(), { host: '127.0.0.1', port: server.port })).rejects.toThrow(`Port ${server.port} on 127.0.0.1 is already in use. Stop the program`)
  await expect(listen(new Hono(), { host: '192.0.2.1', port: 0 })).rejects.toThrow('not an address of this machine')
})

test('where no server runs nothing is stopping', async () => {
  const app = new Hono()
  app.get('/', c => c.json(stopping(c).aborted))
  expect(await (await app.request('/')).json()).toBe(false)
})
