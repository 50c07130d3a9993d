// What each update of Zalo Bot means to us. The bodies are those of zalo.md 7.3, with invented ids.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readUpdate } from '../../../src/channels/zalo-bot/read.ts'

const now = new Date('2026-11-24T03:00:00Z')
const payload = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`../../payloads/zalo-bot/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
const read = (name: string): ReturnType<typeof readUpdate> => readUpdate(payload(name), now)
const lan = { channel: 'zalo-bot', id: '6ede9afa66b88fe6d6a9' }
/** A text of Lan's with some fields changed. */
const changed = (fields: Record<string, unknown>): unknown => ({ event_name: 'message.text.received', message: { ...payload('text')['message'] as object, ...fields } })

test.each(['text', 'text-wrapped'])('a text is read, flat as it comes or wrapped as it is documented (%s)', (name) => {
  expect(read(name)).toEqual({
    kind: 'incoming',
    incoming: { address: lan, updateId: '2d758cb5e222177a4e35', at: new Date(1789033572455), content: { kind: 'text', text: 'Xin chào' } },
  })
})

test('an older body without chat type is a private chat when the chat is the person', () => {
  expect(read('older')).toMatchObject({ kind: 'incoming', incoming: { address: lan, content: { text: 'Chào' } } })
  expect(readUpdate(changed({ chat: { id: 'zgr-1' } }), now)).toEqual({ kind: 'group', chatId: 'zgr-1' })
})

test('a picture is a file to fetch, whichever field it comes in', () => {
  const files = [{ ref: 'https://photo-stal-1.zdn.vn/a/b.jpg', kind: 'photo' }]
  expect(read('image')).toMatchObject({ incoming: { content: { kind: 'files', files, caption: 'Biển số đây' } } })
  const documented = read('image-as-documented')
  expect(documented).toMatchObject({ incoming: { content: { kind: 'files', files } } })
  expect(JSON.stringify(documented)).not.toContain('caption')
})

test('a voice message is a file to fetch', () => {
  expect(read('voice')).toMatchObject({ incoming: { content: { kind: 'files', files: [{ ref: 'https://voice-1.zdn.vn/a/b.aac', kind: 'voice', mime: 'audio/aac' }] } } })
})

test.each([['sticker', 'sticker'], ['unsupported', 'unsupported']])('a %s is something we can not take, and is answered', (name, what) => {
  expect(read(name)).toMatchObject({ kind: 'incoming', incoming: { address: lan, content: { kind: 'unsupported', what } } })
})

test('a picture or voice without an address is told to be unreadable, not dropped', () => {
  expect(readUpdate({ ...payload('image'), message: { ...payload('text')['message'] as object, photo_url: 7 } }, now)).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'photo' } } })
  expect(readUpdate({ ...payload('voice'), message: { ...payload('text')['message'] as object, voice_url: 'nowhere' } }, now)).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'voice' } } })
})

test('a kind of message that does not exist yet is told to be unreadable', () => {
  expect(readUpdate({ ...payload('text'), event_name: 'message.video.received' }, now)).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'video' } } })
})

test('a link that somebody forwards is a text', () => {
  expect(read('link')).toMatchObject({ incoming: { content: { kind: 'text', text: 'https://lua-dao.example/ trúng thưởng' } } })
})

test('in a group only the group is looked at, not what was said', () => {
  expect(read('group')).toEqual({ kind: 'group', chatId: 'zgr-5f2a9c' })
})

test.each([
  ['unsupported-alone', 'unsupported, and no word of who sent it'], ['bot', 'from a bot'], ['reaction', 'a reaction'],
])('%s is ignored', (name, why) => {
  expect(read(name)).toEqual({ kind: 'ignored', why })
})

test('the name of the sender goes nowhere', () => {
  expect(JSON.stringify(['text', 'image', 'group', 'unsupported'].map(read))).not.toMatch(/Nguyen|display/)
})

test('text is composed, whole and without NUL', () => {
  expect(readUpdate(changed({ text: 'Ba\u0301o\u0000 tin \ud800' }), now)).toMatchObject({ incoming: { content: { text: 'Báo tin \ufffd' } } })
})

test.each([
  ['a time in seconds', 1789033572], ['a text', '1789033572455'], ['a time beyond all calendars', 9e15], ['nothing', undefined],
])('where the time is %s, it is now', (_, date) => {
  expect(readUpdate(changed({ date }), now)).toMatchObject({ incoming: { at: now } })
})

test.each([
  ['nothing', undefined], ['null', null], ['a list', []], ['a text', 'x'], ['an empty object', {}], ['a refusal', { ok: false, error_code: 408 }],
  ['a wrapper with nothing in it', { ok: true }], ['a name that is a list', { event_name: [], message: {} }],
  ['an event of another kind', { ...payload('text'), event_name: 'bot.renamed' }],
  ['no chat', changed({ chat: null })], ['a chat with a list for an id', changed({ chat: { id: ['x'], chat_type: 'PRIVATE' } })],
  ['an id no number can hold', changed({ chat: { id: 2 ** 60, chat_type: 'PRIVATE' } })], ['a message without an id', changed({ message_id: '' })],
  ['an id of a thousand letters', changed({ message_id: 'a'.repeat(1000) })],
])('%s is ignored and does no harm', (_, update) => {
  expect(readUpdate(update, now).kind).toBe('ignored')
})

test('a text too long to be one is told to be unreadable', () => {
  expect(readUpdate(changed({ text: 'a'.repeat(100_000) }), now)).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'text' } } })
})
