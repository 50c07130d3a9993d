// Brings waiting replies to their channel: in order for each person, at the account's pace, through restarts.
import { setImmediate as turn } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import { fit, type FitWords } from '../channels/fit.ts'
import type { Address } from '../channels/message.ts'
import { pause } from '../channels/pause.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import { SendError } from '../channels/send-error.ts'
import { minutes, seconds, type Clock } from '../clock.ts'
import type { Language } from '../i18n.ts'
import { describeError, type Log } from '../log.ts'
import { run } from '../db/statement.ts'
import { backoff, dueLanes, remove } from '../queue/waiting.ts'
import type { ServerKeys } from '../server-key.ts'
import { Reply } from './reply.ts'
import { openReply, type Waiting } from './say.ts'

export interface DeliverRoom {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Log
  words: (language: Language) => FitWords
  /** They stopped us: nothing more is sent to them. */
  left: (address: Address) => Promise<void>
  /** What became of an officer's message. */
  became: (about: number, delivery: 'in-chat' | 'closed' | 'left') => Promise<void>
  /** Somebody's turn is over; there may be more for them. */
  more: () => void
  /** For the metrics. */
  sent: (outcome: 'sent' | 'again' | 'left' | 'rejected') => void
}

/** Begins of a sender after which a reply that is still there is thought to be the one that kills it. */
const mostBegins = 5
/** People spoken to at the same time: enough for a platform that takes a second, at its highest pace. */
const atOnce = 64

export interface ReplySender {
  /** Takes what is due and begins to send it. True when there may be more. */
  round (signal: AbortSignal): Promise<boolean>
  /** Resolves when nothing is on the wire any more. */
  finished (): Promise<void>
}

/**
 * Sends what waits for one channel. A person who is slow to reach holds up nobody else.
 * A reply whose answer was lost is sent again: a person who asked must hear from us, and hearing twice does little harm.
 * Make one for each time a channel begins to send: it takes over from the one before. Of an account there is one at a time (they are
 * elected), and the web chat drops what it has already.
 */
export function replySender (room: DeliverRoom, channel: Channel): ReplySender {
  /** Whom we are speaking to, by lane. */
  const underWay = new Map<string, Promise<void>>()
  /** What was said and could not be deleted yet: it must not be said again. */
  const said = new Set<number>()
  const forget = forgetter(room.orm)
  let begun = false

  /** All that one person is to hear, in order; at the first that fails the rest waits behind it. */
  async function deliverLane (lane: Reply[], signal: AbortSignal): Promise<void> {
    const forgotten: Promise<void>[] = []
    const isOver = (id: number): void => {
      said.add(id)
      forgotten.push(forget(id).then(() => { said.delete(id) }))
    }
    for (const row of lane) {
      if (said.has(row.id)) isOver(row.id)
      // A message in several parts that was begun is finished: half of it would come twice.
      else if (signal.aborted || !await deliver(room, channel, row, isOver)) break
    }
    await Promise.all(forgotten)
  }

  function begin (name: string, lane: Reply[], signal: AbortSignal): void {
    const work = deliverLane(lane, signal).catch(async error => {
      room.log.error({ channel: channel.name, err: describeError(error) }, 'replies are kept and tried again: the database did not take what became of them')
      await pause(seconds(2), signal)
    }).finally(() => {
      underWay.delete(name)
      // What was said to this person meanwhile waited for its turn.
      room.more()
    })
    underWay.set(name, work)
  }

  return {
    async round (signal) {
      if (!begun) await countBegin(room.orm, channel.name, room.clock())
      begun = true
      const now = room.clock()
      const until = await pausedUntil(room.orm, channel.name)
      if (until !== null && until > now) return false
      const free = atOnce - underWay.size
      if (free === 0) {
        await Promise.race(underWay.values())
        return true
      }
      // Whose lane is in hand while we ask may be done before the answer comes: what it shows of them has been said.
      const inHand = new Set(underWay.keys())
      const lanes = (await dueLanes<Reply>(room.orm, Reply, channel.name, now, free + inHand.size)).filter(([first]) => first !== undefined && !inHand.has(first.lane)).slice(0, free)
      for (const lane of lanes) begin(lane[0]?.lane ?? '', lane, signal)
      return lanes.length === free
    },
    async finished () {
      await Promise.all(underWay.values())
    },
  }
}

/**
 * What waits when a sender begins has been waiting through one begin more. Only the first ones may be by chance, power cuts that come
 * back: a reply that kills its sender must not do so at every start, so it is put off until the others have been said.
 */
export async function countBegin (orm: MikroORM, channel: string, now: Date): Promise<void> {
  await run(orm.em, 'update reply set attempts = attempts + 1, due_at = case when attempts >= ? and due_at <= ? then ? else due_at end where channel = ?', [mostBegins, now, new Date(now.getTime() + minutes(2)), channel])
}

/** Deletes replies that were taken by the channel; those of one moment in one statement. */
function forgetter (orm: MikroORM): (id: number) => Promise<void> {
  let ids: number[] = []
  let soon: Promise<void> | null = null
  return async id => {
    ids.push(id)
    await (soon ??= turn().then(async () => {
      const together = ids
      ids = []
      soon = null
      await remove(orm.em, Reply, together)
    }))
  }
}

/** False: what else this person is to hear must wait. */
async function deliver (room: DeliverRoom, channel: Channel, row: Reply, forget: (id: number) => void): Promise<boolean> {
  if (row.until < room.clock()) {
    forget(row.id)
    return true
  }
  let waiting: Waiting | undefined
  try {
    waiting = openReply(room.keys, row)
    for (const [part, message] of fit(waiting.message, channel.shows, room.words(waiting.message.language ?? 'vi')).entries()) {
      await channel.send(waiting.address, message, `${row.once}.${part}`)
    }
    if (waiting.about !== undefined) await room.became(waiting.about, 'in-chat')
    forget(row.id)
    room.sent('sent')
    return true
  } catch (error) {
    return await failed(room, channel, row, waiting, error, forget)
  }
}

async function failed (room: DeliverRoom, channel: Channel, row: Reply, waiting: Waiting | undefined, error: unknown, forget: (id: number) => void): Promise<boolean> {
  const em = room.orm.em.fork()
  const now = room.clock().getTime()
  const again = new Date(now + backoff(row.attempts + 1, seconds(1), minutes(5), Math.random()))
  const putBack = async (dueAt: Date): Promise<void> => { await em.nativeUpdate(Reply, { id: row.id }, { dueAt, attempts: row.attempts + 1 }) }
  const failure = error instanceof SendError ? error.failure : 'tryAgain'
  if (failure !== 'left') room.log.warn({ channel: channel.name, attempts: row.attempts + 1, err: describeError(error) }, 'a reply was not taken')
  switch (failure) {
    case 'tryAgain':
    case 'notAllowed':
      room.sent('again')
      await putBack(failure === 'tryAgain' ? again : new Date(now + minutes(1)))
      return false
    case 'waitUntil': {
      const until = error instanceof SendError && error.until !== undefined ? error.until : again
      if (!(error instanceof SendError && error.onlyThisChat)) await orderPause(room.orm, channel.name, until)
      room.sent('again')
      await putBack(until)
      return false
    }
    case 'left':
      // Noted first: should we die in between, the next try is refused and comes here again.
      if (waiting !== undefined) await room.left(waiting.address)
      await dropLane(room, row.lane)
      room.sent('left')
      return false
    case 'rejected':
      if (waiting?.about !== undefined && error instanceof SendError && error.untilTheyWrite) await room.became(waiting.about, 'closed')
      room.sent('rejected')
      forget(row.id)
      return true
    default: return failure satisfies never
  }
}

/** Nothing more is said to this person; whoever wrote to them hears of it. */
async function dropLane (room: DeliverRoom, lane: string): Promise<void> {
  const em = room.orm.em.fork()
  const rows = await em.find(Reply, { lane })
  for (const row of rows) {
    const { about } = openReply(room.keys, row)
    if (about !== undefined) await room.became(about, 'left')
  }
  await remove(em, Reply, rows.map(({ id }) => id))
}
