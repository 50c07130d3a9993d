// Writes an officer's draft down, weighs it and hands it in, in the transaction of the update that asked.
import { isDeepStrictEqual } from 'node:util'
import type { EntityManager } from '@mikro-orm/sql'
import type { Message } from '../channels/message.ts'
import { submit } from '../bulletins/approve.ts'
import { Bulletin } from '../bulletins/bulletin.ts'
import { problemsOf } from '../bulletins/check.ts'
import { writeBulletinCode } from '../bulletins/code.ts'
import { editDraft, move, mustBe, writeDraft, type Draft } from '../bulletins/compose.ts'
import type { Content, Texts, Words } from '../bulletins/content.ts'
import { officerChoice } from '../bulletins/officer-choices.ts'
import { BulletinRefused, sayProblems, type Problem } from '../bulletins/refused.ts'
import type { BulletinRoom } from '../bulletins/room.ts'
import { whyNot } from '../bulletins/say-when.ts'
import { askApprovers, planFor, previewMessages } from '../bulletins/tell-officers.ts'
import { languages, type Language, type Say } from '../i18n.ts'
import { localityName } from '../localities/locality.ts'
import type { Officer } from '../staff/officer.ts'
import type { AtWork } from './at-work.ts'
import { verbsOf } from './do-link.ts'
import type { Handed, Part, StaffActs, Weighed } from './staff-acts.ts'

type DraftActs = Pick<StaffActs, 'desk' | 'openDraft' | 'keepDraft' | 'dropDraft' | 'weighBulletin' | 'submitBulletin'>

/** Drafts offered to go on with, the newest first. */
const mostDrafts = 8

export function draftActs ({ room, em, me, language, say }: AtWork): DraftActs {
  async function own (officer: Officer, id: number): Promise<Bulletin> {
    const bulletin = await em.findOne(Bulletin, { id, writtenBy: officer.id })
    if (bulletin === null) throw new BulletinRefused({ key: 'officer.refused.unknown' })
    mustBe(bulletin, 'draft')
    return bulletin
  }

  /** Does it for an officer, or gives the sentences that say why not. */
  async function attempt<T> (work: (officer: Officer) => Promise<T>): Promise<T | { refused: string[] }> {
    const officer = await me()
    if (officer === null) return { refused: [say('chat.repair.menu')] }
    return await orRefused(say, async () => await work(officer))
  }

  async function keep (officer: Officer, { id, writing, samples, hasAudience }: Handed): Promise<Bulletin> {
    const { content, audience, training, rule, libraryId } = writing
    const draft: Draft = {
      content: { ...content, prepared: withSamples(content, samples, room.say) },
      // Until somebody says for whom, it is for the places this officer works for.
      audience: hasAudience ? audience : { ...audience, localities: officer.localities },
      training, rule: stillToCome(rule, room.clock()), libraryId,
    }
    if (id === null) return await writeDraft(em, room, officer, draft)
    const bulletin = await own(officer, id)
    const same = isDeepStrictEqual(JSON.parse(JSON.stringify([draft.content, draft.audience, draft.training, draft.rule])), JSON.parse(JSON.stringify([bulletin.content, bulletin.audience, bulletin.training, bulletin.rule ?? null])))
    if (!same) await editDraft(em, room, officer, bulletin, bulletin.version, draft)
    return bulletin
  }

  return {
    async desk () {
      const officer = await me()
      if (officer === null) return null
      const drafts = await em.find(Bulletin, { writtenBy: officer.id, state: 'draft' }, { orderBy: { changedAt: 'desc' }, limit: mostDrafts })
      return {
        may: verbsOf(officer),
        places: officer.localities.map(code => ({ code, name: localityName(code, 'vi') })),
        channels: room.channels.map(({ name }) => name),
        drafts: drafts.map(({ id, kind, content }) => ({ id, kind, headline: content.texts.vi.headline })),
      }
    },
    openDraft: async ({ id }) => await attempt(async officer => {
      const { content, audience, training, rule, libraryId } = await own(officer, id)
      return { id, content, audience, training, rule: rule ?? null, libraryId: libraryId ?? null }
    }),
    keepDraft: async handed => await attempt(async officer => ({ id: (await keep(officer, handed)).id })),
    dropDraft: async ({ id }) => await attempt(async officer => {
      await move(em, await own(officer, id), ['draft'], 'stopped', officer.id, 'stopped', room.clock())
      return true as const
    }),
    weighBulletin: async handed => await attempt(async officer => await weigh(em, room, await keep(officer, handed), handed, language)),
    submitBulletin: async ({ id, version }) => await attempt(async officer => {
      const bulletin = await own(officer, id)
      if (bulletin.version !== version) throw new BulletinRefused({ key: 'officer.refused.version', blanks: { version: bulletin.version } })
      await submit(em, room, officer, bulletin)
      return { code: writeBulletinCode(bulletin.code), told: await askApprovers(em, room, bulletin) }
    }),
  }
}

/** Nothing was changed when a verb refuses. */
export async function orRefused<T> (say: Say, work: () => Promise<T>): Promise<T | { refused: string[] }> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BulletinRefused) return { refused: sayProblems(say, error.problems) }
    throw error
  }
}

async function weigh (em: EntityManager, room: BulletinRoom, bulletin: Bulletin, { writing }: Handed, language: Language): Promise<Weighed> {
  const say = room.say(language)
  const now = room.clock()
  const late = writing.rule === null ? null : whyNot(writing.rule, now)
  const found: { problem: Problem, part: Part | null }[] = [
    ...problemsOf(bulletin.content, bulletin.audience, { ...room, now }).map(problem => ({ problem, part: partOf(problem, bulletin.content) })),
    ...(late === null ? [] : [{ problem: { key: late }, part: 'when' as const }]),
  ]
  // One mistake in two languages is told once.
  const told = [...new Map(found.map(one => [sayProblems(say, [one.problem])[0] ?? '', one])).entries()]
  const problems = told.map(([text, { part }]) => ({ text, part }))
  const test: Message = { text: '', choices: [officerChoice(say, language, 'test', bulletin.id)] }
  const previews = previewMessages(room, bulletin, language)
  return {
    id: bulletin.id,
    version: bulletin.version,
    problems,
    shown: [
      ...(problems.length === 0 ? [] : [{ text: [say('officer.broadcast.problems'), ...problems.map(({ text }) => `• ${text}`)].join('\n') }]),
      { text: await planFor(em, room, bulletin, language) },
      ...previews.map((message, index) => index === previews.length - 1 ? { ...message, choices: [...test.choices ?? [], ...message.choices ?? []] } : message),
    ],
  }
}

const partOfKey: Record<string, Part> = {
  headlineMissing: 'headline', headlineLong: 'headline', bodyMissing: 'body', toDoMissing: 'toDo', tooLong: 'body', sourceMissing: 'source', hazardMissing: 'hazard', placeMissing: 'place',
  untilMissing: 'until', untilPast: 'until', lawMissing: 'law', lawOld: 'law', lawFuture: 'law', preparedMissing: 'prepared', topicMissing: 'topics', channelMissing: 'channels', placeUnknown: 'area',
}

/** Where something is to be put right. A name or a hidden mark may stand in any text: there it is looked for. */
function partOf ({ key, blanks }: Problem, { texts }: Content): Part | null {
  const known = partOfKey[key.split('.').at(-1) ?? '']
  if (known !== undefined) return known
  const what = String(blanks?.['what'] ?? '')
  const holds = (part: keyof Words): boolean => what !== '' && Object.values(texts).some(words => words[part].includes(what))
  return (['headline', 'body', 'toDo'] as const).find(holds) ?? 'body'
}

/** A moment that has passed can't be kept with a draft; what to do about it is told with the rest. */
function stillToCome (rule: Draft['rule'] & object | null, now: Date): Draft['rule'] & object | null {
  return rule !== null && whyNot(rule, now) !== null ? null : rule
}

function withSamples ({ kind, texts, prepared }: Content, samples: Handed['samples'], say: (language: Language) => Say): Content['prepared'] {
  if (kind !== 'alarm') return null
  if (samples.length === 0) return prepared
  const { headline } = texts.vi
  const ours = (one: 'correction' | 'allClear'): Texts => Object.fromEntries(languages.map(language => [language, sampleWords(say(language), one, texts[language]?.headline ?? headline)])) as unknown as Texts
  const empty: Texts = { vi: { headline: '', body: '', toDo: '' } }
  return {
    correction: samples.includes('correction') ? ours('correction') : prepared?.correction ?? empty,
    allClear: samples.includes('allClear') ? ours('allClear') : prepared?.allClear ?? empty,
  }
}

function sampleWords (say: Say, one: 'correction' | 'allClear', headline: string): Words {
  return one === 'correction'
    ? { headline: say('officer.broadcast.sample.correctionHeadline', { headline }), body: say('officer.broadcast.sample.correctionBody'), toDo: say('officer.broadcast.sample.correctionToDo') }
    : { headline: say('officer.broadcast.sample.allClearHeadline', { headline }), body: say('officer.broadcast.sample.allClearBody'), toDo: say('officer.broadcast.sample.allClearToDo') }
}
