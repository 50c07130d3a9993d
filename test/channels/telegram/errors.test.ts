// Telegram's failures, met on the wire, in our words.
import { Api } from 'grammy/web'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { SendError } from '../../../src/channels/send-error.ts'
import { toSendError } from '../../../src/channels/telegram/errors.ts'
import { startTelegramStub } from '../../stubs/telegram.ts'
import type { TelegramStub } from '../../stubs/telegram.ts'
import type { Failure } from '../../stubs/telegram/platform.ts'

const now = new Date('2026-11-24T08:00:00Z')
const secretText = 'Nhà số 7 bán ma túy'
let telegram: TelegramStub
let api: Api

beforeAll(async () => {
  telegram = await startTelegramStub()
  api = new Api(telegram.token, { apiRoot: telegram.apiRoot, timeoutSeconds: 0.3 })
  telegram.person({ id: 5 }).writes('/start')
})
afterAll(() => telegram.stop())
afterEach(() => {
  telegram.recovers()
  telegram.revoked = false
})

async function failed (call: () => Promise<unknown> = () => api.sendMessage(5, secretText)): Promise<SendError> {
  const error = await call().then(() => undefined, (thrown: unknown) => toSendError(thrown, now))
  if (!error) throw new Error('the call went well')
  for (const secret of [telegram.token, secretText, '127.0.0.1', 'http']) expect(`${error.message} ${error.stack?.split('\n')[0]}`).not.toContain(secret)
  return error
}

test.each<[string, Failure, Partial<SendError>]>([
  ['a flood waits as long as told, for the whole bot', { kind: 'error', code: 429, description: 'Too Many Requests: retry after 37', parameters: { retry_after: 37 } }, { failure: 'waitUntil', until: new Date(now.getTime() + 37_000), onlyThisChat: false }],
  ['someone who blocked us has left', { kind: 'error', code: 403, description: 'Forbidden: bot was blocked by the user' }, { failure: 'left' }],
  ['a chat that moved is gone', { kind: 'error', code: 400, description: 'Bad Request: group chat was upgraded to a supergroup chat', parameters: { migrate_to_chat_id: -1005 } }, { failure: 'left' }],
  ['a restarting server may have sent it', { kind: 'error', code: 500, description: 'Internal Server Error: restart' }, { failure: 'tryAgain', maybeArrived: true }],
  ["a gateway's page says nothing about it", { kind: 'page', code: 502 }, { failure: 'tryAgain', maybeArrived: true }],
  ['a connection cut may have carried it', { kind: 'cut' }, { failure: 'tryAgain', maybeArrived: true }],
  ['an answer lost after accepting looks the same', { kind: 'lost' }, { failure: 'tryAgain', maybeArrived: true }],
  ['no answer in time may have carried it', { kind: 'slow', ms: 600 }, { failure: 'tryAgain', maybeArrived: true }],
  ['a right withdrawn needs an operator', { kind: 'error', code: 400, description: 'Bad Request: not enough rights to send text messages to the chat' }, { failure: 'notAllowed' }],
  ['content it will never take is the fault of the content', { kind: 'error', code: 400, description: `Bad Request: can't parse entities: ${secretText}` }, { failure: 'rejected' }],
  ['a second reader is trouble for later', { kind: 'error', code: 409, description: 'Conflict: terminated by other getUpdates request' }, { failure: 'tryAgain', maybeArrived: false }],
])('%s', async (_, failure, expected) => {
  telegram.fails(failure, { method: 'sendMessage' })
  expect(await failed()).toMatchObject(expected)
})

test('a chat nobody knows has left', async () => {
  expect(await failed(() => api.sendMessage(6, 'x'))).toMatchObject({ failure: 'left' })
})

test('a person who closed the account has left', async () => {
  telegram.person({ id: 8 }).writes('/start')
  telegram.deactivates(8)
  expect(await failed(() => api.sendMessage(8, 'x'))).toMatchObject({ failure: 'left' })
})

test('too long a text is rejected', async () => {
  expect(await failed(() => api.sendMessage(5, 'x'.repeat(4097)))).toMatchObject({ failure: 'rejected' })
})

test('a revoked token needs an operator, who is told what to do', async () => {
  telegram.revoked = true
  const error = await failed()
  expect(error.failure).toBe('notAllowed')
  expect(error.message).toContain('TELEGRAM_BOT_TOKEN')
})

test.each([['a closed door', 'http://127.0.0.1:9'], ['a name nobody has', 'http://telegram.invalid']])('%s can not have taken it', async (_, apiRoot) => {
  const away = new Api(telegram.token, { apiRoot: apiRoot === 'http://127.0.0.1:9' ? await closedDoor() : apiRoot, timeoutSeconds: 5 })
  expect(await failed(() => away.sendMessage(5, secretText))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
})

test('anything else may have arrived', () => {
  expect(toSendError('?', now)).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
})

/** An address where nobody listens any more. */
async function closedDoor (): Promise<string> {
  const gone = await startTelegramStub()
  await gone.stop()
  return gone.apiRoot
}
