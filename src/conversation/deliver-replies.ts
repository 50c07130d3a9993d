// Brings waiting replies to their channel: in order for each person, at the account's pace, through restarts.
import type { MikroORM } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import { fit, type FitWords } from '../channels/fit.ts'
import type { Address } from '../channels/message.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import { SendError } from '../channels/send-error.ts'
import { minutes, seconds, type Clock } from '../clock.ts'
import type { Language } from '../i18n.ts'
import { describeError, type Log } from '../log.ts'
import { backoff, putBack, remove, take } from '../queue/waiting.ts'
import type { ServerKeys } from '../server-key.ts'
import { Reply } from './reply.ts'
import { openReply } from './say.ts'

export interface DeliverRoom {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Log
  words: (language: Language) => FitWords
  /** They stopped us: nothing more is sent to them. */
  left: (address: Address) => Promise<void>
  /** For the metrics. */
  sent: (outcome: 'sent' | 'again' | 'left' | 'rejected') => void
}

/** Longer than any channel's own deadline, so that nobody takes over what is still on the wire. */
const leaseFor = minutes(2)
const atOnce = 20

/** Senders that have begun, by their signals. */
const begun = new WeakSet<AbortSignal>()

/**
 * One round: takes what is due and sends it. True when there may be more.
 * A reply whose answer was lost is sent again: a person who asked must hear from us, and hearing twice does little harm.
 * @param signal one for each sender, from its begin to its stop. A sender that begins takes over from the one before: of an account
 *   there is one at a time (they are elected), and the web chat drops what it has already
 */
export async function deliverReplies (room: DeliverRoom, channel: Channel, signal: AbortSignal): Promise<boolean> {
  if (!begun.has(signal)) {
    await takeOver(room.orm, channel.name)
    begun.add(signal)
  }
  const now = room.clock()
  const until = await pausedUntil(room.orm, channel.name)
  if (until !== null && until > now) return false
  const rows = await take(room.orm, Reply, now, leaseFor, atOnce, channel.name)
  // All of them, also when the database fails one: a stop closes it, and must know that nothing is on the wire any more.
  const outcomes = await Promise.allSettled(rows.map(async row => { await deliver(room, channel, row, signal) }))
  const broken = outcomes.find(outcome => outcome.status === 'rejected')
  if (broken !== undefined) throw broken.reason
  return rows.length > 0
}

/**
 * What a sender had in hand when it was killed need not wait for the end of its lease; nor need the rest of what that person is to hear.
 * Only a first try: a reply that kills its sender again and again must not do so at every start.
 */
async function takeOver (orm: MikroORM, channel: string): Promise<void> {
  await orm.em.fork().nativeUpdate(Reply, { channel, attempts: 1, leasedUntil: { $ne: null } }, { leasedUntil: null })
}

async function deliver (room: DeliverRoom, channel: Channel, row: Reply, signal: AbortSignal): Promise<void> {
  const em = room.orm.em.fork()
  if (row.until < room.clock()) return await remove(em, Reply, row.id)
  // A message in several parts that was begun is finished: half of it would come twice.
  if (signal.aborted) return await putBack(em, Reply, row.id, room.clock())
  let address: Address | undefined
  try {
    const waiting = openReply(room.keys, row)
    address = waiting.address
    for (const [part, message] of fit(waiting.message, channel.shows, room.words(waiting.message.language ?? 'vi')).entries()) {
      await channel.send(address, message, `${row.once}.${part}`)
    }
    await remove(em, Reply, row.id)
    room.sent('sent')
  } catch (error) {
    await failed(room, channel, row, address, error)
  }
}

async function failed (room: DeliverRoom, channel: Channel, row: Reply, address: Address | undefined, error: unknown): Promise<void> {
  const em = room.orm.em.fork()
  const now = room.clock().getTime()
  const again = new Date(now + backoff(row.attempts, seconds(1), minutes(5), Math.random()))
  const failure = error instanceof SendError ? error.failure : 'tryAgain'
  if (failure !== 'left') room.log.warn({ channel: channel.name, attempts: row.attempts, err: describeError(error) }, 'a reply was not taken')
  switch (failure) {
    case 'tryAgain':
    case 'notAllowed':
      room.sent('again')
      return await putBack(em, Reply, row.id, failure === 'tryAgain' ? again : new Date(now + minutes(1)))
    case 'waitUntil': {
      const until = error instanceof SendError && error.until !== undefined ? error.until : again
      if (!(error instanceof SendError && error.onlyThisChat)) await orderPause(room.orm, channel.name, until)
      room.sent('again')
      return await putBack(em, Reply, row.id, until)
    }
    case 'left':
      // Noted first: should we die in between, the next try is refused and comes here again.
      if (address !== undefined) await room.left(address)
      await em.nativeDelete(Reply, { lane: row.lane })
      return room.sent('left')
    case 'rejected':
      room.sent('rejected')
      return await remove(em, Reply, row.id)
    default: failure satisfies never
  }
}
