// What we hold of this chat, and forgetting it.
import { act, choose, end, flow, tell, type Answers, type Here } from '../conversation/flow.ts'
import type { Held } from './acts.ts'

export const myData = flow('my-data', 1, {
  steps: [
    act('held', { act: 'held', give: () => null }),
    tell('list', (answers, here) => ({ text: listed(answers, here) })),
    choose('want', {
      ask: 'chat.myData.ask',
      options: [{ id: 'keep', label: 'chat.myData.keep' }, { id: 'forget', label: 'chat.myData.forget', tone: 'danger' }],
    }),
    end('kept', 'chat.myData.kept', { when: answers => answers.want === 'keep' }),
    choose('sure', {
      ask: 'chat.myData.sure',
      options: [{ id: 'no', label: 'chat.myData.sureNo' }, { id: 'yes', label: 'chat.myData.sureYes', tone: 'danger' }],
    }),
    end('keptAfterAll', 'chat.myData.kept', { when: answers => answers.sure === 'no' }),
    act('forgotten', { act: 'forget', give: () => null }),
    end('gone', (_, here) => ({ text: here.say('chat.myData.forgotten'), choices: [{ id: 'menu', label: here.say('chat.nav.menu') }] }), { next: 'nothing' }),
  ],
})

function listed (answers: Answers, here: Here): string {
  // Put there by the act, whose result has this shape.
  const held = answers.held as { [K in keyof Held]: Held[K] }
  return [
    here.say('chat.myData.held'),
    here.say('chat.myData.language'),
    ...(held.draft ? [here.say('chat.myData.draft')] : []),
    ...(held.links > 0 ? [here.say('chat.myData.links', { count: held.links })] : []),
    ...(held.marks > 0 ? [here.say('chat.myData.marks', { count: held.marks })] : []),
    ...(held.subscription ? [here.say('chat.myData.subscription')] : []),
    ...(!held.draft && held.links === 0 && held.marks === 0 && !held.subscription ? [here.say('chat.myData.none')] : []),
    '',
    here.say('chat.myData.tips'),
  ].join('\n')
}
