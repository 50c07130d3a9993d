// Brings tips, and what is added to them, to the agency's own system: again and again until it says that it has them.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import { LockMode } from '@mikro-orm/core'
import { dayInVietnam, hours, minutes, seconds } from '../clock.ts'
import { inTransaction } from '../db/transaction.ts'
import { take } from '../queue/waiting.ts'
import { Handoff } from './handoff.ts'
import { handoffBody } from './handoff-body.ts'
import { postToAgency } from './post-to-agency.ts'
import type { TipRoom } from './room.ts'
import { Tip } from './tip.ts'

type Room = Pick<TipRoom, 'keys' | 'clock' | 'random'>
type Outcome = 'acknowledged' | 'again' | 'stuck'

export interface Agency {
  url: string
  /** `whsec_…` */
  secret: string
  /** Where the agency reaches us, without a trailing slash. */
  publicUrl: string
}

export interface DeliverOptions {
  /** Told of every try: `acknowledged`, `again` or `stuck`; for measuring. */
  observe?: (outcome: Outcome) => void
  /** Aborted at an orderly stop: what is on the wire is finished, nothing more is begun. */
  stop?: AbortSignal
  /** Milliseconds an answer may take. */
  deadline?: number
}

/** After each failed try; some 75 hours in all (the specification's own example). After the tenth try an operator must look. */
const pauses = [seconds(5), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)]

/** A server that hangs holds this many tips at once and no more; all go to the same one. */
const atOnce = 4

/**
 * Delivers all that is due and returns how many tries were made. Events of one tip go in order, the next when the one before
 * was acknowledged or given up. Several processes may do this at the same time. Each try has a body of its own, made from the
 * rows as they are now; the webhook-id stays.
 */
export async function deliverHandoffs (orm: MikroORM, room: Room, agency: Agency, options: DeliverOptions = {}): Promise<number> {
  const { observe, stop, deadline = seconds(15) } = options
  let tries = 0
  async function work (): Promise<void> {
    while (stop?.aborted !== true) {
      const [row] = await take<Handoff>(orm, Handoff, room.clock(), deadline + minutes(1), 1)
      if (row === undefined) return
      tries++
      const outcome = await deliver(orm, room, agency, row, deadline)
      observe?.(outcome)
    }
  }
  // One that fails (the database is away) does not stop the others under way; the caller hears of it all the same.
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return tries
}

/** Sends a handoff again that was given up, or now rather than later. False: there is none, or it was acknowledged. */
export async function sendAgain (em: EntityManager, id: number, now: Date): Promise<boolean> {
  return await em.nativeUpdate(Handoff, { id, state: { $ne: 'acknowledged' } }, { state: 'waiting', dueAt: now, attempts: 0, leasedUntil: null }) === 1
}

async function deliver (orm: MikroORM, { keys, clock, random }: Room, agency: Agency, row: Handoff, deadline: number): Promise<Outcome> {
  // More tries than were ever planned: it breaks whoever takes it up.
  if (row.attempts > pauses.length + 1) return await giveUp(orm, row, 'broken')
  const body = await handoffBody(orm.em.fork(), keys, agency.publicUrl, row, clock())
  if (body === null) return await giveUp(orm, row, 'nothing-to-send')
  const answer = await postToAgency(agency, row.webhookId, body, clock(), deadline)
  if (answer.taken) return await acknowledge(orm, row, answer.reference, clock())
  const pause = pauses[row.attempts - 1]
  if (answer.never || pause === undefined) return await giveUp(orm, row, answer.problem)
  // Up to a tenth more, so that a crowd spreads out. Never sooner than the schedule: a server that always says "in a second" would use up all tries in ten.
  const after = Math.max(pause * (1 + Buffer.from(random(1)).readUInt8() / 2550), answer.notBefore === null ? 0 : answer.notBefore.getTime() - clock().getTime())
  await settle(orm.em.fork(), row, { dueAt: new Date(clock().getTime() + Math.round(after)), lastProblem: answer.problem })
  return 'again'
}

async function acknowledge (orm: MikroORM, row: Handoff, reference: string | null, now: Date): Promise<'acknowledged'> {
  await inTransaction(orm, async em => {
    await em.nativeUpdate(Handoff, { id: row.id }, { state: 'acknowledged', dueAt: null, leasedUntil: null, lastProblem: null, reference })
    if (row.type !== 'tip.received') return
    const tip = await em.findOne(Tip, { id: row.tipId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    // It may have spoken of the tip already, before we read its answer. The reporter is told the same either way: received.
    if (tip?.status === 'submitted') em.persist(tip.move('acknowledged', 'agency', dayInVietnam(now)))
  })
  return 'acknowledged'
}

async function giveUp (orm: MikroORM, row: Handoff, problem: string): Promise<'stuck'> {
  await settle(orm.em.fork(), row, { state: 'stuck', dueAt: null, lastProblem: problem })
  return 'stuck'
}

/** Only if nobody else has begun a try since: ours took longer than its lease, or an operator sent it again. */
async function settle (em: EntityManager, row: Handoff, change: Partial<Pick<Handoff, 'state' | 'dueAt' | 'lastProblem'>>): Promise<void> {
  await em.nativeUpdate(Handoff, { id: row.id, state: 'waiting', attempts: row.attempts }, { ...change, leasedUntil: null })
}
