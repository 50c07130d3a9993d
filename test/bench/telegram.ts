// Updates a second over the webhook: our whole report, durable, against grammY's conversations plugin and against bare grammY.
import { join } from 'node:path'
import type { BotApi } from './bot-api.ts'
import { ourBot, peer, type Bot } from './bots.ts'
import { digits, median, percentile } from './numbers.ts'
import { peopleOf, type Load, type People } from './people.ts'
import { heading, table, target } from './table.ts'

const rounds = 3

export async function telegram (dir: string, api: BotApi, full: boolean): Promise<void> {
  heading('Telegram: updates a second over the webhook')
  const many = 32
  const [roundMs, steadyMs] = full ? [10_000, 60_000] : [3000, 10_000]
  const bots: Bot[] = [
    await ourBot('Tin Báo', join(dir, 'ours'), api.root),
    await peer('grammY + conversations, SQLite', 'sqlite', dir, api.root),
    await peer('grammY + conversations, files', 'file', dir, api.root),
    await peer('bare grammY (remembers nothing)', 'bare', dir, api.root),
  ]
  try {
    const people: People[] = []
    for (const bot of bots) people.push(await peopleOf(bot, api))
    for (const crowd of people) await crowd.atOnce(many, 1500)
    // In turns, so that what else the machine does falls on all of them.
    const loads: Load[][] = bots.map(() => [])
    for (let round = 0; round < rounds; round++) for (const [i, crowd] of people.entries()) loads[i]?.push(await crowd.atOnce(many, roundMs))
    const rates = loads.map(all => median(all.map(load => load.updates / load.ms * 1000)))
    const [ours = NaN, sqlite = NaN, file = NaN] = rates
    const half = ours / 2
    const steady: Load[] = []
    for (const crowd of people) steady.push(await crowd.steady(half, steadyMs))

    const costs = loads.map(all => median(all.map(load => load.cpu / load.updates)))
    table(['', 'updates/s', 'to ours', 'CPU ms/update', 'reports/s', `yes at ${digits(half)}/s: p50 ms`, 'p99 ms', 'answered: p50 ms', 'p99 ms'], bots.map((bot, i) => [
      bot.name,
      digits(rates[i] ?? NaN),
      digits((rates[i] ?? NaN) / ours),
      digits(costs[i] ?? NaN),
      digits(median((loads[i] ?? []).map(load => load.reports / load.ms * 1000))),
      ...[steady[i]?.yes, steady[i]?.answered].flatMap(times => [50, 99].map(p => digits(percentile(times ?? [], p)))),
    ]))
    const refused = loads[0]?.reduce((sum, load) => sum + load.refused, 0) ?? 0
    console.log(`\n${many} people at once, ${rounds} rounds in turns, medians. Ours: 10 updates a report, every one a transaction on disk before the yes, replies sealed and`)
    console.log('queued; the plugin: 7, of which files are not flushed to disk; it answers before its yes. LOG_LEVEL=warn.')
    if (refused > 0) console.log(`Our own gate refused ${refused} updates: more than 400 a second in all.`)
    target(`at least the rate of conversations on SQLite: ${digits(ours / sqlite)} of it (on files: ${digits(ours / file)})`, ours >= sqlite && ours >= file)
    const p99 = percentile(steady[0]?.yes ?? [], 99)
    target(`p99 of one update under 50 ms at half our rate: ${digits(p99)} ms`, p99 < 50)
  } finally {
    for (const bot of bots) await bot.stop()
  }
}
