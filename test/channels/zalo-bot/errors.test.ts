// What each failure of a call means for the queue.
import { expect, test } from 'vitest'
import { Refused, Unanswered } from '../../../src/channels/zalo-bot/api.ts'
import { quotaPause, toSendError } from '../../../src/channels/zalo-bot/errors.ts'
import { SendError } from '../../../src/channels/send-error.ts'

const now = new Date('2026-11-24T03:00:00Z')
const refused = (code: number, description = 'x', retryAfter?: number): SendError => toSendError(new Refused('sendMessage', code, description, retryAfter), now)

test.each([
  [400, 'Bad Request: text is empty', 'rejected'], [400, 'Bad Request: chat not found', 'left'], [400, 'Bad Request: invalid chat_id', 'left'],
  [401, 'Unauthorized', 'notAllowed'], [404, 'Not Found', 'notAllowed'], [404, 'user not found', 'left'],
  [403, 'Internal server error', 'tryAgain'], [403, 'Forbidden: bot was blocked by the user', 'left'],
  [408, 'Request timeout', 'tryAgain'], [500, 'x', 'tryAgain'], [418, 'x', 'tryAgain'],
])('%i "%s" means %s', (code, description, failure) => {
  expect(refused(code, description).failure).toBe(failure)
})

test('a used up quota is waited out, longer each time, at most an hour', () => {
  expect(refused(429)).toMatchObject({ failure: 'waitUntil', until: new Date('2026-11-24T03:00:30Z'), onlyThisChat: false })
  expect([0, 1, 2, 6, 7, 50].map((n) => quotaPause(n) / 1000)).toEqual([30, 60, 120, 1920, 3600, 3600])
  expect(refused(429, 'x', 7).until).toEqual(new Date('2026-11-24T03:00:07Z'))
})

test.each([
  ['a closed door', { code: 'ECONNREFUSED' }, false], ['a name nobody has', { code: 'ENOTFOUND' }, false],
  ['a broken line', { code: 'ECONNRESET' }, true], ['silence', { code: 'ETIMEDOUT' }, true], ['a gateway', { status: 502 }, true], ['no reason', {}, true],
])('%s is tried again, knowing whether it may have arrived', (_, trouble, maybeArrived) => {
  expect(toSendError(new Unanswered('sendMessage', trouble), now)).toMatchObject({ failure: 'tryAgain', maybeArrived })
})

test('whatever else is thrown is tried again, and an error of ours stays as it is', () => {
  expect(toSendError(new TypeError('a secret in it'), now)).toMatchObject({ failure: 'tryAgain', message: expect.not.stringContaining('secret') })
  const ours = new SendError('left', 'gone')
  expect(toSendError(ours, now)).toBe(ours)
})

test('nothing that Zalo quotes from a message gets into ours', () => {
  expect([400, 401, 403, 404, 429, 500].map((code) => refused(code, 'mã bí mật').message).join()).not.toContain('bí mật')
})
