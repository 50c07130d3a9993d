// An officer makes a chat their own with a one-time code, and gives it up again.
import { act, end, flow, write, type Answers, type Here } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import type { Linked } from './staff-acts.ts'

export const link = flow('link', 1, {
  cancelled: 'officer.link.cancelled',
  steps: [
    end('onWeb', 'officer.link.onWeb', { when: (_, here) => here.channel === 'web-chat' }),
    write('code', { ask: 'officer.link.ask', upTo: 200 }),
    // The code is worth nothing afterwards, and is not kept.
    act('linked', { act: 'linkOfficer', give: answers => ({ code: String(answers.code) }), forget: ['code'] }),
    end('done', (answers, here) => ({ text: greeting(answers, here) }), { when: answers => linkedIn(answers).linked, next: 'nothing' }),
    end('wait', answers => [['officer.link.wait', { minutes: waitIn(answers) }]], { when: answers => waitIn(answers) > 0, next: 'nothing' }),
    // The same whether there never was such a code, it was used, or it is too old.
    end('wrong', 'officer.link.wrong', { next: 'nothing' }),
  ],
})

export const unlink = flow('unlink', 1, {
  steps: [
    act('done', { act: 'unlinkOfficer', give: () => null }),
    end('nobody', 'chat.repair.menu', { when: answers => answers.done !== true }),
    end('unlinked', 'officer.link.unlinked'),
  ],
})

/** Put there by the act, whose result has this shape. */
function linkedIn (answers: Answers): Linked {
  return answers.linked as unknown as Linked
}

function waitIn (answers: Answers): number {
  const linked = linkedIn(answers)
  return linked.linked ? 0 : linked.waitMinutes
}

function greeting (answers: Answers, { say }: Here): string {
  const linked = linkedIn(answers)
  if (!linked.linked) return ''
  const can: [boolean, TextKey][] = [
    [linked.may.includes('write'), 'officer.link.canWrite'],
    [linked.may.includes('approve'), 'officer.link.canApprove'],
    [linked.may.includes('send'), 'officer.link.canSend'],
    [linked.may.includes('write'), 'officer.link.canList'],
    [!linked.may.includes('write') && !linked.may.includes('approve'), 'officer.link.canNothing'],
    [true, 'officer.link.canUnlink'],
  ]
  return [say('officer.link.linked', { name: linked.name }), ...can.filter(([applies]) => applies).map(([, key]) => `• ${say(key)}`)].join('\n')
}
