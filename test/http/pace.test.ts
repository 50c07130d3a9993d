// Who asks too often waits; everybody else does not notice.
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { clientAddress, isFromNearby } from '../../src/http/client.ts'
import { guard } from '../../src/http/guard.ts'
import { clientBuckets, type Pace, slowDown } from '../../src/http/pace.ts'
import { listen } from '../../src/http/server.ts'
import { capturedLog } from './wire.ts'

async function door (pace: Pace): Promise<{ ask (from: string, accept?: string): Promise<Response>, pass (seconds: number): void }> {
  let now = Date.UTC(2026, 10, 24)
  const app = new Hono()
  guard(app, { publicUrl: 'http://localhost', log: capturedLog().log })
  app.get('/', slowDown(pace, () => new Date(now)), c => c.text('come in'))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(server.stop)
  return {
    ask: async (from, accept = '*/*') => await fetch(server.url, { headers: { 'X-Forwarded-For': from, Accept: accept } }),
    pass: seconds => { now += seconds * 1000 },
  }
}

test('a client who hurries is told how long to wait, and is served after that', async () => {
  const { ask, pass } = await door({ perMinute: 6, burst: 3, overall: 600 })
  const first = await Promise.all([1, 2, 3].map(async () => (await ask('203.0.113.9')).status))
  expect(first).toEqual([200, 200, 200])
  const slowed = await ask('203.0.113.9')
  expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await slowed.json()).toMatchObject({ error: { code: 'too-fast', message: expect.stringContaining('Wait a little') } })
  const page = await ask('203.0.113.9', 'text/html')
  expect([page.status, page.headers.get('retry-after')]).toEqual([429, '10'])
  expect(await page.text()).toMatch(/^<!doctype html>[^]*Wait a little/)
  expect((await ask('203.0.113.10')).status).toBe(200)
  pass(9)
  expect((await ask('203.0.113.9')).headers.get('retry-after')).toBe('1')
  pass(1)
  expect((await ask('203.0.113.9')).status).toBe(200)
  expect((await ask('203.0.113.9')).status).toBe(429)
  pass(3600)
  expect((await Promise.all([1, 2, 3, 4].map(async () => (await ask('203.0.113.9')).status))).sort()).toEqual([200, 200, 200, 429])
})

test('a crowd is slowed as a whole', async () => {
  const { ask, pass } = await door({ perMinute: 60, burst: 5, overall: 12 })
  expect((await ask('203.0.113.1')).status).toBe(200)
  expect((await ask('203.0.113.2')).status).toBe(200)
  const third = await ask('203.0.113.3')
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '5'])
  pass(5)
  expect((await ask('203.0.113.3')).status).toBe(200)
})

test('a pace that would forget a client who still has to wait is refused', () => {
  expect(() => slowDown({ perMinute: 1, burst: 20, overall: 60 }, () => new Date())).toThrow(RangeError)
  expect(() => slowDown({ perMinute: NaN, burst: 1, overall: 60 }, () => new Date())).toThrow(RangeError)
})

test('who asked is kept only as a hash of this process, not for long, and not in any number', () => {
  const clients = clientBuckets(6, 3, 100)
  const minute = 60_000
  clients.of('203.0.113.9', 0)
  clients.of('203.0.113.10', minute)
  clients.of('203.0.113.9', 2 * minute)
  expect(clients.names()).toHaveLength(2)
  expect(clients.names().join()).not.toContain('203.0')
  const elsewhere = clientBuckets(6, 3, 100)
  elsewhere.of('203.0.113.9', 0)
  expect(clients.names()).not.toContain(elsewhere.names()[0])
  clients.forget(11 * minute)
  expect(clients.names()).toHaveLength(1)
  clients.forget(12 * minute)
  expect(clients.names()).toHaveLength(0)
  for (let i = 0; i < 250; i++) clients.of(`2001:db8:0:${i}::/64`, 20 * minute)
  expect(clients.names()).toHaveLength(100)
})

async function client (socket: string | undefined, headers: Record<string, string> = {}): Promise<{ address: string | null, nearby: boolean }> {
  const app = new Hono()
  app.get('/', c => c.json({ address: clientAddress(c), nearby: isFromNearby(c) }))
  return await (await app.request('/', { headers }, { incoming: { socket: { remoteAddress: socket } } })).json() as { address: string | null, nearby: boolean }
}

test.each([
  ['a client of its own', '203.0.113.9', {}, '203.0.113.9'],
  ['a client that invents a proxy', '203.0.113.9', { 'X-Forwarded-For': '198.51.100.1' }, '203.0.113.9'],
  ['a client behind our proxy, with an invented first hop', '127.0.0.1', { 'X-Forwarded-For': '198.51.100.1, 203.0.113.9' }, '203.0.113.9'],
  ['our proxy writing nonsense', '10.0.0.2', { 'X-Forwarded-For': 'unknown' }, '10.0.0.2'],
  ['IPv4 in IPv6', '::ffff:203.0.113.9', {}, '203.0.113.9'],
  ['one household with many IPv6 addresses', '2001:DB8:1:2:3:4:5:6', {}, '2001:db8:1:2::/64'],
  ['an IPv6 address with a gap', '::1', { 'X-Forwarded-For': '2001:db8::7' }, '2001:db8:0:0::/64'],
  ['nobody', undefined, {}, null],
])('%s is told apart by the right address', async (_who, socket, headers, address) => {
  expect((await client(socket, headers)).address).toBe(address)
})

test('nearby is this machine and private networks, and nobody whom a proxy brought', async () => {
  const nearby = async (socket: string | undefined, headers = {}): Promise<boolean> => (await client(socket, headers)).nearby
  for (const near of ['127.0.0.1', '::1', '::ffff:10.1.2.3', '172.31.0.1', '192.168.1.1', 'fd00::1', 'fe80::1%eth0']) expect(await nearby(near), near).toBe(true)
  for (const far of ['203.0.113.9', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8', undefined]) expect(await nearby(far), far ?? 'unknown').toBe(false)
  for (const name of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via']) expect(await nearby('127.0.0.1', { [name]: '127.0.0.1' }), name).toBe(false)
})
