// A very long bulletin: what a delivery costs at its beginning and at its end, and how the sender's memory goes.
import { join } from 'node:path'
import { digits } from '../numbers.ts'
import { heading, table, target } from '../table.ts'
import { contender } from './contender.ts'
import { aPlace } from './program.ts'
import { fillResidents } from './residents.ts'
import type { Sink } from './sink.ts'

export async function long (dir: string, sink: Sink, full: boolean, databaseUrl: string | null): Promise<void> {
  const many = full ? 1_000_000 : 30_000
  const name = databaseUrl === null ? 'SQLite' : 'PostgreSQL'
  heading(`One bulletin for ${many}, without a limit, ${name}`)
  const dataDir = join(dir, `long-${name}`)
  // Filled by another process, whose memory is not looked at.
  const place = await aPlace(dataDir, databaseUrl, sink.root, 30)
  await fillResidents(place.orm, place.keys, { many, like: 'telegram' })
  await place.close()
  const ours = await contender(name, 'ours.ts', { SINK: sink.root, DATA_DIR: dataDir, FILLED: String(many), ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) })
  try {
    const { n, ms, tenths } = await ours.round(many)
    const costs = tenths.map(({ cpu }, i) => (cpu - (tenths[i - 1]?.cpu ?? 0)) / (n / 10) * 1000)
    table(['', ...tenths.map((_, i) => `${(i + 1) * 10} %`)], [['CPU µs a delivery', ...costs.map(digits)], ['MB', ...tenths.map(({ rss }) => digits(rss / 1e6))]])
    console.log(`\n${digits(n / ms * 1000)} a second. The first tenth also warms up.`)
    const [early, late, most] = [costs[1] ?? NaN, costs[9] ?? NaN, Math.max(...tenths.map(({ rss }) => rss)) / 1e6]
    target(`${name}: a delivery costs at the end what it cost at the beginning (within 1.3 times): ${digits(late / early)}`, late / early <= 1.3)
    target(`${name}: memory under 200 MB: ${digits(most)}`, most < 200)
  } finally {
    await ours.stop()
  }
}
