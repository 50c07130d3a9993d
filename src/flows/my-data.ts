// What we hold of this chat, what was agreed to, and forgetting it.
import { act, choose, end, flow, tell, type Answers, type Here, type Option } from '../conversation/flow.ts'
import type { Held } from './acts.ts'
import { described } from './described.ts'
import { dayFor } from './report-answers.ts'

const keep: Option = { id: 'keep', label: 'chat.myData.keep' }
const consent: Option = { id: 'consent', label: 'chat.myData.consent' }
const forget: Option = { id: 'forget', label: 'chat.myData.forget', tone: 'danger' }

export const myData = flow('my-data', 2, {
  steps: [
    act('held', { act: 'held', give: () => null }),
    tell('list', (answers, here) => ({ text: listed(heldIn(answers), here) })),
    choose('want', {
      ask: 'chat.myData.ask',
      options: answers => heldIn(answers).subscription === null ? [keep, forget] : [keep, consent, forget],
    }),
    tell('consent', (answers, here) => ({ text: agreed(heldIn(answers), here) }), { when: answers => answers.want === 'consent' }),
    choose('then', { when: answers => answers.want === 'consent', ask: 'chat.myData.ask', options: [keep, forget] }),
    end('kept', 'chat.myData.kept', { when: answers => answers.want === 'keep' || answers.then === 'keep' }),
    choose('sure', {
      ask: 'chat.myData.sure',
      options: [{ id: 'no', label: 'chat.myData.sureNo' }, { id: 'yes', label: 'chat.myData.sureYes', tone: 'danger' }],
    }),
    end('keptAfterAll', 'chat.myData.kept', { when: answers => answers.sure === 'no' }),
    act('forgotten', { act: 'forget', give: () => null }),
    end('gone', (_, here) => ({ text: here.say('chat.myData.forgotten'), choices: [{ id: 'menu', label: here.say('chat.nav.menu') }] }), { next: 'nothing' }),
  ],
})

/** Put there by the act, whose result has this shape. */
function heldIn (answers: Answers): Held {
  return answers.held as unknown as Held
}

function listed ({ draft, links, marks, subscription, push }: Held, here: Here): string {
  const nothing = !draft && links === 0 && marks === 0 && subscription === null && push === 0
  return [
    here.say('chat.myData.held'),
    here.say('chat.myData.language'),
    ...(draft ? [here.say('chat.myData.draft')] : []),
    ...(links > 0 ? [here.say('chat.myData.links', { count: links })] : []),
    ...(marks > 0 ? [here.say('chat.myData.marks', { count: marks })] : []),
    ...(subscription === null ? [] : [here.say('chat.myData.subscription'), ...described(subscription, here).map(line => `   – ${line}`)]),
    ...(push > 0 ? [here.say('chat.myData.push', { count: push })] : []),
    ...(nothing ? [here.say('chat.myData.none')] : []),
    '',
    here.say('chat.myData.tips'),
  ].join('\n')
}

function agreed ({ subscription }: Held, here: Here): string {
  if (subscription === null) return here.say('chat.subscribe.notSubscribed')
  return `${here.say('chat.myData.agreedTo', { day: dayFor(subscription.agreedOn) })}\n\n${subscription.agreedText}`
}
