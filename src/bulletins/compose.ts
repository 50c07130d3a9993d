// Writing a bulletin and changing it. Every text is kept; who saves over somebody else's change is told.
import type { EntityManager } from '@mikro-orm/sql'
import { may, type Verb } from '../staff/roles.ts'
import type { Officer } from '../staff/officer.ts'
import { Bulletin, type BulletinState, type Relation } from './bulletin.ts'
import { bulletinCode } from './code.ts'
import type { Audience, Content } from './content.ts'
import { note, type Deed } from './history.ts'
import { BulletinRefused } from './refused.ts'
import { checkRule, RuleRefused, type Rule } from './schedule.ts'
import type { BulletinRoom } from './room.ts'

type Room = Pick<BulletinRoom, 'clock' | 'random'>

export interface Draft {
  content: Content
  audience: Audience
  training?: boolean
  rule?: Rule | null
  series?: Content[] | null
  libraryId?: string | null
}

/** @throws BulletinRefused when this officer may not write here, or the rule can't be */
export async function writeDraft (em: EntityManager, room: Room, officer: Officer, draft: Draft, about: { bulletin: Bulletin, relation: Relation } | null = null): Promise<Bulletin> {
  mustBeAllowed(officer, 'write', draft.audience)
  ruleOrRefusal(draft.rule ?? null, room.clock())
  const now = room.clock()
  const bulletin = em.create(Bulletin, {
    code: bulletinCode(room.random), kind: draft.content.kind, state: 'draft', training: draft.training ?? false,
    content: draft.content, audience: draft.audience, version: 1, libraryId: draft.libraryId ?? null,
    writtenBy: officer.id, submittedBy: null, approvedBy: null,
    rule: draft.rule ?? null, nextAt: null, series: draft.series ?? null, timesSent: 0, plan: null, madeFrom: null,
    about: about?.bulletin.id ?? null, relation: about?.relation ?? null, aboutCode: about?.bulletin.code ?? null, fanOutAfter: null, changing: null, changedUpTo: null, stateBefore: null,
    createdAt: now, changedAt: now, publishedAt: null, finishedAt: null, withdrawnAt: null,
  })
  await em.persist(bulletin).flush()
  note(em, bulletin, officer.id, 'written', now, { changed: true })
  await em.flush()
  return bulletin
}

/**
 * Changes a draft. `version` is the one the officer saw.
 * @throws BulletinRefused when it is no draft any more, or somebody changed it meanwhile
 */
export async function editDraft (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin, version: number, change: Partial<Draft>): Promise<void> {
  mustBeAllowed(officer, 'write', change.audience ?? bulletin.audience)
  mustBe(bulletin, 'draft')
  if (bulletin.version !== version) throw new BulletinRefused({ key: 'officer.refused.version', blanks: { version: bulletin.version } })
  const now = room.clock()
  if (change.rule !== undefined) ruleOrRefusal(change.rule, now)
  // Whoever changes it stands for it: somebody else has to approve it.
  Object.assign(bulletin, change, { kind: (change.content ?? bulletin.content).kind, version: version + 1, writtenBy: officer.id, changedAt: now })
  note(em, bulletin, officer.id, 'edited', now, { changed: true })
  await em.flush()
}

/** A verb's door: the role, and the places the officer works for. */
export function mustBeAllowed (officer: Officer, verb: Verb, { localities }: Pick<Audience, 'localities'>): void {
  if (officer.endedAt != null || !may(officer.role, verb)) throw new BulletinRefused({ key: 'officer.refused.role' })
  const everywhere = officer.localities.length === 0
  if (!everywhere && (localities.length === 0 || localities.some(code => !officer.localities.includes(code)))) throw new BulletinRefused({ key: 'officer.refused.elsewhere' })
}

export function mustBe (bulletin: Bulletin, ...states: BulletinState[]): void {
  if (!states.includes(bulletin.state)) throw refusedByState(bulletin.state)
}

export function refusedByState (state: BulletinState): BulletinRefused {
  return new BulletinRefused({ key: 'officer.refused.state', blanks: { state: { say: `officer.state.${state}` } } })
}

/**
 * Moves a bulletin on, if it still stands where we saw it: of two officers at the same moment one is told that it is done.
 * @throws BulletinRefused
 */
export async function move (em: EntityManager, bulletin: Bulletin, from: readonly BulletinState[], to: BulletinState, by: number | null, deed: Deed, at: Date, more: Partial<Bulletin> = {}, why: string | null = null): Promise<void> {
  const changed = await em.nativeUpdate(Bulletin, { id: bulletin.id, state: { $in: [...from] } }, { ...more, state: to, changedAt: at } as never)
  if (changed !== 1) {
    const now = await em.findOneOrFail(Bulletin, { id: bulletin.id }, { refresh: true })
    throw refusedByState(now.state)
  }
  await em.refresh(bulletin)
  note(em, bulletin, by, deed, at, { why })
  await em.flush()
}

function ruleOrRefusal (rule: Rule | null, now: Date): void {
  if (rule === null) return
  try {
    checkRule(rule, now)
  } catch (error) {
    if (error instanceof RuleRefused) throw new BulletinRefused({ key: 'officer.refused.rule', blanks: { why: error.message } })
    throw error
  }
}
