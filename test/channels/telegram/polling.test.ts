// The Telegram channel by polling: nothing is confirmed before it is kept.
import { Api } from 'grammy/web'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTelegramStub } from '../../stubs/telegram.ts'
import type { TelegramStub } from '../../stubs/telegram.ts'
import { startChannel, textsOf, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let telegram: TelegramStub
const running: Running[] = []

beforeEach(async () => {
  telegram = await startTelegramStub({ retryUnit: 5 })
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  await telegram.stop()
})

async function start (options?: Parameters<typeof startChannel>[1]): Promise<Running> {
  const one = await startChannel(telegram, options)
  running.push(one)
  return one
}

async function stop (one: Running): Promise<void> {
  running.splice(running.indexOf(one), 1)
  await one.stop()
}

test('Lan writes, and it arrives once', async () => {
  const { received } = await start()
  const lan = telegram.person({ id: 5000000021, languageCode: 'vi' })
  lan.writes('Chào')
  lan.sharesLocation(10.38, 105.43)
  await until(() => received.length === 2 && telegram.waiting() === 0)
  expect(textsOf(received)).toEqual(['Chào', 'location'])
  expect(received[0]).toMatchObject({ address: { channel: 'telegram', id: '5000000021' }, language: 'vi' })
})

test('what she wrote while we were down is there when we start', async () => {
  const lan = telegram.person({ id: 5 })
  lan.writes('a')
  lan.writes('b')
  const { received } = await start()
  await until(() => received.length === 2)
  expect(textsOf(received)).toEqual(['a', 'b'])
  expect(telegram.askedOf('deleteWebhook')[0]?.payload).not.toHaveProperty('drop_pending_updates')
})

test('while the database refuses, updates stay with Telegram, and come in order when it is back', async () => {
  const one = await start()
  let refusing = true
  one.onReceive.now = () => {
    if (refusing) throw new Error('the database is away')
  }
  const lan = telegram.person({ id: 5 })
  lan.writes('a')
  lan.writes('b')
  await until(() => one.channel.health.trouble !== null)
  expect(one.channel.health.trouble).toContain('database')
  expect(telegram.waiting()).toBe(2)
  refusing = false
  await until(() => telegram.waiting() === 0 || one.received.length === 2)
  expect(textsOf(one.received)).toEqual(['a', 'b'])
  await until(() => one.channel.health.trouble === null)
})

test('one chat that can not be kept does not take others twice', async () => {
  const one = await start()
  let refuse = 3
  one.onReceive.now = ({ address }) => {
    if (address.id === '5' && refuse-- > 0) throw new Error('the database is away')
  }
  telegram.person({ id: 5 }).writes('stuck')
  telegram.person({ id: 6 }).writes('fine')
  await until(() => one.received.length >= 2)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(textsOf(one.received).toSorted()).toEqual(['fine', 'stuck'])
})

test('different people are served side by side, one person in order', async () => {
  const one = await start({})
  const order: string[] = []
  one.onReceive.now = async (incoming) => {
    const text = textsOf([incoming])[0] ?? ''
    order.push(`> ${text}`)
    await new Promise((resolve) => setTimeout(resolve, incoming.address.id === '5' ? 40 : 1))
    order.push(`< ${text}`)
  }
  telegram.fails({ kind: 'slow', ms: 50 }, { method: 'getUpdates' })
  await until(() => telegram.askedOf('getUpdates').length > 0)
  const lan = telegram.person({ id: 5 })
  lan.writes('lan 1')
  lan.writes('lan 2')
  telegram.person({ id: 6 }).writes('minh')
  await until(() => one.received.length === 3)
  expect(order.indexOf('< minh')).toBeLessThan(order.indexOf('< lan 2'))
  expect(order.indexOf('< lan 1')).toBeLessThan(order.indexOf('> lan 2'))
})

test('a stop ends the long poll at once, confirms what was kept, and the next start repeats nothing', async () => {
  const first = await start()
  telegram.person({ id: 5 }).writes('a')
  await until(() => first.received.length === 1)
  await until(() => telegram.askedOf('getUpdates').length >= 2)
  const before = Date.now()
  await stop(first)
  expect(Date.now() - before).toBeLessThan(2000)
  expect(telegram.waiting()).toBe(0)
  telegram.person({ id: 5 }).writes('b')
  const second = await start()
  await until(() => second.received.length === 1)
  expect(textsOf(second.received)).toEqual(['b'])
})

test('a stop in the middle of a batch confirms only what was kept; the rest comes to the next', async () => {
  const lan = telegram.person({ id: 5 })
  for (const text of ['a', 'b', 'c']) lan.writes(text)
  const first = await start()
  let letGo = (): void => undefined
  first.onReceive.now = (incoming) => textsOf([incoming])[0] === 'b' ? new Promise<void>((resolve) => { letGo = resolve }) : undefined
  await until(() => first.received.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  const stopped = stop(first)
  letGo()
  await stopped
  expect(textsOf(first.received)).toEqual(['a', 'b'])
  const second = await start()
  await until(() => second.received.length === 1)
  expect(textsOf(second.received)).toEqual(['c'])
})

test('when an answer is lost, nothing is', async () => {
  telegram.fails({ kind: 'lost' }, { method: 'getUpdates' })
  telegram.fails({ kind: 'page', code: 502 }, { method: 'getUpdates' })
  telegram.fails({ kind: 'cut' }, { method: 'getUpdates' })
  telegram.person({ id: 5 }).writes('a')
  const { received, channel } = await start()
  await until(() => received.length === 1)
  await until(() => channel.health.trouble === null)
  expect(textsOf(received)).toEqual(['a'])
})

test('another reader is reported to the operator, and reading goes on when it is gone', async () => {
  const { received, channel } = await start()
  await until(() => telegram.askedOf('getUpdates').length > 0)
  await new Api(telegram.token, { apiRoot: telegram.apiRoot }).getUpdates({ timeout: 0 })
  await until(() => channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('Another program polls')
  telegram.person({ id: 5 }).writes('a')
  await until(() => received.length === 1)
  expect(channel.health.trouble).toBeNull()
})

test('a revoked token is reported with what to do, without the token, and it goes on when allowed again', async () => {
  telegram.revoked = true
  const { received, channel, logged } = await start()
  await until(() => channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('@BotFather')
  expect(channel.health.lastSuccess).toBeNull()
  telegram.revoked = false
  telegram.person({ id: 5 }).writes('a')
  await until(() => received.length === 1)
  expect(logged()).not.toContain(telegram.token)
})

test('a flood of our asking is waited out', async () => {
  telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 20', parameters: { retry_after: 20 } }, { method: 'getUpdates' })
  const { received, channel } = await start()
  telegram.person({ id: 5 }).writes('a')
  await until(() => channel.health.trouble !== null)
  await until(() => received.length === 1)
  const [refused, next] = telegram.askedOf('getUpdates')
  expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(95)
})

test('the commands menu is there in each language, and for all others in Vietnamese', async () => {
  await start()
  await until(() => telegram.askedOf('setMyCommands').length === 4)
  await until(() => telegram.commands('km').length > 0)
  expect(telegram.commands('vi').map(({ command }) => command)).toEqual(['start', 'report', 'followup', 'subscribe', 'mydata', 'help', 'language'])
  expect(telegram.commands('')).toEqual(telegram.commands('vi'))
  expect(telegram.commands('en')[1]?.description).toBe('Report something to the police')
})

test('a menu that Telegram does not take is reported, and does not stop the reading', async () => {
  telegram.fails({ kind: 'error', code: 400, description: 'Bad Request: BOT_COMMAND_INVALID' }, { method: 'setMyCommands', times: 2 })
  const { received, channel } = await start()
  telegram.person({ id: 5 }).writes('a')
  await until(() => received.length === 1 && channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('BOT_COMMAND_INVALID')
  await until(() => channel.health.trouble === null)
})

test('a press stops spinning even while the database refuses', async () => {
  const one = await start()
  one.onReceive.now = () => { throw new Error('away') }
  telegram.person({ id: 5 }).pressesOld('v1:x')
  await until(() => telegram.answeredPresses.length > 0)
  one.onReceive.now = () => undefined
  await until(() => one.received.length === 1)
  expect(one.received[0]?.content).toEqual({ kind: 'press', data: 'v1:x' })
})

test('a group hears where to write, once an hour, and nothing said there is taken', async () => {
  let now = new Date('2026-11-24T08:00:00Z')
  const one = await start({ clock: () => now })
  const lan = telegram.person({ id: 5, languageCode: 'en' })
  lan.writesInGroup('/report')
  lan.writesInGroup('@TinBaoTestBot xe máy bị mất')
  lan.writesInGroup('ăn gì chưa')
  await until(() => telegram.waiting() === 0)
  await until(() => telegram.heardInGroup().length > 0)
  expect(telegram.heardInGroup().map(({ text }) => text)).toEqual([expect.stringContaining('https://t.me/TinBaoTestBot?start=group')])
  expect(telegram.heardInGroup()[0]?.text).toContain("can't take reports in a group")
  now = new Date('2026-11-24T09:00:01Z')
  lan.writesInGroup('/report')
  await until(() => telegram.heardInGroup().length === 2)
  expect(one.received).toEqual([])
})

test('nothing said or sent, no number of a person, stands in the log', async () => {
  const { received, channel, logged } = await start()
  const lan = telegram.person({ id: 5000000021 })
  lan.writes('kẻ trộm ở hẻm 7')
  lan.sendsSticker()
  lan.movesLiveLocation(1, 1)
  await until(() => received.length === 2)
  telegram.fails({ kind: 'cut' }, { method: 'sendMessage' })
  await channel.send(received[0]?.address ?? { channel: 'telegram', id: '' }, { text: 'mã bí mật' }, 'once').catch(() => undefined)
  expect(logged()).toContain('ignored')
  for (const secret of ['kẻ trộm', '5000000021', 'mã bí mật', telegram.token]) expect(logged()).not.toContain(secret)
})
