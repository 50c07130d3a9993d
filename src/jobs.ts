// The clock: every scheduled job on one page. A tick is a hint; what is due stands in the tables, so a late or doubled tick changes nothing.
import type { MikroORM } from '@mikro-orm/sql'
import cron from 'node-cron'
import { expireDeliveries, takeDownExpired } from './bulletins/expiry.ts'
import type { BulletinRoom } from './bulletins/room.ts'
import { startDue } from './bulletins/run.ts'
import { forgetSeenBefore } from './channels/seen.ts'
import { expireLines } from './channels/web-chat/lines.ts'
import { expireUploads } from './channels/web-chat/uploads.ts'
import { days, hours, vietnamTimeZone, type Clock } from './clock.ts'
import { expireConversations } from './conversation/expiry.ts'
import { describeError, type Log } from './log.ts'
import { Run } from './queue/run.ts'
import { refsWaiting } from './tips/attach.ts'
import { expire } from './tips/retention.ts'
import type { TipRoom } from './tips/room.ts'

interface JobRoom {
  orm: MikroORM
  tips: TipRoom
  bulletins: BulletinRoom
  clock: Clock
  log: Log
}

interface Job {
  name: string
  /** Minute, hour, day, month, weekday; in Vietnam. */
  at: string
  /** Somebody should look when no run has finished for so long; milliseconds. */
  lateAfter: number
  do (room: JobRoom): Promise<void>
}

const jobs: Job[] = [
  {
    name: 'begin the bulletins that are due',
    at: '* * * * *',
    lateAfter: hours(1),
    async do ({ bulletins }) {
      await startDue(bulletins)
    },
  },
  {
    // Drafts and waiting replies live 24 hours at most; the links from a tip to a chat die by their date.
    name: 'forget what has expired',
    at: '*/5 * * * *',
    lateAfter: hours(1),
    async do ({ orm, tips, clock }) {
      await expireConversations(orm, clock())
      await expireLines(orm, clock())
      await expireUploads(tips.dataDir, clock(), await refsWaiting(orm, tips.keys, 'web-chat'))
    },
  },
  {
    name: 'keep no longer than we must',
    at: '17 * * * *',
    lateAfter: hours(3),
    async do ({ orm, tips, bulletins, clock }) {
      await expire(orm, tips, clock())
      await takeDownExpired(bulletins)
      await expireDeliveries(orm, clock())
      await forgetSeenBefore(orm, new Date(clock().getTime() - days(7)))
      await orm.em.fork().nativeDelete(Run, { startedAt: { $lt: new Date(clock().getTime() - days(30)) } })
    },
  },
]

/** For `/readyz`. */
export const watchedJobs: readonly { name: string, lateAfter: number }[] = jobs

/** Starts the clock, and does every job once at the start: the last process may have been down for days. */
export async function startJobs (room: JobRoom): Promise<{ stop (): Promise<void> }> {
  const running = new Set<Promise<void>>()
  const due = async (job: Job, at: Date): Promise<void> => {
    const run = runOnce(room, job, at)
    running.add(run)
    await run
    running.delete(run)
  }
  for (const job of jobs) void due(job, room.clock())
  const tasks = jobs.map(job => cron.schedule(job.at, async ({ date }) => { await due(job, date) }, { name: job.name, timezone: vietnamTimeZone, noOverlap: true }))
  return {
    async stop () {
      await Promise.all(tasks.map(async task => { await task.destroy() }))
      await Promise.all(running)
    },
  }
}

/** One process does it: whoever writes the row of this minute first. */
async function runOnce ({ orm, ...rest }: JobRoom, job: Job, at: Date): Promise<void> {
  try {
    const em = orm.em.fork()
    const key = `${job.name}:${at.toISOString().slice(0, 16)}`
    const { affectedRows } = await em.createQueryBuilder(Run).insert({ key, job: job.name, startedAt: rest.clock() }).onConflict('key').ignore().execute('run')
    if (affectedRows === 0) return
    await job.do({ orm, ...rest })
    await em.nativeUpdate(Run, { key }, { finishedAt: rest.clock() })
  } catch (error) {
    rest.log.error({ job: job.name, err: describeError(error) }, 'a scheduled job failed; it comes again')
  }
}
