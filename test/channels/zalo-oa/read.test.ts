// Reading Zalo's events: bodies as they are documented or were seen, and bodies nobody should send.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../../src/channels/message.ts'
import { parseBigJson } from '../../../src/channels/zalo-oa/big-json.ts'
import { readEvent as readEventOf, type Read } from '../../../src/channels/zalo-oa/read.ts'

const now = new Date('2026-11-24T08:00:00Z')
const readEvent = (event: unknown, at: Date): Read => readEventOf(event, at, '3886132808788086450')

function recorded (name: string): Record<string, unknown> {
  return parseBigJson(readFileSync(new URL(`../../payloads/zalo-oa/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
}

function contents (name: string): Content[] {
  const read = readEvent(recorded(name), now)
  if (read.kind !== 'incoming') throw new Error(`${name} was ${read.kind}`)
  return read.contents
}

describe('what a person does becomes one word of ours', () => {
  test('Lan writes, and we know who and when', () => {
    expect(readEvent(recorded('text'), now)).toEqual({
      kind: 'incoming', userId: '2468013579246801357', eventId: 'user_send_text 96d3cdf3af150460909a', at: new Date(1735689600000), contents: [{ kind: 'text', text: 'Xin chào' }],
    } satisfies Read)
  })

  test.each<[string, string, Content]>([
    ['she answers to a message', 'text-reply', { kind: 'text', text: 'Đúng rồi' }],
    ['she presses a button, which comes as a text', 'press', { kind: 'text', text: '#tb:a:3:danger:no' }],
    ['she sends a photo with words', 'image', { kind: 'files', files: [{ ref: 'https://photo-stal-1.zdn.vn/a.jpg', kind: 'photo' }], caption: 'Biển số xe đây' }],
    ['she sends a moving picture', 'gif', { kind: 'files', files: [{ ref: 'https://photo-stal-1.zdn.vn/a.gif', kind: 'photo' }] }],
    ['she speaks', 'audio', { kind: 'files', files: [{ ref: 'https://voice-aac-dl.zdn.vn/1.amr', kind: 'voice' }] }],
    ['she sends a video', 'video', { kind: 'files', files: [{ ref: 'https://v.zdn.vn/1.mp4', kind: 'video' }] }],
    ['she sends a document', 'file', { kind: 'files', files: [{ ref: 'https://f.zdn.vn/1', kind: 'document', name: 'hop-dong.pdf', size: 102400 }] }],
    ['she shares where she is, in texts', 'location', { kind: 'location', lat: 10.386394, lng: 105.435181 }],
    ['she sends a link', 'link', { kind: 'text', text: 'https://example.vn/lua-dao' }],
    ['a sticker', 'sticker', { kind: 'unsupported', what: 'sticker' }],
    ['a contact card', 'business-card', { kind: 'unsupported', what: 'business_card' }],
    ['a form with her name, which is not kept', 'submit-info', { kind: 'unsupported', what: 'info' }],
    ['she unfollows', 'unfollow', { kind: 'left' }],
    ['a visitor of the widget writes', 'anonymous-text', { kind: 'text', text: 'Xin hỏi' }],
  ])('%s', (_, name, expected) => {
    expect(contents(name)).toEqual([expected])
  })

  test('following and opening the chat greet her, once a day and not twice', () => {
    const [follow, click] = [readEvent(recorded('follow'), now), readEvent(recorded('click-chatnow'), now)]
    expect(follow).toMatchObject({ contents: [{ kind: 'returned' }, { kind: 'text', text: 'xin chào' }] })
    expect(click).toMatchObject({ eventId: follow.kind === 'incoming' ? follow.eventId : '' })
    const later = readEvent({ ...recorded('follow'), timestamp: String(1735689600000 + 86_400_000) }, now)
    expect(later).not.toMatchObject({ eventId: follow.kind === 'incoming' ? follow.eventId : '' })
  })

  test('she withdraws her consent', () => {
    expect(readEvent(recorded('withdraw'), now)).toEqual({ kind: 'withdrawn', userId: '2468013579246801357' })
  })

  test('a visitor of the widget is somebody else than a user with the same number', () => {
    expect(readEvent(recorded('anonymous-text'), now)).toMatchObject({ userId: 'anonymous:1ffedc467f179649cf06:fa8f3f8701c2e89cb1d3' })
  })
})

test.each(['echo', 'received', 'seen', 'reacted', 'group', 'tag'])('%s is nothing anybody said to us', name => {
  expect(readEvent(recorded(name), now).kind).toBe('ignored')
})

test('what people do with another account of the same app is not ours', () => {
  for (const name of ['text', 'follow', 'withdraw', 'click-chatnow']) expect(readEventOf(recorded(name), now, '999')).toEqual({ kind: 'ignored', why: 'another account' })
})

test('an id that comes as a number above 2^53 is not mangled', () => {
  const body = '{"event_name":"user_send_text","sender":{"id":2468013579246801357},"message":{"text":"\\"9999999999999999999\\" 1.5","msg_id":"a"},"timestamp":1735689600000,"big":12345678901234567890.5}'
  expect(readEvent(parseBigJson(body), now)).toMatchObject({ userId: '2468013579246801357', at: new Date(1735689600000), contents: [{ text: '"9999999999999999999" 1.5' }] })
})

test('an event without a message id is known by its name, its time and its person', () => {
  const { message: _, ...rest } = recorded('text')
  const first = readEvent({ ...rest, message: { text: 'x' } }, now)
  expect(first).toMatchObject({ eventId: 'user_send_text 2468013579246801357 1735689600000' })
})

test('a time far in the future, or none, is now', () => {
  for (const timestamp of ['99999999999999', 'soon', undefined, null, -5, {}]) expect(readEvent({ ...recorded('text'), timestamp }, now)).toMatchObject({ at: now })
})

test('decomposed letters, NUL, half characters and 100 000 letters are taken as text', () => {
  const said = (text: string): Content | undefined => {
    const read = readEvent({ ...recorded('text'), message: { text, msg_id: '1' } }, now)
    return read.kind === 'incoming' ? read.contents[0] : undefined
  }
  expect(said('to\u0302i\u0000 \ud800')).toEqual({ kind: 'text', text: 'tôi \ufffd' })
  expect(said('x'.repeat(100_000))).toEqual({ kind: 'text', text: 'x'.repeat(16_000) })
  expect(said('')).toEqual({ kind: 'text', text: '' })
})

test('places that are none, and files from nowhere, are said to be unusable', () => {
  const of = (name: string, payload: unknown): Content | undefined => {
    const read = readEvent({ ...recorded('text'), event_name: name, message: { msg_id: '1', attachments: [{ payload }] } }, now)
    return read.kind === 'incoming' ? read.contents[0] : undefined
  }
  for (const coordinates of [{ latitude: '91', longitude: '1' }, { latitude: 'NaN', longitude: '1' }, { latitude: '', longitude: '' }, null, { latitude: [], longitude: {} }]) {
    expect(of('user_send_location', { coordinates })).toEqual({ kind: 'unsupported', what: 'location' })
  }
  for (const url of ['file:///etc/passwd', 'javascript:1', '', 5, null, `https://x/${'y'.repeat(5000)}`]) expect(of('user_send_image', { url })?.kind).toBe('unsupported')
})

test('no body whatever makes it throw, and no other person can be forged into an id', () => {
  const names = ['user_send_text', 'user_send_image', 'user_send_location', 'follow', 'user_withdraw', 'anonymous_send_text', 'user_send_', 'oa_send_text', '__proto__']
  fc.assert(fc.property(fc.constantFrom(...names), fc.dictionary(fc.constantFrom('sender', 'message', 'follower', 'user_id', 'timestamp', 'x'), fc.anything({ maxDepth: 4 })), (event_name, body) => {
    const read = readEvent({ ...body, event_name }, now)
    if (read.kind === 'incoming') expect(read.userId).toMatch(/^(anonymous:[\w-]+:)?[\w-]+$/)
  }), { numRuns: 500 })
  for (const body of [undefined, null, [], 'x', 5, { event_name: 5 }, {}]) expect(readEvent(body, now).kind).toBe('ignored')
})
