// Marks that let a repeat be seen: keyed tags of who sent a tip, what it told and what it named, with the day, for thirty days.
// They find an equal tag and say nothing else: nobody reads a person, a word or a plate out of them (R3, R9 of the domain reference).
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { dayInVietnam, days } from '../clock.ts'
import { run } from '../db/statement.ts'
import { fold } from '../localities/fold.ts'
import type { ServerKeys } from '../server-key.ts'
import { closedAsNothing, marksLive, patternRules, type MarkKind, type PatternNote } from './pattern-rules.ts'
import type { Story } from './story.ts'
import { subjectsIn } from '../localities/subjects.ts'

export const Pattern = defineEntity({
  name: 'Pattern',
  properties: {
    tag: p.string().length(40).primary(),
    tipId: p.string().length(36).primary(),
    kind: p.string().$type<MarkKind>().length(10),
    /** Day in Vietnam. */
    day: p.string().length(10),
  },
  indexes: [{ properties: ['tipId'] }, { properties: ['day'] }],
})

export type Pattern = InferEntity<typeof Pattern>

/** Shorter ones are written by many who never met ("có đánh bạc"). */
const fewestLetters = 20

export interface Told {
  tipId: string
  /** Null: nobody knows, not even under a tag. */
  from: Address | null
  /** Null: it was sealed in the browser, and can't be read here. */
  story: Pick<Story, 'what' | 'own' | 'place' | 'when'> | null
}

/** Marks a new tip, and tells which rules it meets. Nothing of the story is kept but the tags. */
export async function markTip (em: EntityManager, keys: ServerKeys, told: Told, now: Date): Promise<PatternNote[]> {
  const marks = marksOf(keys, told)
  if (marks.length === 0) return []
  const week = lookedBack(now, 7)
  const before = await run<{ tag: string, in_week: number | string, in_month: number | string }>(em, `
    select tag, sum(case when day >= ? then 1 else 0 end) as in_week, count(*) as in_month from pattern
    where tag in (${marks.map(() => '?').join(', ')}) and day >= ? group by tag`, [week, ...marks.map(({ tag }) => tag), lookedBack(now, marksLive)])
  const counted = marks.map(({ kind, tag }) => {
    const row = before.find(one => one.tag === tag)
    return { kind, inWeek: 1 + Number(row?.in_week ?? 0), inMonth: 1 + Number(row?.in_month ?? 0) }
  })
  const most = (kind: MarkKind, within: 'inWeek' | 'inMonth'): number => Math.max(0, ...counted.filter(one => one.kind === kind).map(one => one[within]))
  const notes: PatternNote[] = (['same-story', 'many-from-one', 'same-subject'] as const).flatMap(rule => {
    const { marks, tips, days } = patternRules[rule]
    const found = most(marks, days === 7 ? 'inWeek' : 'inMonth')
    return found < tips ? [] : [{ rule, tips: found, days }]
  })
  const sender = marks.find(({ kind }) => kind === 'sender')
  const { tips, days } = patternRules['closed-before']
  if (sender !== undefined && most('sender', 'inMonth') > tips && await cameToNothing(em, sender.tag, tips)) notes.push({ rule: 'closed-before', tips, days })
  // The same upload twice in one moment: the tip itself says so.
  await run(em, `insert into pattern (tag, tip_id, kind, day) values ${marks.map(() => '(?, ?, ?, ?)').join(', ')} on conflict (tag, tip_id) do nothing`,
    marks.flatMap(({ kind, tag }) => [tag, told.tipId, kind, dayInVietnam(now)]))
  return notes
}

/** How many tips still carry a mark of this sender. */
export async function countMarks (em: EntityManager, keys: ServerKeys, address: Address): Promise<number> {
  return await em.count(Pattern, { tag: senderTag(keys, address) })
}

/** "Forget this chat": no tip carries a mark of this sender any more. What was told keeps its own, which is nobody's. */
export async function forgetMarks (em: EntityManager, keys: ServerKeys, address: Address): Promise<void> {
  const tag = senderTag(keys, address)
  await run(em, 'delete from pattern where kind = \'subject\' and tip_id in (select tip_id from pattern where tag = ?)', [tag])
  await em.nativeDelete(Pattern, { tag })
}

/** Deletes what has lived its time. Returns how many. */
export async function expireMarks (em: EntityManager, now: Date): Promise<number> {
  return await em.nativeDelete(Pattern, { day: { $lt: lookedBack(now, marksLive) } })
}

interface Mark { kind: MarkKind, tag: string }

/** Subjects are marked together with the sender only: nobody can follow a plate from one reporter to another. */
function marksOf (keys: ServerKeys, { from, story }: Told): Mark[] {
  const letters = fold(story?.what ?? '').replaceAll(' ', '')
  return [
    ...from === null ? [] : [{ kind: 'sender', tag: senderTag(keys, from) } satisfies Mark],
    ...letters.length < fewestLetters ? [] : [{ kind: 'story', tag: keys.tag(letters, 'pattern story') } satisfies Mark],
    ...from === null || story === null ? [] : subjectsIn(wordsOf(story)).map((subject): Mark => ({ kind: 'subject', tag: keys.tag(`${named(from)} ${subject}`, 'pattern subject') })),
  ]
}

/** All but how to reach the reporter. */
function wordsOf ({ what, own, place, when }: NonNullable<Told['story']>): string {
  return [what, ...Object.values(own), place.detail, when.text].filter(text => text !== null).join('\n')
}

/** Whether the last tips of this sender, this one not among them, were all closed as nothing. Their order is the history's: marks have no time. */
async function cameToNothing (em: EntityManager, tag: string, tips: number): Promise<boolean> {
  const rows = await run<{ in_vain: number | boolean }>(em, `
    select exists (select 1 from tip_history as closed where closed.tip_id = began.tip_id and closed."to" in (${closedAsNothing.map(() => '?').join(', ')})) as in_vain
    from pattern join tip_history as began on began.tip_id = pattern.tip_id and began."to" = 'submitted'
    where pattern.tag = ? order by began.id desc limit ${tips}`, [...closedAsNothing, tag])
  return rows.length === tips && rows.every(row => Boolean(row.in_vain))
}

const named = ({ channel, id }: Address): string => `${channel}:${id}`
const senderTag = (keys: ServerKeys, address: Address): string => keys.tag(named(address), 'pattern sender')

/** The first of so many days, today among them. */
function lookedBack (now: Date, many: number): string {
  return dayInVietnam(new Date(now.getTime() - days(many - 1)))
}
