// What a sender has in hand: deliveries that were taken, from the moment they are marked until it is on disk what became of them.
import { randomUUID } from 'node:crypto'
import type { Channel } from '../channels/channel.ts'
import { describeError } from '../log.ts'
import { bring, type Bringing, type Brought } from './bring.ts'
import type { Bulletin } from './bulletin.ts'
import type { Outcome } from './delivery-rows.ts'
import type { BulletinRoom } from './room.ts'
import { beginSending, putBackUnheard } from './sender-lease.ts'
import { recordAndTake, takeLetters, type Due, type Letters, type Taken, type Took } from './take-deliveries.ts'

export interface Hand {
  /** Signs as the sender of this channel; what the one before had in hand gets its outcome. */
  begin (): Promise<void>
  /** True: another process signed since. Nothing may be taken any more. */
  ousted (): boolean
  /** Taken, and not answered yet. */
  onTheWire (): number
  /** The same, and what is still done afterwards. */
  busy (): number
  /** Outcomes that are not on disk yet. */
  unrecorded (): number
  /** Milliseconds until the oldest of them should be. */
  recordWithin (): number
  record (): Promise<void>
  /** Takes up to `turns` of a bulletin; turns that nothing is found for are given back. */
  take (bulletin: Due, turns: number): Promise<Took>
  /** The same with the letters of as many people. */
  takeLetters (waiting: readonly Bulletin[], turns: number): Promise<Letters>
  /** Brings them; all rows are one person's. */
  bring (bringing: Bringing, rows: readonly Taken[]): void
  /** Resolves when one of those on the wire is done, or after `ms`. */
  somebody (ms: number): Promise<void>
  /** Resolves when nothing is on the wire any more, and all is recorded. */
  empty (): Promise<void>
}

/** An outcome waits for others so long at most, in milliseconds. */
const together = 20

/** @param heard told what came of each request, before it is on disk */
export function inHand (room: BulletinRoom, channel: Channel, heard: (became: Brought) => void): Hand {
  const { orm, clock, log } = room
  const me = randomUUID()
  const mine = new Set<number>()
  const underWay = new Set<Promise<void>>()
  let done: Outcome[] = []
  let recordedAt = -Infinity
  let ousted = false
  /** We may have taken something of which we never heard. */
  let unheard = false
  let wakeUp = (): void => {}

  /** When it fails (a full disk, a database that is away), all is kept, and nothing new is begun. */
  async function recordAnd (from: { bulletin: Due, limit: number } | null): Promise<Took> {
    const recorded = done
    done = []
    recordedAt = performance.now()
    try {
      const took = await recordAndTake(orm, channel.name, me, recorded, from, clock())
      for (const { id } of recorded) mine.delete(id)
      for (const [state, outcomes] of Map.groupBy(recorded, ({ state }) => state)) room.counted(channel.name, state, outcomes.length)
      if (took.ousted && !ousted) log.warn({ channel: channel.name }, 'another process sends bulletins on this channel now; this one stops')
      ousted ||= took.ousted
      return took
    } catch (error) {
      done = [...recorded, ...done]
      throw error
    }
  }

  async function taking<T> (turns: number, take: () => Promise<T>, found: (taken: T) => Taken[][]): Promise<T> {
    let left = turns
    try {
      if (unheard) await putBackUnheard(orm, channel.name, me, [...mine])
      unheard = true
      const taken = await take()
      unheard = false
      for (const rows of found(taken)) for (const { id } of rows) mine.add(id)
      left -= found(taken).length
      return taken
    } finally {
      if (left > 0) channel.gate.giveBack(left)
    }
  }

  async function brought (bringing: Bringing, rows: readonly Taken[]): Promise<void> {
    await channel.gate.leave()
    const became = await bring(room, channel, bringing, rows).catch((error: unknown): Brought => {
      log.error({ channel: channel.name, err: describeError(error) }, 'a delivery broke')
      return { outcomes: rows.map(({ id, bulletinId }): Outcome => ({ id, bulletinId, state: 'unknown', why: null, messageId: null, dueAt: null, tried: true, leftKey: null })), pause: null, reached: 'no', afterwards: null }
    })
    done.push(...became.outcomes)
    heard(became)
    wakeUp()
    await became.afterwards?.().catch((error: unknown) => { log.warn({ channel: channel.name, err: describeError(error) }, 'a browser could not be woken for a bulletin') })
  }

  return {
    async begin () {
      const found = await beginSending(orm, channel.name, me, clock())
      if (found > 0) log.warn({ channel: channel.name, deliveries: found }, 'an earlier process ended while these were on the wire')
    },
    ousted: () => ousted,
    onTheWire: () => mine.size - done.length,
    busy: () => underWay.size,
    unrecorded: () => done.length,
    recordWithin: () => recordedAt + together - performance.now(),
    async record () { await recordAnd(null) },
    take: async (bulletin, turns) => await taking(turns, async () => await recordAnd({ bulletin, limit: turns }), ({ rows }) => rows.map(row => [row])),
    takeLetters: async (waiting, turns) => await taking(turns, async () => await takeLetters(orm, channel.name, me, waiting, turns, clock()), ({ people }) => people),
    bring (bringing, rows) {
      const work = brought(bringing, rows).finally(() => {
        underWay.delete(work)
        wakeUp()
      })
      underWay.add(work)
    },
    async somebody (ms) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    async empty () {
      await Promise.all(underWay)
      if (done.length > 0) await recordAnd(null)
    },
  }
}
