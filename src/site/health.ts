// Is this process alive, and is it well? For supervisors, load balancers and the person on duty.
import type { EntityName } from '@mikro-orm/core'
import type { MikroORM } from '@mikro-orm/sql'
import type { Hono } from 'hono'
import type { Channel } from '../channels/channel.ts'
import { type Clock, minutes, seconds } from '../clock.ts'
import type { Config } from '../config.ts'
import { isFromNearby } from '../http/client.ts'
import { stopping } from '../http/server.ts'
import { Run } from '../queue/run.ts'
import { oldestDue, type Waiting } from '../queue/waiting.ts'
import { within } from './patience.ts'

export interface Queue {
  name: string
  /** As `oldestDue`. */
  oldestDue (orm: MikroORM, now: Date): Promise<number>
}

export function queue<Row extends Waiting> (name: string, entity: EntityName<Row>): Queue {
  return { name, oldestDue: async (orm, now) => await oldestDue(orm, entity, now) }
}

/** A scheduled job, and after how many milliseconds without a finished run somebody should look. */
export interface ScheduledJob { name: string, lateAfter: number }

export interface Watched {
  orm: MikroORM
  clock: Clock
  role: Config['role']
  queues: readonly Queue[]
  channels: readonly Pick<Channel, 'name' | 'health'>[]
  jobs: readonly ScheduledJob[]
  /** A sentence for each crowd that is here now. */
  crowds?: () => string[]
}

interface Report {
  role: Config['role']
  database: { ok: boolean }
  /** Age of the row that has been due longest, in seconds; null: not known. */
  queues: Record<string, number | null>
  channels: Record<string, { lastSuccess: string | null, trouble: string | null }>
  /** When the last run finished; null: never, or not known. */
  jobs: Record<string, string | null>
  problems: string[]
}

/** What a database may take for an answer. */
const patience = seconds(2)
/** A row due for longer than this means that nobody works on the queue, or that what it sends to is away. */
const longWait = minutes(5)

/**
 * Adds `GET /healthz` (the process runs) and `GET /readyz` (it can do its work).
 * Only the database decides between 200 and 503: a load balancer takes a node out on 503, and while a platform refuses us or a
 * job is late the web chat and the other channels must go on serving. Those troubles are told, in `problems`.
 * Details are for those on this machine or its private network; the world would learn from them when somebody last wrote.
 */
export function healthRoutes (app: Hono, watched: Watched): void {
  const look = oncePerSecond(watched)

  app.get('/healthz', c => c.json({ ok: true }))
  app.get('/readyz', async c => {
    const report = await look()
    const isStopping = stopping(c).aborted
    const ok = report.database.ok && !isStopping
    const problems = isStopping ? ['This process is stopping.', ...report.problems] : report.problems
    return c.json(isFromNearby(c) ? { ok, ...report, problems } : { ok }, ok ? 200 : 503)
  })
}

/** Anybody may ask, as often as they like; the database is asked once a second at most, and never twice at the same time. */
function oncePerSecond (watched: Watched): () => Promise<Report> {
  let last: { at: number, report: Promise<Report> } | undefined
  return async () => {
    const now = performance.now()
    if (last === undefined || now - last.at >= seconds(1)) last = { at: now, report: examine(watched) }
    return await last.report
  }
}

async function examine ({ orm, clock, role, queues, channels, jobs, crowds }: Watched): Promise<Report> {
  const now = clock()
  const rows = await within(patience, askDatabase(orm, now, queues, jobs))
  const ages = Object.fromEntries(queues.map(({ name }) => [name, rows?.ages.get(name) ?? null]))
  const finished = Object.fromEntries(jobs.map(({ name }) => [name, rows?.finished.get(name) ?? null]))
  return {
    role,
    database: { ok: rows !== null },
    queues: mapValues(ages, age => age === null ? null : Math.round(age / 1000)),
    channels: Object.fromEntries(channels.map(({ name, health }) => [name, { lastSuccess: health.lastSuccess?.toISOString() ?? null, trouble: health.trouble }])),
    jobs: mapValues(finished, at => at?.toISOString() ?? null),
    problems: [
      ...rows === null ? [`The database did not answer within ${patience / 1000} seconds, or refused.`] : [
        ...Object.entries(ages).filter(([, age]) => (age ?? 0) > longWait).map(([name, age]) => `In the queue ${name} a row has been waiting for ${inMinutes(age ?? 0)}.`),
        ...jobs.flatMap(job => lateness(job, finished[job.name] ?? null, now)),
      ],
      ...channels.flatMap(({ name, health }) => health.trouble === null ? [] : [`Channel ${name}: ${health.trouble}`]),
      ...crowds?.() ?? [],
    ],
  }
}

/**
 * Sentences about crowds, for `Watched.crowds`.
 * @param newcomers those put off by the conversation @param web since when browsers are asked for a sum first
 */
export function crowdsHere (newcomers: { since: Date, putOff: number } | null, web: Date | null): string[] {
  return [
    ...newcomers === null ? [] : [`Many newcomers at once: since ${newcomers.since.toISOString()} they were put off until later ${newcomers.putOff} times; people in a conversation are served first.`],
    ...web === null ? [] : [`Many at once at the doors of the web: since ${web.toISOString()} browsers are asked for a small sum before they are let in.`],
  ]
}

function lateness ({ name, lateAfter }: ScheduledJob, finished: Date | null, now: Date): string[] {
  if (finished === null) return [`The job ${name} has never finished a run.`]
  const age = now.getTime() - finished.getTime()
  return age > lateAfter ? [`The job ${name} last finished ${inMinutes(age)} ago.`] : []
}

async function askDatabase (orm: MikroORM, now: Date, queues: readonly Queue[], jobs: readonly ScheduledJob[]) {
  const ages = new Map<string, number>()
  const finished = new Map<string, Date | null>()
  const em = orm.em.fork()
  await em.execute('select 1')
  for (const queue of queues) ages.set(queue.name, await queue.oldestDue(orm, now))
  for (const { name } of jobs) {
    const run = await em.findOne(Run, { job: name, finishedAt: { $ne: null } }, { orderBy: { startedAt: 'desc' } })
    finished.set(name, run?.finishedAt ?? null)
  }
  return { ages, finished }
}

function inMinutes (ms: number): string {
  return `${Math.round(ms / minutes(1))} minutes`
}

function mapValues<A, B> (values: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
}
