// Sends bulletins on one channel: alarms first, at the account's pace, each row written as on the wire before its request leaves.
import type { Channel } from '../channels/channel.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import type { Brought } from './bring.ts'
import type { Bulletin } from './bulletin.ts'
import { finishIfDone } from './finish.ts'
import { inHand } from './in-hand.ts'
import { pauseByItself } from './run.ts'
import { runningOn, type Running } from './running.ts'
import type { BulletinRoom } from './room.ts'
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
/** Letters are written for so many people at a time. */
const lettersAtOnce = 16

/**
 * Make one for each time a channel begins to send: what the one before had on the wire gets its outcome then.
 * @param most requests on the wire at once; by default what the account's pace can use
 */
export function bulletinSender (room: BulletinRoom, channel: Channel, most = inFlightFor(room.tariff(channel.name).rate)): BulletinSender {
  const { orm, clock, log } = room
  const hand = inHand(room, channel, heard)
  const look = runningOn(orm, channel.name)
  const trouble = makeTrouble()
  const verdicts = new Map<number, Verdict>()
  let running: Running[] = []
  let lookedAt = -Infinity
  let turnOf = 0
  let begun = false
  /** Ordered by the platform, and not stored yet. */
  let pause: Date | null = null

  function verdictOf (id: number): Verdict {
    const verdict = verdicts.get(id) ?? { since: performance.now(), onTheWire: 0, taken: 0, refused: 0 }
    verdicts.set(id, verdict)
    return verdict
  }

  function heard ({ outcomes, reached, pause: until }: Brought): void {
    for (const { bulletinId, state, why } of outcomes) {
      const verdict = verdictOf(bulletinId)
      verdict.onTheWire--
      if (state === 'delivered') verdict.taken++
      if (state === 'refused' && why === 'rejected') verdict.refused++
    }
    if (reached === 'no') trouble.failed()
    if (reached === 'yes') trouble.answered()
    if (until !== null && (pause === null || pause < until)) pause = until
  }

  /** The platform wants to hear nothing from this account just now. What it ordered is kept for the next process as well. */
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
    const all = alarm ? 2 * most : most
    const free = Math.min(all - hand.onTheWire(), 4 * all - hand.busy())
    // One place each time somebody is done would be one transaction for each person.
    return free < Math.min(batch, most) / 4 ? 0 : Math.min(batch, free, trouble.allows(hand.busy(), alarm))
  }

  /** Takes turns for one bulletin, and its rows. False: nothing is due, or there is no room. */
  async function sendBulletin (signal: AbortSignal): Promise<boolean> {
    for (const one of inOrder()) {
      const { bulletin, due } = one
      if (due === null || due > clock()) continue
      const verdict = verdictOf(bulletin.id)
      if (isWrong(verdict)) {
        await pauseAsWrong(bulletin)
        continue
      }
      const alarm = bulletin.kind === 'alarm'
      const places = Math.min(placesFor(alarm), mostOf(verdict, performance.now()))
      if (places <= 0) continue
      const turns = await channel.gate.take(alarm ? 'alarm' : 'bulletin', places, signal)
      if (turns === 0) return false
      const { rows, more } = await hand.take(bulletin, turns)
      verdict.onTheWire += rows.length
      for (const row of rows) hand.bring({ kind: 'bulletin', bulletin }, [row])
      if (!more) one.due = null
      if (rows.length > 0 || more) return true
    }
    return false
  }

  /** The same with letters. */
  async function sendLetters (signal: AbortSignal): Promise<boolean> {
    const waiting = running.filter(({ letters }) => letters !== null && letters <= clock())
    const places = Math.min(placesFor(false), lettersAtOnce, ...waiting.map(({ bulletin }) => mostOf(verdictOf(bulletin.id), performance.now())))
    if (waiting.length === 0 || places <= 0) return false
    const turns = await channel.gate.take('bulletin', places, signal)
    if (turns === 0) return false
    const { people, bulletins } = await hand.takeLetters(waiting.map(({ bulletin }) => bulletin), turns)
    for (const rows of people) {
      for (const { bulletinId } of rows) verdictOf(bulletinId).onTheWire++
      hand.bring({ kind: 'letter', bulletins }, rows)
    }
    if (people.length < turns) for (const one of waiting) one.letters = null
    return people.length > 0
  }

  async function pauseAsWrong (bulletin: Bulletin): Promise<void> {
    // Whoever lets it go on has looked at it.
    Object.assign(verdictOf(bulletin.id), { since: performance.now(), taken: 0, refused: 0 })
    log.error({ bulletin: bulletin.id, channel: channel.name }, 'the platform refuses this text for everybody: the bulletin is paused')
    await pauseByItself(room, bulletin.id, channel.name)
    lookedAt = -Infinity
  }

  async function refresh (): Promise<void> {
    if (performance.now() - lookedAt < believed) return
    running = await look()
    lookedAt = performance.now()
    const ids = new Set(running.map(({ bulletin }) => bulletin.id))
    for (const [id, { onTheWire }] of verdicts) if (!ids.has(id) && onTheWire === 0) verdicts.delete(id)
  }

  return {
    async round (signal) {
      if (!begun) await hand.begin()
      begun = true
      const silent = hand.ousted() || await isSilent()
      if (hand.unrecorded() >= batch || (hand.unrecorded() > 0 && silent)) await hand.record()
      if (silent) return false
      await refresh()
      if (await sendBulletin(signal) || await sendLetters(signal)) return true
      const waits = hand.recordWithin()
      if (hand.unrecorded() > 0 && waits <= 0) {
        await hand.record()
        return true
      }
      if (hand.unrecorded() > 0 || hand.busy() > 0) {
        // Not for the slowest of them: an alarm may come meanwhile.
        await hand.somebody(hand.unrecorded() > 0 ? waits : 100)
        return true
      }
      for (const { bulletin, due, letters } of running) if (due === null && letters === null) await finishIfDone(room, bulletin.id)
      lookedAt = -Infinity
      return false
    },
    finished: async () => { await hand.empty() },
  }
}

/** Requests on the wire: what a pace can use while answers take two seconds. Without a limit, more would only cost memory. */
function inFlightFor (rate: number): number {
  return rate === Infinity ? 64 : Math.min(256, Math.max(32, Math.ceil(2 * rate)))
}
