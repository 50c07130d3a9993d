// Agreeing to be written to: what about, where, and when not; and ending it.
import { act, askPlace, choose, end, flow, tell, type Answers, type Here, type Option } from '../conversation/flow.ts'
import { topics, type Topic } from '../subscribers/topics.ts'
import type { Subscription } from './acts.ts'

const yesNo: Option[] = [{ id: 'yes', label: 'chat.answers.yes' }, { id: 'no', label: 'chat.answers.no' }]
const quietHours: Record<string, [from: number, to: number]> = { night: [21, 6], evening: [19, 7], none: [0, 0] }

export const subscribe = flow('subscribe', 1, {
  steps: [
    act('current', { act: 'subscription', give: () => null }),
    tell('already', (answers, here) => [['chat.subscribe.already', described(currentIn(answers), here)]], { when: isSubscribed }),
    choose('change', {
      when: isSubscribed,
      ask: 'chat.subscribe.change',
      options: [{ id: 'yes', label: 'chat.subscribe.changeYes' }, { id: 'stop', label: 'chat.subscribe.changeStop' }, { id: 'keep', label: 'chat.subscribe.changeKeep' }],
    }),
    end('kept', 'chat.subscribe.kept', { when: answers => answers.change === 'keep' }),
    end('stopping', null, { when: answers => answers.change === 'stop', next: 'unsubscribe' }),

    tell('web', 'chat.subscribe.introWeb', { when: (_, here) => here.channel === 'web-chat' }),
    // Two equal buttons and no default: silence is no consent (Law 91/2025/QH15).
    choose('agree', {
      ask: 'chat.subscribe.intro',
      options: [{ id: 'yes', label: 'chat.subscribe.agree' }, { id: 'no', label: 'chat.subscribe.disagree' }],
    }),
    end('declined', 'chat.subscribe.no', { when: answers => answers.agree === 'no' }),
    choose('topics', { ask: 'chat.subscribe.topics', many: true, options: topics.map((topic): Option => ({ id: topic, label: `chat.subscribe.topic.${topic}` })) }),
    choose('area', { ask: 'chat.subscribe.area', options: [{ id: 'all', label: 'chat.subscribe.areaAll' }, { id: 'some', label: 'chat.subscribe.areaSome' }] }),
    askPlace('place1', { when: answers => answers.area === 'some', ask: 'chat.subscribe.commune' }),
    choose('another1', { when: answers => answers.area === 'some', ask: 'chat.subscribe.another', options: yesNo, compact: true }),
    askPlace('place2', { when: answers => answers.another1 === 'yes', ask: 'chat.subscribe.commune' }),
    choose('another2', { when: answers => answers.another1 === 'yes', ask: 'chat.subscribe.another', options: yesNo, compact: true }),
    askPlace('place3', { when: answers => answers.another2 === 'yes', ask: 'chat.subscribe.commune' }),
    choose('quiet', {
      ask: 'chat.subscribe.quiet',
      options: [{ id: 'night', label: 'chat.subscribe.quietNight' }, { id: 'evening', label: 'chat.subscribe.quietEvening' }, { id: 'none', label: 'chat.subscribe.quietNone' }],
    }),
    act('saved', { act: 'subscribe', give: answers => ({ ...chosen(answers) }) }),
    end('done', (answers, here) => [['chat.subscribe.saved', described(chosen(answers), here)]]),
  ],
})

export const unsubscribe = flow('unsubscribe', 1, {
  steps: [
    act('stopped', { act: 'unsubscribe', give: () => null }),
    end('was', 'chat.subscribe.stopped', { when: answers => answers.stopped === true }),
    end('none', 'chat.subscribe.notSubscribed'),
  ],
})

function isSubscribed (answers: Answers): boolean {
  return answers.current !== null && answers.current !== undefined
}

/** Put there by the act, whose result has this shape. */
function currentIn (answers: Answers): Subscription {
  return answers.current as { [K in keyof Subscription]: Subscription[K] }
}

function chosen (answers: Answers): Subscription {
  const [quietFrom, quietTo] = quietHours[String(answers.quiet)] ?? [21, 6]
  return {
    topics: Array.isArray(answers.topics) ? topics.filter(topic => (answers.topics as string[]).includes(topic)) : [],
    places: [answers.place1, answers.place2, answers.place3].flatMap(place =>
      typeof place === 'object' && place !== null && !Array.isArray(place) && typeof place.commune === 'string' ? [{ code: place.commune, name: String(place.name) }] : []),
    quietFrom,
    quietTo,
    level: 0,
    frequency: 'at-once',
  }
}

function described (subscription: Subscription, here: Here): { topics: string, places: string } {
  return {
    topics: subscription.topics.map((topic: Topic) => here.say(`chat.subscribe.topic.${topic}`)).join(', '),
    places: subscription.places.length === 0 ? here.say('chat.subscribe.areaAll') : subscription.places.map(place => place.name).join(', '),
  }
}
