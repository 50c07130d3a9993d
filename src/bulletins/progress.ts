// How far a bulletin has come: the sums of its deliveries, and when it will be done.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import type { Bulletin } from './bulletin.ts'
import { DeliveryCount, type DeliveryState, type Why } from './delivery.ts'
import type { BulletinRoom } from './room.ts'

export interface Progress {
  rows: { channel: ChannelName, state: DeliveryState, why: Why | '', n: number }[]
  /** All recipients written down so far. */
  total: number
  /** Of them, those with an outcome. */
  done: number
  delivered: number
  /** Refused, left, unknown. */
  failed: number
  /** In letters that go out later. */
  inLetters: number
  at: Date
}

export async function progressOf (em: EntityManager, bulletin: Pick<Bulletin, 'id'>, at: Date): Promise<Progress> {
  const counts = await em.find(DeliveryCount, { bulletinId: bulletin.id, n: { $gt: 0 } }, { orderBy: { channel: 'asc', state: 'asc', why: 'asc' }, disableIdentityMap: true })
  const sum = (...states: DeliveryState[]): number => counts.filter(({ state }) => states.includes(state)).reduce((total, { n }) => total + n, 0)
  const [waiting, letters] = [sum('due', 'on-the-wire'), sum('digest')]
  const total = counts.reduce((all, { n }) => all + n, 0)
  return {
    rows: counts.map(({ channel, state, why, n }) => ({ channel, state, why, n })),
    total, done: total - waiting - letters, delivered: sum('delivered'), failed: sum('refused', 'left', 'unknown'), inLetters: letters, at,
  }
}

/** Recipients a second between two looks; null when nothing moved. */
export function rateBetween (before: Progress, now: Progress): number | null {
  const ms = now.at.getTime() - before.at.getTime()
  return ms <= 0 || now.done <= before.done ? null : (now.done - before.done) / ms * 1000
}

/** When the last one not waiting for a letter will have it: by what is left on each channel and its pace, or by the rate that was seen. */
export function finishBy (progress: Progress, tariff: BulletinRoom['tariff'], seen: number | null = null): Date {
  const left = (channel: ChannelName): number => progress.rows.filter(row => row.channel === channel && (row.state === 'due' || row.state === 'on-the-wire')).reduce((total, { n }) => total + n, 0)
  const channels = [...new Set(progress.rows.map(({ channel }) => channel))]
  const all = channels.reduce((total, channel) => total + left(channel), 0)
  const seconds = seen !== null ? all / seen : Math.max(0, ...channels.map(channel => left(channel) / tariff(channel).rate))
  return new Date(progress.at.getTime() + seconds * 1000)
}
