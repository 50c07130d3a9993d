// At Telegram's pace: how much of it is used, whether it is ever exceeded, and how good the time of the end is that an officer reads.
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { finishBy } from '../../../src/bulletins/progress.ts'
import { everybody, lesson } from '../../bulletins/newsroom.ts'
import { until } from '../../world.ts'
import { digits } from '../numbers.ts'
import { heading, table, target } from '../table.ts'
import { aPlace } from './program.ts'
import { fillResidents } from './residents.ts'
import type { Sink } from './sink.ts'
import { fullestSecond, rateOf } from './windows.ts'

const allowed = 30
/** Milliseconds that Telegram takes to answer. */
const distance = 50

export async function rate (dir: string, sink: Sink, full: boolean, databaseUrl: string | null): Promise<void> {
  const [many, estimateAfter] = full ? [9000, 60_000] : [1200, 10_000]
  heading(`At ${allowed} a second, ${many} recipients, ${databaseUrl === null ? 'SQLite' : 'PostgreSQL'}`)
  const place = await aPlace(join(dir, `rate-${databaseUrl === null ? 'sqlite' : 'postgresql'}`), databaseUrl, sink.root, allowed)
  const { newsroom, room, orm } = place
  await fillResidents(orm, place.keys, { many, like: 'telegram' })
  await sink.forget(distance)
  const bot = await place.program('Tin Báo', {})
  try {
    const bulletin = await newsroom.approved({ content: lesson(), audience: everybody })
    await until(async () => await sink.count() > 0)
    const began = performance.now()
    const cpu = (await bot.usage()).cpu
    await pause(estimateAfter)
    const estimate = finishBy(await newsroom.progress(bulletin), room.tariff)
    await until(async () => (await newsroom.fresh(bulletin)).state === 'sent', many / allowed * 1000 * 1.5)
    const finished = Date.now()
    const used = (await bot.usage()).cpu - cpu
    const { times, chats, stalled } = await sink.heard()
    const [reached, most] = [rateOf(times), fullestSecond(times)]
    // As long as it took from the moment of the estimate.
    const off = (estimate.getTime() - finished) / (performance.now() - began) * 100
    table(['messages', 'people', 'a second', 'of the budget %', 'fullest second', 'sink stood still ms', 'estimate off by %', 'CPU ms each'], [
      [String(times.length), String(new Set(chats).size), digits(reached), digits(reached / allowed * 100), String(most), digits(stalled), digits(off), digits(used / 1000 / times.length)],
    ])
    target(`at least 99 % of the budget used: ${digits(reached / allowed * 100)} %`, reached / allowed >= 0.99)
    target(`no second with more than ${allowed}: ${most}`, most <= allowed)
    target(`the end estimated after ${estimateAfter / 1000} s within 5 %: off by ${digits(off)} %`, Math.abs(off) <= 5)
    if (times.length !== many || new Set(chats).size !== many) throw new Error(`${times.length} messages for ${many} people.`)
  } finally {
    await bot.stop()
    await place.close()
  }
}
