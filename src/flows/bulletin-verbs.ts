// What an officer does with a bulletin by one button, in the middle of anything: look, approve, return, hold, stop, test.
import type { Message } from '../channels/message.ts'
import type { Asked, OfficerVerb } from '../bulletins/officer-choices.ts'
import { act, choose, end, flow, write, type Act, type Answers, type End, type Flow } from '../conversation/flow.ts'
import type { Named, StaffActName } from './staff-acts.ts'

const named = (): [Act, End] => [
  act('named', { act: 'nameBulletin' satisfies StaffActName, give: answers => ({ id: idIn(answers) }) }),
  end('unknown', 'officer.refused.unknown', { when: answers => answers.named === null, next: 'nothing' }),
]

const see = flow('tin-see', 1, { steps: doneAndTold('seeBulletin', answers => ({ id: idIn(answers), channel: moreIn(answers) })) })
const test = flow('tin-test', 1, { steps: doneAndTold('testBulletin', answers => ({ id: idIn(answers) })) })
const approve = flow('tin-approve', 1, { steps: doneAndTold('approveBulletin', answers => ({ id: idIn(answers), version: versionIn(answers) })) })
const pause = flow('tin-pause', 1, { steps: doneAndTold('holdBulletin', answers => ({ id: idIn(answers), how: 'pause' })) })
const resume = flow('tin-resume', 1, { steps: doneAndTold('holdBulletin', answers => ({ id: idIn(answers), how: 'resume' })) })

const giveBack = flow('tin-return', 1, {
  cancelled: 'officer.approve.cancelled',
  steps: [
    ...named(),
    write('reason', { ask: answers => [['officer.approve.reason', { code: nameIn(answers).code }]], upTo: 500, check: text => [...text].length < 3 ? { because: 'officer.refused.reason' } : null }),
    ...doneAndTold('returnBulletin', answers => ({ id: idIn(answers), version: versionIn(answers), reason: String(answers.reason) })),
  ],
})

const stop = flow('tin-stop', 1, {
  cancelled: 'officer.approve.cancelled',
  steps: [
    ...named(),
    choose('sure', {
      ask: answers => [['officer.progress.stopSure', nameIn(answers)]],
      options: [{ id: 'no', label: 'officer.progress.stopNo' }, { id: 'yes', label: 'officer.progress.stopYes', tone: 'danger' }],
    }),
    end('kept', 'officer.progress.kept', { when: answers => answers.sure === 'no', next: 'nothing' }),
    ...doneAndTold('holdBulletin', answers => ({ id: idIn(answers), how: 'stop' })),
  ],
})

const list = flow('bulletins', 1, { steps: doneAndTold('myBulletins', () => null) })
const progress = flow('progress', 1, { steps: doneAndTold('showProgress', () => null) })

export const verbFlows: Record<string, Flow> = Object.fromEntries([see, test, approve, giveBack, pause, resume, stop, list, progress].map(one => [one.name, one]))

const flowOf: Record<OfficerVerb, string> = { see: see.name, as: see.name, test: test.name, approve: approve.name, return: giveBack.name, pause: pause.name, resume: resume.name, stop: stop.name, open: 'broadcast' }

/** The flow that a button or a typed word begins. `open` goes on writing; all others are asides. */
export function leadOf ({ verb, bulletin, more }: Asked): { flow: string, answers: Answers, aside?: true } {
  return verb === 'open' ? { flow: 'broadcast', answers: { begin: String(bulletin) } } : { flow: flowOf[verb], answers: { bulletin, more }, aside: true }
}

/** One act, whose messages are said. */
function doneAndTold (name: StaffActName, give: Act['give']): [Act, End] {
  return [act('done', { act: name, give }), end('told', answers => answers.done as unknown as Message[], { next: 'nothing' })]
}

const idIn = (answers: Answers): number => Number(answers.bulletin)
const moreIn = (answers: Answers): string => typeof answers.more === 'string' ? answers.more : ''
const versionIn = (answers: Answers): number | null => /^\d{1,9}$/.test(moreIn(answers)) ? Number(moreIn(answers)) : null

/** Put there by the act, whose result has this shape. */
function nameIn (answers: Answers): { code: string, headline: string } {
  return answers.named as unknown as Named ?? { code: '', headline: '' }
}
