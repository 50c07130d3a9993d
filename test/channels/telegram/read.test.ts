// Reading Telegram's updates: bodies as the Bot API sends them, and bodies nobody should send.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../../src/channels/message.ts'
import { readUpdate } from '../../../src/channels/telegram/read.ts'
import type { Read } from '../../../src/channels/telegram/read.ts'

const now = new Date('2026-11-24T08:00:00Z')
const me = { id: 7000000001, username: 'TinBaoTestBot' }

function recorded (name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../payloads/telegram/${name}.json`, import.meta.url), 'utf8'))
}

function read (name: string): Read {
  return readUpdate(recorded(name), { now, me })
}

function content (name: string): Content {
  const found = read(name)
  if (found.kind !== 'incoming') throw new Error(`${name} was ${found.kind}`)
  return found.incoming.content
}

describe('what a person does becomes one word of ours', () => {
  test('Lan writes, and we know where, when and in which language', () => {
    expect(read('text')).toEqual({
      kind: 'incoming',
      incoming: {
        address: { channel: 'telegram', id: '5000000021' },
        updateId: '870000101',
        at: new Date(1795500000 * 1000),
        language: 'vi',
        content: { kind: 'text', text: 'Có xe máy đua trên cầu Nguyễn Thái Học' },
      },
    })
  })

  test.each<[string, string, Content]>([
    ['she opens a link with a payload', 'start-link', { kind: 'start', payload: 'tip_c-Long-Xuyen' }],
    ['she taps a command of the menu', 'command', { kind: 'text', text: '/report' }],
    ['she shares where she is', 'location', { kind: 'location', lat: 10.386394, lng: 105.435181 }],
    ['she picks a place from the map', 'venue', { kind: 'location', lat: 10.0119, lng: 105.0809 }],
    ['she sends a photo: the largest size counts', 'photo', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIx', kind: 'photo', size: 98211 }], caption: 'Biển số xe đây' }],
    ['she sends an album: its first photo has the caption', 'album-first', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIa1', kind: 'photo', size: 900 }], caption: 'Ba tấm hình' }],
    ['the album goes on', 'album-second', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIa2', kind: 'photo', size: 900 }] }],
    ['she sends a video', 'video', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIv', kind: 'video', name: 'IMG_0042.MOV', mime: 'video/quicktime', size: 1988211 }] }],
    ['she sends a round video', 'video-note', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIvn', kind: 'video', size: 310022 }] }],
    ['she speaks', 'voice', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIvo', kind: 'voice', mime: 'audio/ogg', size: 21002 }] }],
    ['she sends a recording', 'audio', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIau', kind: 'voice', name: 'ghi âm.m4a', mime: 'audio/mp4', size: 771002 }] }],
    ['she sends a moving picture, which is also a document', 'animation', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIan', kind: 'video', name: 'giphy.mp4', mime: 'video/mp4', size: 91234 }] }],
    ['she sends an original photo as a file', 'document', { kind: 'files', files: [{ ref: 'AgACAgUAAxkBAAIdoc', kind: 'document', name: 'IMG_0001.HEIC', mime: 'image/heif', size: 2988211 }] }],
    ['a sticker', 'sticker', { kind: 'unsupported', what: 'sticker' }],
    ['a contact card', 'contact', { kind: 'unsupported', what: 'contact' }],
    ['a poll', 'poll', { kind: 'unsupported', what: 'poll' }],
    ['she corrects what she wrote', 'edited', { kind: 'edit', text: 'Có ba xe máy đua trên cầu' }],
    ['she stops the bot', 'blocked', { kind: 'left' }],
    ['she comes back', 'unblocked', { kind: 'returned' }],
  ])('%s', (_, name, expected) => {
    expect(content(name)).toEqual(expected)
  })

  test('a press is answered by its own id and happens now, since Telegram gives it no time', () => {
    expect(read('press')).toMatchObject({ kind: 'incoming', callbackQueryId: '21474836480000021', incoming: { at: now, content: { kind: 'press', data: 'report-tip' } } })
  })

  test('a press under a message too old to be shown still counts', () => {
    expect(read('press-old')).toMatchObject({ kind: 'incoming', callbackQueryId: '21474836480000022', incoming: { address: { id: '5000000021' }, content: { kind: 'press', data: 'report-tip' } } })
  })

  test('a correction carries the time of the correction', () => {
    expect(read('edited')).toMatchObject({ incoming: { at: new Date(1795500030 * 1000) } })
  })
})

describe('what is not for us', () => {
  test.each(['live-location-moved', 'group-talk', 'group-other-bot', 'channel-post', 'pinned'])('%s is ignored', (name) => {
    expect(read(name).kind).toBe('ignored')
  })

  test.each(['group-command', 'group-mention', 'group-reply'])('%s is heard in the group, and no tip is taken there', (name) => {
    expect(read(name)).toEqual({ kind: 'group', chatId: '-1001987654321', language: 'vi' })
  })

  test('a press in a group is ignored but its button does not spin for ever', () => {
    const update = { update_id: 1, callback_query: { id: '77', from: { id: 5 }, message: { chat: { id: -100, type: 'group' }, date: 0, message_id: 1 }, data: 'x' } }
    expect(readUpdate(update, { now })).toMatchObject({ kind: 'ignored', callbackQueryId: '77' })
  })
})

describe('words are cleaned', () => {
  function says (text: unknown): Read {
    return readUpdate({ update_id: 1, message: { message_id: 1, date: 1795500000, chat: { id: 5, type: 'private' }, from: { id: 5, is_bot: false }, text } }, { now })
  }

  test('NUL is taken out, letters are composed, broken halves are mended', () => {
    expect(says('Tố giác\0 \ud83d')).toMatchObject({ incoming: { content: { text: 'Tố giác \ufffd' } } })
  })

  test('a payload that is no payload is a plain start', () => {
    expect(says("/start ';drop table")).toMatchObject({ incoming: { content: { kind: 'start' } } })
    expect(says("/start ';drop table")).not.toHaveProperty('incoming.content.payload')
  })

  test('a word that only begins like a command is a text', () => {
    expect(says('/started')).toMatchObject({ incoming: { content: { kind: 'text', text: '/started' } } })
  })

  test.each<[string, unknown]>([['a number', 5], ['an object', { toString: 1 }], ['an array', ['x']], ['endless', 'x'.repeat(20_000)]])('%s as text is something we cannot take, and is told so', (_, text) => {
    expect(says(text)).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'text' } } })
  })
})

describe('bodies nobody should send', () => {
  test.each<[string, unknown]>([
    ['nothing', null], ['a text', 'update'], ['a list', [1]], ['no id', { message: {} }], ['an id in letters', { update_id: '5', message: {} }],
    ['a broken id', { update_id: 1.5 }], ['an endless id', { update_id: 1e300 }], ['a list as message', { update_id: 1, message: [] }],
    ['a chat id in letters', { update_id: 1, message: { date: 1, chat: { id: '5', type: 'private' }, text: 'x' } }],
    ['a place off the earth', { update_id: 1, message: { date: 1, chat: { id: 5, type: 'private' }, location: { latitude: 91, longitude: 0 } } }],
    ['a place that is no number', { update_id: 1, message: { date: 1, chat: { id: 5, type: 'private' }, location: { latitude: null, longitude: {} } } }],
    ['a time beyond all calendars', { update_id: 1, message: { date: 1e15, chat: { id: 5, type: 'private' }, text: 'x' } }],
    ['too long a press', { update_id: 1, callback_query: { id: '1', from: { id: 5 }, message: { chat: { id: 5, type: 'private' } }, data: 'ă'.repeat(33) } }],
  ])('%s is ignored', (_, update) => {
    expect(readUpdate(update, { now, me }).kind).toBe('ignored')
  })

  test('a file without a usable id is something we cannot take, not a file', () => {
    const update = { update_id: 1, message: { date: 1, chat: { id: 5, type: 'private' }, document: { file_id: 7 } } }
    expect(readUpdate(update, { now })).toMatchObject({ incoming: { content: { kind: 'unsupported', what: 'document' } } })
  })

  test('whatever is put in place of any part, reading never throws and never lets a wrong type through', () => {
    const names = ['text', 'photo', 'press', 'location', 'blocked', 'edited', 'document', 'group-command']
    fc.assert(fc.property(fc.constantFrom(...names), fc.nat(60), fc.jsonValue(), (name, at, junk) => {
      const body = recorded(name)
      replaceNth(body, at, junk)
      const found = readUpdate(body, { now, me })
      if (found.kind === 'incoming') {
        expect(found.incoming.address.id).toMatch(/^-?\d+$/)
        expect(found.incoming.updateId).toMatch(/^\d+$/)
        expect(Number.isFinite(found.incoming.at.getTime())).toBe(true)
        expect(found.incoming.content).toHaveProperty('kind', expect.any(String))
      }
    }), { numRuns: 300 })
  })
})

/** Puts `junk` in place of the nth value of a body, counted through. */
function replaceNth (body: unknown, n: number, junk: unknown): void {
  const places: [Record<string, unknown>, string][] = []
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      const holder = value as Record<string, unknown>
      places.push([holder, key])
      collect(holder[key])
    }
  }
  collect(body)
  const place = places[n % places.length]
  if (place) place[0][place[1]] = junk
}
