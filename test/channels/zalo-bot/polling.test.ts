// The Zalo Bot channel by polling: one update at a time, held until it is kept, since Zalo forgets it at once.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startZaloBotStub } from '../../stubs/zalo-bot.ts'
import type { ZaloBotStub } from '../../stubs/zalo-bot.ts'
import { lanId, startChannel, textsOf, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let zalo: ZaloBotStub
const running: Running[] = []

beforeEach(async () => {
  zalo = await startZaloBotStub({ retryUnit: 5 })
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  await zalo.stop()
})

async function start (options?: Parameters<typeof startChannel>[1]): Promise<Running> {
  const one = await startChannel(zalo, { updates: 'polling', ...options })
  running.push(one)
  return one
}

async function stop (one: Running): Promise<void> {
  running.splice(running.indexOf(one), 1)
  await one.stop()
}

test('Lan writes, and it arrives once and in order', async () => {
  const { received } = await start()
  const lan = zalo.person(lanId)
  for (const text of ['một', 'hai', 'ba']) lan.writes(text)
  await until(() => received.length === 3)
  expect(textsOf(received)).toEqual(['một', 'hai', 'ba'])
  expect(zalo.askedOf('getUpdates')[0]?.payload).toEqual({ timeout: '30' })
})

test('what waited while we were down is there when we start', async () => {
  zalo.person(lanId).writes('a')
  const { received } = await start()
  await until(() => received.length === 1)
  expect(textsOf(received)).toEqual(['a'])
})

test.each([200, 408] as const)('hearing nothing is no trouble, whichever way Zalo says it (%i)', async (emptyPollStatus) => {
  zalo.ways.emptyPollStatus = emptyPollStatus
  const { channel, received } = await start()
  zalo.fails({ kind: 'error', code: 408, description: 'Request timeout', status: emptyPollStatus }, { method: 'getUpdates', times: 3 })
  await until(() => zalo.askedOf('getUpdates').length >= 4)
  expect(channel.health).toMatchObject({ trouble: null, lastSuccess: expect.any(Date) })
  zalo.person(lanId).writes('a')
  await until(() => received.length === 1)
})

test('empty answers that do not wait are not asked for without end', async () => {
  zalo.fails({ kind: 'error', code: 408, description: 'Request timeout' }, { method: 'getUpdates', times: 1000 })
  await start({ second: 50 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(zalo.askedOf('getUpdates').length).toBeLessThan(10)
  expect(zalo.askedOf('getUpdates').length).toBeGreaterThan(1)
})

test('while the database refuses, the update is held, and nothing more is asked for', async () => {
  const one = await start()
  let refusing = true
  one.onReceive.now = () => {
    if (refusing) throw new Error('the database is away')
  }
  const lan = zalo.person(lanId)
  lan.writes('a')
  lan.writes('b')
  await until(() => one.channel.health.trouble !== null)
  expect(one.channel.health.trouble).toContain('database')
  expect(zalo.waiting()).toBe(1)
  refusing = false
  await until(() => one.received.length === 2)
  expect(textsOf(one.received)).toEqual(['a', 'b'])
  expect(one.channel.health.trouble).toBeNull()
})

test('at a stop what is held is tried once more, and a loss is not silent', async () => {
  const one = await start()
  let refusing = true
  one.onReceive.now = () => {
    if (refusing) throw new Error('the database is away')
  }
  zalo.person(lanId).writes('a')
  await until(() => one.channel.health.trouble !== null)
  refusing = false
  await stop(one)
  expect(textsOf(one.received)).toEqual(['a'])

  const two = await start()
  two.onReceive.now = () => { throw new Error('the database is away') }
  zalo.person(lanId).writes('mất rồi')
  await until(() => two.channel.health.trouble !== null)
  await stop(two)
  expect(two.logged()).toContain('is lost')
  expect(two.logged()).not.toContain('mất rồi')
})

test('a stop ends the long poll at once, and the next start goes on', async () => {
  const first = await start()
  await until(() => zalo.polled())
  const before = Date.now()
  await stop(first)
  expect(Date.now() - before).toBeLessThan(1500)
  await until(() => !zalo.polled())
  zalo.person(lanId).writes('b')
  const second = await start()
  await until(() => second.received.length === 1)
})

test('gateways, rubbish, a cut line and an outage are waited out', async () => {
  zalo.fails({ kind: 'page', code: 502 }, { method: 'getUpdates' })
  zalo.fails({ kind: 'page', code: 504 }, { method: 'getUpdates' })
  zalo.fails({ kind: 'rubbish' }, { method: 'getUpdates' })
  zalo.fails({ kind: 'rubbish', body: '[]' }, { method: 'getUpdates' })
  zalo.fails({ kind: 'cut' }, { method: 'getUpdates' })
  zalo.fails({ kind: 'error', code: 403, description: 'internal server error' }, { method: 'getUpdates' })
  const { received, channel } = await start()
  await until(() => channel.health.trouble !== null)
  zalo.person(lanId).writes('a')
  await until(() => received.length === 1)
  await until(() => channel.health.trouble === null)
})

test('an update whose answer was lost on the wire is gone, the next one arrives', async () => {
  const { received } = await start()
  await until(() => zalo.askedOf('getUpdates').length === 1)
  zalo.person(lanId).writes('một')
  await until(() => received.length === 1)
  zalo.fails({ kind: 'lost' }, { method: 'getUpdates' })
  zalo.person(lanId).writes('hai')
  await until(() => received.length === 2)
  zalo.person(lanId).writes('ba')
  await until(() => zalo.askedOf('getUpdates').some(({ outcome }) => outcome === 'lost'))
  zalo.person(lanId).writes('bốn')
  await until(() => textsOf(received).includes('bốn'))
  expect(textsOf(received)).toEqual(['một', 'hai', 'bốn'])
})

test('a webhook that is set stands in the way: it is reported, not removed', async () => {
  await fetch(`${zalo.base}/bot${zalo.token}/setWebhook`, { method: 'POST', body: JSON.stringify({ url: 'http://127.0.0.1:9/', secret_token: '12345678' }) })
  const { channel, received } = await start()
  await until(() => channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('ZALO_BOT_UPDATES=webhook')
  expect(zalo.webhook()).toBeDefined()
  await fetch(`${zalo.base}/bot${zalo.token}/deleteWebhook`, { method: 'POST' })
  zalo.person(lanId).writes('a')
  await until(() => received.length === 1)
})

test('a token that was reset is reported with what to do, without the token, and it goes on when allowed again', async () => {
  zalo.revoked = true
  const { received, channel, logged } = await start()
  await until(() => channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('Zalo Bot Manager')
  expect(channel.health.lastSuccess).toBeNull()
  zalo.revoked = false
  zalo.person(lanId).writes('a')
  await until(() => received.length === 1)
  expect(logged()).not.toContain(zalo.token)
})

test('a used up quota is waited out', async () => {
  zalo.fails({ kind: 'error', code: 429, description: 'Quota exceeded' }, { method: 'getUpdates' })
  const { received, channel } = await start()
  zalo.person(lanId).writes('a')
  await until(() => channel.health.trouble !== null)
  expect(channel.health.trouble).toContain('quota')
  await until(() => received.length === 1)
  const [refused, next] = zalo.askedOf('getUpdates')
  expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(145)
})

test('nothing said or sent, no id of a person, stands in the log', async () => {
  const { received, channel, logged } = await start()
  const lan = zalo.person(lanId)
  lan.writes('kẻ trộm ở hẻm 7')
  lan.sendsUnderProtection()
  lan.sendsSticker()
  await until(() => received.length === 2)
  zalo.fails({ kind: 'cut' }, { method: 'sendMessage' })
  await channel.send({ channel: 'zalo-bot', id: lanId }, { text: 'mã bí mật' }, 'once').catch(() => undefined)
  zalo.fails({ kind: 'page', code: 502 }, { method: 'getUpdates' })
  lan.writes('nữa')
  lan.writes('thôi')
  await until(() => logged().includes('polling'))
  expect(logged()).toContain('ignored')
  for (const secret of ['kẻ trộm', lanId, 'mã bí mật', zalo.token, 'Lan']) expect(logged()).not.toContain(secret)
})
