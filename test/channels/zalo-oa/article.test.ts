// Posting bulletins as articles of the Official Account, and telling its followers.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import pino from 'pino'
import type { Memory, Place, Post, Step } from '../../../src/channels/place.ts'
import type { SendError } from '../../../src/channels/send-error.ts'
import { zaloArticlePlace, type ZaloArticleSettings } from '../../../src/channels/zalo-oa/article.ts'
import { makeTokens } from '../../../src/channels/zalo-oa/tokens.ts'
import { wireTo } from '../../../src/channels/zalo-oa/wire.ts'
import { hours, minutes } from '../../../src/clock.ts'
import { loadOrCreateServerKeys } from '../../../src/server-key.ts'
import { databases, withDatabase, type TestDatabase } from '../../database.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import type { Failure } from '../../stubs/zalo-oa/platform.ts'
import { aPicture, aPost, closedDoor, longText, refusalOf } from '../a-post.ts'

const [create, verify, update, remove, detail, message] = ['article/create', 'article/verify', 'article/update', 'article/remove', 'article/getdetail', 'oa/message'].map(path => `/v2.0/${path}`) as [string, string, string, string, string, string]
const cover = 'https://baotin.example/bia.jpg'
/** Ten in the morning in Vietnam. */
const morning = Date.parse('2026-11-24T03:00:00Z')

describe.each(databases)('on %s', database => {
  let db: TestDatabase
  let zalo: ZaloOaStub
  let now: number
  let place: Place
  const passes = (ms: number): void => { now += ms; zalo.passes(ms) }

  beforeAll(async () => { db = await withDatabase(database) })
  afterAll(async () => { await db.close() })
  beforeEach(async () => {
    await db.empty()
    now = morning
    zalo = await startZaloOaStub({ now: () => morning })
    place = aPlace()
  })
  afterEach(async () => { await zalo.stop() })

  function aPlace (more: Partial<ZaloArticleSettings> & { base?: string } = {}): Place {
    const { base = zalo.base, ...settings } = more
    const clock = (): Date => new Date(now)
    const { keys } = loadOrCreateServerKeys(join(db.dataDir, 'server.key'), randomBytes)
    const tokens = makeTokens({
      store: { orm: db.orm, keys, oaId: zalo.oa.id }, app: { http: wireTo(zalo.base, 1000), appId: zalo.app.id, appSecret: zalo.app.secret, clock },
      seed: zalo.refreshToken(), clock, log: pino({ level: 'silent' }), health: { lastSuccess: null, trouble: null }, second: 20,
    })
    return zaloArticlePlace({ http: wireTo(base, 2000), tokens, appSecret: zalo.app.secret, proof: false, clock, broadcast: true, cities: ['12', '28'], cover, within: 2000, ...settings })
  }

  const refused = async (step: Promise<unknown>): Promise<SendError> => await refusalOf(step, [zalo.accessToken(), zalo.refreshToken(), zalo.app.secret])

  /** Takes steps as a caller does, coming again when it is told to; no more than a hundred. */
  async function untilDone (step: (memory: Memory) => Promise<Step>, memory: Memory = {}): Promise<Step> {
    let last = await step(memory)
    for (let steps = 1; last.state === 'waiting'; steps++) {
      if (steps > 100 || last.again === null) throw new Error('it never ends')
      passes(Math.max(0, last.again.getTime() - now))
      last = await step(JSON.parse(JSON.stringify(last.memory)) as Memory)
    }
    return last
  }

  const published = async (post: Post = aPost(), where = place): Promise<Step> => await untilDone(async memory => await where.publish(post, memory))

  describe('a bulletin', () => {
    test('is written, waited for, and followers of both old provinces are told of it', async () => {
      const { state, memory, link } = await published(aPost({ picture: aPicture }))
      const [article] = zalo.articles()
      expect(article?.content).toEqual({
        type: 'normal', title: aPost().headline, author: 'Công an tỉnh An Giang', status: 'show', comment: 'hide',
        description: 'Có người gọi điện tự xưng là công an & yêu cầu chuyển tiền <gấp>. Công an không làm việc qua điện thoại. Hãy cúp máy và gọi 113.',
        cover: { cover_type: 'photo', photo_url: aPicture.url, status: 'show' },
        body: [
          { type: 'text', content: '<p>Có người gọi điện tự xưng là công an &amp; yêu cầu chuyển tiền &lt;gấp&gt;.<br>Công an không làm việc qua điện thoại.</p>' },
          { type: 'text', content: '<p>Hãy cúp máy và gọi 113.</p>' }, { type: 'text', content: `<p>${aPost().link}</p>` },
        ],
      })
      expect([state, link]).toEqual(['posted', `https://rd.zapps.vn/detail/${zalo.oa.id}?id=${article?.id}`])
      expect(zalo.broadcasts()).toMatchObject([{ articles: [article?.id], target: { cities: '12,28' }, messageId: memory['messageId'], state: 'looked at' }])
      passes(minutes(31))
      expect(zalo.broadcasts()[0]?.state).toBe('delivered')
      expect(zalo.askedOf(verify).map(({ outcome }) => outcome)).toEqual([-214, -214, 0])
      expect(place).toMatchObject({ name: 'zalo-article', health: { trouble: null } })
    })

    test('waits in seconds at first and in minutes later, and gives up after a day', async () => {
      zalo.switches.articlePolls = 100_000
      let step = await place.publish(aPost(), {})
      const pauses: number[] = []
      for (let tries = 0; tries < 10; tries++) {
        pauses.push((step.again?.getTime() ?? 0) - now)
        passes(pauses.at(-1) ?? 0)
        step = await place.publish(aPost(), step.memory)
      }
      expect(pauses.map(ms => ms / 1000)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
      passes(hours(24))
      expect(await refused(place.publish(aPost(), step.memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('more than a day') })
    })

    test('is told to nobody when broadcasts are off, and to everybody when no province is named', async () => {
      await published(aPost(), aPlace({ broadcast: false }))
      expect([zalo.articles().length, zalo.broadcasts().length]).toEqual([1, 0])
      await published(aPost({ text: 'Hai' }), aPlace({ cities: [] }))
      expect(zalo.broadcasts()).toMatchObject([{ target: {} }])
    })

    test('is the same article whichever way its id is told, and stands without a link where none is', async () => {
      Object.assign(zalo.switches, { articleIdIn: 'article_id', articleLinks: false })
      expect(await published()).toMatchObject({ state: 'posted', link: null, memory: { id: zalo.articles()[0]?.id } })
    })

    test.each<[string, Post['picture']]>([
      ['no picture', null], ['a picture above 1 MB', { ...aPicture, bytes: new Uint8Array(1024 * 1024 + 1) }], ['a picture of another kind', { ...aPicture, mime: 'image/webp' }],
    ])('with %s gets the cover of the settings, or is sent back to whoever can give it one', async (_, picture) => {
      await published(aPost({ picture }))
      expect(zalo.articles()[0]?.content['cover']).toMatchObject({ photo_url: cover })
      const bare = aPlace({ cover: null })
      expect(await refused(bare.publish(aPost({ picture }), {}))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('ZALO_OA_ARTICLE_COVER') })
    })

    test('has a title, an author and a summary as short as Zalo wants them', async () => {
      await published(aPost({ headline: longText(200), author: longText(80), text: longText(30_000) }))
      const { content } = zalo.articles()[0] ?? {}
      for (const [field, most] of [['title', 150], ['author', 50], ['description', 300]] as const) {
        expect(String(content?.[field])).toMatch(/^Hãy bình tĩnh.*…$/)
        expect(String(content?.[field]).length).toBeGreaterThan(most - 10)
      }
      expect(JSON.stringify(content?.['body']).length).toBeLessThan(21_000)
    })

    test('at night is written at once, and told to followers in the morning', async () => {
      zalo.switches.nights = true
      passes(hours(13))
      const waits = await untilBroadcast()
      const error = await refused(place.publish(aPost(), waits.memory))
      expect(error).toMatchObject({ failure: 'waitUntil', onlyThisChat: true, until: new Date('2026-11-24T23:00:00Z') })
      passes((error.until?.getTime() ?? 0) - now)
      expect(await place.publish(aPost(), waits.memory)).toMatchObject({ state: 'posted' })
      expect(zalo.articles()).toHaveLength(1)
    })
  })

  /** Up to the moment before the broadcast. */
  async function untilBroadcast (): Promise<Step> {
    let step = await place.publish(aPost(), {})
    while (step.memory['stage'] !== 'broadcasting') {
      passes((step.again?.getTime() ?? 0) - now)
      step = await place.publish(aPost(), step.memory)
    }
    return step
  }

  describe('afterwards', () => {
    const corrected = aPost({ once: 'bulletin-7:2', headline: 'Đính chính', text: 'Đã bắt được kẻ lừa đảo.' })

    test('it is changed, waited for, and told to nobody a second time', async () => {
      const { memory } = await published()
      const first = await place.edit(corrected, memory)
      expect(first).toMatchObject({ state: 'waiting', again: expect.any(Date), link: expect.stringContaining('https://') })
      const done = await untilDone(async it => await place.edit(corrected, it), first.memory)
      expect(zalo.articles().map(({ content }) => content['title'])).toEqual(['Đính chính'])
      expect([zalo.askedOf(update).length, zalo.broadcasts().length]).toEqual([1, 1])
      // And once more, with other words.
      await untilDone(async it => await place.edit(aPost({ once: 'bulletin-7:3', headline: 'Lần ba' }), it), done.memory)
      expect(zalo.articles()[0]?.content['title']).toBe('Lần ba')
    })

    test('words that change while others are still on their way win', async () => {
      const { memory } = await published()
      const first = await place.edit(corrected, memory)
      await untilDone(async it => await place.edit(aPost({ once: 'bulletin-7:3', headline: 'Lần ba' }), it), first.memory)
      expect(zalo.articles()[0]?.content['title']).toBe('Lần ba')
    })

    test('it can be changed before it is broadcast, and not before it is there', async () => {
      const begun = await place.publish(aPost(), {})
      expect(await refused(place.edit(corrected, begun.memory))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
      zalo.switches.articlePolls = 0
      const waits = await untilBroadcast()
      const { memory } = await untilDone(async it => await place.edit(corrected, it), waits.memory)
      expect(zalo.broadcasts()).toEqual([])
      expect(await place.publish(corrected, memory)).toMatchObject({ state: 'posted' })
      expect(zalo.broadcasts()).toHaveLength(1)
    })

    test('it is taken away, also while Zalo is still at work on it, once or twice', async () => {
      const { memory } = await published()
      expect(await place.remove(memory)).toMatchObject({ state: 'removed', link: null })
      expect(await place.remove(memory)).toMatchObject({ state: 'removed' })
      expect(zalo.articles()).toEqual([])
      zalo.switches.articlePolls = 3
      const begun = await place.publish(aPost(), {})
      const gone = await untilDone(async it => await place.remove(it), begun.memory)
      expect([gone.state, zalo.articles().length, zalo.broadcasts().length]).toEqual(['removed', 0, 1])
    })

    test('a removal that Zalo refuses is not called one', async () => {
      const { memory } = await published()
      zalo.fails({ kind: 'error', code: -201, message: 'id is invalid!' }, { path: remove })
      expect(await refused(place.remove(memory))).toMatchObject({ failure: 'rejected' })
      zalo.fails({ kind: 'error', code: -201, message: 'id is invalid!' }, { path: remove })
      zalo.fails({ kind: 'http', status: 502 }, { path: detail })
      expect(await refused(place.remove(memory))).toMatchObject({ failure: 'rejected' })
      expect(zalo.articles()).toHaveLength(1)
    })

    test('what this program never posted it does not touch', async () => {
      expect(await refused(place.edit(corrected, {}))).toMatchObject({ failure: 'rejected' })
      expect(await refused(place.remove({ stage: 'verifying' }))).toMatchObject({ failure: 'rejected' })
      expect(zalo.asked).toEqual([])
    })
  })

  describe('when it does not go well', () => {
    test.each<[string, Failure, Partial<SendError>, Partial<SendError>?]>([
      ['too many requests this minute wait for the next', { kind: 'error', code: -32 }, { failure: 'waitUntil', until: new Date(morning + minutes(1) + 1000) }],
      ['HTTP 429 waits as long as told', { kind: 'http', status: 429, retryAfter: 90 }, { failure: 'waitUntil', until: new Date(morning + 90_000) }],
      ['a permission that is missing needs an admin', { kind: 'error', code: -223, message: 'Official Account has not authorized this API' }, { failure: 'notAllowed', message: expect.stringContaining('not granted this permission') }],
      ['a package that is too small needs an admin', { kind: 'error', code: -224 }, { failure: 'notAllowed', message: expect.stringContaining('higher package') }],
      ['words against the standards are the fault of the words', { kind: 'error', code: -248 }, { failure: 'rejected', message: expect.stringContaining('standards') }],
      ['an article it never takes is the fault of the article', { kind: 'error', code: -201, message: 'title is invalid!' }, { failure: 'rejected' }],
      ['a failure without a reason may go well later', { kind: 'error', code: -200 }, { failure: 'tryAgain', maybeArrived: false }],
      ['a broken server may have taken it', { kind: 'http', status: 500 }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['401 in place of Zalo says nothing about it', { kind: 'http', status: 401 }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['409 neither', { kind: 'http', status: 409 }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['nor a page', { kind: 'page' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['nor rubbish', { kind: 'malformed', text: '{"error":' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['a connection cut may have carried it', { kind: 'cut' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['an answer lost is an article that may stand there', { kind: 'lost' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
      ['no answer at all is the same', { kind: 'silent' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
    ])('%s', async (_, failure, posting, repeating = posting) => {
      zalo.switches.articlePolls = 0
      const hasty = aPlace({ within: 150 })
      const { until: at, ...said } = posting
      zalo.fails(failure, { path: create })
      expect(await refused(hasty.publish(aPost(), {}))).toMatchObject(posting)
      const begun = await hasty.publish(aPost({ text: 'Hai' }), {})
      zalo.fails(failure, { path: verify })
      expect(await refused(hasty.publish(aPost(), begun.memory))).toMatchObject(repeating)
      const waits = await hasty.publish(aPost(), begun.memory)
      zalo.fails(failure, { path: message })
      expect(await refused(hasty.publish(aPost(), waits.memory))).toMatchObject(at === undefined ? said : posting)
      const { memory } = await hasty.publish(aPost(), waits.memory)
      zalo.fails(failure, { path: update })
      expect(await refused(hasty.edit(aPost({ headline: 'Hai' }), memory))).toMatchObject(repeating)
      zalo.fails(failure, { path: remove })
      expect(await refused(hasty.remove(memory))).toMatchObject(repeating)
      expect(zalo.armed()).toBe(0)
    })

    test('when this month\'s articles are used up, an operator hears what helps, and nothing was posted', async () => {
      zalo.switches.articles = 0
      expect(await refused(place.publish(aPost(), {}))).toMatchObject({ failure: 'notAllowed', message: expect.stringMatching(/-223: the articles of this month are used up.*Remove an old article/) })
      expect(place.health.trouble).toContain('articles of this month')
      zalo.switches.articles = 1
      await published()
      expect(place.health.trouble).toBeNull()
    })

    test('when this month\'s broadcasts are used up, the article stands and an operator hears that nobody is told', async () => {
      zalo.switches.broadcasts = 0
      const waits = await untilBroadcast()
      expect(await refused(place.publish(aPost(), waits.memory))).toMatchObject({ failure: 'notAllowed', message: expect.stringMatching(/-211: the broadcasts of this month are used up.*The article is there/) })
      expect(zalo.articles()).toHaveLength(1)
      zalo.switches.broadcasts = 1
      expect(await place.publish(aPost(), waits.memory)).toMatchObject({ state: 'posted' })
    })

    test('a cover that Zalo can not fetch is told as what it is', async () => {
      Object.assign(zalo.switches, { coversFail: true, articlePolls: 0 })
      const { memory } = await place.publish(aPost(), {})
      expect(await refused(place.publish(aPost(), memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('an address that Zalo can reach') })
    })

    test('a code of a province that Zalo does not know is told as what it is', async () => {
      place = aPlace({ cities: ['91'] })
      const waits = await untilBroadcast()
      expect(await refused(place.publish(aPost(), waits.memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('ZALO_OA_BROADCAST_CITIES') })
    })

    test('an access token that dies in the middle is replaced, and nothing is done twice', async () => {
      const waits = await untilBroadcast()
      const before = zalo.accessToken()
      passes(hours(26))
      expect(await place.publish(aPost(), waits.memory)).toMatchObject({ state: 'posted' })
      expect(zalo.accessToken()).not.toBe(before)
      zalo.fails({ kind: 'error', code: -216 }, { path: create })
      zalo.fails({ kind: 'error', code: -220 }, { path: message })
      await published(aPost({ text: 'Hai' }))
      expect([zalo.articles().length, zalo.broadcasts().length, zalo.askedOf(create).length, zalo.askedOf(message).length]).toEqual([2, 2, 3, 3])
    })

    test('an account that was disconnected needs an admin, and goes on where it was', async () => {
      const waits = await untilBroadcast()
      zalo.revokes()
      expect(await refusalOf(place.publish(aPost(), waits.memory), [zalo.app.secret])).toMatchObject({ failure: 'notAllowed', message: expect.stringContaining('npm run zalo') })
      expect(place.health.trouble).toContain('reconnected')
    })

    test('a broadcast whose answer was lost may be out, while the article surely is', async () => {
      const waits = await untilBroadcast()
      zalo.fails({ kind: 'lost' }, { path: message })
      expect(await refused(place.publish(aPost(), waits.memory))).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
      expect(zalo.broadcasts()).toHaveLength(1)
      // Whoever decides to try again broadcasts once more, and writes no second article.
      await place.publish(aPost(), waits.memory)
      expect([zalo.articles().length, zalo.broadcasts().length]).toEqual([1, 2])
    })

    test('an article without a token, or with a strange link, is not believed', async () => {
      zalo.fails({ kind: 'malformed', text: '{"error":0,"message":"Success"}' }, { path: create })
      expect(await refused(place.publish(aPost(), {}))).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
      zalo.switches.articlePolls = 0
      zalo.fails({ kind: 'malformed', text: '{"error":0,"data":{"link_view":"javascript:alert(1)"}}' }, { path: detail })
      expect(await published()).toMatchObject({ state: 'posted', link: null })
    })

    test('behind a closed door nothing can have arrived', async () => {
      const away = aPlace({ base: await closedDoor(startZaloOaStub) })
      expect(await refused(away.publish(aPost(), {}))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
    })

    test('with the proof switched on, each call carries it', async () => {
      zalo.switches.proof = true
      expect(await refused(place.publish(aPost(), {}))).toMatchObject({ failure: 'notAllowed', message: expect.stringContaining('ZALO_OA_SECRET_PROOF') })
      expect(await published(aPost(), aPlace({ proof: true }))).toMatchObject({ state: 'posted', link: expect.stringContaining('https://') })
    })
  })
})
