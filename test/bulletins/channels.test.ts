// The same bulletin on every channel: in the chat at once, at the next visit, after a quiet night, or not at all and said so.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../../src/channels/message.ts'
import type { Bulletin } from '../../src/bulletins/bulletin.ts'
import { onZaloBot } from '../channels/zalo-bot/resident.ts'
import { onZaloOa } from '../channels/zalo-oa/resident.ts'
import { onTelegram, onWebChat } from '../people.ts'
import { aWorld, databases, until, type World } from '../world.ts'
import { windowKeyOf, ZaloWindow } from '../../src/channels/zalo-oa/window.ts'
import { alarm, aNewsroom, everybody, lesson, subscribes, warning, type Newsroom } from './newsroom.ts'

describe.each(databases)('on %s', database => {
  let world: World
  let newsroom: Newsroom
  /** Added to the real time: nights and days pass at once. */
  let later = 0
  const at = (clock: string): void => { later = new Date(`2026-11-25T${clock}:00+07:00`).getTime() - Date.now() }
  beforeEach(async () => {
    at('10:00')
    world = await aWorld({ database, updates: 'webhook', clock: () => new Date(Date.now() + later) })
    newsroom = await aNewsroom(world.app.bulletins)
  })
  afterEach(async () => { await world.stop() })
  const asked = async (address: Address, change: Parameters<typeof subscribes>[2] = {}): Promise<void> => { await subscribes(world.app.bulletins, address, change) }
  const sent = async (bulletin: Bulletin): Promise<void> => { await until(async () => (await newsroom.fresh(bulletin)).state === 'sent', 20_000) }

  test('on the web, both Zalos and Telegram; and who wrote to the Official Account too long ago is counted as that', async () => {
    const [web, oa, silent, bot, telegram] = [onWebChat(world), onZaloOa(world, 1), onZaloOa(world, 2), onZaloBot(world.zaloBot, '7'), onTelegram(world, 8)]
    for (const person of [web, oa, silent, bot, telegram]) {
      await person.writes('đăng ký')
      await person.hears(/[?:]/)
    }
    const visitor = /chat=([^;]+)/.exec(web.cookie())?.[1] ?? ''
    for (const address of [{ channel: 'web-chat', id: visitor }, { channel: 'zalo-oa', id: oa.person.id }, { channel: 'zalo-oa', id: silent.person.id }, { channel: 'zalo-bot', id: '7' }, { channel: 'telegram', id: '8' }] as const) await asked(address)
    // Of the two on Zalo, one last wrote three days ago.
    await world.app.orm.em.fork().nativeUpdate(ZaloWindow, { addressKey: windowKeyOf(world.app.bulletins.keys, { channel: 'zalo-oa', id: silent.person.id }) }, { lastInteractionAt: new Date(Date.now() + later - 3 * 24 * 3_600_000) })
    const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
    await Promise.all([oa, bot, telegram].map(async person => await person.hears(/Giả công an gọi video[^]*Mã tin: TB-/, 20_000)))
    await sent(bulletin)
    expect(await newsroom.sums(bulletin)).toEqual({ 'web-chat delivered': 1, 'telegram delivered': 1, 'zalo-bot delivered': 1, 'zalo-oa delivered': 1, 'zalo-oa refused window': 1 })
    expect(silent.heard().join()).not.toContain('Giả công an')
    // A week later the visitor comes back, and finds it.
    later += 7 * 24 * 3_600_000
    expect(await web.page()).toContain('Giả công an gọi video đòi tiền')
  }, 60_000)

  test('a warning waits for the end of the night; an alarm does not wait', async () => {
    const lan = onTelegram(world, 11)
    await lan.writes('menu')
    await lan.hears(/Bạn cần gì/)
    await asked({ channel: 'telegram', id: '11' }, { quietFrom: 21, quietTo: 7 })
    at('23:30')
    const now = new Date(Date.now() + later)
    const [careful, urgent] = [await newsroom.approved({ content: warning(now), audience: everybody }), await newsroom.approved({ content: alarm(now), audience: everybody })]
    await lan.hears(/BÁO ĐỘNG KHẨN/, 20_000)
    await sent(urgent)
    expect(await newsroom.sums(careful)).toEqual({ 'telegram due': 1 })
    at('23:30')
    later += 7.6 * 3_600_000
    await lan.hears(/Cảnh báo · Công an tỉnh/, 20_000)
    await sent(careful)
  }, 60_000)

  test('who chose a letter gets three lessons in one, in the morning, and a warning at once', async () => {
    const lan = onTelegram(world, 12)
    await lan.writes('menu')
    await lan.hears(/Bạn cần gì/)
    await asked({ channel: 'telegram', id: '12' }, { frequency: 'daily' })
    const lessons: Bulletin[] = []
    for (const n of ['một', 'hai', 'ba']) lessons.push(await newsroom.approved({ content: lesson({ texts: { vi: { headline: `Bài ${n}`, body: 'Nội dung.', toDo: '• Làm.' } } }), audience: everybody }))
    await newsroom.approved({ content: warning(new Date(Date.now() + later)), audience: everybody })
    await lan.hears(/Cảnh báo · Công an tỉnh/, 20_000)
    await until(async () => (await Promise.all(lessons.map(async one => await newsroom.sums(one)))).every(sums => sums['telegram digest'] === 1))
    at('07:31')
    later += 24 * 3_600_000
    await lan.hears(/Bản tin hôm nay[^]*1\. Bài một[^]*2\. Bài hai[^]*3\. Bài ba/, 20_000)
    for (const one of lessons) await sent(one)
  }, 60_000)
})
