// What strangers, broken clients and Telegram on a bad day send to the webhook: nobody else notices, and everybody is answered.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { says } from '../../src/locales.ts'
import { onTelegram } from '../people.ts'
import { aWorld, until, webhookSecret, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await aWorld({ updates: 'webhook' })
  await until(() => world.telegram.webhook() !== undefined)
})
afterAll(async () => { await world.stop() })

const menu = /Bạn cần gì/
const now = Math.floor(Date.now() / 1000)
let next = 5_000_000

async function post (body: string | Uint8Array, secret = webhookSecret): Promise<number> {
  const response = await fetch(`${world.url}/webhooks/telegram`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret }, body: typeof body === 'string' ? body : new Uint8Array(body) })
  await response.arrayBuffer()
  return response.status
}

const message = (from: number, content: object): object => ({ message_id: next, date: now, chat: { id: from, type: 'private' }, from: { id: from, is_bot: false, language_code: 'vi' }, ...content })
const update = (content: object): string => JSON.stringify({ update_id: next++, ...content })
/** The pretended Telegram takes answers for people it knows only. */
function somebody (id: number): ReturnType<typeof onTelegram> {
  const person = onTelegram(world, id)
  person.person.writes('menu')
  return person
}

describe('a body nobody should send', () => {
  const bodies: [string, () => string | Uint8Array][] = [
    ['nothing at all', () => ''],
    ['10 MB', () => update({ message: message(1, { text: 'x'.repeat(10 * 1024 * 1024) }) })],
    ['lists in lists, 100 000 deep', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects in objects, never closed', () => '{"message":'.repeat(20_000)],
    ['a message in a message, 10 000 deep', () => `{"update_id":1,"message":${'{"reply_to_message":'.repeat(10_000)}{}${'}'.repeat(10_000)}}`],
    ['bytes that are no text', () => new Uint8Array(1000).fill(0xff)],
    ['an update of a kind that does not exist yet', () => update({ telepathy: message(1, { text: 'x' }) })],
    ['a message of a kind that does not exist yet', () => update({ message: message(1, { hologram: { id: 1 } }) })],
    ['names that every object has', () => '{"update_id":1,"__proto__":{"message":1},"constructor":{"prototype":{"polluted":1}}}'],
    ['an id beyond what JavaScript can hold', () => `{"update_id":90071992547409931234,"message":${JSON.stringify(message(1, { text: 'x' }))}}`],
    ['a chat beyond it', () => update({ message: message(1, { text: 'x' }) }).replace('"chat":{"id":1', '"chat":{"id":90071992547409931234')],
  ]

  test.each(bodies)('%s is refused or passed over at once, and Lan is answered as always', async (_, body) => {
    const began = Date.now()
    expect(await post(body())).toBeLessThan(500)
    expect(Date.now() - began).toBeLessThan(5000)
    const lan = onTelegram(world, next++)
    await lan.writes('menu')
    await lan.hears(menu)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test('whoever does not know the secret can send what they like', async () => {
    for (const [, body] of bodies) expect(await post(body(), 'a-guess')).toBe(401)
    expect(world.logged()).not.toContain('"level":50')
  })
})

describe('updates in an order nobody meant', () => {
  test('what comes twice, and long after the next, is answered once', async () => {
    const hien = somebody(410)
    await hien.hears(menu)
    const [first, second] = [update({ message: message(410, { text: '113' }) }), update({ message: message(410, { text: 'trợ giúp' }) })]
    for (const body of [second, first, second, first, first]) expect(await post(body)).toBe(200)
    await hien.hears(new RegExp(says.vi('chat.help.what').slice(0, 20)))
    // One by the help, one by "113"; the hello begins otherwise.
    const numbers = (): string[] => hien.heard().filter(text => text.startsWith(says.vi('chat.emergency.numbers').slice(0, 20)))
    await until(() => numbers().length >= 2)
    // What came after all of them is answered after all of them.
    await hien.writes('menu')
    await hien.hears(menu)
    expect(numbers()).toHaveLength(2)
    expect(hien.heard().filter(text => text === says.vi('chat.help.what'))).toHaveLength(1)
  })

  test('a press of a question that was never asked is answered', async () => {
    const minh = somebody(411)
    await minh.hears(menu)
    for (const data of ['a:99:what:yes', 'go:constructor', 'new:__proto__', 'go:toString', 'nonsense']) {
      const before = minh.heard().length
      expect(await post(update({ callback_query: { id: String(next), from: { id: 411 }, message: { message_id: 1, chat: { id: 411, type: 'private' } }, data } }))).toBe(200)
      await until(() => minh.heard().length > before)
    }
    await post(update({ message: message(411, { text: '/start hasOwnProperty' }) }))
    await minh.hears(menu)
    expect(world.logged()).not.toContain('could not be handled')
  })
})

describe('words as no keyboard makes them', () => {
  const words: [string, string][] = [
    ['100 000 characters', 'Tôi kể. '.repeat(12_500)],
    ['halves of characters', 'báo tin \ud83d và \udc00'],
    ['zero-width signs between the letters', [...'báo tin'].join('\u200b')],
    ['right-to-left marks', '\u202eábo nit\u202c \u2067113\u2069'],
    ['nothing but marks nobody sees', '\u200b\u200d\u2060\ufeff'],
    ['thousands of accents on one letter', `a${'\u0301\u0323'.repeat(4000)}`],
    ['three thousand sentences', '\na'.repeat(3000)],
    ['three thousand turns', 'a then '.repeat(1500)],
  ]

  test.each(words)('%s are answered, soon', async (_, text) => {
    const id = next++
    const lan = somebody(id)
    await lan.hears(menu)
    const before = lan.heard().length
    const began = Date.now()
    expect(await post(JSON.stringify({ update_id: next++, message: message(id, { text }) }))).toBe(200)
    expect(Date.now() - began).toBeLessThan(3000)
    await until(() => lan.heard().length > before)
    expect(lan.buttons().length).toBeGreaterThan(0)
  })

  test('a sticker, a poll or a photo where a place is asked is told from one, and the question stands', async () => {
    const lan = somebody(420)
    await lan.hears(menu)
    await lan.writes('báo tin')
    await lan.presses(says.vi('chat.report.dangerNo'))
    await lan.hears(/Chuyện gì vậy/)
    await lan.writes('Kho giấu ma túy trong vựa lúa đầu kinh')
    await lan.hears(/thuộc loại/)
    await lan.presses(/^Ma túy$/)
    for (const question of ['unconscious', 'minors', 'marks'] as const) {
      await lan.hears(new RegExp(says.vi(`categories.drugs.questions.${question}`).slice(0, 20).replaceAll('?', '\\?')))
      await lan.presses(says.vi('chat.nav.skip'))
    }
    const where = new RegExp(says.vi('chat.report.where').slice(0, 15))
    await lan.hears(where)
    lan.person.sendsSticker()
    await lan.hears(new RegExp(says.vi('chat.repair.unsupported').slice(0, 20)))
    await lan.hears(where)
    await post(update({ message: message(420, { poll: { id: '1' } }) }))
    await lan.hears(where)
    lan.person.sharesLocation(10.386, 105.435)
    await lan.hears(/Long Xuyên/)
  })
})
