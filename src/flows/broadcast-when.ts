// When a bulletin goes out, told back in words; and whether it is real. Pure.
import { onDay } from '../bulletins/moment-words.ts'
import { dayAndMoment, ruleInWords, whenIn } from '../bulletins/say-when.ts'
import { dayInVietnam, days } from '../clock.ts'
import { choose, tell, write, type Answer, type Answers, type Check, type Here, type Option, type Step } from '../conversation/flow.ts'
import type { Part } from './staff-acts.ts'
import { kindIn, ruleIn } from './writing.ts'

const clearTime: Check = (text, _, { now }) => {
  const said = whenIn(text, now)
  return said.kind === 'problem' ? { because: said.because } : null
}

export function whenQuestions (asked: (part: Part) => (answers: Answers) => boolean): Step[] {
  // Nobody waits with an alarm.
  const asksWhen = (answers: Answers): boolean => kindIn(answers) !== 'alarm' && asked('when')(answers)
  return [
    choose('when', {
      when: answers => asksWhen(answers) && answers.whenText === undefined,
      ask: 'officer.broadcast.when',
      options: (_, here) => [{ id: 'now', label: 'officer.broadcast.whenNowLabel', tone: 'main' }, tomorrow(here)],
      textAnswers: 'whenText',
    }),
    write('whenText', {
      when: answers => asksWhen(answers) && answers.when === undefined,
      ask: 'officer.broadcast.when',
      upTo: 200,
      check: clearTime,
      keep: (text, _, { now }): Answer => {
        const said = whenIn(text, now)
        return said.kind === 'rule' ? { ...said.rule } as unknown as Answer : 'now'
      },
    }),
    choose('holidays', {
      when: answers => isAsked(answers) && ruleIn(answers) !== null && ruleIn(answers)?.kind !== 'once',
      ask: 'officer.broadcast.holidays',
      options: [{ id: 'yes', label: 'officer.broadcast.holidaysYes' }, { id: 'no', label: 'officer.broadcast.holidaysNo' }],
    }),
    tell('whenSaid', (answers, here) => [['officer.broadcast.whenSaid', { when: ruleInWords(here.say, here.language, ruleIn(answers), here.now) }]], { when: answers => isAsked(answers) && ruleIn(answers) !== null }),
    choose('exercise', {
      when: asked('exercise'),
      ask: 'officer.broadcast.exercise',
      options: [{ id: 'real', label: 'officer.broadcast.exerciseReal' }, { id: 'training', label: 'officer.broadcast.exerciseTraining' }],
    }),
  ]
}

function isAsked (answers: Answers): boolean {
  return answers.when !== undefined || answers.whenText !== undefined
}

/** The moment itself stands in the button: after midnight it is an old one, and never means another day than it showed. */
function tomorrow ({ now, say, language }: Here): Option {
  const at = onDay(dayInVietnam(new Date(now.getTime() + days(1))), { hour: 7, minute: 30 })
  return { id: `at:${at.toISOString()}`, label: { text: dayAndMoment(say, language, at) } }
}
