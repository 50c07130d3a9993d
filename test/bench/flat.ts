// What an update costs while few, many and very many people and tips are stored: it must stay the same.
import { join } from 'node:path'
import type { BotApi } from './bot-api.ts'
import { ourBot, type Bot } from './bots.ts'
import { fill } from './fill.ts'
import { digits, median } from './numbers.ts'
import { peopleOf, type Load, type People } from './people.ts'
import { heading, table, target } from './table.ts'

const rounds = 3
/** Noise of a shared machine included; a missing index costs a hundredfold. */
const most = 1.3

export async function flat (dir: string, api: BotApi, full: boolean): Promise<void> {
  heading('Flat: an update while much is stored')
  const sizes = full ? [1000, 100_000, 1_000_000] : [1000, 100_000]
  const bots: Bot[] = []
  try {
    const people: People[] = []
    for (const size of sizes) {
      const dataDir = join(dir, `flat-${size}`)
      await fill(dataDir, size)
      const bot = await ourBot(`${size} conversations, tips and subscribers`, dataDir, api.root)
      bots.push(bot)
      people.push(await peopleOf(bot, api))
    }
    for (const crowd of people) await crowd.atOnce(16, 3000)
    const loads: Load[][] = sizes.map(() => [])
    for (let round = 0; round < rounds; round++) for (const [i, crowd] of people.entries()) loads[i]?.push(await crowd.atOnce(16, full ? 10_000 : 3000))
    const costs = loads.map(all => median(all.map(load => load.cpu / load.updates)))
    const [first = NaN] = costs
    table(['', 'CPU ms/update', 'to the smallest', 'updates/s'], bots.map((bot, i) => [
      bot.name, digits(costs[i] ?? NaN), digits((costs[i] ?? NaN) / first), digits(median((loads[i] ?? []).map(load => load.updates / load.ms * 1000))),
    ]))
    const worst = Math.max(...costs) / first
    target(`cost of an update at ${sizes.at(-1)} stored within ${most} times that at ${sizes[0]}: ${digits(worst)}`, worst <= most)
  } finally {
    for (const bot of bots) await bot.stop()
  }
}
