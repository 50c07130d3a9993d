// Sending and fetching on Telegram, seen by the person.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from '../../../src/channels/message.ts'
import type { SendError } from '../../../src/channels/send-error.ts'
import { startTelegramStub } from '../../stubs/telegram.ts'
import type { TelegramStub } from '../../stubs/telegram.ts'
import type { Person } from '../../stubs/telegram/person.ts'
import { startChannel, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let telegram: TelegramStub
let running: Running
let lan: Person

beforeEach(async () => {
  telegram = await startTelegramStub({ retryUnit: 5 })
  running = await startChannel(telegram)
  lan = telegram.person({ id: 5, languageCode: 'en' })
  lan.writes('/start')
  await until(() => running.received.length === 1)
})
afterEach(async () => {
  await running.stop()
  await telegram.stop()
})

function send (message: Message): Promise<unknown> {
  return running.channel.send({ channel: 'telegram', id: '5' }, message, 'once')
}

async function failed (sending: Promise<unknown>): Promise<SendError> {
  return await sending.then(() => { throw new Error('it went well') }, (error: SendError) => error)
}

test('Lan hears it and presses the button', async () => {
  await send({ text: 'Bạn muốn làm gì?', choices: [{ id: 'v1:report', label: 'Báo tin' }] })
  lan.presses('Báo tin')
  await until(() => running.received.length === 2)
  expect(running.received[1]?.content).toEqual({ kind: 'press', data: 'v1:report' })
  expect((await lan.hears(/làm gì/)).payload['link_preview_options']).toEqual({ is_disabled: true })
})

test('the location button speaks her language, and goes away with the next message', async () => {
  await send({ text: 'Ở đâu?', language: 'en', wants: 'location', choices: [{ id: 'no', label: 'Không biết' }] })
  expect(lan.keyboard()).toEqual(['📍 Send my location'])
  expect(lan.heard.map(({ text }) => text)).toEqual(['Ở đâu?', expect.stringContaining('press the button below')])
  lan.sharesLocation(10.4, 105.4)
  await send({ text: 'Đúng không?', choices: [{ id: 'y', label: 'Đúng' }] })
  expect(lan.keyboard()).toEqual([])
  expect(lan.heard.map(({ text }) => text).at(-1)).toBe('Đúng không?')
  expect(lan.heard).toHaveLength(3)
})

test('without choices of its own the next message takes the location button along', async () => {
  await send({ text: 'Ở đâu?', wants: 'location' })
  expect(lan.keyboard()).toHaveLength(1)
  await send({ text: 'Cảm ơn' })
  expect(lan.keyboard()).toEqual([])
  await send({ text: 'Còn gì nữa không?' })
  expect(lan.lastHeard().payload).not.toHaveProperty('reply_markup')
})

test('a location button that can not be shown does not send the question twice', async () => {
  telegram.fails({ kind: 'slow', ms: 1 }, { method: 'sendMessage' })
  telegram.fails({ kind: 'cut' }, { method: 'sendMessage' })
  await send({ text: 'Ở đâu?', wants: 'location', choices: [{ id: 'no', label: 'Không biết' }] })
  expect(telegram.askedOf('sendMessage').map(({ outcome }) => outcome)).toEqual(['ok', 'cut'])
  expect(lan.heard.map(({ text }) => text)).toEqual(['Ở đâu?'])
})

describe('when it fails', () => {
  test('an answer lost after accepting may have arrived, and is sent once only', async () => {
    telegram.fails({ kind: 'lost' }, { method: 'sendMessage' })
    expect(await failed(send({ text: 'một' }))).toMatchObject({ name: 'SendError', failure: 'tryAgain', maybeArrived: true })
    expect(lan.heard).toHaveLength(1)
  })

  test('she blocked us: she has left', async () => {
    lan.blocks()
    expect(await failed(send({ text: 'một' }))).toMatchObject({ failure: 'left' })
  })

  test('too many at once: nobody tries before the time told', async () => {
    telegram.fails({ kind: 'error', code: 429, description: 'Too Many Requests: retry after 9', parameters: { retry_after: 9 } }, { method: 'sendMessage' })
    const error = await failed(send({ text: 'một' }))
    expect(error.failure).toBe('waitUntil')
    expect(Math.abs((error.until?.getTime() ?? 0) - Date.now() - 9000)).toBeLessThan(500)
    expect(telegram.askedOf('sendMessage')).toHaveLength(1)
  })

  test('a token revoked in the middle is the operator’s matter', async () => {
    telegram.revoked = true
    expect(await failed(send({ text: 'một' }))).toMatchObject({ failure: 'notAllowed' })
    expect(running.channel.health.trouble).toContain('TELEGRAM_BOT_TOKEN')
  })
})

describe('files', () => {
  async function fileOf (act: () => void): Promise<Parameters<Running['channel']['fetchFile']>[0]> {
    const before = running.received.length
    act()
    await until(() => running.received.length > before)
    const content = running.received.at(-1)?.content
    const file = content?.kind === 'files' ? content.files[0] : undefined
    if (!file) throw new Error('no file')
    return file
  }

  test('a photo arrives whole, with what its sender called it', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251)
    const fetched = await running.channel.fetchFile(await fileOf(() => lan.sendsDocument(bytes, { name: 'ảnh.heic', mime: 'image/heif' })))
    expect(fetched).toEqual({ bytes, name: 'ảnh.heic', mime: 'image/heif' })
  })

  test('each of an album can be fetched', async () => {
    const before = running.received.length
    lan.sendsAlbum([new Uint8Array([1]), new Uint8Array([2])], 'Hai tấm')
    await until(() => running.received.length === before + 2)
    const files = running.received.slice(before).flatMap(({ content }) => content.kind === 'files' ? content.files : [])
    const bytes = await Promise.all(files.map(async (file) => [...(await running.channel.fetchFile(file)).bytes]))
    expect(bytes).toEqual([[1], [2]])
  })

  test('one larger than 20 MB is rejected, by its claim, by Telegram, or by what really comes', async () => {
    const claimed = await fileOf(() => lan.sendsDocument(new Uint8Array([1]), { size: 21 * 1024 * 1024 }))
    expect(await failed(running.channel.fetchFile(claimed))).toMatchObject({ failure: 'rejected' })
    const { size: _, ...unclaimed } = claimed
    expect(await failed(running.channel.fetchFile(unclaimed))).toMatchObject({ failure: 'rejected' })
    const lying = await fileOf(() => lan.sendsDocument(new Uint8Array(21 * 1024 * 1024), { size: 5 }))
    expect(await failed(running.channel.fetchFile(lying))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('20 MB') })
  })

  test('one that is gone is rejected, one cut off is tried again, and no error shows the token', async () => {
    expect(await failed(running.channel.fetchFile({ ref: 'nobody-has-this', kind: 'photo' }))).toMatchObject({ failure: 'rejected' })
    const file = await fileOf(() => lan.sendsVoice(new Uint8Array([1, 2, 3])))
    telegram.fails({ kind: 'cut' }, { method: 'download' })
    const error = await failed(running.channel.fetchFile(file))
    expect(error).toMatchObject({ failure: 'tryAgain' })
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(telegram.token)
  })
})
