// Zalo's refusals in our words, over the real wire.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refusalOf } from '../../../src/channels/zalo-oa/errors.ts'
import { ask, wireTo } from '../../../src/channels/zalo-oa/wire.ts'
import { startZaloOaStub, type ZaloOaStub } from '../../stubs/zalo-oa.ts'
import { failureOf } from './channel-under-test.ts'

const now = new Date('2026-11-24T08:00:30Z')
let zalo: ZaloOaStub
beforeEach(async () => { zalo = await startZaloOaStub() })
afterEach(async () => { await zalo.stop() })

const call = async (base = zalo.base, within = 2000): Promise<unknown> =>
  await ask(async signal => await wireTo(base, within).post('/v3.0/oa/message/cs', { message: { text: 'bí mật' } }, { signal, headers: { access_token: 'token-that-is-secret' } }), () => now, within)

test.each([
  [-32, 'waitUntil'], [-200, 'tryAgain'], [-201, 'rejected'], [-204, 'notAllowed'], [-209, 'notAllowed'], [-210, 'rejected'], [-211, 'waitUntil'], [-216, 'notAllowed'],
  [-218, 'waitUntil'], [-223, 'notAllowed'], [-224, 'notAllowed'], [-234, 'waitUntil'], [-240, 'rejected'], [-242, 'notAllowed'], [-248, 'rejected'], [-9999, 'rejected'], [7, 'tryAgain'],
] as const)('%i is %s', (code, failure) => {
  expect(refusalOf(code, now)).toMatchObject({ failure, untilTheyWrite: false })
})

test.each([-213, -217, -227, -230, -232, -244, -320, -321])('%i: nothing reaches this person until they write', code => {
  expect(refusalOf(code, now)).toMatchObject({ failure: 'rejected', untilTheyWrite: true })
})

test('the limit of a minute ends with the minute, for the whole account', () => {
  expect(refusalOf(-32, now)).toMatchObject({ until: new Date('2026-11-24T08:01:01Z'), onlyThisChat: false })
})

test('what is not allowed at night waits until six in the morning in Vietnam, for this person only', () => {
  expect(refusalOf(-234, new Date('2026-11-24T16:30:00Z'))).toMatchObject({ until: new Date('2026-11-24T23:00:00Z'), onlyThisChat: true })
  expect(refusalOf(-234, new Date('2026-11-24T23:00:00Z'))).toMatchObject({ until: new Date('2026-11-25T23:00:00Z') })
})

test('a closed door can not have taken it', async () => {
  const gone = await startZaloOaStub()
  await gone.stop()
  expect(await failureOf(call(gone.base))).toMatchObject({ failure: 'tryAgain', maybeArrived: false })
})

test.each([
  ['a cut connection', { kind: 'cut' }], ['an answer that is lost', { kind: 'lost' }], ['a gateway in between', { kind: 'http', status: 502 }],
  ['a page instead of an answer', { kind: 'page' }], ['an answer cut in the middle', { kind: 'malformed', text: '{"error":0,"da' }], ['a list instead of an answer', { kind: 'malformed', text: '[0]' }],
] as const)('%s may have brought it', async (_, failure) => {
  zalo.fails(failure)
  const error = await failureOf(call())
  expect(error).toMatchObject({ failure: 'tryAgain', maybeArrived: true })
  expect(String(error)).not.toMatch(/bí mật|token-that/)
})

test('an answer that does not come is waited for so long and no longer', async () => {
  zalo.fails({ kind: 'slow', ms: 2000 })
  const began = performance.now()
  expect(await failureOf(call(zalo.base, 60))).toMatchObject({ failure: 'tryAgain', maybeArrived: true, message: 'Zalo did not answer in time.' })
  expect(performance.now() - began).toBeLessThan(1000)
})

test('HTTP 429 is obeyed, with its Retry-After', async () => {
  zalo.fails({ kind: 'http', status: 429, retryAfter: 17 })
  expect(await failureOf(call())).toMatchObject({ failure: 'waitUntil', until: new Date(now.getTime() + 17_000) })
})
