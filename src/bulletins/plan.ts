// The plan before sending: whom it reaches on which channel, when, and at what price. Counts only; nobody is looked up.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { run } from '../db/statement.ts'
import { chatOf } from '../staff/officers.ts'
import { Officer } from '../staff/officer.ts'
import { isQuiet } from './audience.ts'
import type { Bulletin } from './bulletin.ts'
import { levelOf } from './content.ts'
import { countAudience, countOpenOnZalo, type Group } from './count-audience.ts'
import type { PlanRow } from './plan-row.ts'
import { DeliveryCount } from './delivery.ts'
import type { BulletinRoom, Tariff } from './room.ts'
import { afterQuiet, hourInVietnam, letterInTime } from './when-due.ts'

export interface Plan {
  rows: PlanRow[]
  /** All who are meant. */
  audience: number
  /** Of them, who will get it as far as we know. */
  reachable: number
  /** When the last one due now has it; later ones and letters take their time. */
  firstDoneAt: Date
  /** When everybody has it, letters included. */
  finishAt: Date
  /** Telegram Stars; 0: free. */
  stars: number
}

type PlanRoom = Pick<BulletinRoom, 'keys' | 'tariff' | 'zaloPaid'>
type Planned = Pick<Bulletin, 'kind' | 'content' | 'audience' | 'training' | 'about'>

/** @param at the moment it would begin */
export async function planOf (em: EntityManager, room: PlanRoom, bulletin: Planned, at: Date): Promise<Plan> {
  const rows = new Map<ChannelName, PlanRow>()
  const rowOf = (channel: ChannelName): PlanRow => {
    const row = rows.get(channel) ?? { channel, now: 0, later: 0, digest: 0, window: 0, quota: 0, blocked: 0 }
    rows.set(channel, row)
    return row
  }
  for (const channel of bulletin.audience.channels) rowOf(channel)
  let [latestQuiet, latestLetter] = [at, at]

  const put = (row: PlanRow, group: Pick<Group, 'frequency' | 'quietFrom' | 'quietTo'>, n: number): void => {
    const letter = levelOf[bulletin.kind] === 'information' ? letterInTime(group.frequency, at, bulletin.content.validUntil) : null
    if (letter !== null) {
      row.digest += n
      if (n > 0) latestLetter = latest(latestLetter, letter)
    } else if (bulletin.kind !== 'alarm' && isQuiet(hourInVietnam(at), group.quietFrom, group.quietTo)) {
      row.later += n
      if (n > 0) latestQuiet = latest(latestQuiet, afterQuiet(at, group.quietFrom, group.quietTo))
    } else row.now += n
  }

  if (bulletin.training) {
    for (const officer of await em.find(Officer, { endedAt: null, sealed: { $ne: null } })) {
      const chat = chatOf(room.keys, officer)
      if (chat !== null && bulletin.audience.channels.includes(chat.channel)) rowOf(chat.channel).now++
    }
  } else if (bulletin.about != null) {
    for (const { channel, n } of await em.find(DeliveryCount, { bulletinId: bulletin.about, state: { $in: ['delivered', 'unknown'] } })) rowOf(channel).now += n
  } else {
    const groups = await countAudience(em, bulletin.kind, bulletin.audience)
    for (const group of groups) {
      rowOf(group.channel).blocked += group.left
      if (group.channel !== 'zalo-oa') put(rowOf(group.channel), group, group.n - group.left)
    }
    if (bulletin.audience.channels.includes('zalo-oa')) {
      const row = rowOf('zalo-oa')
      const meantOnZalo = groups.filter(({ channel }) => channel === 'zalo-oa').reduce((sum, { n, left }) => sum + n - left, 0)
      for (const group of await countOpenOnZalo(em, bulletin.kind, bulletin.audience, room.zaloPaid, at)) put(row, group, group.n)
      row.window = meantOnZalo - row.now - row.later - row.digest
    }
  }
  const silent = new Map((await run<{ account: string, until: number | string | Date }>(em, 'select account, until from pause where until > ?', [at])).map(({ account, until }) => [account, new Date(until)]))
  for (const row of rows.values()) if (silent.has(row.channel)) Object.assign(row, { now: 0, quota: row.now })
  const latestPause = [...rows.values()].reduce((found, { channel, quota }) => quota > 0 ? latest(found, silent.get(channel) ?? at) : found, at)
  return summedUp([...rows.values()], room.tariff, { at, quiet: latestQuiet, letter: latestLetter, pause: latestPause })
}

function summedUp (rows: PlanRow[], tariff: (channel: ChannelName) => Tariff, { at, quiet, letter, pause }: Record<'at' | 'quiet' | 'letter' | 'pause', Date>): Plan {
  const after = (from: Date, n: (row: PlanRow) => number): Date => new Date(Math.max(...rows.map(row => from.getTime() + n(row) / tariff(row.channel).rate * 1000), from.getTime()))
  const sum = (n: (row: PlanRow) => number): number => rows.reduce((total, row) => total + n(row), 0)
  const firstDoneAt = after(at, row => row.now)
  const waits: [Date, (row: PlanRow) => number][] = [[pause, row => row.quota], [quiet, row => row.later], [letter, row => row.digest]]
  const finishAt = [firstDoneAt, ...waits.flatMap(([from, n]) => sum(n) > 0 ? [after(from, n)] : [])].reduce(latest)
  const reachable = sum(row => row.now + row.quota + row.later + row.digest)
  return {
    rows,
    audience: reachable + sum(row => row.window + row.blocked),
    reachable,
    firstDoneAt,
    finishAt,
    stars: rows.reduce((total, row) => total + starsFor(row.now + row.quota + row.later + row.digest, tariff(row.channel)), 0),
  }
}

/** Telegram's free pace; only what is sent above it costs (telegram.md 1.2). */
const freeRate = 30

function starsFor (n: number, { rate, stars }: Tariff): number {
  return rate <= freeRate ? 0 : Math.ceil(n * (1 - freeRate / rate) * stars)
}

const latest = (a: Date, b: Date): Date => a > b ? a : b
