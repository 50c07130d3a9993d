// Signatures as the Standard Webhooks specification has them, held against its own reference package.
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { sign, verify, type WebhookHeaders } from '../../src/tips/webhook.ts'

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const at = new Date(1_791_763_200_000)
const body = new TextEncoder().encode('{"type":"alert.published","timestamp":"2026-10-12T00:00:00Z","data":{"id":"a1","title":"Cảnh báo"}}')
const signed = sign(secret, 'msg_test0001', at, body)
const check = (headers: Partial<WebhookHeaders>, now = at, bytes = body): string | null => verify(secret, name => headers[name], bytes, now)

test('a body is signed as everybody else signs it', () => {
  expect(signed).toEqual({ 'webhook-id': 'msg_test0001', 'webhook-timestamp': '1791763200', 'webhook-signature': 'v1,pPiOe7eZsgZ9acY5JYQtTBPUO5TZWFus/Q20wMyD3Hk=' })
  expect(new Webhook(secret).sign('msg_test0001', at, new TextDecoder().decode(body))).toBe(signed['webhook-signature'])
})

test('the reference package takes our signature of this moment', () => {
  const now = sign(secret, 'msg_1', new Date(), body)
  expect(new Webhook(secret).verify(Buffer.from(body), { ...now })).toMatchObject({ data: { title: 'Cảnh báo' } })
  expect(() => new Webhook(secret).verify(Buffer.from(body), { ...now, 'webhook-id': 'msg_2' })).toThrow()
})

test('a rightly signed body tells its id, up to five minutes early or late', () => {
  for (const off of [0, -299_000, 299_000]) expect(check(signed, new Date(at.getTime() + off))).toBe('msg_test0001')
  for (const off of [-301_000, 301_000, 86_400_000]) expect(check(signed, new Date(at.getTime() + off))).toBe(null)
})

test('while a secret is changed, one signature that fits among several is enough', () => {
  const old = sign('whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODk=', 'msg_test0001', at, body)['webhook-signature']
  expect(check({ ...signed, 'webhook-signature': `v1a,AAAA ${old} ${signed['webhook-signature']}` })).toBe('msg_test0001')
  expect(check({ ...signed, 'webhook-signature': `v1a,AAAA ${old}` })).toBe(null)
  // Not a way to make us work: only the first sixteen are looked at.
  expect(check({ ...signed, 'webhook-signature': `${`${old} `.repeat(16)}${signed['webhook-signature']}` })).toBe(null)
})

test.each<[string, Partial<WebhookHeaders>]>([
  ['without an id', { 'webhook-id': '' }],
  ['of another id', { 'webhook-id': 'msg_test0002' }],
  ['with the dot moved from the time into the id', { 'webhook-id': 'msg_test0001.1791763200', 'webhook-timestamp': '' }],
  ['without a time', { 'webhook-timestamp': '' }],
  ['of another time', { 'webhook-timestamp': '1791763201' }],
  ['of a time that is no number', { 'webhook-timestamp': '1791763200 ' }],
  ['without a signature', { 'webhook-signature': '' }],
  ['with half a signature', { 'webhook-signature': signed['webhook-signature'].slice(0, 20) }],
  ['with a signature of another version', { 'webhook-signature': signed['webhook-signature'].replace('v1,', 'v2,') }],
])('a body %s is refused', (_, change) => {
  expect(check({ ...signed, ...change })).toBe(null)
})

test('a changed body is refused', () => {
  expect(check(signed, at, Uint8Array.of(...body, 0x20))).toBe(null)
  expect(check(signed, at, new Uint8Array())).toBe(null)
})
