// npm run zalo: an operator connects the account and sees how it stands, without a secret on the screen.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { signatureCounts } from '../../../src/channels/zalo-oa/signature-count.ts'
import { takeSeed } from '../../../src/channels/zalo-oa/token-store.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../../src/server-key.ts'
import { withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { randomBytes } from 'node:crypto'

interface Ran { code: number, out: string, err: string }

let db: TestDatabase
let zalo: ZaloOaStub
let keys: ServerKeys

beforeAll(async () => {
  db = await withDatabase('sqlite')
  zalo = await startZaloOaStub()
  keys = loadOrCreateServerKeys(join(db.dataDir, 'server.key'), randomBytes).keys
})
afterAll(async () => {
  await zalo.stop()
  await db.close()
})
beforeEach(async () => { await db.empty() })

async function run (args: string[], { input = '', env = {} }: { input?: string, env?: Record<string, string> } = {}): Promise<Ran> {
  return await new Promise(resolve => {
    const settings = {
      DATA_DIR: db.dataDir, PUBLIC_URL: 'https://baotin.example', ZALO_APP_ID: zalo.app.id, ZALO_APP_SECRET: zalo.app.secret, ZALO_OA_ID: zalo.oa.id, ZALO_OA_SECRET_KEY: zalo.oa.secretKey,
      ZALO_OPENAPI_BASE: zalo.base, ZALO_OAUTH_BASE: zalo.base,
    }
    const child = execFile(process.execPath, ['src/zalo.ts', ...args], { env: { PATH: process.env.PATH, ...settings, ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err })
    })
    child.stdin?.end(input)
  })
}

test('an admin opens the link and agrees, the pasted address connects the account, and the state shows ages and no secret', async () => {
  expect((await run([])).out).toContain('Not connected')
  const { out } = await run(['link'], { env: { ZALO_OA_CODE_VERIFIER: zalo.verifier } })
  const link = /^http\S+permission\S+$/m.exec(out)?.[0] ?? ''
  const agreed = (await fetch(link, { redirect: 'manual' })).headers.get('location') ?? ''
  expect(agreed).toMatch(/^https:\/\/baotin\.example\/\?code=/)
  expect(await run(['connect', agreed], { env: { ZALO_OA_CODE_VERIFIER: zalo.verifier } })).toMatchObject({ code: 0, out: expect.stringContaining('Connected') })
  await signatureCountsOf({ 'app-id.body.oa-secret': 3, none: 1 })
  const state = (await run([])).out
  expect(state).toMatch(/Connected\.[^]*access token {3}lives for 25 hours more[^]*refresh token {2}0 minutes old/)
  expect(state).toMatch(/app-id\.body\.oa-secret +3, last .*\(believed\)[^]*none +1, last/)
  expect(state).toContain('https://baotin.example/webhooks/zalo-oa')
  for (const secret of [zalo.accessToken(), zalo.refreshToken(), zalo.app.secret, zalo.oa.secretKey]) expect(state + out).not.toContain(secret)
}, 60_000)

test('without a verifier of the console, the link\'s own one waits sealed for the code', async () => {
  expect((await run(['connect', 'a-code'])).err).toContain('Make a link first')
  const { out } = await run(['link'])
  expect(out).toContain('ZALO_OA_CODE_VERIFIER')
  const sealed = await readFile(join(db.dataDir, 'zalo-verifier.sealed'), 'utf8')
  expect(keys.open(sealed, 'zalo/verifier')).toMatch(/^[\w-]{43}$/)
  const ran = await run(['connect', 'a-code-nobody-gave'])
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('Zalo refused: -14005') })
}, 60_000)

test('a refresh token comes by the input, works once, and is renewed on demand', async () => {
  const token = zalo.refreshToken()
  expect((await run(['seed'], { input: `${token}\n` })).out).toContain('Taken')
  expect(await run(['seed'], { input: token })).toMatchObject({ code: 2, err: expect.stringContaining('works only once') })
  expect((await run(['renew'])).out).toContain('Renewed')
  expect(zalo.refreshToken()).not.toBe(token)
}, 60_000)

test('a refused token is said plainly, with what to do', async () => {
  await takeSeed({ orm: db.orm, keys, oaId: zalo.oa.id }, 'a refresh token of last year', new Date())
  expect(await run(['renew'])).toMatchObject({ code: 1, err: expect.stringMatching(/reconnected.*npm run zalo -- link/) })
  expect((await run([])).out).toContain('To be reconnected')
}, 60_000)

test('what can not be is answered with a sentence', async () => {
  const nothing = { ZALO_APP_ID: '', ZALO_APP_SECRET: '', ZALO_OA_ID: '', ZALO_OA_SECRET_KEY: '', ZALO_OPENAPI_BASE: '', ZALO_OAUTH_BASE: '' }
  const said = await Promise.all([
    run(['dance']), run(['connect', 'https://baotin.example/?code=abcdef&oa_id=999']), run(['connect', 'https://baotin.example/?error=1']),
    run([], { env: nothing }), run([], { env: { ZALO_OA_ID: '' } }),
  ])
  expect(said.map(({ err }) => err)).toEqual(['no command', 'another Official Account', 'no code', 'No Zalo Official Account is set', 'ZALO_OA_ID is missing'].map(words => expect.stringContaining(words)))
}, 60_000)

async function signatureCountsOf (seen: Record<string, number>): Promise<void> {
  const counts = signatureCounts()
  for (const [name, many] of Object.entries(seen)) for (let n = 0; n < many; n++) counts.saw(name, new Date())
  await counts.store(db.orm)
}
