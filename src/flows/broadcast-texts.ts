// The questions that a bulletin's texts are made from, what a warning needs besides, and what an alarm has ready. Pure.
import { momentIn } from '../bulletins/moment-words.ts'
import { dayAndMoment } from '../bulletins/say-when.ts'
import { dayInVietnam } from '../clock.ts'
import { choose, tell, write, type Answer, type Answers, type Check, type Here, type Option, type Step } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import type { Part } from './staff-acts.ts'
import { deskIn, kindIn, preparedWords, writingIn } from './writing.ts'

/** A CAP headline has 160 characters, one large reader shows 140 (standards.md 1.3). */
const longestHeadline = 140

const clearMoment: Check = (text, _, { now }) => {
  const moment = momentIn(text, now, 'its-end')
  if (moment === null) return { because: 'officer.broadcast.untilUnclear' }
  return moment <= now ? { because: 'officer.check.untilPast' } : null
}

const twoLines: Check = text => preparedWords(text).body === '' ? { because: 'officer.broadcast.preparedShort' } : null

export function textQuestions (asked: (part: Part) => (answers: Answers) => boolean, keeping: (step: string, first: boolean) => Step[]): Step[] {
  return [
    write('headline', { when: asked('headline'), ask: 'officer.broadcast.headline', upTo: longestHeadline }),
    ...keeping('made', true),
    write('body', { when: asked('body'), ask: 'officer.broadcast.body', upTo: 2500 }),
    ...keeping('kept1', false),
    write('toDo', { when: asked('toDo'), ask: 'officer.broadcast.toDo', upTo: 1000 }),
    ...keeping('kept2', false),
    write('hazard', { when: answers => isUrgent(answers) && asked('hazard')(answers), ask: 'officer.broadcast.hazard', upTo: 200 }),
    write('place', {
      when: answers => (isUrgent(answers) || kindIn(answers) === 'meeting') && asked('place')(answers),
      ask: answers => kindIn(answers) === 'meeting' ? 'officer.broadcast.placeMeeting' : 'officer.broadcast.place',
      upTo: 300,
    }),
    write('until', {
      // A lesson may hold for ever: it is asked only when somebody wants an end.
      when: answers => kindIn(answers) === 'lesson' ? answers.change === 'until' : asked('until')(answers),
      ask: answers => kindIn(answers) === 'meeting' ? 'officer.broadcast.untilMeeting' : 'officer.broadcast.until',
      upTo: 100,
      check: clearMoment,
      keep: (text, _, { now }) => momentIn(text, now, 'its-end')?.toISOString() ?? text,
    }),
    tell('untilSaid', (answers, here) => [['officer.broadcast.untilSaid', { until: dayAndMoment(here.say, here.language, new Date(String(answers.until))) }]], { when: answers => typeof answers.until === 'string' }),
    choose('sourceAs', { when: answers => asked('source')(answers) && answers.source === undefined, ask: 'officer.broadcast.source', options: sources, textAnswers: 'source' }),
    write('source', { when: answers => asked('source')(answers) && answers.sourceAs === undefined, ask: 'officer.broadcast.source', upTo: 120 }),
    write('law', {
      when: answers => kindIn(answers) === 'lesson' && asked('law')(answers),
      ask: 'officer.broadcast.law',
      upTo: 300,
      keep: (name, _, { now }): Answer => ({ name, verifiedOn: dayInVietnam(now) }),
    }),
    ...prepared('correction', 'officer.broadcast.correction', asked('prepared')),
    ...prepared('allClear', 'officer.broadcast.allClear', asked('prepared')),
  ]
}

/** Ours as it stands, or one of their own. */
function prepared (id: 'correction' | 'allClear', ask: TextKey, asked: (answers: Answers) => boolean): Step[] {
  const when = (answers: Answers): boolean => kindIn(answers) === 'alarm' && asked(answers)
  const question = (answers: Answers, here: Here): [TextKey, Record<string, string>][] => [[ask, { sample: sampleOf(id, answers, here) }]]
  return [
    choose(`${id}As`, { when: answers => when(answers) && answers[id] === undefined, ask: question, options: [{ id: 'sample', label: 'officer.broadcast.sampleUse', tone: 'main' }], textAnswers: id }),
    write(id, { when: answers => when(answers) && answers[`${id}As`] === undefined, ask: question, upTo: 1500, check: twoLines }),
  ]
}

function sampleOf (id: 'correction' | 'allClear', answers: Answers, { say }: Here): string {
  const { headline } = writingIn(answers).content.texts.vi
  return id === 'correction'
    ? [say('officer.broadcast.sample.correctionHeadline', { headline }), say('officer.broadcast.sample.correctionBody'), say('officer.broadcast.sample.correctionToDo')].join('\n')
    : [say('officer.broadcast.sample.allClearHeadline', { headline }), say('officer.broadcast.sample.allClearBody'), say('officer.broadcast.sample.allClearToDo')].join('\n')
}

function isUrgent (answers: Answers): boolean {
  return kindIn(answers) === 'warning' || kindIn(answers) === 'alarm'
}

/** The office itself; its name is part of the bulletin, so it is Vietnamese in every language. */
function sources (answers: Answers): Option[] {
  const offices = deskIn(answers).places.slice(0, 3).map(({ name }) => `Công an ${name.charAt(0).toLowerCase()}${name.slice(1)}`)
  return [...offices, 'Công an tỉnh An Giang'].map(office => ({ id: office, label: { text: office } }))
}
