// Leaving with one word or one press, and being written to again after coming back: on every channel, through its real door.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../src/channels/message.ts'
import { minutes } from '../../src/clock.ts'
import { addressKeyOf, sayTo } from '../../src/conversation/say.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { Subscriber } from '../../src/subscribers/subscriber.ts'
import { onZaloBot } from '../channels/zalo-bot/resident.ts'
import { onZaloOa } from '../channels/zalo-oa/resident.ts'
import { onTelegram, onWebChat, type Resident } from '../people.ts'
import { aWorld, databases, until, type World } from '../world.ts'

const vi = says.vi
const stop = 'Ngừng nhận tin'

describe.each(databases)('on %s', database => {
  let world: World
  let keys: ServerKeys
  let number = 0
  let ahead = 0
  beforeAll(async () => {
    world = await aWorld({ database, clock: () => new Date(Date.now() + ahead) })
    keys = loadOrCreateServerKeys(world.config.serverKeyFile, n => randomBytes(n)).keys
  }, 60_000)
  afterAll(async () => { await world.stop() })

  const ways: Record<Address['channel'], () => { who: Resident, address: () => Address }> = {
    telegram () {
      const id = 7_351_000_000 + ++number
      return { who: onTelegram(world, id), address: () => ({ channel: 'telegram', id: String(id) }) }
    },
    'zalo-oa' () {
      const who = onZaloOa(world, 8000 + ++number)
      return { who, address: () => ({ channel: 'zalo-oa', id: who.person.id }) }
    },
    'zalo-bot' () {
      const who = onZaloBot(world.zaloBot, `6ede9afa66b88fe8${String(++number).padStart(4, '0')}`)
      return { who, address: () => ({ channel: 'zalo-bot', id: who.person.id }) }
    },
    'web-chat' () {
      const who = onWebChat(world)
      return { who, address: () => ({ channel: 'web-chat', id: /chat=([\w-]+)/.exec(who.cookie())?.[1] ?? '' }) }
    },
  }
  const all = Object.keys(ways) as Address['channel'][]

  /** Alarms only, the shortest way. */
  async function subscribes (who: Resident): Promise<void> {
    await who.writes('nhận tin')
    await who.hears(/Bạn có đồng ý không/)
    await who.presses(vi('chat.subscribe.agree'))
    await who.hears(/loại tin nào/)
    await who.presses(vi('chat.subscribe.levelAlarms'))
    await who.hears(/Nhận tin của cả tỉnh/)
    await who.presses(vi('chat.subscribe.areaAll'))
    await who.hears(/Bạn sẽ nhận/)
  }
  const row = async (address: Address): Promise<Subscriber | null> => await world.app.orm.em.fork().findOne(Subscriber, { addressKey: addressKeyOf(keys, address) })
  function aWhileLater (): void {
    ahead += minutes(5)
    world.zaloOa.passes(minutes(5))
  }
  const isReachable = async (address: Address): Promise<boolean> => (await row(address))?.leftAt === null
  /** As a bulletin comes: not as an answer to anything, with the button at its end where there are buttons. */
  async function bulletin (address: Address, text: string): Promise<void> {
    await world.app.channels.find(({ name }) => name === address.channel)?.send(address, { text, language: 'vi', choices: [{ id: 'go:unsubscribe', label: stop, word: 'ngừng', tone: 'quiet' }] }, `bulletin.${++number}`, { lane: 'bulletin' })
  }
  /** Says something to somebody without being asked: that they blocked us is known only now. */
  async function tells (address: Address, text: string): Promise<void> {
    await inTransaction(world.app.orm, async em => { await sayTo(em, keys, address, [{ text }], new Date(Date.now() + ahead)) })
  }

  test.each(all)('one word ends it on %s', async channel => {
    const { who, address } = ways[channel]()
    await subscribes(who)
    expect(await row(address())).not.toBeNull()
    await who.writes('ngừng')
    await who.hears(/Đã ngừng/)
    expect(await row(address())).toBeNull()
  }, 60_000)

  test.each(all)('the button under a bulletin ends it on %s, at once and also from an old message', async channel => {
    const { who, address } = ways[channel]()
    await subscribes(who)
    await bulletin(address(), 'Nước lên nhanh')
    await who.hears(/Nước lên nhanh/)
    if (channel === 'zalo-bot') await who.writes('ngừng')
    else await who.presses(stop)
    await who.hears(/Đã ngừng/)
    expect(await row(address())).toBeNull()

    await subscribes(who)
    await who.writes('báo tin')
    await who.hears(/nguy hiểm ngay lúc này không/)
    if (channel === 'zalo-bot') await who.writes('ngừng')
    else await who.presses(stop)
    await who.hears(/Đã ngừng/)
    expect(await row(address())).toBeNull()
  }, 60_000)

  describe('somebody who stopped us and writes again is reachable again', () => {
    test('on Telegram, which says both', async () => {
      const { who, address } = ways.telegram()
      await subscribes(who)
      const { person } = who as ReturnType<typeof onTelegram>
      person.blocks()
      await until(async () => !await isReachable(address()))
      person.unblocks()
      await until(async () => await isReachable(address()))
    })

    test('on Telegram, when only a refusal told that they had left', async () => {
      const { who, address } = ways.telegram()
      await subscribes(who)
      world.telegram.fails({ kind: 'error', code: 403, description: 'Forbidden: bot was blocked by the user' }, { method: 'sendMessage', chat: Number(address().id) })
      await tells(address(), 'Một tin')
      await until(async () => !await isReachable(address()))
      aWhileLater()
      await who.writes('trợ giúp')
      await who.hears(/Tin Báo làm được gì/)
      expect(await isReachable(address())).toBe(true)
    })

    test('on the Zalo Official Account, by a message without following', async () => {
      const { who, address } = ways['zalo-oa']()
      const { person } = who as ReturnType<typeof onZaloOa>
      await subscribes(who)
      person.unfollows()
      await until(async () => !await isReachable(address()))
      aWhileLater()
      await who.writes('trợ giúp')
      await who.hears(/Tin Báo làm được gì/)
      expect(await isReachable(address())).toBe(true)
    })

    test('on the Zalo Official Account, by following, the same day too', async () => {
      const { who, address } = ways['zalo-oa']()
      const { person } = who as ReturnType<typeof onZaloOa>
      person.follows()
      await who.hears(/Tin Báo/)
      await subscribes(who)
      person.unfollows()
      await until(async () => !await isReachable(address()))
      person.follows()
      await until(async () => await isReachable(address()))
    })

    test('on the Zalo Bot, which never tells of either', async () => {
      const { who, address } = ways['zalo-bot']()
      const { person } = who as ReturnType<typeof onZaloBot>
      await subscribes(who)
      person.blocks()
      await tells(address(), 'Một tin')
      await until(async () => !await isReachable(address()))
      person.unblocks()
      aWhileLater()
      await who.writes('trợ giúp')
      await who.hears(/Tin Báo làm được gì/)
      expect(await isReachable(address())).toBe(true)
    })
  })
})
