// Numbers for Prometheus: how much, how fast, how long it waits. None of them knows a person.
import type { MikroORM } from '@mikro-orm/sql'
import type { Hono } from 'hono'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ChannelName } from '../channels/message.ts'
import { type Clock, seconds } from '../clock.ts'
import { isFromNearby } from '../http/client.ts'
import type { AtTheDoor } from '../http/doorkeeper.ts'
import type { Answered } from '../http/guard.ts'
import type { Queue } from './health.ts'
import { within } from './patience.ts'

/** `outcome` is always one of a few fixed words of the caller, never something that came from outside: each becomes a series of its own. */
export interface Metrics {
  /** For the guard's `observe`. */
  answered (answered: Answered): void
  updatesHandled (channel: ChannelName, outcome: string): void
  repliesSent (channel: ChannelName, outcome: string): void
  handoffs (outcome: string): void
  bulletins (channel: ChannelName, outcome: string, n: number): void
  /** A tip met a rule of the tips' patterns. */
  patternSeen (rule: string): void
  /** What became of a newcomer in a crowd. */
  atTheDoor (what: AtTheDoor): void
  /**
   * Adds `GET /metrics`, for those on this machine or its private network. Asked through a proxy (one that says so, as all
   * usual ones do, in X-Forwarded-For, Forwarded, X-Real-IP or Via) there is no such page.
   */
  routes (app: Hono): void
}

/** A registry of its own, with the process's memory, processor time and event loop lag. */
export function makeMetrics ({ orm, clock, queues }: { orm: MikroORM, clock: Clock, queues: readonly Queue[] }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_duration_seconds', help: 'Time until an answer began, by route pattern and status.',
    labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers,
  })
  const updates = new Counter({ name: 'tinbao_updates_total', help: 'Updates from channels, by what became of them.', labelNames: ['channel', 'outcome'], registers })
  const replies = new Counter({ name: 'tinbao_replies_total', help: 'Replies handed to channels, by what became of them.', labelNames: ['channel', 'outcome'], registers })
  const handoffs = new Counter({ name: 'tinbao_handoffs_total', help: 'Tries to hand a tip to the agency, by what became of them.', labelNames: ['outcome'], registers })
  const bulletins = new Counter({ name: 'tinbao_deliveries_total', help: 'Bulletins to single recipients, by what became of them.', labelNames: ['channel', 'outcome'], registers })
  const patterns = new Counter({ name: 'tinbao_tip_patterns_total', help: 'Tips with a repeat noted on them for the officer, by its rule.', labelNames: ['rule'], registers })
  const door = new Counter({ name: 'tinbao_crowded_doors_total', help: 'Newcomers and reports at the doors of the web while there was a crowd, by what became of them.', labelNames: ['outcome'], registers })
  const ages = new Gauge({
    name: 'tinbao_queue_oldest_due_seconds', help: 'Age of the row that has been due longest; missing when the database did not say.', labelNames: ['queue'], registers,
    async collect () {
      this.reset()
      await Promise.all(queues.map(async queue => {
        const age = await within(seconds(1), queue.oldestDue(orm, clock()))
        if (age !== null) ages.set({ queue: queue.name }, age / 1000)
      }))
    },
  })
  return {
    answered: ({ method, route, status, ms }) => { requests.observe({ method, route, status }, ms / 1000) },
    updatesHandled: (channel, outcome) => { updates.inc({ channel, outcome }) },
    repliesSent: (channel, outcome) => { replies.inc({ channel, outcome }) },
    bulletins (channel, outcome, n) { bulletins.inc({ channel, outcome }, n) },
    handoffs: outcome => { handoffs.inc({ outcome }) },
    patternSeen: rule => { patterns.inc({ rule }) },
    atTheDoor: outcome => { door.inc({ outcome }) },
    routes (app) {
      app.get('/metrics', async c => isFromNearby(c)
        ? c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType })
        : await c.notFound())
    },
  }
}
