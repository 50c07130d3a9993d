// Posting bulletins to a Facebook page, as its readers see it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { facebookPage, type FacebookPageSettings } from '../../../src/channels/facebook-page/facebook-page.ts'
import type { Place, Post, Step } from '../../../src/channels/place.ts'
import type { SendError } from '../../../src/channels/send-error.ts'
import { minutes } from '../../../src/clock.ts'
import { startFacebookStub, type FacebookStub, type Failure } from '../../stubs/facebook.ts'
import { aPicture, aPost, closedDoor, longText, refusalOf } from '../a-post.ts'

const now = new Date('2026-11-24T08:00:00Z')
const whole = `${aPost().headline}\n\n${aPost().text}\n\n${aPost().link}`

let facebook: FacebookStub
let page: Place

beforeEach(async () => {
  facebook = await startFacebookStub()
  page = aPage()
})
afterEach(async () => {
  // Whatever happened, the token never stood in an address.
  for (const { url, authorization } of facebook.asked) {
    expect(url).not.toContain(facebook.token)
    expect(authorization).toBe(`Bearer ${facebook.token}`)
  }
  await facebook.stop()
})

function aPage (more: Partial<FacebookPageSettings> = {}): Place {
  return facebookPage({ pageId: facebook.pageId, pageToken: facebook.token, graphBase: facebook.base, clock: () => now, within: 2000, ...more })
}

const refused = async (step: Promise<unknown>): Promise<SendError> => await refusalOf(step, [facebook.token, facebook.pageId])
const posted = async (post: Post = aPost(), where = page): Promise<Step> => await where.publish(post, {})

describe('a bulletin', () => {
  test('stands on the page with a preview of its page under it, and says where it is', async () => {
    const { state, memory, link, again } = await posted()
    expect(facebook.posts).toMatchObject([{ message: whole, link: aPost().link, picture: undefined }])
    expect([state, again, memory['id']]).toEqual(['posted', null, facebook.posts[0]?.id])
    expect(link).toBe(`https://www.facebook.com/${facebook.pageId}/posts/${facebook.posts[0]?.id.split('_')[1]}`)
    expect(page).toMatchObject({ name: 'facebook-page', health: { lastSuccess: now, trouble: null } })
  })

  test('comes with its picture, described for those who do not see it', async () => {
    const { memory } = await posted(aPost({ picture: aPicture }))
    expect(facebook.posts).toMatchObject([{ id: memory['id'], message: whole, link: undefined, picture: { url: aPicture.url, alt: aPicture.alt } }])
  })

  test('whose picture is too large, or can not be fetched, comes without it; whose page can not be read, without a preview', async () => {
    await posted(aPost({ text: 'Một', picture: { ...aPicture, bytes: new Uint8Array(10_000_000) } }))
    facebook.switches.reachesPictures = false
    await posted(aPost({ text: 'Hai', picture: aPicture }))
    facebook.switches.reachesPages = false
    await posted(aPost({ text: 'Ba', picture: aPicture }))
    expect(facebook.posts.map(({ link, picture }) => [link, picture])).toEqual([[aPost().link, undefined], [aPost().link, undefined], [undefined, undefined]])
    expect(facebook.posts.every(({ message }) => message.includes(aPost().link))).toBe(true)
  })

  test('is posted once, however often the same memory is offered', async () => {
    const { memory } = await posted()
    expect(await page.publish(aPost(), memory)).toMatchObject({ state: 'posted', memory })
    expect(facebook.posts).toHaveLength(1)
  })

  test('of any length is cut where it must be, and the link leads on', async () => {
    await posted(aPost({ text: longText(30_000) }))
    expect(facebook.posts[0]?.message).toMatch(/… https:\/\/baotin\.example\/ban-tin\/K7M2-Q4$/)
    expect(facebook.posts[0]?.message.length).toBeLessThanOrEqual(20_000)
  })

  test('has a link also when Facebook tells none, or a strange one', async () => {
    for (const failure of [{ kind: 'http', status: 500 }, { kind: 'http', status: 200, body: '{"permalink_url":"https://facebook.com.evil.example/x"}' }, { kind: 'cut' }] satisfies Failure[]) {
      facebook.fails(failure, { method: 'GET' })
      const { link, memory } = await posted(aPost({ text: String(facebook.posts.length) }))
      expect(link).toBe(`https://www.facebook.com/${String(memory['id'])}`)
    }
    expect(page.health.trouble).toBeNull()
  })

  test('is known by its picture where Facebook does not name the post', async () => {
    facebook.switches.namesPost = false
    const { memory } = await posted(aPost({ picture: aPicture }))
    expect(memory['id']).toBe(facebook.posts[0]?.picture?.id)
    await page.remove(memory)
    expect(facebook.posts).toEqual([])
  })
})

describe('afterwards', () => {
  test('its words are changed, with a picture too, and it stays where it is', async () => {
    for (const picture of [null, aPicture]) {
      const { memory, link } = await posted(aPost({ picture, text: String(picture?.alt) }))
      expect(await page.edit(aPost({ headline: 'Đính chính', text: 'Đã bắt được.' }), memory)).toEqual({ state: 'posted', memory, link, again: null })
    }
    expect(facebook.posts.map(({ message, edited }) => [message, edited])).toEqual(Array.from({ length: 2 }, () => [`Đính chính\n\nĐã bắt được.\n\n${aPost().link}`, true]))
  })

  test('it is taken away, once or twice', async () => {
    const { memory } = await posted()
    expect(await page.remove(memory)).toMatchObject({ state: 'removed', link: null })
    expect(facebook.posts).toEqual([])
    expect(await page.remove(memory)).toMatchObject({ state: 'removed' })
    expect(await refused(page.edit(aPost(), memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('no such page or post') })
  })

  test('a post that only seems to be gone, since nothing can be seen, is not called removed', async () => {
    const { memory } = await posted()
    facebook.fails({ kind: 'error', code: 100, subcode: 33 }, { times: 2 })
    expect(await refused(page.remove(memory))).toMatchObject({ failure: 'rejected' })
    expect(facebook.posts).toHaveLength(1)
  })

  test('what Facebook says it did not do is not called done', async () => {
    const { memory } = await posted()
    facebook.fails({ kind: 'http', status: 200, body: '{"success":false}' }, { times: 2 })
    expect(await refused(page.edit(aPost({ text: 'Hai' }), memory))).toMatchObject({ failure: 'rejected' })
    expect(await refused(page.remove(memory))).toMatchObject({ failure: 'rejected' })
  })

  test('what this program never posted it does not touch', async () => {
    expect(await refused(page.edit(aPost(), {}))).toMatchObject({ failure: 'rejected' })
    expect(await refused(page.remove({ id: '' }))).toMatchObject({ failure: 'rejected' })
    expect(facebook.asked).toEqual([])
  })
})

describe('when it does not go well', () => {
  const usage = JSON.stringify({ 102312345678901: [{ type: 'pages', call_count: 100, total_cputime: 3, total_time: 3, estimated_time_to_regain_access: 19 }] })
  const maybe = { failure: 'tryAgain', maybeArrived: true } as const
  const surelyNot = { failure: 'tryAgain', maybeArrived: false } as const
  test.each<[string, Failure, Partial<SendError>, Partial<SendError>?]>([
    ['a dead token needs an operator', { kind: 'error', code: 190, subcode: 463, status: 401 }, { failure: 'notAllowed', message: expect.stringContaining('FACEBOOK_PAGE_TOKEN') }],
    ['so does one that is refused with the status of a success', { kind: 'error', code: 190, status: 200 }, { failure: 'notAllowed' }],
    ['so does a session that is over', { kind: 'error', code: 102 }, { failure: 'notAllowed' }],
    ['a permission that is missing needs an operator', { kind: 'error', code: 200, status: 403 }, { failure: 'notAllowed', message: expect.stringContaining('pages_manage_posts') }],
    ['so does one that was withdrawn', { kind: 'error', code: 10 }, { failure: 'notAllowed' }],
    ['and any other of them', { kind: 'error', code: 283 }, { failure: 'notAllowed' }],
    ['a page that is blocked needs an operator', { kind: 'error', code: 368 }, { failure: 'notAllowed', message: expect.stringContaining('Support Inbox') }],
    ['an app that wants proof needs an operator', { kind: 'error', code: 100, message: 'API calls from the server require an appsecret_proof argument' }, { failure: 'notAllowed', message: expect.stringContaining('Require app secret') }],
    ['too many calls of the app wait a while', { kind: 'error', code: 4, status: 400 }, { failure: 'waitUntil', until: new Date(now.getTime() + minutes(15)) }],
    ['too many of the user too', { kind: 'error', code: 17 }, { failure: 'waitUntil' }],
    ['too many of the page wait as long as Facebook thinks', { kind: 'error', code: 32, headers: { 'x-business-use-case-usage': usage } }, { failure: 'waitUntil', until: new Date(now.getTime() + minutes(19)) }],
    ['too many of this kind wait as long as told', { kind: 'error', code: 613, headers: { 'retry-after': '90' } }, { failure: 'waitUntil', until: new Date(now.getTime() + 90_000) }],
    ['HTTP 429 too', { kind: 'http', status: 429, headers: { 'retry-after': '7' } }, { failure: 'waitUntil', until: new Date(now.getTime() + 7000) }],
    ['words that stand there already are not posted twice', { kind: 'error', code: 506 }, { failure: 'rejected', message: expect.stringContaining('same words') }],
    ['an unknown page needs a look at its number', { kind: 'error', code: 803, status: 404 }, { failure: 'rejected', message: expect.stringContaining('FACEBOOK_PAGE_ID') }],
    ['trouble of Facebook may come after the post', { kind: 'error', code: 2, status: 500, transient: true }, maybe, surelyNot],
    ['an unknown error too', { kind: 'error', code: 1, status: 500 }, maybe, surelyNot],
    ['401 without a word needs an operator', { kind: 'http', status: 401 }, { failure: 'notAllowed' }],
    ['403 too', { kind: 'http', status: 403, body: '<html>' }, { failure: 'notAllowed' }],
    ['404 too', { kind: 'http', status: 404 }, { failure: 'notAllowed', message: expect.stringContaining('FACEBOOK_GRAPH_BASE') }],
    ['409 says nothing about it', { kind: 'http', status: 409 }, maybe, surelyNot],
    ['nor does 500', { kind: 'http', status: 500, body: '<html>Sorry</html>' }, maybe, surelyNot],
    ['a redirect is not followed', { kind: 'http', status: 302, headers: { location: 'http://127.0.0.1:9/' } }, maybe, surelyNot],
    ['rubbish says nothing either', { kind: 'http', status: 200, body: '{"id":' }, maybe, surelyNot],
    ['nor an answer that is no object', { kind: 'http', status: 200, body: '[1]' }, maybe, surelyNot],
    ['nor one that is far too large', { kind: 'http', status: 200, body: JSON.stringify({ id: '1', success: true, more: ' '.repeat(1024 * 1024) }) }, maybe, surelyNot],
    ['a connection cut may have carried it', { kind: 'cut' }, maybe, surelyNot],
    ['an answer lost is a post that may stand there', { kind: 'lost' }, maybe, surelyNot],
    ['no answer at all is the same', { kind: 'silent' }, maybe, surelyNot],
    ['nor does an answer that never ends keep us', { kind: 'drips' }, maybe, surelyNot],
  ])('%s', async (_, failure, posting, repeating = posting) => {
    const { memory } = await posted()
    const hasty = aPage({ within: 150 })
    facebook.fails(failure)
    expect(await refused(posted(aPost({ text: 'Hai' }), hasty))).toMatchObject(posting)
    facebook.fails(failure)
    expect(await refused(posted(aPost({ text: 'Ba', picture: aPicture }), hasty))).toMatchObject(posting)
    facebook.fails(failure)
    expect(await refused(hasty.edit(aPost({ text: 'Bốn' }), memory))).toMatchObject(repeating)
    facebook.fails(failure, { method: 'DELETE' })
    // What is unknown is looked for in another way too.
    facebook.fails(failure, { method: 'GET' })
    expect(await refused(hasty.remove(memory))).toMatchObject(repeating)
    expect(hasty.health.trouble === null).toBe(posting.failure !== 'notAllowed')
  })

  test('a post whose answer was lost stands there, and the same words once more are refused by Facebook itself', async () => {
    facebook.fails({ kind: 'lost' })
    expect(await refused(posted())).toMatchObject({ maybeArrived: true })
    expect(await refused(posted())).toMatchObject({ failure: 'rejected', message: expect.stringContaining('same words') })
    expect(facebook.posts).toHaveLength(1)
  })

  test('a post without an id may stand there', async () => {
    facebook.fails({ kind: 'http', status: 200, body: '{"id":"../me"}' })
    expect(await refused(posted())).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
  })

  test('an edit or a removal whose answer was lost is simply made again', async () => {
    const { memory } = await posted()
    facebook.fails({ kind: 'lost' }, { times: 1 })
    await refused(page.edit(aPost({ text: 'Hai' }), memory))
    await page.edit(aPost({ text: 'Hai' }), memory)
    facebook.fails({ kind: 'lost' })
    await refused(page.remove(memory))
    expect(await page.remove(memory)).toMatchObject({ state: 'removed' })
  })

  test('a token that dies in the middle stops the rest, and works again when a new one is set', async () => {
    const { memory } = await posted()
    facebook.switches.expired = true
    expect(await refused(page.edit(aPost({ text: 'Hai' }), memory))).toMatchObject({ failure: 'notAllowed' })
    expect(await refused(page.remove(memory))).toMatchObject({ failure: 'notAllowed' })
    expect(page.health.trouble).toContain('FACEBOOK_PAGE_TOKEN')
    facebook.switches.expired = false
    expect(await page.remove(memory)).toMatchObject({ state: 'removed' })
    expect(page.health.trouble).toBeNull()
  })

  test('an app that lost the right to post needs an operator', async () => {
    facebook.switches.mayPost = false
    expect(await refused(posted(aPost({ picture: aPicture })))).toMatchObject({ failure: 'notAllowed' })
    expect(facebook.asked).toHaveLength(1)
  })

  test('behind a closed door nothing can have arrived', async () => {
    const away = aPage({ graphBase: await closedDoor(startFacebookStub) })
    expect(await refused(posted(aPost(), away))).toMatchObject(surelyNot)
  })
})
