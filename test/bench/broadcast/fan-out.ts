// How fast an audience is written down, and what others notice of it: a process that does nothing else, and then the whole program with residents at its door.
import { fanOut as writeAll } from '../../../src/bulletins/fan-out.ts'
import { run } from '../../../src/db/statement.ts'
import { alarm, everybody } from '../../bulletins/newsroom.ts'
import { until } from '../../world.ts'
import type { BotApi } from '../bot-api.ts'
import { ourBot } from '../bots.ts'
import { digits, median, percentile } from '../numbers.ts'
import { peopleOf } from '../people.ts'
import { heading, table, target } from '../table.ts'
import { newBulletin } from './bench-room.ts'
import type { Province } from './province.ts'
import { watchStalls } from './stall.ts'

const rounds = 5
const content = (): ReturnType<typeof alarm> => alarm(new Date())

export async function fanOut (province: Province, api: BotApi): Promise<void> {
  const { name, many, room } = province
  heading(`Writing down an audience of ${many}, ${name}`)
  const stall = watchStalls()
  const [rates, stalls, costs]: [number[], number[], number[]] = [[], [], []]
  for (let n = 0; n < rounds; n++) {
    await empty(province)
    const id = await newBulletin(room.orm, 'paused', content(), everybody)
    stall.longest()
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    await writeAll(room, id)
    rates.push(many / (performance.now() - began) * 1000)
    const { user, system } = process.cpuUsage(cpu)
    costs.push((user + system) / many)
    stalls.push(stall.longest())
  }
  stall.stop()
  const beside = await atTheDoor(province, api)
  table(['', 'rows/s', 'from', 'to', 'CPU µs a row', 'longest stall ms', 'webhook while it runs: p50 ms', 'p99', 'longest', 'without it: p50 ms', 'p99', 'longest', 'MB before', 'after'], [[
    name, digits(median(rates)), digits(Math.min(...rates)), digits(Math.max(...rates)), digits(median(costs)), digits(median(stalls)),
    ...[beside.during, beside.alone].flatMap(times => [digits(percentile(times, 50)), digits(percentile(times, 99)), digits(Math.max(...times))]), ...beside.memory.map(digits),
  ]])
  const wanted = province.databaseUrl === null ? 300_000 : 50_000
  target(`${name}: at least ${wanted} rows a second: ${digits(median(rates))}`, median(rates) >= wanted)
  target(`${name}: no webhook held up for more than 50 ms: at most ${digits(Math.max(...beside.during))} ms (${digits(Math.max(...beside.alone))} ms without it)`, Math.max(...beside.during) <= 50)
}

/** Milliseconds until each update had its yes, while two audiences are written down and while nothing is. */
async function atTheDoor (province: Province, api: BotApi): Promise<{ during: number[], alone: number[], memory: number[] }> {
  const { orm } = province.room
  await empty(province)
  const bot = await ourBot('Tin Báo', province.dataDir, api.root, { ...(province.databaseUrl === null ? {} : { DATABASE_URL: province.databaseUrl }), TELEGRAM_RATE: '30' })
  try {
    const people = await peopleOf(bot, api)
    await people.steady(20, 2000)
    const alone = (await people.steady(20, 5000)).yes
    const before = (await bot.usage()).rss / 1e6
    const during: number[] = []
    for (let n = 0; n < 2; n++) await newBulletin(orm, 'sending', content(), everybody)
    const written = async (): Promise<boolean> => (await run(orm.em, 'select 1 from bulletin where fan_out_after is not null')).length === 0
    while (!await written()) during.push(...(await people.steady(20, 500)).yes)
    await until(written, 300_000)
    return { during, alone, memory: [before, (await bot.usage()).rss / 1e6] }
  } finally {
    await bot.stop()
  }
}

async function empty ({ room, databaseUrl }: Province): Promise<void> {
  const em = room.orm.em.fork()
  if (databaseUrl === null) for (const table of ['delivery', 'delivery_count', 'bulletin']) await em.execute(`delete from ${table}`)
  else await em.execute('truncate delivery, delivery_count, bulletin')
  if (databaseUrl === null) await em.execute('pragma wal_checkpoint(truncate)')
}
