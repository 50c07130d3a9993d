// Starting what is due, holding it, going on, ending it for good; and noticing that it is done.
import type { EntityManager } from '@mikro-orm/sql'
import { setImmediate as turn } from 'node:timers/promises'
import { hours } from '../clock.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { ChannelName } from '../channels/message.ts'
import type { Officer } from '../staff/officer.ts'
import { Bulletin } from './bulletin.ts'
import { bulletinCode } from './code.ts'
import { move, mustBeAllowed } from './compose.ts'
import { DeliveryCount } from './delivery.ts'
import { shift } from './delivery-rows.ts'
import { note } from './history.ts'
import { planOf } from './plan.ts'
import type { PlanRow } from './plan-row.ts'
import { writePosts } from './posts.ts'
import type { BulletinRoom } from './room.ts'
import { nextAfter } from './schedule.ts'

type Room = Pick<BulletinRoom, 'orm' | 'keys' | 'clock' | 'random' | 'ring' | 'places' | 'tariff' | 'zaloPaid'>

/** Starts every bulletin whose moment has come. Returns how many were started. */
export async function startDue (room: Room): Promise<number> {
  const due = await room.orm.em.fork().find(Bulletin, { state: 'scheduled', nextAt: { $lte: room.clock() } }, { orderBy: { nextAt: 'asc' }, limit: 100, fields: ['id'] })
  let started = 0
  for (const { id } of due) {
    const em = room.orm.em.fork()
    const bulletin = await em.findOne(Bulletin, { id })
    // Counted before the transaction: a million take a while, and on SQLite everybody would wait.
    const plan = bulletin === null ? null : (await planOf(em, room, bulletin, room.clock())).rows
    started += await inTransaction(room.orm, async em => await startOne(em, room, id, plan))
  }
  if (started > 0) room.ring()
  return started
}

async function startOne (em: EntityManager, room: Room, id: number, plan: PlanRow[] | null): Promise<number> {
  if (!isSqlite({ em })) await run(em, 'select 1 from bulletin where id = ? for update', [id])
  const bulletin = await em.findOne(Bulletin, { id, state: 'scheduled' })
  const now = room.clock()
  if (bulletin?.nextAt == null || bulletin.nextAt > now) return 0
  const { rule } = bulletin
  const late = rule != null && now.getTime() - bulletin.nextAt.getTime() > Math.max(hours(rule.lateHours), graceMs)
  if (rule == null || rule.kind === 'once') {
    if (late) {
      // Too late by its own rule: somebody decides what becomes of it.
      Object.assign(bulletin, { state: 'draft', nextAt: null, submittedBy: null, approvedBy: null, rule: null, changedAt: now })
      note(em, bulletin, null, 'missed', now, { why: missed(bulletin.nextAt ?? now, now) })
      return 0
    }
    Object.assign(bulletin, { state: 'sending', nextAt: null, publishedAt: now, fanOutAfter: '', timesSent: 1, plan, changedAt: now })
    note(em, bulletin, null, 'started', now)
    await writePosts(em, room.places, bulletin, now)
    return 1
  }
  const missedAt = bulletin.nextAt
  const series = [bulletin.content, ...bulletin.series ?? []]
  const content = series[bulletin.timesSent % series.length] ?? bulletin.content
  bulletin.nextAt = nextAfter(rule, now)
  if (late) {
    note(em, bulletin, null, 'missed', now, { why: missed(missedAt, now) })
    return 0
  }
  bulletin.timesSent++
  // A series ends with its last lesson; anything else comes again until somebody stops it.
  if (bulletin.series != null && bulletin.timesSent >= series.length) Object.assign(bulletin, { state: 'sent', nextAt: null, finishedAt: now })
  const { kind, training, audience, writtenBy, submittedBy, approvedBy } = bulletin
  const one = em.create(Bulletin, {
    code: bulletinCode(room.random), kind, state: 'sending', training, content, audience, version: 1, libraryId: bulletin.libraryId ?? null,
    writtenBy, submittedBy: submittedBy ?? null, approvedBy: approvedBy ?? null, rule: null, nextAt: null, series: null, timesSent: 1, plan, madeFrom: bulletin.id,
    about: null, relation: null, aboutCode: null, fanOutAfter: '', changing: null, changedUpTo: null, stateBefore: null, createdAt: now, changedAt: now, publishedAt: now, finishedAt: null, withdrawnAt: null,
  })
  await em.persist(one).flush()
  note(em, one, null, 'started', now, { changed: true })
  await writePosts(em, room.places, one, now)
  return 1
}

/** A tick may come a little late without being missed. */
const graceMs = 5 * 60_000
const missed = (due: Date, now: Date): string => `${due.toISOString()} ${now.toISOString()}`

/** Holds it: what is on the wire arrives, nothing more leaves. @throws BulletinRefused */
export async function pause (em: EntityManager, room: Pick<BulletinRoom, 'clock'>, officer: Officer, bulletin: Bulletin): Promise<void> {
  mustBeAllowed(officer, 'send', bulletin.audience)
  await move(em, bulletin, ['sending'], 'paused', officer.id, 'paused', room.clock())
}

/** @throws BulletinRefused */
export async function resume (em: EntityManager, room: Pick<BulletinRoom, 'clock'>, officer: Officer, bulletin: Bulletin): Promise<void> {
  mustBeAllowed(officer, 'send', bulletin.audience)
  await move(em, bulletin, ['paused'], 'sending', officer.id, 'resumed', room.clock())
}

/** For good: whoever has not got it won't. Also ends a repeating one, and takes back an approval. @throws BulletinRefused */
export async function stop (em: EntityManager, room: Pick<BulletinRoom, 'clock'>, officer: Officer, bulletin: Bulletin): Promise<void> {
  mustBeAllowed(officer, 'send', bulletin.audience)
  const now = room.clock()
  await move(em, bulletin, ['scheduled', 'sending', 'paused'], 'stopped', officer.id, 'stopped', now, { fanOutAfter: null, nextAt: null, finishedAt: now })
}

/** The platform refuses the text for everybody: somebody must look before more of them are asked. */
export async function pauseByItself (room: Pick<BulletinRoom, 'orm' | 'clock'>, id: number, channel: ChannelName): Promise<void> {
  await inTransaction(room.orm, async em => {
    const bulletin = await em.findOne(Bulletin, { id, state: 'sending' })
    if (bulletin === null) return
    bulletin.state = 'paused'
    note(em, bulletin, null, 'paused', room.clock(), { why: channel })
  })
}

/** Gives what was stopped its outcome, in slices. True: there was something. */
export async function sweepStopped (room: Pick<BulletinRoom, 'orm' | 'clock'>): Promise<boolean> {
  const waiting = await room.orm.em.fork().find(DeliveryCount, { state: { $in: ['due', 'digest'] }, n: { $gt: 0 } })
  if (waiting.length === 0) return false
  const stopped = new Set((await room.orm.em.fork().find(Bulletin, { id: { $in: waiting.map(({ bulletinId }) => bulletinId) }, state: 'stopped' }, { fields: ['id'] })).map(({ id }) => id))
  let found = false
  for (const { bulletinId, channel, state } of waiting.filter(({ bulletinId }) => stopped.has(bulletinId))) {
    for (let n = -1; n !== 0; await turn()) {
      n = await inTransaction(room.orm, async em => {
        const rows = await run<{ id: number }>(em, `update delivery set state = 'stopped', done_at = ? where id in (select id from delivery where bulletin_id = ? and channel = ? and state = '${state}' limit 2000) returning id`, [room.clock(), bulletinId, channel])
        await shift(em, channel, rows.map(() => ({ bulletinId, from: state, to: 'stopped', why: '' })))
        return rows.length
      })
      found ||= n > 0
    }
  }
  return found
}

/** True: everybody has an outcome, and it says so now. */
export async function finishIfDone (room: Pick<BulletinRoom, 'orm' | 'clock'>, id: number): Promise<boolean> {
  const open = await room.orm.em.fork().findOne(DeliveryCount, { bulletinId: id, state: { $in: ['due', 'digest', 'on-the-wire'] }, n: { $gt: 0 } })
  if (open !== null) return false
  return await inTransaction(room.orm, async em => {
    const bulletin = await em.findOne(Bulletin, { id, state: 'sending', fanOutAfter: null, changing: null })
    if (bulletin === null) return false
    if (bulletin.stateBefore == null) note(em, bulletin, null, 'finished', room.clock())
    Object.assign(bulletin, { state: bulletin.stateBefore ?? 'sent', stateBefore: null, finishedAt: room.clock() })
    return true
  })
}
