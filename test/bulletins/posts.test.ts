// A bulletin in places where nobody answers: a Telegram channel, a Zalo article that is looked at first, a Facebook page.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withdraw } from '../../src/bulletins/follow.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { BulletinPost } from '../../src/bulletins/post.ts'
import { postAgain } from '../../src/bulletins/posts.ts'
import { startFacebookStub, type FacebookStub } from '../stubs/facebook.ts'
import { aWorld, databases, until, type World } from '../world.ts'
import { aNewsroom, everybody, lesson, warning, type Newsroom } from './newsroom.ts'

describe.each(databases)('on %s', database => {
  let world: World
  let facebook: FacebookStub
  let newsroom: Newsroom
  beforeEach(async () => {
    facebook = await startFacebookStub()
    world = await aWorld({ database, environment: {
      TELEGRAM_POST_CHATS: '@tinbaoangiang', FACEBOOK_PAGE_ID: facebook.pageId, FACEBOOK_PAGE_TOKEN: facebook.token, FACEBOOK_GRAPH_BASE: facebook.base,
      ZALO_OA_ARTICLE_COVER: 'https://tinbao.example.vn/cover.jpg',
    } })
    newsroom = await aNewsroom(world.app.bulletins)
    world.zaloOa.switches.articlePolls = 0
  })
  afterEach(async () => {
    await world.stop()
    await facebook.stop()
  })
  const channel = () => world.telegram.gathering({ id: -1001, name: 'tinbaoangiang' })
  const posts = async (bulletin: { id: number }): Promise<Record<string, string>> => Object.fromEntries(
    (await world.app.orm.em.fork().find(BulletinPost, { bulletinId: bulletin.id }, { orderBy: { place: 'asc' } })).map(({ place, state }) => [place, state]))

  test('it stands in all of them, though nobody subscribed; withdrawn, it goes from the channel and the page, and the article is removed', async () => {
    const readers = channel()
    const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
    await until(async () => Object.values(await posts(bulletin)).every(state => state === 'posted') && Object.keys(await posts(bulletin)).length === 3, 60_000)
    const { code } = await newsroom.fresh(bulletin)
    expect(readers.heard.map(({ text }) => text).join()).toMatch(new RegExp(`Giả công an gọi video[^]*${code.slice(0, 4)}`))
    expect(facebook.posts).toMatchObject([{ message: expect.stringContaining('Giả công an gọi video đòi tiền') }])
    expect(world.zaloOa.articles()).toMatchObject([{ content: { title: 'Giả công an gọi video đòi tiền' } }])
    expect(world.zaloOa.broadcasts()).toHaveLength(1)
    await until(async () => (await newsroom.fresh(bulletin)).state === 'sent')

    await newsroom.within(async em => { await withdraw(em, world.app.bulletins, newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id }), 'Có chỗ chưa đúng') })
    await until(async () => Object.values(await posts(bulletin)).every(state => state !== 'posted' && state !== 'waiting'), 60_000)
    expect(await posts(bulletin)).toMatchObject({ 'facebook-page': 'removed', 'telegram:@tinbaoangiang': 'removed' })
    expect(facebook.posts).toEqual([])
    expect(readers.heard).toEqual([])
  }, 90_000)

  // The rest asks nothing more of the database.
  if (database === 'postgresql') return

  test('a page whose token is dead keeps the others from nothing; an officer is told, and sends it again when it works', async () => {
    channel()
    facebook.switches.expired = true
    const bulletin = await newsroom.approved({ content: warning(new Date()), audience: { ...everybody, places: ['facebook-page', 'telegram:@tinbaoangiang'] } })
    await until(async () => (await posts(bulletin))['telegram:@tinbaoangiang'] === 'posted', 30_000)
    const row = async (): Promise<BulletinPost> => await world.app.orm.em.fork().findOneOrFail(BulletinPost, { bulletinId: bulletin.id, place: 'facebook-page' })
    await until(async () => (await row()).lastProblem != null, 30_000)
    expect((await row()).lastProblem).not.toContain(facebook.token)
    facebook.switches.expired = false
    await world.app.orm.em.fork().nativeUpdate(BulletinPost, { id: (await row()).id }, { state: 'stuck', dueAt: null })
    expect(await postAgain(world.app.orm.em.fork(), (await row()).id, new Date())).toBe(true)
    await until(async () => (await row()).state === 'posted', 30_000)
    expect(facebook.posts).toHaveLength(1)
  }, 90_000)

  test('a post whose answer was lost is not posted twice: it waits for somebody to look', async () => {
    facebook.fails({ kind: 'lost' }, { method: 'POST' })
    const bulletin = await newsroom.approved({ content: lesson(), audience: { ...everybody, places: ['facebook-page'] } })
    await until(async () => (await posts(bulletin))['facebook-page'] === 'stuck', 30_000)
    expect(facebook.posts).toHaveLength(1)
    expect((await world.app.orm.em.fork().findOneOrFail(BulletinPost, { bulletinId: bulletin.id })).lastProblem).toMatch(/look before you send it again/)
  }, 60_000)
})
