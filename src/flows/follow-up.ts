// Coming back with a code: how the tip stands, what officers wrote, and telling more.
import type { FileRef } from '../channels/message.ts'
import { act, askFiles, choose, end, flow, tell, write, type Answers, type Check, type Here, type Words } from '../conversation/flow.ts'
import { parseCode } from '../tips/code.ts'
import type { Opened } from '../tips/story.ts'
import { dayFor, mostFiles } from './report-answers.ts'

const wholeCode: Check = text => parseCode(text) === null ? { because: 'chat.followUp.badCode' } : null

export const followUp = flow('follow-up', 1, {
  filesGoTo: { step: 'moreFiles', upTo: mostFiles },
  steps: [
    write('code', { ask: 'chat.followUp.code', upTo: 200, check: wholeCode }),
    // The code is not kept once it has opened the tip.
    act('opened', { act: 'openTip', give: answers => ({ code: String(answers.code) }), forget: ['code'] }),
    tell('notFound', answers => [waitIn(answers) > 0 ? ['chat.followUp.wait', { minutes: waitIn(answers) }] : 'chat.followUp.notFound'], { when: answers => !openedIn(answers).found }),
    end('waiting', null, { when: answers => waitIn(answers) > 0 }),
    choose('again', {
      when: answers => !openedIn(answers).found,
      ask: 'chat.followUp.tryAgain',
      options: [{ id: 'yes', label: 'chat.followUp.tryYes', tone: 'main' }, { id: 'no', label: 'chat.followUp.tryNo' }],
      compact: true,
      forgets: choice => choice === 'yes' ? ['code', 'opened', 'notFound', 'again'] : [],
    }),
    end('gaveUp', null, { when: answers => answers.again === 'no' }),
    tell('state', stateOf),
    choose('next', {
      ask: 'chat.followUp.next',
      options: [{ id: 'add', label: 'chat.followUp.add', tone: 'main' }, { id: 'finish', label: 'chat.followUp.finish' }],
    }),
    end('finished', null, { when: answers => answers.next === 'finish' }),
    write('more', { ask: 'chat.followUp.more', upTo: 4000, orFile: true }),
    askFiles('moreFiles', { when: (_, here) => here.shows.fileBytes > 0, ask: 'chat.followUp.moreFiles', upTo: mostFiles }),
    act('added', {
      act: 'addToTip',
      give: answers => ({ tipId: tipIn(answers), text: typeof answers.more === 'string' ? answers.more : null, files: Array.isArray(answers.moreFiles) ? answers.moreFiles as FileRef[] : [] }),
    }),
    end('thanks', 'chat.followUp.added'),
  ],
})

/** Put there by the act, whose result has this shape. */
function openedIn (answers: Answers): Opened {
  return (answers.opened ?? { found: false, waitMinutes: 0 }) as Opened
}

function waitIn (answers: Answers): number {
  const opened = openedIn(answers)
  return opened.found ? 0 : opened.waitMinutes
}

function tipIn (answers: Answers): string {
  const opened = openedIn(answers)
  return opened.found ? opened.tipId : ''
}

function stateOf (answers: Answers, here: Here): Words[] {
  const opened = openedIn(answers)
  if (!opened.found) return []
  return [
    ['chat.followUp.state', { day: dayFor(opened.receivedOn), status: here.say(`chat.followUp.status.${opened.status}`), decideBy: dayFor(opened.decideBy) }],
    ...(opened.messages.length === 0 ? ['chat.followUp.noMessages' as const] : []),
    ...opened.messages.map((message): Words => [
      message.kind === 'request-information' ? 'chat.followUp.question' : 'chat.followUp.message',
      { day: dayFor(message.on), text: message.text ?? here.say('chat.followUp.cannotOpen') },
    ]),
  ]
}
