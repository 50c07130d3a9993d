// Measures bulletins: `npm run bench -- broadcast [rate] [plan] [fan-out] [alarm] [peers] [long] [--full]`. Both databases, where PostgreSQL is installed.
import { postgresPrograms, startCluster, type Cluster } from '../postgres.ts'
import type { BotApi } from './bot-api.ts'
import { alarm } from './broadcast/alarm.ts'
import { fanOut } from './broadcast/fan-out.ts'
import { long } from './broadcast/long.ts'
import { peers } from './broadcast/peers.ts'
import { plan } from './broadcast/plan.ts'
import { aProvince } from './broadcast/province.ts'
import { rate } from './broadcast/rate.ts'
import { startSink } from './broadcast/sink.ts'

export const broadcastParts = ['plan', 'fan-out', 'rate', 'alarm', 'peers', 'long'] as const

/** @param asked names of parts; none: all */
export async function broadcast (dir: string, api: BotApi, full: boolean, asked: readonly string[]): Promise<void> {
  const wants = (part: typeof broadcastParts[number]): boolean => broadcastParts.every(one => !asked.includes(one)) || asked.includes(part)
  const programs = postgresPrograms()
  const cluster: Cluster | null = programs === null ? null : await startCluster(programs, { durable: true })
  if (cluster === null) console.log('\nPostgreSQL is not installed here: only SQLite is measured.')
  const sink = await startSink()
  const urls = async (): Promise<(string | null)[]> => cluster === null ? [null] : [null, await cluster.newDatabase()]
  try {
    if (wants('plan') || wants('fan-out')) {
      for (const url of await urls()) {
        const province = await aProvince(dir, url, full ? 1_000_000 : 100_000)
        if (wants('plan')) await plan(province)
        if (wants('fan-out')) await fanOut(province, api)
        await province.close()
      }
    }
    if (wants('rate')) for (const url of await urls()) await rate(dir, sink, full, url)
    if (wants('alarm')) for (const url of await urls()) await alarm(dir, api, full, url)
    if (wants('peers')) await peers(dir, sink, full, cluster === null ? null : async () => await cluster.newDatabase())
    if (wants('long')) for (const url of await urls()) await long(dir, sink, full, url)
  } finally {
    sink.stop()
    await cluster?.stop()
  }
}
