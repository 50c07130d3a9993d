// Posting bulletins to a channel or group on Telegram, as its readers see it.
import { Writable } from 'node:stream'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Place, Post } from '../../../src/channels/place.ts'
import type { SendError } from '../../../src/channels/send-error.ts'
import { telegramPlace } from '../../../src/channels/telegram/post.ts'
import { hours } from '../../../src/clock.ts'
import { startTelegramStub, type TelegramStub } from '../../stubs/telegram.ts'
import type { Gathering } from '../../stubs/telegram/gathering.ts'
import type { Failure } from '../../stubs/telegram/platform.ts'
import { aPicture, aPost, closedDoor, longText, pictureBytes, refusalOf } from '../a-post.ts'

const now = new Date('2026-11-24T08:00:00Z')
const channelId = -1002000000001

let telegram: TelegramStub
let channel: Gathering
let place: Place
let paces: number
let logged: string[]

beforeEach(async () => {
  telegram = await startTelegramStub()
  channel = telegram.gathering({ id: channelId, name: 'conganangiang' })
  paces = 0
  logged = []
  place = at('@conganangiang')
})
afterEach(() => telegram.stop())

function at (chat: string, { apiRoot = telegram.apiRoot, within = 5 } = {}): Place {
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { logged.push(String(chunk)); done() } }))
  return telegramPlace({ token: telegram.token, apiRoot, chat, clock: () => now, log, pace: async () => { paces++ }, within })
}

async function refused (step: Promise<unknown>): Promise<SendError> {
  const error = await refusalOf(step, [telegram.token, telegram.token.split(':')[1] ?? '', String(channelId), 'conganangiang'])
  expect(logged.join('')).not.toContain(telegram.token)
  return error
}

const posted = async (post: Post = aPost(), where = place) => await where.publish(post, {})

describe('a bulletin', () => {
  test('stands in the channel with its headline in bold and a preview of its page on top, and says where it is', async () => {
    const step = await posted(aPost({ silent: true }))
    const { text, payload, messageId } = channel.lastHeard()
    expect(text).toBe(`${aPost().headline}\n\n${aPost().text}\n\n${aPost().link}`)
    expect(payload).toMatchObject({
      entities: [{ type: 'bold', offset: 0, length: aPost().headline.length }], disable_notification: true,
      link_preview_options: { url: aPost().link, show_above_text: true },
    })
    expect(payload).not.toHaveProperty('parse_mode')
    expect(step).toEqual({ state: 'posted', link: `https://t.me/conganangiang/${messageId}`, again: null, memory: { chat: channelId, message: messageId, kind: 'text', username: 'conganangiang', pinned: false } })
    expect(place).toMatchObject({ name: 'telegram:@conganangiang', health: { lastSuccess: now, trouble: null } })
  })

  test('comes with its picture where the words fit under it, and without where they do not', async () => {
    await posted(aPost({ picture: aPicture }))
    expect(channel.lastHeard()).toMatchObject({ text: expect.stringContaining('Hãy cúp máy'), file: pictureBytes, payload: { caption_entities: [{ type: 'bold' }] } })
    await posted(aPost({ picture: aPicture, text: longText(1500) }))
    expect(channel.lastHeard().file).toBeUndefined()
    expect(channel.lastHeard().text.length).toBeGreaterThan(1500)
  })

  test('too long for one message is cut, never split, and the link leads on', async () => {
    await posted(aPost({ text: longText(9000) }))
    expect(channel.heard).toHaveLength(1)
    expect(channel.lastHeard().text).toMatch(/… https:\/\/baotin\.example\/ban-tin\/K7M2-Q4$/)
    expect(channel.lastHeard().text.length).toBeLessThanOrEqual(4096)
  })

  test.each<[string, Partial<NonNullable<Post['picture']>>]>([
    ['too large', { bytes: new Uint8Array(10 * 1024 * 1024 + 1) }], ['of a kind Telegram would not show', { mime: 'image/svg+xml' }], ['empty', { bytes: new Uint8Array() }],
  ])('whose picture is %s comes without it', async (_, wrong) => {
    await posted(aPost({ picture: { ...aPicture, ...wrong } }))
    expect(channel.heard.map(({ text, file }) => [text.includes('Hãy cúp máy'), file])).toEqual([[true, undefined]])
  })

  test('is posted once, however often the same memory is offered', async () => {
    const { memory } = await posted()
    expect(await place.publish(aPost(), memory)).toMatchObject({ state: 'posted', memory })
    expect(channel.heard).toHaveLength(1)
  })

  test('is put on top when that is wanted; where it can not be, it is posted all the same', async () => {
    const { memory } = await posted(aPost({ pin: true, silent: true }))
    expect(channel.pinned()).toEqual([memory['message']])
    expect(telegram.askedOf('pinChatMessage')[0]?.payload).toMatchObject({ disable_notification: true })
    channel.forbids('pin')
    const second = await posted(aPost({ pin: true, text: 'Hai' }))
    expect(second).toMatchObject({ state: 'posted', memory: { pinned: false } })
    expect(channel.pinned()).toEqual([memory['message']])
    expect(logged.join('')).toContain('telegram post not pinned')
  })

  test('in a private channel has a link for its members, in an old small group none', async () => {
    telegram.gathering({ id: -1003000000009 })
    telegram.gathering({ id: -400, type: 'group' })
    const inChannel = await posted(aPost(), at('-1003000000009'))
    expect(inChannel.link).toBe(`https://t.me/c/3000000009/${String(inChannel.memory['message'])}`)
    expect((await posted(aPost(), at('-400'))).link).toBeNull()
  })

  test('takes its turn in the pace of the bot, for each call', async () => {
    const { memory } = await posted(aPost({ pin: true }))
    expect(paces).toBe(2)
    await place.edit(aPost({ text: 'Hai', pin: true }), memory)
    await place.remove(memory)
    expect(paces).toBe(4)
  })

  test('without its picture where the bot may not send pictures', async () => {
    channel.forbids('photo')
    await posted(aPost({ picture: aPicture }))
    expect(channel.heard.map(({ file }) => file)).toEqual([undefined])
  })

  test('follows a group that became a supergroup, and the next one goes there at once', async () => {
    const group = telegram.gathering({ id: -400, type: 'group' })
    const there = at('-400')
    const before = await posted(aPost(), there)
    const supergroup = group.becomes(-1004000000004)
    const after = await posted(aPost({ text: 'Hai' }), there)
    expect(after.memory['chat']).toBe(-1004000000004)
    expect(supergroup.heard.map(({ text }) => text)).toEqual([expect.stringContaining('Hai')])
    const asked = telegram.asked.length
    await posted(aPost({ text: 'Ba' }), there)
    expect(telegram.asked).toHaveLength(asked + 1)
    // A message of the new group may have the old one's number: it must not be touched.
    expect(await refused(there.edit(aPost({ text: 'Bốn' }), before.memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('became a supergroup') })
    expect(await refused(there.remove(before.memory))).toMatchObject({ failure: 'rejected' })
    expect(supergroup.heard).toHaveLength(2)
  })
})

describe('afterwards', () => {
  test('its words are changed, under a picture too, and saying the same again is fine', async () => {
    const text = await posted()
    const photo = await posted(aPost({ picture: aPicture }))
    for (const { memory } of [text, photo]) {
      expect(await place.edit(aPost({ headline: 'Đính chính', text: 'Đã bắt được kẻ lừa đảo.' }), memory)).toMatchObject({ state: 'posted', memory })
      expect(await place.edit(aPost({ headline: 'Đính chính', text: 'Đã bắt được kẻ lừa đảo.' }), memory)).toMatchObject({ state: 'posted' })
    }
    expect(channel.heard.map(({ text: shown }) => shown)).toEqual(Array.from({ length: 2 }, () => `Đính chính\n\nĐã bắt được kẻ lừa đảo.\n\n${aPost().link}`))
    await place.edit(aPost({ text: longText(3000) }), photo.memory)
    expect(channel.lastHeard().text.length).toBeLessThanOrEqual(1024)
    expect(channel.lastHeard().text).toMatch(/… https/)
  })

  test('it is let go from the top, or put there, with new words', async () => {
    const { memory } = await posted(aPost({ pin: true }))
    const { memory: loose } = await place.edit(aPost({ text: 'Hết hiệu lực.', pin: false }), memory)
    expect(channel.pinned()).toEqual([])
    await place.edit(aPost({ text: 'Lại có.', pin: true }), loose)
    expect(channel.pinned()).toEqual([memory['message']])
  })

  test('it is taken away, once or twice, and stays in the feed of nobody', async () => {
    const { memory } = await posted()
    expect(await place.remove(memory)).toMatchObject({ state: 'removed', link: null })
    expect(channel.heard).toEqual([])
    expect(await place.remove(memory)).toMatchObject({ state: 'removed' })
    expect(await refused(place.edit(aPost(), memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('not there any more') })
  })

  test('what is older than 48 hours can not be taken away, and somebody is told what to do instead', async () => {
    const { memory } = await posted()
    channel.ages(hours(49))
    expect(await refused(place.remove(memory))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('too old') })
    await place.edit(aPost({ text: 'Đã rút lại.' }), memory)
    expect(channel.lastHeard().text).toContain('Đã rút lại.')
  })

  test('what this program never posted it does not touch', async () => {
    expect(await refused(place.edit(aPost(), {}))).toMatchObject({ failure: 'rejected' })
    expect(await refused(place.remove({ chat: null }))).toMatchObject({ failure: 'rejected' })
    expect(telegram.asked).toEqual([])
  })
})

describe('when it does not go well', () => {
  const failures: [string, Failure, Partial<SendError>, Partial<SendError>?][] = [
    ['a flood waits as long as told', { kind: 'error', code: 429, description: 'Too Many Requests: retry after 37', parameters: { retry_after: 37 } }, { failure: 'waitUntil', until: new Date(now.getTime() + 37_000) }],
    ['a wrong token needs an operator', { kind: 'error', code: 401, description: 'Unauthorized' }, { failure: 'notAllowed', message: expect.stringContaining('TELEGRAM_BOT_TOKEN') }],
    ['an unknown address needs an operator', { kind: 'error', code: 404, description: 'Not Found' }, { failure: 'notAllowed' }],
    ['a bot that was thrown out needs an operator', { kind: 'error', code: 403, description: 'Forbidden: bot was kicked from the channel chat' }, { failure: 'notAllowed', message: expect.stringContaining('administrator') }],
    ['a channel that nobody knows needs an operator', { kind: 'error', code: 400, description: 'Bad Request: chat not found' }, { failure: 'notAllowed', message: expect.stringContaining('TELEGRAM_POST_CHATS') }],
    ['a right that was taken away needs an operator', { kind: 'error', code: 400, description: 'Bad Request: need administrator rights in the channel chat' }, { failure: 'notAllowed' }],
    ['words it never takes are the fault of the words', { kind: 'error', code: 400, description: 'Bad Request: message is too long' }, { failure: 'rejected' }],
    ['another program with the same bot is trouble for later', { kind: 'error', code: 409, description: 'Conflict: terminated by other getUpdates request' }, { failure: 'tryAgain', maybeArrived: false }],
    ['a restarting server may have posted it', { kind: 'error', code: 500, description: 'Internal Server Error: restart' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
    ["a gateway's page says nothing about it", { kind: 'page', code: 502 }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
    ['a connection cut may have carried it', { kind: 'cut' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
    ['an answer lost is a post that may stand there', { kind: 'lost' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
    ['no answer at all is the same', { kind: 'silent' }, { failure: 'tryAgain', maybeArrived: true }, { failure: 'tryAgain', maybeArrived: false }],
  ]

  test.each(failures)('%s', async (_, failure, posting, changing = posting) => {
    const { memory } = await posted()
    const hasty = at('@conganangiang', { within: 0.3 })
    telegram.fails(failure)
    expect(await refused(posted(aPost({ text: 'Hai' }), hasty))).toMatchObject(posting)
    // With a picture it goes by another way over the wire.
    telegram.fails(failure)
    expect(await refused(posted(aPost({ text: 'Ba', picture: aPicture }), hasty))).toMatchObject(posting)
    telegram.fails(failure)
    expect(await refused(hasty.edit(aPost({ text: 'Bốn' }), memory))).toMatchObject(changing)
    telegram.fails(failure)
    expect(await refused(hasty.remove(memory))).toMatchObject(changing)
    expect(telegram.armed()).toBe(0)
    expect(hasty.health.trouble === null).toBe(posting.failure !== 'notAllowed')
  })

  test('a post whose answer was lost stands there, and only an officer can know', async () => {
    telegram.fails({ kind: 'lost' })
    expect(await refused(posted())).toMatchObject({ maybeArrived: true })
    expect(channel.heard).toHaveLength(1)
  })

  test('an answer that is far too large for one is not read to its end', async () => {
    telegram.fails({ kind: 'huge', bytes: 2 * 1024 * 1024 })
    expect(await refused(posted(aPost({ picture: aPicture })))).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
  })

  test('an edit whose answer was lost is simply made again, and so is a removal', async () => {
    const { memory } = await posted()
    telegram.fails({ kind: 'lost' })
    await refused(place.edit(aPost({ text: 'Hai' }), memory))
    await place.edit(aPost({ text: 'Hai' }), memory)
    expect(channel.lastHeard().text).toContain('Hai')
    telegram.fails({ kind: 'lost' })
    await refused(place.remove(memory))
    expect(await place.remove(memory)).toMatchObject({ state: 'removed' })
  })

  test('a token that is revoked in between stops the rest, and works again when it is set right', async () => {
    const { memory } = await posted()
    telegram.revoked = true
    expect(await refused(place.edit(aPost({ text: 'Hai' }), memory))).toMatchObject({ failure: 'notAllowed' })
    expect(place.health.trouble).toContain('TELEGRAM_BOT_TOKEN')
    telegram.revoked = false
    await place.edit(aPost({ text: 'Hai' }), memory)
    expect(place.health.trouble).toBeNull()
  })

  test('behind a closed door nothing can have arrived', async () => {
    const away = at('@conganangiang', { apiRoot: await closedDoor(startTelegramStub) })
    expect(await refused(posted(aPost(), away))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
    expect(await refused(posted(aPost({ picture: aPicture }), away))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
  })

  test('a pin that gets no answer is no failure of the post', async () => {
    telegram.fails({ kind: 'silent' }, { method: 'pinChatMessage' })
    expect(await posted(aPost({ pin: true }), at('@conganangiang', { within: 0.3 }))).toMatchObject({ state: 'posted', memory: { pinned: false } })
  })
})
