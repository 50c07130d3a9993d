// Files from Zalo: fetched at once, kept sealed, never fetched from where they should not be.
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { addressToFetch, mediaStore } from '../../../src/channels/zalo-oa/media.ts'
import type { FileRef } from '../../../src/channels/message.ts'
import { withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { failureOf, lanId, startChannel, until, type Running } from './channel-under-test.ts'

let db: TestDatabase
let zalo: ZaloOaStub
let running: Running
const photo = Buffer.from('these bytes are a photo of a number plate')

beforeAll(async () => { db = await withDatabase('sqlite') })
afterAll(async () => { await db.close() })
beforeEach(async () => {
  await db.empty()
  zalo = await startZaloOaStub()
  running = await startChannel(zalo, db)
  await zalo.setWebhook(`${running.url}/webhooks/zalo-oa`)
})
afterEach(async () => {
  for (const name of kept()) await running.channel.letGo?.({ ref: `${name.slice(0, 22)} x`, kind: 'photo' })
  await running.stop()
  await zalo.stop()
})

function kept (): string[] {
  try {
    return readdirSync(join(db.dataDir, 'zalo-media')).filter(name => name.endsWith('.sealed'))
  } catch {
    return []
  }
}

async function sent (): Promise<FileRef> {
  zalo.person(lanId).sendsPhoto(photo)
  await until(() => running.received.length > 0)
  const content = running.received.at(-1)?.content
  const file = content?.kind === 'files' ? content.files[0] : undefined
  if (file === undefined) throw new Error('no file came')
  return file
}

test('a photo is fetched at once and kept sealed, so that it is there when Zalo has it no more', async () => {
  const file = await sent()
  await until(() => kept().length === 1)
  expect(readFileSync(join(db.dataDir, 'zalo-media', kept()[0] ?? '')).includes('number plate')).toBe(false)
  zalo.passes(2 * 86_400_000)
  expect(Buffer.from((await running.channel.fetchFile(file)).bytes)).toEqual(photo)
  await running.channel.letGo?.(file)
  expect(kept()).toEqual([])
})

test('when the first fetch fails, the file is fetched when it is wanted', async () => {
  zalo.fails({ kind: 'cut' }, { path: '/files' })
  const file = await sent()
  await until(() => zalo.webhook.delivered.length === 1)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(kept()).toEqual([])
  expect(Buffer.from((await running.channel.fetchFile(file)).bytes)).toEqual(photo)
})

test('a file that Zalo does not have any more is given up; a broken wire is tried again', async () => {
  zalo.fails({ kind: 'cut' }, { path: '/files', times: 2 })
  const file = await sent()
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await failureOf(running.channel.fetchFile(file))).toMatchObject({ failure: 'tryAgain' })
  zalo.passes(2 * 86_400_000)
  expect(await failureOf(running.channel.fetchFile(file))).toMatchObject({ failure: 'rejected' })
})

test('too large a file is given up, whether it says so or not, and a slow one does not hold us', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/slow') return
    if (request.url === '/moved') return void response.writeHead(302, { location: 'http://localhost:1/secret' }).end()
    response.writeHead(200)
    const chunk = Buffer.alloc(1024 * 1024)
    let left = 22
    const more = (): void => { if (left-- > 0) response.write(chunk, more); else response.end() }
    more()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = mediaStore({ dataDir: db.dataDir, keys: running.keys, hosts: [host], within: 20_000 })
  const hasty = mediaStore({ dataDir: db.dataDir, keys: running.keys, hosts: [host], within: 200 })
  const of = (path: string): FileRef => ({ ref: `${'n'.repeat(22)} http://${host}${path}`, kind: 'photo' })
  expect(await failureOf(store.fetch(of('/large')))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('20 MB') })
  expect(await failureOf(hasty.fetch(of('/slow')))).toMatchObject({ failure: 'tryAgain', message: expect.stringContaining('too long') })
  expect(await failureOf(store.fetch(of('/moved')))).toMatchObject({ failure: 'rejected' })
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

test('what nobody wanted for two days is deleted', async () => {
  await sent()
  await until(() => kept().length === 1)
  const store = mediaStore({ dataDir: db.dataDir, keys: running.keys, hosts: [] })
  await store.expire(new Date())
  expect(kept()).toHaveLength(1)
  const old = new Date(Date.now() - 49 * 3_600_000)
  utimesSync(join(db.dataDir, 'zalo-media', kept()[0] ?? ''), old, old)
  await store.expire(new Date())
  expect(kept()).toEqual([])
})

test.each([
  ['https://photo-stal-1.zdn.vn/a.jpg', 'https://photo-stal-1.zdn.vn/a.jpg'], ['http://photo.zadn.vn/a.jpg?x=1', 'https://photo.zadn.vn/a.jpg?x=1'],
  ['http://127.0.0.1/x', null], ['https://[::1]/x', null], ['https://169.254.169.254/latest', null], ['http://2130706433/', null], ['http://0x7f.1/', null], ['https://localhost/x', null],
  ['https://db.internal/x', null], ['https://printer.local/x', null], ['https://example.vn:8443/x', null], ['file:///etc/passwd', null], ['nothing', null],
])('%s is asked for as %s', (url, expected) => {
  expect(addressToFetch(url, [])).toBe(expected)
})

test('with hosts in the settings, only those are asked', () => {
  expect(addressToFetch('https://a.zdn.vn/x', ['zdn.vn'])).toBe('https://a.zdn.vn/x')
  expect(addressToFetch('https://evilzdn.vn/x', ['zdn.vn'])).toBeNull()
  expect(addressToFetch('https://example.vn/x', ['zdn.vn'])).toBeNull()
})
