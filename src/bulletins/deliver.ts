// Sends bulletins on one channel: alarms first, at the account's pace, each row written as on the wire before its request leaves.
import { randomUUID } from 'node:crypto'
import type { Channel } from '../channels/channel.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import { describeError } from '../log.ts'
import { bring, type Bringing, type Brought } from './bring.ts'
import type { Bulletin } from './bulletin.ts'
import type { Outcome } from './delivery-rows.ts'
import { finishIfDone } from './finish.ts'
import { pauseByItself } from './run.ts'
import { runningOn, type Running } from './running.ts'
import type { BulletinRoom } from './room.ts'
import { beginSending, putBackUnheard } from './sender-lease.ts'
import { recordAndTake, takeLetters, type Due, type Letters, type Taken, type Took } from './take-deliveries.ts'
import { isWrong, makeTrouble, mostOf, type Verdict } from './trouble.ts'

export interface BulletinSender {
  /** Sends some of what is due. True when there may be more. */
  round (signal: AbortSignal): Promise<boolean>
  /** Resolves when nothing is on the wire and all is recorded. */
  finished (): Promise<void>
}

/** Outcomes recorded, and deliveries taken, in one transaction at most. */
const batch = 128
/** How long the list of running bulletins is believed, in milliseconds: an alarm, a pause or a stop is heard within it. */
const believed = 200
/** An outcome waits for others so long at most, in milliseconds. */
const together = 20
/** Letters are written for so many people at a time. */
const lettersAtOnce = 16

/**
 * Make one for each time a channel begins to send: what the one before had on the wire gets its outcome then.
 * @param most requests on the wire at once; by default what the account's pace can use
 */
export function bulletinSender (room: BulletinRoom, channel: Channel, most = inFlightFor(room.tariff(channel.name).rate)): BulletinSender {
  const { orm, clock, log } = room
  const me = randomUUID()
  const look = runningOn(orm, channel.name)
  const trouble = makeTrouble()
  const verdicts = new Map<number, Verdict>()
  /** Rows in our hands: taken, and what became of them is not on disk yet. */
  const inHand = new Set<number>()
  const underWay = new Set<Promise<void>>()
  let done: Outcome[] = []
  let running: Running[] = []
  let lookedAt = -Infinity
  let turnOf = 0
  let begun = false
  let ousted = false
  let unheard = false
  let pause: Date | null = null
  let recordedAt = -Infinity
  let wakeUp = (): void => {}

  const verdictOf = (id: number): Verdict => {
    const verdict = verdicts.get(id) ?? { onTheWire: 0, taken: 0, refused: 0 }
    verdicts.set(id, verdict)
    return verdict
  }

  /** Records what became of deliveries, and takes others. When it fails, all is kept, and nothing new is begun. */
  async function flush (from: { bulletin: Due, limit: number } | null = null): Promise<Took> {
    if (from !== null) await putBackIfUnheard()
    const recorded = done
    done = []
    recordedAt = performance.now()
    try {
      const took = await recordAndTake(orm, channel.name, me, recorded, from, clock())
      for (const { id } of recorded) inHand.delete(id)
      for (const { id } of took.rows) inHand.add(id)
      for (const [state, outcomes] of Map.groupBy(recorded, ({ state }) => state)) room.counted(channel.name, state, outcomes.length)
      if (took.ousted) oust()
      return took
    } catch (error) {
      done = [...recorded, ...done]
      unheard ||= from !== null
      throw error
    }
  }

  async function putBackIfUnheard (): Promise<void> {
    if (unheard) await putBackUnheard(orm, channel.name, me, [...inHand])
    unheard = false
  }

  function oust (): void {
    ousted = true
    log.warn({ channel: channel.name }, 'another process sends bulletins on this channel now; this one stops')
  }

  function begin (bringing: Bringing, rows: readonly Taken[]): void {
    for (const { bulletinId } of rows) verdictOf(bulletinId).onTheWire++
    const work = brought(bringing, rows).finally(() => {
      underWay.delete(work)
      wakeUp()
    })
    underWay.add(work)
  }

  async function brought (bringing: Bringing, rows: readonly Taken[]): Promise<void> {
    await channel.gate.leave()
    const became = await bring(room, channel, bringing, rows).catch((error: unknown): Brought => {
      log.error({ channel: channel.name, err: describeError(error) }, 'a delivery broke')
      return { outcomes: rows.map(({ id, bulletinId }): Outcome => ({ id, bulletinId, state: 'unknown', why: null, messageId: null, dueAt: null, tried: true, leftKey: null })), pause: null, reached: 'no', afterwards: null }
    })
    done.push(...became.outcomes)
    for (const { bulletinId, state, why } of became.outcomes) {
      const verdict = verdictOf(bulletinId)
      verdict.onTheWire--
      if (state === 'delivered') verdict.taken++
      if (state === 'refused' && why === 'rejected') verdict.refused++
    }
    if (became.reached === 'no') trouble.failed()
    if (became.reached === 'yes') trouble.answered()
    if (became.pause !== null && (pause === null || pause < became.pause)) pause = became.pause
    await became.afterwards?.().catch((error: unknown) => { log.warn({ channel: channel.name, err: describeError(error) }, 'a browser could not be woken for a bulletin') })
  }

  /** Until then the platform wants to hear nothing from this account. It counts from this moment, and is kept for the next process. */
  async function isSilent (): Promise<boolean> {
    if (pause !== null) {
      await orderPause(orm, channel.name, pause)
      pause = null
    }
    const until = await pausedUntil(orm, channel.name)
    return until !== null && until > clock()
  }

  /** Alarms, oldest first; then the others in turn, so that a short one need not wait for a long one. */
  function inOrder (): Running[] {
    const isAlarm = ({ bulletin }: Running): boolean => bulletin.kind === 'alarm'
    const others = running.filter(one => !isAlarm(one))
    const from = others.length === 0 ? 0 : turnOf++ % others.length
    return [...running.filter(isAlarm), ...others.slice(from), ...others.slice(0, from)]
  }

  function placesFor (alarm: boolean): number {
    // Slow requests of a long bulletin must not keep an alarm from leaving, nor browsers that are slow to wake the lines of a chat.
    const room = alarm ? 2 * most : most
    const free = Math.min(room - (inHand.size - done.length), 4 * room - underWay.size)
    // One place each time somebody is done would be one transaction for each person.
    return free < Math.min(batch, most) / 4 ? 0 : Math.min(batch, free, trouble.allows(underWay.size, alarm))
  }

  /** Takes turns for one bulletin, and its rows. False: nothing is due, or there is no room. */
  async function sendBulletin (signal: AbortSignal): Promise<boolean> {
    for (const one of inOrder()) {
      const { bulletin, due } = one
      if (due === null || due > clock()) continue
      if (isWrong(verdictOf(bulletin.id))) {
        await pauseAsWrong(bulletin)
        continue
      }
      const alarm = bulletin.kind === 'alarm'
      const places = Math.min(placesFor(alarm), mostOf(verdictOf(bulletin.id)))
      if (places <= 0) continue
      const turns = await channel.gate.take(alarm ? 'alarm' : 'bulletin', places, signal)
      if (turns === 0) return false
      const { rows, more } = await usingOf(turns, async () => await flush({ bulletin, limit: turns }), took => took.rows.length)
      for (const row of rows) begin({ kind: 'bulletin', bulletin }, [row])
      if (!more) one.due = null
      if (rows.length > 0 || more) return true
    }
    return false
  }

  async function sendLetters (signal: AbortSignal): Promise<boolean> {
    const waiting = running.filter(({ letters }) => letters !== null && letters <= clock())
    const places = Math.min(placesFor(false), lettersAtOnce, ...waiting.map(({ bulletin }) => mostOf(verdictOf(bulletin.id))))
    if (waiting.length === 0 || places <= 0) return false
    const turns = await channel.gate.take('bulletin', places, signal)
    if (turns === 0) return false
    const { people, bulletins } = await usingOf(turns, async () => await lettersFor(waiting, turns), ({ people }) => people.length)
    for (const rows of people) {
      for (const { id } of rows) inHand.add(id)
      begin({ kind: 'letter', bulletins }, rows)
    }
    if (people.length < turns) for (const one of waiting) one.letters = null
    return people.length > 0
  }

  async function lettersFor (waiting: readonly Running[], most: number): Promise<Letters> {
    await putBackIfUnheard()
    try {
      return await takeLetters(orm, channel.name, me, waiting.map(({ bulletin }) => bulletin), most, clock())
    } catch (error) {
      unheard = true
      throw error
    }
  }

  /** Gives back the turns that nothing was found for. */
  async function usingOf<T> (turns: number, find: () => Promise<T>, used: (found: T) => number): Promise<T> {
    let left = turns
    try {
      const found = await find()
      left -= used(found)
      return found
    } finally {
      if (left > 0) channel.gate.giveBack(left)
    }
  }

  async function pauseAsWrong (bulletin: Bulletin): Promise<void> {
    verdicts.delete(bulletin.id)
    log.error({ bulletin: bulletin.id, channel: channel.name }, 'the platform refuses this text for everybody: the bulletin is paused')
    await pauseByItself(room, bulletin.id, channel.name)
    lookedAt = -Infinity
  }

  /** Resolves when one of those on the wire is done, or after `ms`. */
  async function somebody (ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function refresh (): Promise<void> {
    if (performance.now() - lookedAt < believed) return
    running = await look()
    lookedAt = performance.now()
    for (const id of verdicts.keys()) if (!running.some(({ bulletin }) => bulletin.id === id) && verdictOf(id).onTheWire === 0) verdicts.delete(id)
  }

  return {
    async round (signal) {
      if (!begun) await beginSending(orm, channel.name, me, clock())
      begun = true
      const silent = ousted || await isSilent()
      if (done.length >= batch || (done.length > 0 && silent)) await flush()
      if (silent) return false
      await refresh()
      if (await sendBulletin(signal) || await sendLetters(signal)) return true
      const waits = recordedAt + together - performance.now()
      if (done.length > 0 && waits <= 0) {
        await flush()
        return true
      }
      if (done.length > 0 || underWay.size > 0) {
        // Not for the slowest of them: an alarm may come meanwhile.
        await somebody(done.length > 0 ? waits : 100)
        return true
      }
      for (const { bulletin, due, letters } of running) if (due === null && letters === null) await finishIfDone(room, bulletin.id)
      lookedAt = -Infinity
      return false
    },
    async finished () {
      await Promise.all(underWay)
      if (done.length > 0) await flush()
    },
  }
}

/** Requests on the wire: what a pace can use while answers take two seconds. */
function inFlightFor (rate: number): number {
  return Math.min(256, Math.max(32, Math.ceil(2 * rate)))
}
