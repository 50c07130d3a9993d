// Recorded deliveries a second without a limit: ours on both databases, queues that others use, and a bare loop that records nothing.
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { digits, median } from '../numbers.ts'
import { heading, table, target } from '../table.ts'
import { contender, type Contender, type Round } from './contender.ts'
import { startRedis } from './redis-server.ts'
import type { Sink } from './sink.ts'

const rounds = 5

/** @param newDatabase a PostgreSQL that flushes what it commits; null where there is none */
export async function peers (dir: string, sink: Sink, full: boolean, newDatabase: (() => Promise<string>) | null): Promise<void> {
  const many = full ? 20_000 : 6000
  heading(`Recorded deliveries a second, no limit: ${rounds} rounds of ${many} in turns, each an answered request to the same sink`)
  const [everysec, always] = [await startRedis('everysec'), await startRedis('always')]
  if (everysec === null) console.log('redis-server is not installed here (apt-get install redis-server): BullMQ is left out.')
  if (newDatabase === null) console.log('PostgreSQL is not installed here: graphile-worker and ours on PostgreSQL are left out.')
  const env = { SINK: sink.root }
  const dataDir = (name: string): string => {
    const folder = join(dir, `peers-${name}`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }
  const all: Contender[] = []
  try {
    all.push(await contender('a bare loop, which records nothing', '../peers/bare-loop.ts', env))
    all.push(await contender('Tin Báo, SQLite', 'ours.ts', { ...env, DATA_DIR: dataDir('sqlite') }))
    if (newDatabase !== null) {
      all.push(await contender('Tin Báo, PostgreSQL', 'ours.ts', { ...env, DATA_DIR: dataDir('postgresql'), DATABASE_URL: await newDatabase() }))
      all.push(await contender('graphile-worker, 24 at once', '../peers/graphile.ts', { ...env, DATABASE_URL: await newDatabase() }))
    }
    for (const [redis, flush] of [[everysec, 'flushed each second'], [always, 'flushed at once']] as const) {
      if (redis === null) continue
      const bull = async (name: string, more: Record<string, string>): Promise<void> => { all.push(await contender(`BullMQ, ${name}, ${flush}`, '../peers/bullmq.ts', { ...env, REDIS_PORT: String(redis.port), ...more })) }
      if (redis === everysec) await bull('a job each', {})
      await bull('a job each, 100 at once', { CONCURRENCY: '100' })
      await bull('100 in a job, 4 at once', { CONCURRENCY: '4', PER_JOB: '100' })
    }
    // One round to warm up; then in turns, so that what else the machine does falls on all of them.
    const found = new Map<Contender, Round[]>(all.map(one => [one, []]))
    for (let n = 0; n <= rounds; n++) {
      for (const one of all) {
        await sink.forget()
        const round = await one.round(n === 0 ? Math.ceil(many / 4) : many)
        const heard = await sink.count()
        if (heard !== round.n) throw new Error(`${one.name} says ${round.n} and the sink heard ${heard}.`)
        if (n > 0) found.get(one)?.push(round)
      }
    }
    report(found)
  } finally {
    for (const one of all) await one.stop()
    await everysec?.stop()
    await always?.stop()
  }
}

function report (found: ReadonlyMap<Contender, readonly Round[]>): void {
  const rates = new Map([...found].map(([{ name }, all]) => [name, all.map(({ n, ms }) => n / ms * 1000)]))
  const rate = (name: string): number => median(rates.get(name) ?? [])
  const [bare, sqlite, postgresql] = [rate('a bare loop, which records nothing'), rate('Tin Báo, SQLite'), rate('Tin Báo, PostgreSQL')]
  table(['', 'deliveries/s', 'from', 'to', 'of the bare loop', 'CPU µs each', 'MB'], [...found].map(([{ name }, all]) => {
    const each = rates.get(name) ?? []
    return [name, digits(median(each)), digits(Math.min(...each)), digits(Math.max(...each)), digits(median(each) / bare), digits(median(all.map(({ n, cpu }) => cpu / n * 1000))), digits(Math.max(...all.map(({ rss }) => rss)) / 1e6)]
  }))
  console.log('\nCPU of the sending process only. Ours and graphile-worker are on disk before the next is taken; BullMQ as Redis is told to flush. Nobody can be')
  console.log('faster than the bare loop by more than what taking many at once saves: what a queue costs is what is missing to it.')
  const single = rate('BullMQ, a job each, 100 at once, flushed each second')
  for (const [name, ours, least] of [['SQLite', sqlite, 0.8], ['PostgreSQL', postgresql, 0.7]] as const) {
    if (!Number.isFinite(ours)) continue
    target(`${name}: at least ${least} of the bare loop: ${digits(ours / bare)}`, ours / bare >= least)
    if (Number.isFinite(single)) target(`${name}: at least 4 times BullMQ with a job for each recipient: ${digits(ours / single)} at 100 at once, ${digits(ours / rate('BullMQ, a job each, flushed each second'))} as it comes`, ours / single >= 4)
  }
}
