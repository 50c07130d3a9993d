// The bulletin that the answers so far make: what was answered, over what was opened or taken from the library. Pure.
import type { ChannelName } from '../channels/message.ts'
import type { Content, Kind, Law, Texts, Words } from '../bulletins/content.ts'
import { libraryEntry, type LibraryEntry } from '../bulletins/library.ts'
import type { Rule } from '../bulletins/schedule.ts'
import type { Answer, Answers } from '../conversation/flow.ts'
import { topics } from '../subscribers/topics.ts'
import type { Desk, Handed, Opened, Part, Refused, Weighed, Writing } from './staff-acts.ts'

/** Put there by the acts, whose results have these shapes. */
const as = <Shape>(answer: Answer | undefined): Shape => answer as unknown as Shape
export const deskIn = (answers: Answers): Desk => as<Desk>(answers.desk)
export const weighedIn = (answers: Answers): Weighed => as<Weighed>(answers.weighed)

export function refusedIn (answer: Answer | undefined): string[] | null {
  return typeof answer === 'object' && answer !== null && 'refused' in answer ? as<Refused>(answer).refused : null
}

export function openedIn (answers: Answers): Opened | null {
  return answers.opened === undefined || refusedIn(answers.opened) !== null ? null : as<Opened>(answers.opened)
}

/** Pages of the library's lists: more than a small screen holds go on the next one. */
export const pages = [0, 1, 2, 3, 4] as const

export function entryIn (answers: Answers): LibraryEntry | null {
  return [answers.occasionEntry, ...pages.map(page => answers[`entry${page}`])].flatMap(id => typeof id === 'string' ? libraryEntry(id) ?? [] : [])[0] ?? null
}

export function kindIn (answers: Answers): Kind {
  return openedIn(answers)?.content.kind ?? (typeof answers.kind === 'string' ? answers.kind as Kind : 'lesson')
}

/** The draft in the database, once there is one. */
export function draftIdIn (answers: Answers): number | null {
  const opened = openedIn(answers)
  return opened?.id ?? (answers.made === undefined || refusedIn(answers.made) !== null ? null : as<{ id: number }>(answers.made).id)
}

/** Known before anybody was asked, from what was opened or taken. */
export function isKnown (answers: Answers, part: Part): boolean {
  const opened = openedIn(answers)
  const base = baseOf(answers)
  switch (part) {
    case 'headline': case 'body': case 'toDo': return base.content.texts.vi[part] !== ''
    case 'hazard': case 'place': case 'source': return base.content[part] !== ''
    case 'until': return base.content.validUntil !== null
    case 'law': return base.content.law !== null
    case 'prepared': return base.content.prepared !== null
    // Channels are asked after topics and places, and the rest after them: what has channels was asked all.
    case 'topics': case 'area': case 'channels': case 'when': case 'exercise': return opened !== null && opened.audience.channels.length > 0
    default: return part satisfies never
  }
}

export function writingIn (answers: Answers): Writing {
  const base = baseOf(answers)
  const text = (id: string): string | null => typeof answers[id] === 'string' ? answers[id] : null
  return {
    ...base,
    content: {
      ...base.content,
      kind: kindIn(answers),
      texts: textsIn(answers, base.content.texts),
      source: text('sourceAs') ?? text('source') ?? base.content.source,
      hazard: text('hazard') ?? base.content.hazard,
      place: text('place') ?? base.content.place,
      validUntil: text('until') ?? base.content.validUntil,
      law: typeof answers.law === 'object' && answers.law !== null ? as<Law>(answers.law) : base.content.law,
      prepared: preparedIn(answers) ?? base.content.prepared,
    },
    audience: audienceIn(answers, base),
    training: answers.exercise === undefined ? base.training : answers.exercise === 'training',
    rule: ruleIn(answers, base.rule),
  }
}

export function handedIn (answers: Answers): Answer {
  const samples = (['correction', 'allClear'] as const).filter(one => answers[`${one}As`] === 'sample')
  return as<Answer>({ id: draftIdIn(answers), writing: writingIn(answers), samples, hasAudience: isKnown(answers, 'channels') || answers.channels !== undefined } satisfies Handed as unknown as Answer)
}

/** Words that were changed no longer say what the other languages do: those are left out. */
function textsIn (answers: Answers, base: Texts): Texts {
  const changed = (['headline', 'body', 'toDo'] as const).filter(part => typeof answers[part] === 'string')
  return changed.length === 0 ? base : { vi: { ...base.vi, ...Object.fromEntries(changed.map(part => [part, String(answers[part])])) } }
}

/** What they wrote; ours is put in where the texts of all languages are. */
function preparedIn (answers: Answers): Content['prepared'] {
  const own = (id: 'correction' | 'allClear'): Texts => ({ vi: typeof answers[id] === 'string' ? preparedWords(answers[id]) : noWords })
  return ['correction', 'allClear', 'correctionAs', 'allClearAs'].some(id => answers[id] !== undefined) ? { correction: own('correction'), allClear: own('allClear') } : null
}

/** A text of several lines: the first is the headline, those with a bullet at the end are what to do. */
export function preparedWords (text: string): Words {
  const [headline = '', ...rest] = text.split('\n').map(line => line.trim()).filter(line => line !== '')
  const first = rest.findIndex(line => /^[•*-]/.test(line))
  const [body, toDo] = first <= 0 ? [rest, []] : [rest.slice(0, first), rest.slice(first)]
  // Whoever gets it must know what to do: where nothing is marked, the last thing said.
  return { headline, body: body.join('\n'), toDo: toDo.length > 0 ? toDo.join('\n') : body.at(-1) ?? '' }
}

function audienceIn (answers: Answers, base: Writing): Writing['audience'] {
  const chosen = (id: string): string[] | null => Array.isArray(answers[id]) ? answers[id] as string[] : null
  const ticked = chosen('topics')
  const channels = chosen('channels')
  // An alarm goes to everybody in its places, whatever they asked for.
  const about = kindIn(answers) === 'alarm' ? ['warnings' as const]
    : answers.topicsAs === 'same' ? [...entryIn(answers)?.topics ?? []]
      : ticked === null ? base.audience.topics : topics.filter(topic => ticked.includes('all') || ticked.includes(topic))
  return {
    topics: about,
    localities: localitiesIn(answers) ?? base.audience.localities,
    channels: channels === null ? base.audience.channels : deskIn(answers).channels.filter(name => channels.includes('all') || channels.includes(name)),
  }
}

/** Null: not asked. */
function localitiesIn (answers: Answers): string[] | null {
  if (answers.area === undefined) return null
  if (answers.area === 'mine') return deskIn(answers).places.map(({ code }) => code)
  return Array.isArray(answers.communes) && answers.area === 'some' ? as<string[]>(answers.communes) : []
}

export function ruleIn (answers: Answers, base: Rule | null = null): Rule | null {
  const written = typeof answers.whenText === 'object' && answers.whenText !== null ? as<Rule>(answers.whenText) : null
  const moment = typeof answers.when === 'string' ? /^at:(.+)$/.exec(answers.when)?.[1] : undefined
  const rule = moment !== undefined ? { kind: 'once' as const, at: moment, lateHours: 6 } : written ?? (answers.when === 'now' || answers.whenText === 'now' ? null : base)
  return rule === null || rule.kind === 'once' || answers.holidays === undefined ? rule : { ...rule, skipHolidays: answers.holidays === 'no' }
}

function baseOf (answers: Answers): Writing {
  const opened = openedIn(answers)
  if (opened !== null) {
    const { id: _, ...writing } = opened
    return writing
  }
  const entry = entryIn(answers)
  return {
    content: {
      kind: kindIn(answers), texts: entry?.texts ?? { vi: noWords }, source: entry?.source ?? '', hazard: '', place: '', law: entry?.law ?? null,
      picture: null, validUntil: null, notice: null, prepared: null,
    },
    audience: { topics: [], localities: [], channels: [] as ChannelName[] },
    training: false,
    rule: null,
    libraryId: entry?.id ?? null,
  }
}

const noWords: Words = { headline: '', body: '', toDo: '' }
