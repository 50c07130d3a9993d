// Sending and fetching on Zalo Bot, seen by the person.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileRef, Message } from '../../../src/channels/message.ts'
import type { SendError } from '../../../src/channels/send-error.ts'
import { zaloBotApi } from '../../../src/channels/zalo-bot/api.ts'
import { fetchFile } from '../../../src/channels/zalo-bot/fetch-file.ts'
import { startZaloBotStub } from '../../stubs/zalo-bot.ts'
import type { ZaloBotStub } from '../../stubs/zalo-bot.ts'
import type { Person } from '../../stubs/zalo-bot/person.ts'
import { lanId, startChannel, until } from './channel-under-test.ts'
import type { Running } from './channel-under-test.ts'

let zalo: ZaloBotStub
let running: Running
let lan: Person

beforeEach(async () => {
  zalo = await startZaloBotStub({ retryUnit: 5 })
  running = await startChannel(zalo)
  await until(() => zalo.webhook() !== undefined)
  lan = zalo.person(lanId)
  lan.writes('chào')
  await until(() => running.received.length === 1)
})
afterEach(async () => {
  await running.stop()
  await zalo.stop()
})

function send (message: Message, to = lanId): Promise<unknown> {
  return running.channel.send({ channel: 'zalo-bot', id: to }, message, 'once')
}

async function failed (doing: Promise<unknown>): Promise<SendError> {
  return await doing.then(() => { throw new Error('it went well') }, (error: SendError) => error)
}

test('Lan hears it, as plain text and nothing else', async () => {
  await send({ text: 'Bạn muốn làm gì?\n1. Báo tin', copy: 'Báo tin' })
  expect((await lan.hears(/làm gì/)).payload).toEqual({ chat_id: lanId, text: 'Bạn muốn làm gì?\n1. Báo tin' })
  expect(lan.numberOf('Báo tin')).toBe('1')
  expect(running.channel.health.trouble).toBeNull()
})

describe('when it fails', () => {
  test('an answer lost after accepting may have arrived, and it is sent once only', async () => {
    zalo.fails({ kind: 'lost' }, { method: 'sendMessage' })
    expect(await failed(send({ text: 'một' }))).toMatchObject({ name: 'SendError', failure: 'tryAgain', maybeArrived: true })
    expect(lan.heard).toHaveLength(1)
    expect(zalo.askedOf('sendMessage')).toHaveLength(1)
  })

  test.each([['a gateway', { kind: 'page', code: 502 }], ['rubbish', { kind: 'rubbish' }], ['a cut line', { kind: 'cut' }], ['a 500 of theirs', { kind: 'error', code: 500, description: 'x', status: 500 }]] as const)('%s is tried again later', async (_, failure) => {
    zalo.fails(failure, { method: 'sendMessage' })
    expect(await failed(send({ text: 'một' }))).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
    await send({ text: 'hai' })
    expect(lan.heard.map(({ text }) => text)).toEqual(['hai'])
  })

  test('she blocked us, or never wrote: she is not there', async () => {
    lan.blocks()
    expect(await failed(send({ text: 'một' }))).toMatchObject({ failure: 'left' })
    expect(await failed(send({ text: 'một' }, 'ffff'))).toMatchObject({ failure: 'left' })
  })

  test('a text Zalo does not take is not sent again and again', async () => {
    expect(await failed(send({ text: 'x'.repeat(2001) }))).toMatchObject({ failure: 'rejected' })
  })

  test('the month is used up: nobody tries before the time told, the operator reads why, and it heals', async () => {
    zalo.fails({ kind: 'error', code: 429, description: 'Quota exceeded', status: 429 }, { method: 'sendMessage', times: 2 })
    const waits = async (): Promise<number> => Math.round(((await failed(send({ text: 'một' }))).until?.getTime() ?? 0) / 1000 - Date.now() / 1000)
    expect([await waits(), await waits()]).toEqual([30, 60])
    expect(running.channel.health.trouble).toContain('3,000')
    await send({ text: 'hai' })
    expect(running.channel.health.trouble).toBeNull()
    zalo.fails({ kind: 'error', code: 429, description: 'Quota exceeded', retryAfter: 9 }, { method: 'sendMessage' })
    expect(await waits()).toBe(9)
  })

  test('a token reset in the middle is the operator’s matter', async () => {
    zalo.revoked = true
    const error = await failed(send({ text: 'một' }))
    expect(error).toMatchObject({ failure: 'notAllowed' })
    expect(running.channel.health.trouble).toContain('ZALO_BOT_TOKEN')
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(zalo.token)
  })

  test('a server that says nothing is given up after the time set, however slowly it drips', async () => {
    zalo.fails({ kind: 'slow', ms: 2000 }, { method: 'getMe' })
    const before = Date.now()
    const error = await zaloBotApi(zalo.base, zalo.token).call('getMe', {}, { within: 60 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'Unanswered', code: 'ETIMEDOUT' })
    expect(Date.now() - before).toBeLessThan(1000)
  })

  test('a closed door can not have let anything in', async () => {
    const closed = await startZaloBotStub()
    await closed.stop()
    const other = await startChannel(closed)
    expect(await failed(other.channel.send({ channel: 'zalo-bot', id: lanId }, { text: 'x' }, 'once'))).toMatchObject({ failure: 'tryAgain', maybeArrived: false, message: expect.stringContaining('ECONNREFUSED') })
    await other.stop()
  })
})

describe('files', () => {
  async function fileOf (act: () => void): Promise<FileRef> {
    const before = running.received.length
    act()
    await until(() => running.received.length > before)
    const content = running.received.at(-1)?.content
    const file = content?.kind === 'files' ? content.files[0] : undefined
    if (!file) throw new Error('no file')
    return file
  }

  test.each(['photo_url', 'photo'] as const)('a picture arrives whole, in whichever field its address is (%s)', async (field) => {
    zalo.ways.photo = field
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251)
    expect(await running.channel.fetchFile(await fileOf(() => lan.sendsPhoto(bytes)))).toEqual({ bytes })
  })

  test('a voice message arrives whole, and its server is not told our token', async () => {
    expect(await running.channel.fetchFile(await fileOf(() => lan.sendsVoice(new Uint8Array([1, 2]))))).toEqual({ bytes: new Uint8Array([1, 2]), mime: 'audio/aac' })
    expect(JSON.stringify(zalo.askedOf('download'))).not.toContain(zalo.token)
  })

  test('one larger than 20 MB is rejected', async () => {
    expect(await failed(running.channel.fetchFile(await fileOf(() => lan.sendsPhoto(new Uint8Array(21 * 1024 * 1024)))))).toMatchObject({ failure: 'rejected', message: expect.stringContaining('20 MB') })
  })

  test.each([[404, 'rejected'], [403, 'rejected'], [500, 'tryAgain'], [302, 'tryAgain']])('an address that answers %i is %s', async (code, failure) => {
    const file = await fileOf(() => lan.sendsPhoto(new Uint8Array([1])))
    zalo.fails({ kind: 'error', code, description: '' }, { method: 'download' })
    expect(await failed(running.channel.fetchFile(file))).toMatchObject({ failure })
  })

  test('one cut off is tried again', async () => {
    const file = await fileOf(() => lan.sendsPhoto(new Uint8Array(1000)))
    zalo.fails({ kind: 'cut' }, { method: 'download' })
    expect(await failed(running.channel.fetchFile(file))).toMatchObject({ failure: 'tryAgain' })
  })

  test.each([
    'http://photo.example/a.jpg', 'https://127.0.0.1/a.jpg', 'https://[::1]/a.jpg', 'https://10.0.0.1/', 'https://user:word@photo.example/a.jpg', 'https://photo.example:8443/a.jpg',
    'file:///etc/passwd', 'https://localhost/a.jpg', 'nowhere',
  ])('an address inside our own house is not asked: %s', async (ref) => {
    expect(await failed(fetchFile({ ref, kind: 'photo' }, { base: zalo.base }))).toMatchObject({ failure: 'rejected', message: 'A file lies at an address that is not asked.' })
  })
})
