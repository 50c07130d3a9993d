// What every answer of the server has in common, through a real socket.
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { guard, type Answered } from '../../src/http/guard.ts'
import { html } from 'hono/html'
import { page } from '../../src/http/html.ts'
import { limitBody, readBytes, readForm, readJson } from '../../src/http/read.ts'
import { sameOrigin } from '../../src/http/same-origin.ts'
import { listen, type Listening } from '../../src/http/server.ts'
import { capturedLog, rawRequest } from './wire.ts'

const { log, lines } = capturedLog()
const seen: Answered[] = []
let server: Listening

beforeAll(async () => {
  const app = new Hono()
  guard(app, { publicUrl: 'https://tinbao.example', log, observe: answered => { seen.push(answered) } })
  app.get('/', c => c.html(page({ title: 'Xin <chào>', lang: 'vi', body: html`<main><h1>${c.req.query('name') ?? ''}</h1></main>`, scripts: ['/assets/a.js'], styles: ['/assets/a.css'] })))
  app.get('/plain', () => new Response('as it is', { headers: { 'X-Powered-By': 'something', 'Cache-Control': 'public, max-age=60' } }))
  app.get('/passed-on', async () => await fetch(`${server.url}/plain`))
  app.get('/broken/:who', () => { throw new Error('the story of 0901234567') })
  app.get('/thrown', () => { throw 'not an error' })
  app.post('/json', async c => c.json(await readJson(c, 200_000, z.object({ name: z.string(), more: z.unknown() }))))
  app.post('/bytes', async c => c.json((await readBytes(c, 1000)).length))
  app.post('/limited', limitBody(1000), async c => c.text(String((await c.req.text()).length)))
  app.post('/form', sameOrigin('https://tinbao.example'), async c => {
    const form = await readForm(c, 10_000)
    const file = form.get('file')
    return c.json({ story: form.get('story'), file: file instanceof File ? await file.text() : null })
  })
  server = await listen(app, { host: '127.0.0.1', port: 0 })
})

afterAll(async () => { await server.stop() })

async function post (path: string, body: string | ReadableStream | FormData, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(server.url + path, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}
const asJson = { 'Content-Type': 'application/json' }

async function codeOf (answer: Response): Promise<unknown> {
  return (await answer.json() as { error: { code: unknown } }).error.code
}

describe('every answer', () => {
  test.each([
    ['/', 200], ['/plain', 200], ['/passed-on', 200], ['/nowhere', 404], ['/broken/lan', 500], ['/thrown', 500],
  ])('to %s (%i) forbids foreign scripts, frames, caches and referrers', async (path, status) => {
    const answer = await fetch(server.url + path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('referrer-policy')).toBe('same-origin')
    expect(answer.headers.get('permissions-policy')).toContain('geolocation=(self), microphone=(self), camera=(self), accelerometer=()')
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(answer.headers.get('cache-control')).toBe(status === 200 && path !== '/' ? 'public, max-age=60' : 'no-store')
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/)
    expect(answer.headers.get('x-powered-by')).toBeNull()
    expect(answer.headers.get('server')).toBeNull()
  })

  test('is as strict when the request is too odd for any route', async () => {
    const answer = await rawRequest(server.port, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(answer).toMatch(/content-security-policy: default-src 'none'/i)
  })

  test('to HEAD has the headers and no body', async () => {
    const answer = await fetch(server.url, { method: 'HEAD' })
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(await answer.text()).toBe('')
  })

  test('does not promise TLS where there is none', async () => {
    const app = new Hono()
    guard(app, { publicUrl: 'http://127.0.0.1:3000', log })
    expect((await app.request('/')).headers.get('strict-transport-security')).toBeNull()
  })
})

describe('an error', () => {
  test('is a page for a person and JSON for a program, and tells neither what broke inside', async () => {
    const page = await fetch(`${server.url}/broken/lan`, { headers: { Accept: 'text/html,*/*' } })
    const text = await page.text()
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(text).toContain('Something broke on our side')
    expect(text).toContain(page.headers.get('x-request-id'))
    expect(text).not.toMatch(/0901234567|\.ts/)
    const json = await fetch(`${server.url}/broken/lan`)
    expect(await json.json()).toEqual({ error: { code: 'broken', message: expect.stringContaining('Try again'), id: json.headers.get('x-request-id') } })
  })

  test('is logged with its id, without the address asked for', async () => {
    lines.length = 0
    const answer = await fetch(`${server.url}/broken/lan-0901234567?code=SECRET`)
    const written = lines.join('')
    expect(written).toContain(answer.headers.get('x-request-id'))
    expect(written).toContain('"route":"/broken/:who"')
    expect(written).not.toMatch(/SECRET|lan-09|127\.0\.0\.1/)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ method: 'GET', status: 500, ms: expect.any(Number) })
  })

  test('at an address nobody made is counted without that address', async () => {
    seen.length = 0
    await fetch(`${server.url}/wp-admin/0901234567`)
    expect(seen).toMatchObject([{ method: 'GET', route: 'unmatched', status: 404 }])
  })
})

describe('a page', () => {
  test('escapes what came from outside and says its language', async () => {
    const text = await (await fetch(`${server.url}/?name=${encodeURIComponent('<script>alert(1)</script>')}`)).text()
    expect(text).toMatch(/^<!doctype html>\n<html lang="vi">/)
    expect(text).toContain('<title>Xin &lt;chào&gt;</title>')
    expect(text).toContain('&lt;script&gt;alert(1)')
    expect(text).toContain('<script type="module" src="/assets/a.js"></script>')
    expect(text).toContain('<link rel="stylesheet" href="/assets/a.css">')
  })
})

describe('JSON from outside', () => {
  test('comes in clean: no NUL, no half characters, also in names', async () => {
    const answer = await post('/json', '{"name":"L\\u0000an \\ud800","more":{"k\\u0000":["a\\u0000b"],"__proto__":1}}', asJson)
    expect(await answer.text()).toBe('{"name":"Lan \ufffd","more":{"k":["ab"],"__proto__":1}}')
  })

  test.each([
    ['nested a hundred thousand deep', '['.repeat(100_000), 400, 'not-understood'],
    ['nested deep in a field', `{"name":"a","more":${'['.repeat(40)}${']'.repeat(40)}}`, 400, 'not-understood'],
    ['cut off', '{"name":', 400, 'not-understood'],
    ['empty', '', 400, 'not-understood'],
    ['of another shape', '{"name":["SECRET"],"more":1}', 422, 'not-accepted'],
    ['too large', JSON.stringify({ name: 'a'.repeat(200_000) }), 413, 'too-large'],
  ])('%s is refused in words', async (_what, body, status, code) => {
    const answer = await post('/json', body, asJson)
    expect(answer.status).toBe(status)
    const { error } = await answer.json() as { error: { code: string, message: string } }
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[A-Z].*\.$/)
    expect(error.message).not.toContain('SECRET')
  })

  test('with brackets in its texts is not taken for a deep one', async () => {
    expect((await post('/json', JSON.stringify({ name: `"${'['.repeat(100)}\\`, more: null }), asJson)).status).toBe(200)
  })

  test('that is not UTF-8 is refused', async () => {
    const answer = await fetch(`${server.url}/json`, { method: 'POST', headers: asJson, body: new Uint8Array([0x22, 0xff, 0x22]) })
    expect(answer.status).toBe(400)
  })

  test.each([{}, { 'Content-Type': 'text/plain' }, { ...asJson, 'Content-Encoding': 'gzip' }])('declared as %o is refused as another kind', async headers => {
    expect((await post('/json', '{"name":"a"}', headers)).status).toBe(415)
  })
})

describe('a body that is too large', () => {
  const stream = (bytes: number): ReadableStream => new ReadableStream({
    start (controller) {
      for (let sent = 0; sent < bytes; sent += 500) controller.enqueue(new Uint8Array(500))
      controller.close()
    },
  })

  test.each(['/bytes', '/limited'])('is refused at %s when announced and when it comes in pieces of unknown number', async path => {
    const announced = await post(path, 'a'.repeat(1001))
    expect([announced.status, await codeOf(announced)]).toEqual([413, 'too-large'])
    const pieces = await post(path, stream(2000))
    expect([pieces.status, await codeOf(pieces)]).toEqual([413, 'too-large'])
    expect(await (await post(path, stream(1000))).text()).toBe('1000')
    expect(await (await post(path, 'a'.repeat(1000))).text()).toBe('1000')
  })

  test('is refused before it was sent', async () => {
    const answer = await rawRequest(server.port, 'POST /limited HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413/)
  })
})

describe('a form', () => {
  const form = (): FormData => {
    const form = new FormData()
    form.append('story', 'x\0e máy')
    form.append('file', new File(['picture'], 'a.jpg'))
    return form
  }

  test.each([
    ['of our public address', { Origin: 'https://tinbao.example' }, 200],
    ['where the browser vouches for it', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['sent again by the person', { 'Sec-Fetch-Site': 'none' }, 200],
    ['with only a referrer of ours', { Referer: 'https://tinbao.example/chat' }, 200],
    ['on another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['on another site, in an old browser', { Origin: 'https://evil.example' }, 403],
    ['on a neighbour site', { Origin: 'https://tinbao.example', 'Sec-Fetch-Site': 'same-site' }, 403],
    ['in a sandbox', { Origin: 'null' }, 403],
    ['nobody knows where', {}, 403],
  ])('on a page %s: %o gives %i', async (_what, headers, status) => {
    // fetch does not let us choose these headers; a socket does.
    const body = 'story=xe+m%C3%A1y%00'
    const lines = Object.entries({ Host: 'office.local:3000', 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length, Connection: 'close', ...headers })
    const answer = await rawRequest(server.port, `POST /form HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
    expect(answer.split(' ')[1]).toBe(String(status))
    if (status === 200) expect(answer).toContain('"story":"xe máy"')
  })

  test('on a page of the host that was asked is taken', async () => {
    const answer = await post('/form', form(), { Origin: server.url })
    expect(await answer.json()).toEqual({ story: 'xe máy', file: 'picture' })
  })

  test('that is broken is refused in words', async () => {
    const answer = await post('/form', 'nonsense', { Origin: server.url, 'Content-Type': 'multipart/form-data; boundary=x' })
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'not-understood'])
  })
})
