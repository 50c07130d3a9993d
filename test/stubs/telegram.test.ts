// The pretended Telegram refuses what the platform refuses.
import { Api, GrammyError, InputFile } from 'grammy/web'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTelegramStub } from './telegram.ts'
import type { TelegramStub } from './telegram.ts'

let telegram: TelegramStub
let api: Api

beforeEach(async () => {
  telegram = await startTelegramStub({ retryUnit: 10 })
  api = new Api(telegram.token, { apiRoot: telegram.apiRoot, timeoutSeconds: 10 })
})
afterEach(() => telegram.stop())

async function refusal (call: Promise<unknown>): Promise<string> {
  const error = await call.then(() => undefined, (thrown: unknown) => thrown)
  if (!(error instanceof GrammyError)) throw new Error(`not refused: ${String(error)}`)
  return `${error.error_code} ${error.description}`
}

describe('sending', () => {
  test('refuses empty, too long, badly marked-up texts and buttons nobody could press', async () => {
    telegram.person({ id: 5 }).writes('/start')
    const button = (extra: object) => ({ reply_markup: { inline_keyboard: [[{ text: 'x', ...extra }]] } })
    expect(await refusal(api.sendMessage(5, ' '))).toMatch('message text is empty')
    expect(await refusal(api.sendMessage(5, 'x'.repeat(4097)))).toMatch('message is too long')
    expect(await refusal(api.sendMessage(5, 'a < b', { parse_mode: 'HTML' }))).toMatch("can't parse entities")
    expect(await refusal(api.sendMessage(5, '<b>a', { parse_mode: 'HTML' }))).toMatch("can't parse entities")
    expect(await refusal(api.sendMessage(5, 'x', button({ callback_data: 'ă'.repeat(33) }) as never))).toMatch('BUTTON_DATA_INVALID')
    expect(await refusal(api.sendMessage(5, 'x', button({ text: '', callback_data: 'a' }) as never))).toMatch('400')
    expect(await refusal(api.sendMessage(5, 'x', button({ url: 'tel:113' }) as never))).toMatch('Unsupported URL protocol')
    await api.sendMessage(5, `<code>${'&lt;'.repeat(4096)}</code>`, { parse_mode: 'HTML' })
  })

  test('refuses strangers, people who never started, who blocked, whose account is gone', async () => {
    const lan = telegram.person({ id: 5 })
    expect(await refusal(api.sendMessage(6, 'x'))).toBe('400 Bad Request: chat not found')
    expect(await refusal(api.sendMessage(5, 'x'))).toMatch("403 Forbidden: bot can't initiate")
    lan.writes('/start')
    lan.blocks()
    expect(await refusal(api.sendMessage(5, 'x'))).toMatch('403 Forbidden: bot was blocked')
  })

  test('a picture, an edit, a deletion are seen by the person', async () => {
    const lan = telegram.person({ id: 5 })
    lan.writes('/start')
    await api.sendPhoto(5, new InputFile(new Uint8Array([1, 2, 3]), 'qr.png'), { caption: 'Mã của bạn' })
    expect(lan.lastHeard()).toMatchObject({ text: 'Mã của bạn', file: new Uint8Array([1, 2, 3]) })
    expect(await refusal(api.sendPhoto(5, new InputFile(new Uint8Array([1]), 'a.png'), { caption: 'x'.repeat(1025) }))).toMatch('caption is too long')
    const { message_id: id } = await api.sendMessage(5, 'một')
    await api.editMessageText(5, id, 'hai')
    expect(lan.lastHeard().text).toBe('hai')
    expect(await refusal(api.editMessageText(5, id, 'hai'))).toMatch('message is not modified')
    await api.deleteMessage(5, id)
    expect(lan.heard).toHaveLength(1)
    expect(await refusal(api.deleteMessage(5, id))).toMatch('message to delete not found')
  })
})

describe('a channel', () => {
  const id = -1002000000001

  test('is reached by its name or id, and shows what is posted, pinned, changed and deleted', async () => {
    const channel = telegram.gathering({ id, name: 'conganangiang' })
    const { message_id: first, chat } = await api.sendMessage('@CongAnAnGiang', 'một', { entities: [{ type: 'bold', offset: 0, length: 3 }] })
    expect(chat).toMatchObject({ id, type: 'channel', username: 'conganangiang' })
    const { message_id: second } = await api.sendPhoto(id, new InputFile(new Uint8Array([1]), 'a.png'), { caption: 'hai', allow_paid_broadcast: true })
    expect(channel.heard.map(({ text, paid }) => [text, paid])).toEqual([['một', false], ['hai', true]])
    await api.pinChatMessage(id, first)
    expect(channel.pinned()).toEqual([first])
    expect(await refusal(api.editMessageText(id, second, 'ba'))).toMatch('there is no text in the message to edit')
    expect(await refusal(api.editMessageCaption(id, first, { caption: 'ba' }))).toMatch('there is no caption in the message to edit')
    await api.editMessageCaption(id, second, { caption: 'ba' })
    expect(await refusal(api.editMessageCaption(id, second, { caption: 'ba' }))).toMatch('message is not modified')
    await api.unpinChatMessage(id, first)
    await api.deleteMessage(id, first)
    expect([channel.heard.map(({ text }) => text), channel.pinned()]).toEqual([['ba'], []])
    channel.ages(48 * 3_600_000 + 1)
    expect(await refusal(api.deleteMessage(id, second))).toMatch("message can't be deleted")
    expect(await refusal(api.sendMessage(id, 'x', { entities: [{ type: 'bold', offset: 0, length: 2 }] }))).toMatch('ends after the end of the text')
  })

  test('fetches a picture from its address, if there is one', async () => {
    const server = createServer((request, response) => { response.writeHead(request.url === '/a.png' ? 200 : 404).end('abc') })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const channel = telegram.gathering({ id })
    await api.sendPhoto(id, `${at}/a.png`)
    expect(channel.lastHeard().file).toEqual(new Uint8Array(Buffer.from('abc')))
    expect(await refusal(api.sendPhoto(id, `${at}/b.png`))).toMatch('failed to get HTTP URL content')
    server.closeAllConnections()
    server.close()
  })

  test('refuses a bot that was thrown out, or may not do that, and tells where a group went', async () => {
    const channel = telegram.gathering({ id })
    channel.forbids('post')
    expect(await refusal(api.sendMessage(id, 'x'))).toBe('400 Bad Request: need administrator rights in the channel chat')
    channel.throwsOut()
    expect(await refusal(api.sendMessage(id, 'x'))).toBe('403 Forbidden: bot was kicked from the channel chat')
    const group = telegram.gathering({ id: -400, type: 'group' })
    group.forbids('photo', 'pin')
    expect(await refusal(api.sendPhoto(-400, new InputFile(new Uint8Array([1]), 'a.png')))).toMatch('not enough rights to send photos')
    const { message_id: message } = await api.sendMessage(-400, 'x')
    expect(await refusal(api.pinChatMessage(-400, message))).toMatch('not enough rights to manage pinned messages')
    group.becomes(-1002000000002)
    const error = await api.sendMessage(-400, 'x').catch((thrown: unknown) => thrown)
    expect((error as GrammyError).parameters.migrate_to_chat_id).toBe(-1002000000002)
    await api.sendMessage(-1002000000002, 'x')
  })
})

describe('polling', () => {
  test('waits for something to happen, and repeats it until it is confirmed', async () => {
    const lan = telegram.person({ id: 5 })
    const waiting = api.getUpdates({ timeout: 5 })
    setTimeout(() => lan.writes('a'), 30)
    const [first] = await waiting
    expect(first?.message?.text).toBe('a')
    expect(await api.getUpdates({ timeout: 0 })).toHaveLength(1)
    expect(await api.getUpdates({ offset: (first?.update_id ?? 0) + 1, timeout: 0 })).toEqual([])
    expect(telegram.waiting()).toBe(0)
  })

  test('ends for the first when a second asks, and for all while a webhook is set', async () => {
    const first = refusal(api.getUpdates({ timeout: 5 }))
    while (telegram.askedOf('getUpdates').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await api.getUpdates({ timeout: 0 })
    expect(await first).toMatch('409 Conflict: terminated by other getUpdates request')
    await api.setWebhook('http://127.0.0.1:9/')
    expect(await refusal(api.getUpdates())).toMatch('409')
    await api.deleteWebhook()
    expect(await api.getUpdates({ timeout: 0 })).toEqual([])
  })
})

describe('a webhook', () => {
  test('gets each update with the secret, again until it says yes, in order for one chat while presses overtake', async () => {
    const got: string[] = []
    const refusals = [500, 500]
    const server = createServer((request, response) => {
      const chunks: Uint8Array[] = []
      request.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('end', () => {
        const update = JSON.parse(Buffer.concat(chunks).toString()) as { message?: { text: string }, callback_query?: { data: string } }
        const code = update.message?.text === 'một' ? refusals.shift() ?? 200 : 200
        got.push(`${update.message?.text ?? update.callback_query?.data} ${code} ${String(request.headers['x-telegram-bot-api-secret-token'])}`)
        response.writeHead(code).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await api.setWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { secret_token: 'abc' })
    const lan = telegram.person({ id: 5 })
    lan.writes('một')
    lan.writes('hai')
    lan.pressesOld('nút')
    while (telegram.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(got.filter((line) => !line.startsWith('nút'))).toEqual(['một 500 abc', 'một 500 abc', 'một 200 abc', 'hai 200 abc'])
    expect(got.indexOf('nút 200 abc')).toBeLessThan(2)
    server.closeAllConnections()
    server.close()
  })
})

describe('files and menus', () => {
  test('a file up to 20 MB can be fetched, a larger one not', async () => {
    const lan = telegram.person({ id: 5 })
    lan.sendsDocument(new Uint8Array([7, 8]), { name: 'a.bin' })
    lan.sendsDocument(new Uint8Array([7]), { size: 21 * 1024 * 1024 })
    const updates = await api.getUpdates({ timeout: 0 })
    const [small, large] = updates.map((update) => update.message?.document?.file_id ?? '')
    const { file_path: path } = await api.getFile(small ?? '')
    const response = await fetch(`${telegram.apiRoot}/file/bot${telegram.token}/${path}`)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([7, 8]))
    expect(await refusal(api.getFile(large ?? ''))).toBe('400 Bad Request: file is too big')
  })

  test('commands are kept by language and scope, and odd names refused', async () => {
    const scope = { type: 'all_private_chats' } as const
    await api.setMyCommands([{ command: 'report', description: 'Báo tin' }], { scope, language_code: 'vi' })
    expect(await api.getMyCommands({ scope, language_code: 'vi' })).toEqual([{ command: 'report', description: 'Báo tin' }])
    expect(await api.getMyCommands()).toEqual([])
    expect(await refusal(api.setMyCommands([{ command: 'follow-up', description: 'x' }]))).toMatch('BOT_COMMAND_INVALID')
  })

  test('a press is answered once it was made, and not when it never was', async () => {
    telegram.person({ id: 5 }).pressesOld('x')
    const [update] = await api.getUpdates({ timeout: 0 })
    await api.answerCallbackQuery(update?.callback_query?.id ?? '')
    expect(telegram.answeredPresses).toEqual([update?.callback_query?.id])
    expect(await refusal(api.answerCallbackQuery('1'))).toMatch('query is too old')
  })
})
