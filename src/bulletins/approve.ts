// Submitting, returning and approving: two people stand for everything that is sent.
import type { EntityManager } from '@mikro-orm/sql'
import type { Officer } from '../staff/officer.ts'
import type { Bulletin } from './bulletin.ts'
import { problemsOf } from './check.ts'
import { move, mustBe, mustBeAllowed } from './compose.ts'
import { planOf } from './plan.ts'
import { BulletinRefused } from './refused.ts'
import type { BulletinRoom } from './room.ts'
import { nextAfter } from './schedule.ts'

type Room = Pick<BulletinRoom, 'clock' | 'channels' | 'say' | 'publicUrl' | 'keys' | 'tariff' | 'zaloPaid' | 'places'>

/**
 * Hands a draft in. All it lacks is told at once.
 * @throws BulletinRefused
 */
export async function submit (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin): Promise<void> {
  mustBeAllowed(officer, 'submit', bulletin.audience)
  mustBe(bulletin, 'draft')
  refuseProblems(bulletin, room)
  const posted = !bulletin.training && room.places.some(place => bulletin.audience.places?.includes(place) ?? true)
  const sent = bulletin.audience.channels.length > 0
  if (sent && !posted && (await planOf(em, room, bulletin, room.clock())).reachable === 0) throw new BulletinRefused({ key: 'officer.refused.nobody' })
  await move(em, bulletin, ['draft'], 'submitted', officer.id, 'submitted', room.clock(), { submittedBy: officer.id })
}

/** Gives it back to be changed. @throws BulletinRefused without a reason */
export async function returnToWriter (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin, reason: string): Promise<void> {
  mustBeAllowed(officer, 'approve', bulletin.audience)
  const why = reason.normalize('NFC').trim()
  if (why.length < 3 || why.length > 500) throw new BulletinRefused({ key: 'officer.refused.reason' })
  await move(em, bulletin, ['submitted'], 'draft', officer.id, 'returned', room.clock(), { submittedBy: null }, why)
}

/**
 * Approves what somebody else wrote: it is due now, or when its rule says.
 * @throws BulletinRefused
 */
export async function approve (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin): Promise<void> {
  mustBeAllowed(officer, 'approve', bulletin.audience)
  mustBe(bulletin, 'submitted')
  if (officer.id === bulletin.writtenBy || officer.id === bulletin.submittedBy) throw new BulletinRefused({ key: 'officer.refused.own' })
  // The time of validity, or the law's, may have passed while it lay there.
  refuseProblems(bulletin, room)
  const now = room.clock()
  const nextAt = bulletin.rule == null ? now : nextAfter(bulletin.rule, now) ?? now
  await move(em, bulletin, ['submitted'], 'scheduled', officer.id, 'approved', now, { approvedBy: officer.id, nextAt })
}

function refuseProblems (bulletin: Bulletin, { channels, say, publicUrl, clock }: Room): void {
  const room = { channels, say, publicUrl, now: clock() }
  const problems = [bulletin.content, ...bulletin.series ?? []].flatMap(content => problemsOf(content, bulletin.audience, room))
  if (problems.length > 0) throw new BulletinRefused(...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values())
}
