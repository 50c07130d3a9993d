// An alarm for a few hundred people while a long bulletin runs at Telegram's pace, and residents who write to the bot meanwhile.
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { run } from '../../../src/db/statement.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import { alarm as urgent, everybody, lesson } from '../../bulletins/newsroom.ts'
import { until } from '../../world.ts'
import type { BotApi } from '../bot-api.ts'
import { digits, percentile } from '../numbers.ts'
import { peopleOf } from '../people.ts'
import { heading, table, target } from '../table.ts'
import { aPlace, type Place } from './program.ts'
import { fillResidents } from './residents.ts'
import { fullestSecond } from './windows.ts'

const allowed = 30
const concerned = 300
const firstChat = 1_000_000_000
/** Where the fire is, and where everybody else lives. */
const [here, elsewhere] = ['30292', '30301']

export async function alarm (dir: string, api: BotApi, full: boolean, databaseUrl: string | null): Promise<void> {
  const many = full ? 100_000 : 5000
  const name = databaseUrl === null ? 'SQLite' : 'PostgreSQL'
  heading(`An alarm for ${concerned} while a bulletin for ${many} runs at ${allowed} a second, ${name}`)
  const place = await aPlace(join(dir, `alarm-${name}`), databaseUrl, api.root, allowed)
  await fillResidents(place.orm, place.keys, { many, like: 'telegram', firstChat })
  await settle(place)
  const heard: { at: number, chat: number, alarm: boolean }[] = []
  api.onMessage = (chat, text) => { if (chat < firstChat + many) heard.push({ at: Date.now(), chat, alarm: text.includes('🚨') }) }
  const bot = await place.program('Tin Báo', {})
  try {
    const people = await peopleOf(bot, api)
    await place.newsroom.approved({ content: lesson(), audience: everybody })
    await until(() => heard.length > 3 * allowed, 30_000)
    // Each thing a resident says is answered with three messages, which share the pace.
    const replies = people.steady(0.5, 20_000)
    await pause(2000)
    const approved = Date.now()
    await place.newsroom.approved({ content: urgent(new Date()), audience: { ...everybody, localities: [here] } })
    await until(() => new Set(heard.filter(one => one.alarm).map(({ chat }) => chat)).size === concerned, 60_000)
    const times = heard.filter(one => one.alarm).map(({ at }) => (at - approved) / 1000)
    const { first: replied, answered } = await replies
    const [first, last, p99] = [Math.min(...times), Math.max(...times), percentile(replied, 99)]
    const during = heard.filter(one => !one.alarm && one.at > approved && one.at < approved + last * 1000).length
    table(['first after s', 'last after s', 'bulletin meanwhile', 'fullest second', 'residents answered: p50 ms', 'p99', 'all of it: p50 ms', 'p99', 'of'], [[
      digits(first), digits(last), String(during), String(fullestSecond(heard.map(({ at }) => at))), digits(percentile(replied, 50)), digits(p99), digits(percentile(answered, 50)), digits(percentile(answered, 99)), String(answered.length),
    ]])
    const latest = concerned / allowed + 2
    target(`${name}: the first of an alarm within 1 s of its approval: ${digits(first)} s`, first <= 1)
    target(`${name}: the last of ${concerned} within ${latest} s: ${digits(last)} s`, last <= latest)
    target(`${name}: a resident's reply meanwhile within 500 ms (p99): ${digits(p99)} ms`, p99 <= 500)
    if (times.length !== concerned) throw new Error(`${times.length} alarms for ${concerned} people.`)
  } finally {
    await bot.stop()
    await place.close()
  }
}

/** Nobody asked for the whole province's news; a few live where the fire is. */
async function settle ({ orm, keys }: Place): Promise<void> {
  const near = Array.from({ length: concerned }, (_, n) => keys.tag(`telegram:${firstChat + n * 7}`, 'address'))
  await inTransaction(orm, async em => {
    await run(em, 'update subscriber set everywhere = ?', [orm.em.getPlatform().constructor.name.startsWith('Sqlite') ? 0 : 'false'])
    await run(em, `insert into subscriber_place (commune, address_key) select '${elsewhere}', address_key from subscriber`)
    for (const key of near) await run(em, `insert into subscriber_place (commune, address_key) values ('${here}', ?)`, [key])
  })
}
