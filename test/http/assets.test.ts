// Scripts, styles and fonts: made at start, found under names that change with what is in them.
import { Hono } from 'hono'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildAssets, type Assets } from '../../src/http/assets.ts'
import { fontFaces, fontFiles } from '../../src/http/fonts.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening } from '../../src/http/server.ts'
import { capturedLog } from './wire.ts'

let folder: string
let assets: Assets
let server: Listening

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'))
  await writeFile(join(folder, 'shared.ts'), 'export const greeting: string = "xin chào từ An Giang"\n')
  await writeFile(join(folder, 'later.ts'), 'import { greeting } from "./shared.ts"\nexport const later = (): string => greeting + " later"\n')
  await writeFile(join(folder, 'page.ts'), 'import { greeting } from "./shared.ts"\nconsole.log(greeting)\nvoid import("./later.ts").then(m => { console.log(m.later()) })\n')
  assets = await build()
  const app = new Hono()
  guard(app, { publicUrl: 'http://localhost', log: capturedLog().log })
  assets.routes(app)
  server = await listen(app, { host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

async function build (): Promise<Assets> {
  return await buildAssets({
    scripts: { page: join(folder, 'page.ts') },
    files: {
      ...fontFiles(),
      'site.css': { type: 'text/css', write: url => `${fontFaces(url)}body { color: black }\n` },
      'bare.css': { type: 'text/css', bytes: Buffer.from('p { margin: 0 }\n'.repeat(20)) },
    },
  })
}

/** Unlike fetch it unpacks nothing. */
async function get (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number, headers: Record<string, unknown>, bytes: Buffer }> {
  return await new Promise((resolve, reject) => {
    request(server.url + path, { headers, method }, answer => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => { parts.push(part) })
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }) })
    }).on('error', reject).end()
  })
}

describe('a script', () => {
  test('is kept by browsers for a year under a name with a hash', async () => {
    expect(assets.url('page')).toMatch(/^\/assets\/page\.[\w-]{12}\.js$/)
    const answer = await get(assets.url('page'))
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', vary: 'Accept-Encoding',
      'content-security-policy': expect.stringContaining("default-src 'none'"), 'content-length': String(answer.bytes.length),
    })
    expect(answer.bytes.toString()).not.toMatch(/: string|sourceMappingURL/)
  })

  test('finds its parts beside it, also those loaded later, each with what they need', async () => {
    const parts = new Map<string, string>()
    async function load (path: string): Promise<void> {
      if (parts.has(path)) return
      const answer = await get(path)
      expect(answer.status, path).toBe(200)
      parts.set(path, answer.bytes.toString())
      for (const [, next] of answer.bytes.toString().matchAll(/["'`](\.\/[^"'`]+\.js)["'`]/g)) await load(new URL(next ?? '', `http://x${path}`).pathname)
    }
    await load(assets.url('page'))
    expect([...parts.values()].join('\n')).toContain(' later')
    expect([...parts.values()].join('\n').split('xin chào từ An Giang')).toHaveLength(2)
    expect([...parts.keys()].every(path => path.startsWith('/assets/'))).toBe(true)
    expect(parts.size).toBeGreaterThan(1)
  })

  test('comes packed to those who can unpack', async () => {
    const plain = (await get(assets.url('page'))).bytes
    const br = await get(assets.url('page'), { 'Accept-Encoding': 'gzip, deflate, br, zstd' })
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.bytes).equals(plain)).toBe(true)
    const gzip = await get(assets.url('page'), { 'Accept-Encoding': 'gzip;q=1.0, br;q=0' })
    expect(gzip.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(gzip.bytes).equals(plain)).toBe(true)
    expect(br.headers.etag).not.toBe(gzip.headers.etag)
  })

  test('is not sent again to those who have it, and HEAD tells its size', async () => {
    const { headers, bytes } = await get(assets.url('page'))
    const again = await get(assets.url('page'), { 'If-None-Match': `"other", W/${String(headers.etag)}` })
    expect([again.status, again.bytes.length]).toEqual([304, 0])
    const head = await get(assets.url('page'), {}, 'HEAD')
    expect([head.status, head.bytes.length, head.headers['content-length']]).toEqual([200, 0, String(bytes.length)])
  })

  test('gets another name when something it imports changes, and only then', async () => {
    const before = assets.url('page')
    expect((await build()).url('page')).toBe(before)
    await writeFile(join(folder, 'shared.ts'), 'export const greeting: string = "xin chào từ Châu Đốc"\n')
    const changed = await build()
    expect(changed.url('page')).not.toBe(before)
    expect(changed.url('bare.css')).toBe(assets.url('bare.css'))
  })

  test('that imports something missing stops the build, without a word on the terminal', async () => {
    const written = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(process.stderr, 'write')]
    onTestFinished(() => { written.forEach(spy => { spy.mockRestore() }) })
    await writeFile(join(folder, 'bad.ts'), 'import { x } from "./gone.ts"\nconsole.log(x)\n')
    await expect(buildAssets({ scripts: { bad: join(folder, 'bad.ts') }, files: {} })).rejects.toThrow('gone.ts')
    await writeFile(join(folder, 'odd.ts'), 'import x from "no-such-package"\nconsole.log(x)\n')
    await expect(buildAssets({ scripts: { odd: join(folder, 'odd.ts') }, files: {} })).rejects.toThrow('no-such-package')
    await build()
    for (const spy of written) expect(spy).not.toHaveBeenCalled()
  })
})

describe('our letters', () => {
  test('for Vietnamese and Khmer are named in the style sheet and are there', async () => {
    const css = (await get(assets.url('site.css'))).bytes.toString()
    const fonts = [...css.matchAll(/url\((\/assets\/[^)]+)\)/g)].map(([, path]) => path ?? '')
    expect(fonts).toHaveLength(6)
    for (const path of fonts) {
      const font = await get(path, { 'Accept-Encoding': 'br' })
      expect([font.status, font.headers['content-type'], font.headers['content-encoding'], font.bytes.toString('latin1', 0, 4)]).toEqual([200, 'font/woff2', undefined, 'wOF2'])
    }
    expect(css.match(/font-display: swap/g)).toHaveLength(6)
    expect(css).toContain('U+1EA0-1EF9')
    expect(css).toContain('U+1780-17FF')
  })
})

test('an asset nobody made is not found, and asking for its address is a mistake', async () => {
  expect((await get('/assets/page.000000000000.js')).status).toBe(404)
  expect((await get('/assets/..%2f..%2fpackage.json')).status).toBe(404)
  expect(() => assets.url('nothing')).toThrow('There is no asset named nothing.')
  await expect(buildAssets({ scripts: { page: join(folder, 'page.ts') }, files: { page: { type: 'text/css', bytes: Buffer.from('') } } })).rejects.toThrow('Two assets are named page')
})
