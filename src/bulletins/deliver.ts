// Sends bulletins on one channel: alarms first, at the account's pace, each row written as on the wire before its request leaves.
import { setTimeout as wait } from 'node:timers/promises'
import type { Channel } from '../channels/channel.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import { describeError } from '../log.ts'
import { Bulletin } from './bulletin.ts'
import { bring, type Bringing } from './bring.ts'
import { recordAndTake, takeLetters, takeOverWire, type Outcome, type Taken } from './delivery-rows.ts'
import { finishIfDone, pauseByItself } from './run.ts'
import type { BulletinRoom } from './room.ts'

export interface BulletinSender {
  /** Sends some of what is due. True when there may be more. */
  round (signal: AbortSignal): Promise<boolean>
  /** Resolves when nothing is on the wire and all is recorded. */
  finished (): Promise<void>
}

/** One transaction for so many outcomes and takes at most. */
const batch = 64
/** How long the list of running bulletins is believed, in milliseconds: a pause or a stop is heard within it. */
const believed = 200
/** So many refusals for the text itself, and nobody who took it: the text is wrong. */
const tooManyRefused = 5

/**
 * Make one for each time a channel begins to send: what the one before had on the wire gets its outcome then.
 * @param most requests on the wire at once; by default what the account's pace can use
 */
export function bulletinSender (room: BulletinRoom, channel: Channel, most = inFlightFor(room.tariff(channel.name).rate)): BulletinSender {
  const underWay = new Set<Promise<void>>()
  let done: Outcome[] = []
  let begun = false
  let running: Bulletin[] = []
  let listedAt = -Infinity
  let turnOf = 0
  const verdicts = new Map<number, { taken: number, refused: number }>()

  async function list (): Promise<void> {
    if (performance.now() - listedAt < believed) return
    running = await room.orm.em.fork().find(Bulletin, { state: 'sending' }, { orderBy: { publishedAt: 'asc', id: 'asc' } })
    listedAt = performance.now()
  }

  /** Alarms, oldest first; then the others in turn, so that a short one need not wait for a long one. */
  function inOrder (): Bulletin[] {
    const [alarms, others] = [running.filter(({ kind }) => kind === 'alarm'), running.filter(({ kind }) => kind !== 'alarm')]
    const from = others.length === 0 ? 0 : turnOf++ % others.length
    return [...alarms, ...others.slice(from), ...others.slice(0, from)]
  }

  async function flush (from: { bulletinId: number, limit: number } | null = null): Promise<Taken[]> {
    const recorded = done
    done = []
    try {
      const taken = await recordAndTake(room.orm, channel.name, recorded, from, room.clock())
      for (const { bulletinId, state, why } of recorded) {
        room.counted(channel.name, state, 1)
        judge(bulletinId, state, why)
      }
      return taken
    } catch (error) {
      // A full disk, a database that is away: the outcomes are kept and recorded later; nothing new is begun meanwhile.
      done = [...recorded, ...done]
      throw error
    }
  }

  function judge (bulletinId: number, state: Outcome['state'], why: Outcome['why']): void {
    const verdict = verdicts.get(bulletinId) ?? { taken: 0, refused: 0 }
    verdicts.set(bulletinId, verdict)
    if (state === 'delivered') verdict.taken++
    if (state === 'refused' && why === 'rejected') verdict.refused++
  }

  function begin (bringing: Bringing, rows: readonly Taken[]): void {
    const work = bring(room, channel, bringing, rows).then(async ({ outcomes, pause }) => {
      done.push(...outcomes)
      if (pause !== null) await orderPause(room.orm, channel.name, pause)
    }).catch(error => {
      room.log.error({ channel: channel.name, err: describeError(error) }, 'a delivery broke')
      done.push(...rows.map(({ id, bulletinId }): Outcome => ({ id, bulletinId, state: 'unknown', why: null, messageId: null, dueAt: null, tried: true, leftKey: null })))
    }).finally(() => { underWay.delete(work) })
    underWay.add(work)
  }

  /** Takes turns for one bulletin, and its rows. False: nothing is due, or there is no room. */
  async function takeTurns (signal: AbortSignal, places: number): Promise<boolean> {
    for (const bulletin of inOrder()) {
      // Slow requests of a long bulletin must not keep an alarm from leaving.
      const free = bulletin.kind === 'alarm' ? Math.max(places, Math.min(batch, 2 * most - underWay.size)) : places
      if (free <= 0) continue
      const verdict = verdicts.get(bulletin.id)
      if (verdict !== undefined && verdict.taken === 0 && verdict.refused >= tooManyRefused) {
        await pauseAsWrong(bulletin)
        continue
      }
      if (!dry.has(bulletin.id)) {
        const lane = bulletin.kind === 'alarm' ? 'alarm' : 'bulletin'
        const turns = await channel.gate.take(lane, free, signal)
        if (turns === 0) return false
        const rows = await flush({ bulletinId: bulletin.id, limit: turns })
        for (const row of rows) begin({ kind: 'bulletin', bulletin }, [row])
        if (rows.length > 0) return true
        dry.add(bulletin.id)
      }
    }
    return false
  }
  /** Bulletins of which nothing was due when we last looked; looked at again with each new list. */
  const dry = new Set<number>()

  async function letters (free: number): Promise<boolean> {
    const people = await takeLetters(room.orm, channel.name, free, room.clock())
    for (const rows of people) begin({ kind: 'letter', bulletins: running }, rows)
    return people.length > 0
  }

  async function pauseAsWrong (bulletin: Bulletin): Promise<void> {
    verdicts.delete(bulletin.id)
    room.log.error({ bulletin: bulletin.id, channel: channel.name }, 'the platform refuses this text for everybody: the bulletin is paused')
    await pauseByItself(room, bulletin.id, channel.name)
    listedAt = -Infinity
  }

  async function finish (): Promise<void> {
    for (const { id } of running.filter(({ id }) => dry.has(id))) if (await finishIfDone(room, id)) listedAt = -Infinity
  }

  return {
    async round (signal) {
      if (!begun) await takeOverWire(room.orm, channel.name, room.clock())
      begun = true
      if (done.length >= batch || (done.length > 0 && underWay.size === 0)) await flush()
      const paused = await pausedUntil(room.orm, channel.name)
      if (paused !== null && paused > room.clock()) {
        if (done.length > 0) await flush()
        return false
      }
      if (performance.now() - listedAt >= believed) {
        dry.clear()
        await list()
      }
      const free = Math.min(batch, most - underWay.size)
      if (await takeTurns(signal, free)) return true
      if (free > 0 && await letters(Math.min(free, 8))) return true
      if (underWay.size > 0) {
        // Not for the slowest of them: an alarm may come meanwhile.
        await Promise.race([...underWay, wait(100)])
        return true
      }
      if (done.length > 0) await flush()
      await finish()
      return false
    },
    async finished () {
      await Promise.all(underWay)
      if (done.length > 0) await flush()
    },
  }
}

/** Requests on the wire: what a pace can use while some answers take a second. */
function inFlightFor (rate: number): number {
  return Math.min(256, Math.max(16, Math.ceil(rate)))
}
