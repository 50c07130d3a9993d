// Supervisors and the person on duty learn how the server is, and the world learns nothing from it.
import { MikroORM } from '@mikro-orm/sqlite'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shared } from '../../mikro-orm.config.ts'
import type { Health } from '../../src/channels/channel.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { migrate } from '../../src/db/migrate.ts'
import { NodeSqlite } from '../../src/db/node-sqlite.ts'
import { guard } from '../../src/http/guard.ts'
import { listen, type Listening } from '../../src/http/server.ts'
import { Run } from '../../src/queue/run.ts'
import { healthRoutes, queue } from '../../src/site/health.ts'
import { makeMetrics, type Metrics } from '../../src/site/metrics.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { capturedLog } from '../http/wire.ts'

const now = new Date('2026-11-24T03:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
let orm: Awaited<ReturnType<typeof open>>
let server: Listening
let metrics: Metrics
let telegram: Health

const open = async () => await MikroORM.init({ ...shared('sqlite'), dbName: ':memory:', driverOptions: new NodeSqlite(':memory:'), logger: () => {} })

beforeEach(async () => {
  orm = await open()
  await migrate(orm)
  telegram = { lastSuccess: ago(1), trouble: null }
  const queues = [queue('replies', Reply), queue('handoffs', Handoff)]
  const clock = (): Date => now
  const app = new Hono()
  metrics = makeMetrics({ orm, clock, queues })
  guard(app, { publicUrl: 'http://localhost', log: capturedLog().log, observe: metrics.answered })
  healthRoutes(app, { orm, clock, role: 'all', queues, channels: [{ name: 'telegram', health: telegram }], jobs: [{ name: 'expire', lateAfter: 600_000 }] })
  metrics.routes(app)
  server = await listen(app, { host: '127.0.0.1', port: 0 })
})

afterEach(async () => {
  await server.stop()
  await orm.close()
})

async function ready (headers: Record<string, string> = {}): Promise<{ status: number, body: unknown }> {
  const answer = await fetch(`${server.url}/readyz`, { headers })
  return { status: answer.status, body: await answer.json() }
}

async function waitingReply (dueAt: Date): Promise<void> {
  await orm.em.fork().insert(Reply, { channel: 'telegram', lane: 'telegram 1', dueAt, attempts: 0, leasedUntil: null, sealed: 'x', once: 'x', until: ago(-60) })
}

async function finished (at: Date | null, startedAt: Date): Promise<void> {
  await orm.em.fork().insert(Run, { key: `expire:${startedAt.toISOString()}`, job: 'expire', startedAt, finishedAt: at })
}

describe('the server says that it', () => {
  test('is alive, whatever the database does', async () => {
    await orm.close()
    const answer = await fetch(`${server.url}/healthz`)
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
  })

  test('is well: database, queues, channels and jobs', async () => {
    await finished(ago(5), ago(6))
    await finished(null, ago(1))
    await waitingReply(ago(2))
    await waitingReply(ago(-2))
    expect(await ready()).toEqual({ status: 200, body: {
      ok: true, role: 'all', database: { ok: true }, queues: { replies: 120, handoffs: 0 },
      channels: { telegram: { lastSuccess: '2026-11-24T02:59:00.000Z', trouble: null } },
      jobs: { expire: '2026-11-24T02:55:00.000Z' }, problems: [],
    } })
  })

  test('has troubles that do not keep it from serving', async () => {
    await finished(ago(30), ago(31))
    await waitingReply(ago(12))
    telegram.trouble = 'Telegram does not know the token.'
    const { status, body } = await ready()
    expect(status).toBe(200)
    expect(body).toMatchObject({ ok: true, problems: [
      'In the queue replies a row has been waiting for 12 minutes.',
      'The job expire last finished 30 minutes ago.',
      'Channel telegram: Telegram does not know the token.',
    ] })
  })

  test('has never finished a job', async () => {
    expect((await ready()).body).toMatchObject({ jobs: { expire: null }, problems: ['The job expire has never finished a run.'] })
  })

  test('is not ready without its database', async () => {
    await orm.close()
    expect(await ready()).toMatchObject({ status: 503, body: { ok: false, database: { ok: false }, queues: { replies: null }, problems: [expect.stringContaining('The database did not answer')] } })
  })

  test('is not ready while its database is silent for two seconds', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    // SQLite has one connection: whoever holds it makes everybody wait.
    const holding = orm.em.fork().transactional(async em => {
      await em.execute('select 1')
      begun.resolve()
      await held.promise
    })
    await begun.promise
    const began = performance.now()
    const { status } = await ready()
    held.resolve()
    await holding
    expect(status).toBe(503)
    expect(performance.now() - began).toBeGreaterThan(1900)
    expect((await ready()).status).toBe(200)
  })

  test('is well to the world without telling when somebody last wrote', async () => {
    expect(await ready({ 'X-Forwarded-For': '203.0.113.9' })).toEqual({ status: 200, body: { ok: true } })
  })
})

describe('the numbers', () => {
  test('count requests by pattern, updates, replies and handoffs, and how long rows wait', async () => {
    await waitingReply(ago(2))
    await fetch(`${server.url}/nowhere/0901234567`)
    metrics.updatesHandled('telegram', 'handled')
    metrics.updatesHandled('telegram', 'handled')
    metrics.repliesSent('web-chat', 'sent')
    metrics.handoffs('acknowledged')
    const answer = await fetch(`${server.url}/metrics`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    const text = await answer.text()
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1')
    expect(text).toContain('tinbao_updates_total{channel="telegram",outcome="handled"} 2')
    expect(text).toContain('tinbao_replies_total{channel="web-chat",outcome="sent"} 1')
    expect(text).toContain('tinbao_handoffs_total{outcome="acknowledged"} 1')
    expect(text).toContain('tinbao_queue_oldest_due_seconds{queue="replies"} 120')
    expect(text).toMatch(/nodejs_eventloop_lag_seconds \d/)
    expect(text).not.toContain('0901234567')
  })

  test('are there without the queues when the database is away', async () => {
    await orm.close()
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toContain('process_resident_memory_bytes')
    expect(text).not.toContain('tinbao_queue_oldest_due_seconds{')
  })

  test('are no page for those whom a proxy brought', async () => {
    expect((await fetch(`${server.url}/metrics`, { headers: { 'X-Forwarded-For': '127.0.0.1' } })).status).toBe(404)
  })
})
