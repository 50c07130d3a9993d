// Resident memory: at rest, and after many people have written.
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import type { BotApi } from './bot-api.ts'
import { ourBot } from './bots.ts'
import { digits } from './numbers.ts'
import { peopleOf } from './people.ts'
import { heading, table, target } from './table.ts'

const rest = 5000

export async function memory (dir: string, api: BotApi, full: boolean): Promise<void> {
  const many = full ? 100_000 : 2000
  heading('Memory: resident, in MB of a million bytes')
  const bot = await ourBot('Tin Báo', join(dir, 'memory'), api.root)
  const resident = async (): Promise<number> => (await bot.usage()).rss / 1e6
  try {
    await pause(rest)
    const atRest = await resident()
    const people = await peopleOf(bot, api)
    const load = await people.sayHello(many, 32)
    const atOnce = await resident()
    await pause(rest)
    const later = await resident()
    table(['', 'MB'], [
      ['at rest', digits(atRest)],
      [`right after ${many} conversations (${digits(load.updates / load.ms * 1000)}/s)`, digits(atOnce)],
      [`${rest / 1000} s later`, digits(later)],
    ])
    target(`under 150 MB at rest: ${digits(atRest)}`, atRest < 150)
    target(`under 256 MB after ${many} conversations: ${digits(Math.max(atOnce, later))}`, Math.max(atOnce, later) < 256)
  } finally {
    await bot.stop()
  }
}
