// The tokens of the Official Account: spent once, kept before they are used, and a person called when only a person can help.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import pino from 'pino'
import type { Health } from '../../../src/channels/channel.ts'
import { exchangeCode } from '../../../src/channels/zalo-oa/oauth.ts'
import { beginRenewal, forgetRefusal, readPair, replacePair, takeSeed, type TokenStore } from '../../../src/channels/zalo-oa/token-store.ts'
import { makeTokens, type Tokens } from '../../../src/channels/zalo-oa/tokens.ts'
import { wireTo } from '../../../src/channels/zalo-oa/wire.ts'
import { hours, minutes } from '../../../src/clock.ts'
import { loadOrCreateServerKeys } from '../../../src/server-key.ts'
import { databases, withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { failureOf, startChannel, until } from './channel-under-test.ts'

const endpoint = '/v4/oa/access_token'

describe.each(databases)('on %s', database => {
  let db: TestDatabase
  let zalo: ZaloOaStub
  let store: TokenStore
  let now: number
  const health: Health = { lastSuccess: null, trouble: null }
  const passes = (ms: number): void => { now += ms; zalo.passes(ms) }

  beforeAll(async () => { db = await withDatabase(database) })
  afterAll(async () => { await db.close() })
  beforeEach(async () => {
    await db.empty()
    now = Date.now()
    const began = now
    zalo = await startZaloOaStub({ now: () => began })
    store = { orm: db.orm, keys: loadOrCreateServerKeys(join(db.dataDir, 'server.key'), randomBytes).keys, oaId: zalo.oa.id }
    health.trouble = null
  })
  afterEach(async () => { await zalo.stop() })

  const app = () => ({ http: wireTo(zalo.base, 1000), appId: zalo.app.id, appSecret: zalo.app.secret, clock: () => new Date(now) })
  /** As another process would make them. */
  const tokens = (seed: string | null = null): Tokens => makeTokens({ store, app: app(), seed, clock: () => new Date(now), log: pino({ level: 'silent' }), health, second: 20 })

  test('the first refresh token comes from the settings and is spent once, also after a restart', async () => {
    const seed = zalo.refreshToken()
    expect((await tokens(seed).current()).access).toBe(zalo.accessToken())
    expect((await tokens(seed).current()).access).toBe(zalo.accessToken())
    expect(zalo.askedOf(endpoint)).toHaveLength(1)
    expect(zalo.askedOf(endpoint)[0]?.body).toEqual({ refresh_token: seed, app_id: zalo.app.id, grant_type: 'refresh_token' })
  })

  test('one is renewed before its 25 hours are over, and not sooner', async () => {
    const mine = tokens(zalo.refreshToken())
    await mine.current()
    passes(hours(19))
    await mine.keepFresh()
    expect(zalo.askedOf(endpoint)).toHaveLength(1)
    passes(hours(1.5))
    await mine.keepFresh()
    expect(zalo.askedOf(endpoint)).toHaveLength(2)
    expect((await mine.current()).access).toBe(zalo.accessToken())
    expect(health.trouble).toBeNull()
  })

  test('after a night without power the dead one is not offered to anybody', async () => {
    const seed = zalo.refreshToken()
    await tokens(seed).current()
    passes(hours(26))
    expect((await tokens(seed).current()).access).toBe(zalo.accessToken())
  })

  test('ten that need a token at the same moment, in three processes, spend one refresh token', async () => {
    const processes = [tokens(zalo.refreshToken()), tokens(zalo.refreshToken()), tokens(zalo.refreshToken())]
    zalo.fails({ kind: 'slow', ms: 60 }, { path: endpoint })
    const got = await Promise.all(Array.from({ length: 10 }, async (_, index) => await processes[index % 3]?.current()))
    expect(new Set(got.map(token => token?.access))).toEqual(new Set([zalo.accessToken()]))
    expect(zalo.askedOf(endpoint)).toHaveLength(1)
  })

  test('when another process renewed meanwhile, its pair is taken and none is spent', async () => {
    const [one, other] = [tokens(zalo.refreshToken()), tokens()]
    const old = await one.current()
    const fresh = await other.after(old.version)
    expect((await one.after(old.version)).access).toBe(fresh.access)
    expect(zalo.askedOf(endpoint)).toHaveLength(2)
  })

  test('a process that holds the renewal and died does not hold it for ever', async () => {
    await takeSeed(store, zalo.refreshToken(), new Date(now))
    expect(await beginRenewal(store, 1, 'a process that died', new Date(now))).toBe(true)
    expect(await beginRenewal(store, 1, 'another one', new Date(now))).toBe(false)
    await db.orm.em.fork().execute('update zalo_token set leased_until = 1')
    expect((await tokens().current()).access).toBe(zalo.accessToken())
  })

  test('when the answer was lost, the same token is tried again; refused, a person is called, and told why', async () => {
    const mine = tokens(zalo.refreshToken())
    zalo.fails({ kind: 'lost' }, { path: endpoint })
    expect(await failureOf(mine.current())).toMatchObject({ failure: 'tryAgain' })
    expect(await failureOf(mine.current())).toMatchObject({ failure: 'notAllowed', message: expect.stringMatching(/reconnected.*got no answer/) })
    expect(health.trouble).toContain('npm run zalo')
  })

  test('when the request never arrived, nothing is spent and nobody is called', async () => {
    const mine = tokens(zalo.refreshToken())
    zalo.fails({ kind: 'cut' }, { path: endpoint })
    expect(await failureOf(mine.current())).toMatchObject({ failure: 'tryAgain' })
    expect((await mine.current()).access).toBe(zalo.accessToken())
  })

  test.each([200, 400] as const)('a refused refresh token is not offered again and again, with HTTP %i', async status => {
    zalo.switches.oauthErrorStatus = status
    const mine = tokens('a refresh token of last year')
    for (let tries = 0; tries < 3; tries++) expect(await failureOf(mine.current())).toMatchObject({ failure: 'notAllowed' })
    await mine.keepFresh()
    expect(zalo.askedOf(endpoint)).toHaveLength(1)
    expect(health.trouble).toMatch(/reconnected/)
    expect((await readPair(store))?.refresh).toBe('a refresh token of last year')
  })

  test.each([
    ['an error without a number', '{"error_name":"Something","error_reason":"x"}'], ['half a pair', '{"access_token":"a"}'], ['numbers for tokens', '{"access_token":1,"refresh_token":2}'],
  ])('%s never takes the place of good tokens', async (_, text) => {
    const mine = tokens(zalo.refreshToken())
    await mine.current()
    const before = await readPair(store)
    zalo.fails({ kind: 'malformed', text }, { path: endpoint })
    await failureOf(mine.after(before?.version ?? 0))
    expect(await readPair(store)).toMatchObject({ access: before?.access, refresh: before?.refresh })
  })

  test.each([
    ['Zalo\'s trouble', { kind: 'http', status: 503 }], ['too many requests', { kind: 'error', code: -32 }], ['a page of a gateway', { kind: 'page' }],
  ] as const)('%s is no refusal: it is tried again', async (_, failure) => {
    const mine = tokens(zalo.refreshToken())
    zalo.fails(failure, { path: endpoint })
    expect(await failureOf(mine.current())).toMatchObject({ failure: 'tryAgain' })
    expect((await mine.current()).access).toBe(zalo.accessToken())
  })

  test('the new pair is on the disk before it is used, and tried again until it is', async () => {
    const mine = tokens(zalo.refreshToken())
    await mine.current()
    passes(hours(24.999))
    zalo.fails({ kind: 'slow', ms: 100 }, { path: endpoint })
    const waiting = mine.current()
    await until(() => zalo.askedOf(endpoint).length === 2)
    await db.orm.em.fork().execute('alter table zalo_token rename column since to since_away')
    let done = false
    void waiting.finally(() => { done = true })
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(done).toBe(false)
    await db.orm.em.fork().execute('alter table zalo_token rename column since_away to since')
    expect((await waiting).access).toBe(zalo.accessToken())
    expect((await readPair(store))?.access).toBe(zalo.accessToken())
    expect(zalo.askedOf(endpoint)).toHaveLength(2)
  })

  test('an account that was never connected says how to connect it', async () => {
    expect(await failureOf(tokens().current())).toMatchObject({ failure: 'notAllowed', message: expect.stringContaining('npm run zalo') })
  })

  test('a new seed in the settings takes the place of what was refused, an old one never', async () => {
    const old = zalo.refreshToken()
    await tokens(old).current()
    zalo.revokes()
    await failureOf(tokens(old).after(2))
    const other = await startZaloOaStub()
    const restarted = makeTokens({ store, app: { ...app(), http: wireTo(other.base) }, seed: other.refreshToken(), clock: () => new Date(now), log: pino({ level: 'silent' }), health, second: 20 })
    expect((await restarted.current()).access).toBe(other.accessToken())
    expect(await takeSeed(store, old, new Date(now))).toBe(false)
    await other.stop()
  })

  test('an admin agrees anew: the pasted code becomes a pair, once', async () => {
    const link = await fetch(`${zalo.base}/v4/oa/permission?${new URLSearchParams({ app_id: zalo.app.id, redirect_uri: 'https://baotin.vn/zalo', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }).toString()}`, { redirect: 'manual' })
    const code = new URL(link.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const pair = await exchangeCode(app(), code, zalo.verifier)
    await replacePair(store, pair, new Date(now), null)
    expect((await tokens().current()).access).toBe(zalo.accessToken())
    await expect(exchangeCode(app(), code, zalo.verifier)).rejects.toThrow('-14005')
  })

  test('when the operator put the app secret right, the same token may be tried again', async () => {
    await takeSeed(store, zalo.refreshToken(), new Date(now))
    const wrong = makeTokens({ store, app: { ...app(), appSecret: 'wrong' }, seed: null, clock: () => new Date(now), log: pino({ level: 'silent' }), health, second: 20 })
    await failureOf(wrong.current())
    await failureOf(tokens().current())
    await forgetRefusal(store)
    expect((await tokens().current()).access).toBe(zalo.accessToken())
  })

  test('a running channel renews by itself, and says in its health what is wrong', async () => {
    const running = await startChannel(zalo, db, { listens: true, clock: () => new Date(now) })
    await until(() => zalo.askedOf(endpoint).length === 1)
    await running.send({ text: 'x' }).catch(() => undefined)
    expect(running.channel.health.trouble).toBeNull()
    await running.stop()
    zalo.revokes()
    passes(hours(30) + minutes(1))
    const again = await startChannel(zalo, db, { listens: true, clock: () => new Date(now), refreshToken: null })
    await until(() => again.channel.health.trouble !== null)
    expect(again.channel.health.trouble).toMatch(/reconnected/)
    await again.stop()
  })
})
