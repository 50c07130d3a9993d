// Writing a bulletin, from its kind to handing it in. Read it from top to bottom: that is the order it is asked in.
import { kinds } from '../bulletins/content.ts'
import { act, choose, end, flow, tell, type Answers, type End, type Here, type Option, type Step, type Words } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import { audienceQuestions } from './broadcast-audience.ts'
import { textQuestions } from './broadcast-texts.ts'
import { whenQuestions } from './broadcast-when.ts'
import { hasEntries, pickFromCalendar, pickFromLibrary, shownEntry } from './pick-entry.ts'
import { parts, type Part } from './staff-acts.ts'
import { deskIn, draftIdIn, entryIn, handedIn, isKnown, kindIn, openedIn, pages, refusedIn, weighedIn } from './writing.ts'

export const broadcast = flow('broadcast', 1, {
  cancelled: 'officer.broadcast.cancelled',
  steps: [
    act('desk', { act: 'desk', give: () => null, once: true }),
    end('nobody', 'chat.repair.menu', { when: answers => answers.desk === null }),
    end('mayNot', 'officer.refused.role', { when: answers => !deskIn(answers).may.includes('write'), next: 'nothing' }),

    choose('begin', {
      when: answers => deskIn(answers).drafts.length > 0,
      ask: 'officer.broadcast.begin',
      options: draftsOf,
    }),
    act('opened', { act: 'openDraft', when: answers => /^\d+$/.test(String(answers.begin)), give: answers => ({ id: Number(answers.begin) }) }),
    ...orRefused('opened'),
    choose('kind', {
      when: isNew,
      ask: 'officer.broadcast.kindAsk',
      options: kinds.map((kind): Option => ({ id: kind, label: `bulletins.kinds.${kind}`, ...(kind === 'alarm' ? { tone: 'danger' as const } : {}) })),
    }),
    end('wanted', 'officer.broadcast.wanted', { when: answers => answers.kind === 'wanted', next: 'nothing' }),

    choose('how', {
      when: answers => isNew(answers) && hasEntries(kindIn(answers)),
      ask: 'officer.broadcast.how',
      options: [{ id: 'library', label: 'officer.broadcast.howLibrary' }, { id: 'coming', label: 'officer.broadcast.howComing' }, { id: 'write', label: 'officer.broadcast.howWrite' }],
    }),
    ...pickFromCalendar,
    ...pickFromLibrary,
    tell('entry', shownEntry, { when: answers => entryIn(answers) !== null }),
    choose('take', {
      when: answers => entryIn(answers) !== null,
      ask: 'officer.broadcast.take',
      options: [{ id: 'yes', label: 'officer.broadcast.takeYes', tone: 'main' }, { id: 'other', label: 'officer.broadcast.takeOther' }],
      forgets: choice => choice === 'other' ? ['take', 'entry', 'topic', 'occasion', 'occasionEntry', ...pages.map(page => `entry${page}`)] : [],
    }),

    // A draft is there as soon as it has a headline: it outlives a restart, and a day.
    ...textQuestions(asked, keeping),
    ...audienceQuestions(asked),
    ...whenQuestions(asked),

    act('weighed', { act: 'weighBulletin', give: handedIn }),
    ...orRefused('weighed'),
    tell('shown', answers => weighedIn(answers).shown),
    choose('review', {
      ask: answers => problemsIn(answers).length > 0
        ? 'officer.broadcast.reviewProblems'
        : 'officer.broadcast.review',
      options: answers => [
        ...(problemsIn(answers).length > 0 ? [] : [{ id: 'submit', label: 'officer.broadcast.reviewSubmit', tone: 'main' } satisfies Option]),
        { id: 'change', label: 'officer.broadcast.reviewChange' },
        { id: 'leave', label: 'officer.broadcast.reviewLeave' },
        { id: 'drop', label: 'officer.broadcast.reviewDrop', tone: 'danger' },
      ],
      forgets: choice => choice === 'change' ? ['change'] : choice === 'drop' ? ['dropSure'] : [],
    }),
    choose('change', {
      when: answers => answers.review === 'change',
      ask: 'officer.broadcast.change',
      options: changeable,
      // The answer itself stays: it is how the questions know that they are asked again.
      forgets: part => [...asksOf(part), 'weighed', 'shown', 'review'],
    }),
    end('left', 'officer.broadcast.left', { when: answers => answers.review === 'leave', next: 'nothing' }),
    choose('dropSure', {
      when: answers => answers.review === 'drop',
      ask: 'officer.broadcast.dropSure',
      options: [{ id: 'no', label: 'officer.broadcast.dropNo' }, { id: 'yes', label: 'officer.broadcast.dropYes', tone: 'danger' }],
      forgets: choice => choice === 'no' ? ['review', 'dropSure'] : [],
    }),
    act('dropped', { act: 'dropDraft', when: answers => answers.dropSure === 'yes', give: answers => ({ id: weighedIn(answers).id }) }),
    ...orRefused('dropped'),
    end('gone', 'officer.broadcast.dropped', { when: answers => answers.dropped !== undefined, next: 'nothing' }),

    act('submitted', { act: 'submitBulletin', give: answers => ({ id: weighedIn(answers).id, version: weighedIn(answers).version }) }),
    ...orRefused('submitted'),
    end('done', answers => submittedWords(answers), { next: 'nothing' }),
  ],
})

function isNew (answers: Answers): boolean {
  return openedIn(answers) === null
}

/** A question is asked when its answer is missing, or is to be changed. */
function asked (part: Part): (answers: Answers) => boolean {
  return answers => answers.change === part || !isKnown(answers, part)
}

/** After an act that may be refused: the sentences, and the end. */
function orRefused (step: string): [End] {
  return [end(`${step}.refused`, answers => (refusedIn(answers[step]) ?? []).map((text): Words => ({ text })), { when: answers => refusedIn(answers[step]) !== null, next: 'nothing' })]
}

/** Writes the draft down; `first`: makes it. */
function keeping (step: string, first: boolean): Step[] {
  return [
    act(step, { act: 'keepDraft', when: answers => (draftIdIn(answers) === null) === first, give: handedIn, ...(first ? { once: true as const } : {}) }),
    ...orRefused(step),
  ]
}

function draftsOf (answers: Answers, here: Here): Option[] {
  return [
    ...deskIn(answers).drafts.map(({ id, kind, headline }): Option => ({ id: String(id), label: ['officer.broadcast.draft', { headline, kind: here.say(`bulletins.kinds.${kind}`) }] })),
    { id: 'new', label: 'officer.broadcast.beginNew', tone: 'main' },
  ]
}

const problemsIn = (answers: Answers): { text: string, part: Part | null }[] => weighedIn(answers).problems

/** What is wrong stands first. */
function changeable (answers: Answers): Option[] {
  const wrong = problemsIn(answers).flatMap(({ part }) => part ?? [])
  const kind = kindIn(answers)
  const urgent = kind === 'warning' || kind === 'alarm'
  const applies: Record<Part, boolean> = {
    headline: true, body: true, toDo: true, hazard: urgent, place: urgent || kind === 'meeting', until: true, source: true, law: kind === 'lesson', prepared: kind === 'alarm',
    topics: kind !== 'alarm', area: true, channels: true, when: kind !== 'alarm', exercise: true,
  }
  const listed = parts.filter(part => applies[part])
  return [...listed.filter(part => wrong.includes(part)), ...listed.filter(part => !wrong.includes(part))].map(part => ({ id: part, label: partKeys[part] }))
}

const partKeys: Record<Part, TextKey> = {
  headline: 'officer.broadcast.part.headline', body: 'officer.broadcast.part.body', toDo: 'officer.broadcast.part.toDo', hazard: 'officer.broadcast.part.hazard',
  place: 'officer.broadcast.part.place', until: 'officer.broadcast.part.until', source: 'officer.broadcast.part.source', law: 'officer.broadcast.part.law',
  prepared: 'officer.broadcast.part.prepared', topics: 'officer.broadcast.part.topics', area: 'officer.broadcast.part.area', channels: 'officer.broadcast.part.channels',
  when: 'officer.broadcast.part.when', exercise: 'officer.broadcast.part.exercise',
}

/** The steps that ask for a part, to be asked again. */
function asksOf (part: string): string[] {
  switch (part) {
    case 'until': return ['until', 'untilSaid']
    case 'source': return ['source', 'sourceAs']
    case 'prepared': return ['correction', 'correctionAs', 'allClear', 'allClearAs']
    case 'topics': return ['topics', 'topicsAs']
    case 'area': return ['area', 'communes']
    case 'when': return ['when', 'whenText', 'whenSaid', 'holidays']
    default: return [part]
  }
}

function submittedWords (answers: Answers): Words {
  const { code, told } = answers.submitted as { code: string, told: number }
  return told === 0 ? ['officer.broadcast.submittedNobody', { code }] : ['officer.broadcast.submitted', { code, n: told }]
}
