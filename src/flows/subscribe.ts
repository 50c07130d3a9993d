// Agreeing to be written to: what about, where, how much, and when not; changing it; and ending it.
import { act, askPlace, choose, end, flow, tell, type Answers, type Here, type Option } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import { topics } from '../subscribers/topics.ts'
import type { Subscription, YourSubscription } from './acts.ts'
import { described, frequencyLabel, levelLabel, quietHours } from './described.ts'

const yesNo: Option[] = [{ id: 'yes', label: 'chat.answers.yes' }, { id: 'no', label: 'chat.answers.no' }]
const alarmsOnly = 2

export const subscribe = flow('subscribe', 2, {
  steps: [
    act('current', { act: 'subscription', give: () => null }),
    tell('already', (answers, here) => [['chat.subscribe.already', { details: listed(currentIn(answers), here) }]], { when: isSubscribed }),
    choose('change', {
      when: isSubscribed,
      ask: 'chat.subscribe.change',
      options: [{ id: 'yes', label: 'chat.subscribe.changeYes' }, { id: 'stop', label: 'chat.subscribe.changeStop' }, { id: 'keep', label: 'chat.subscribe.changeKeep' }],
    }),
    end('kept', 'chat.subscribe.kept', { when: answers => answers.change === 'keep' }),
    end('stopping', null, { when: answers => answers.change === 'stop', next: 'unsubscribe' }),
    // One thing is changed without going through all the others again.
    choose('what', { when: isSubscribed, ask: 'chat.subscribe.changeWhat', options: whatCanChange }),

    tell('web', 'chat.subscribe.introWeb', { when: (answers, here) => here.channel === 'web-chat' && mustAgree(answers) }),
    tell('zalo', 'chat.subscribe.introZalo', { when: (answers, here) => here.channel === 'zalo-oa' && mustAgree(answers) }),
    // Two equal buttons and no default: silence is no consent (Law 91/2025/QH15).
    choose('agree', {
      when: mustAgree,
      ask: 'chat.subscribe.intro',
      options: [{ id: 'yes', label: 'chat.subscribe.agree' }, { id: 'no', label: 'chat.subscribe.disagree' }],
    }),
    end('declined', answers => isSubscribed(answers) ? 'chat.subscribe.kept' : 'chat.subscribe.no', { when: answers => answers.agree === 'no' }),

    choose('level', { when: asks('level'), ask: 'chat.subscribe.level', options: [0, 1, alarmsOnly].map((level): Option => ({ id: String(level), label: levelLabel(level) })) }),
    // An alarm goes to everybody in its places, whatever it is about.
    choose('topics', {
      when: answers => levelIn(answers) !== alarmsOnly && (asks('topics')(answers) || (answers.what === 'level' && currentIn(answers).level === alarmsOnly)),
      ask: 'chat.subscribe.topics',
      many: true,
      options: [{ id: 'all', label: 'chat.subscribe.topicsAll' }, ...topics.map((topic): Option => ({ id: topic, label: `chat.subscribe.topic.${topic}` }))],
    }),
    choose('area', { when: asks('places'), ask: 'chat.subscribe.area', options: [{ id: 'all', label: 'chat.subscribe.areaAll' }, { id: 'some', label: 'chat.subscribe.areaSome' }] }),
    askPlace('place1', { when: answers => answers.area === 'some', ask: 'chat.subscribe.commune' }),
    choose('another1', { when: answers => answers.area === 'some', ask: 'chat.subscribe.another', options: yesNo, compact: true }),
    askPlace('place2', { when: answers => answers.another1 === 'yes', ask: 'chat.subscribe.commune' }),
    choose('another2', { when: answers => answers.another1 === 'yes', ask: 'chat.subscribe.another', options: yesNo, compact: true }),
    askPlace('place3', { when: answers => answers.another2 === 'yes', ask: 'chat.subscribe.commune' }),
    // Warnings and alarms always come at once: only who wants information is asked.
    choose('frequency', {
      when: answers => levelIn(answers) === 0 && (asks('frequency')(answers) || (answers.what === 'level' && currentIn(answers).level !== 0)),
      ask: 'chat.subscribe.frequency',
      options: (['at-once', 'daily', 'weekly'] as const).map((frequency): Option => ({ id: frequency, label: frequencyLabel(frequency) })),
    }),
    choose('quiet', {
      when: answers => levelIn(answers) !== alarmsOnly && asks('quiet')(answers),
      ask: 'chat.subscribe.quiet',
      options: Object.entries(quietHours).map(([id, { label }]): Option => ({ id, label })),
    }),
    act('saved', { act: 'subscribe', give: answers => ({ ...chosen(answers), agreed: mustAgree(answers) }) }),
    end('done', (answers, here) => [['chat.subscribe.saved', { details: listed(chosen(answers), here) }]]),
  ],
})

export const unsubscribe = flow('unsubscribe', 1, {
  steps: [
    act('stopped', { act: 'unsubscribe', give: () => null }),
    end('was', 'chat.subscribe.stopped', { when: answers => answers.stopped === true }),
    end('none', 'chat.subscribe.notSubscribed'),
  ],
})

type Thing = 'level' | 'topics' | 'places' | 'frequency' | 'quiet'

function isSubscribed (answers: Answers): boolean {
  return answers.current !== null && answers.current !== undefined
}

/** Put there by the act, whose result has this shape. */
function currentIn (answers: Answers): YourSubscription {
  return answers.current as { [K in keyof YourSubscription]: YourSubscription[K] }
}

/** Somebody new, or who agreed to something else than what we promise now. */
function mustAgree (answers: Answers): boolean {
  return !isSubscribed(answers) || currentIn(answers).agreed !== true
}

/** Everything is asked of somebody new, and else what they want to change. */
function asks (thing: Thing): (answers: Answers) => boolean {
  return answers => !isSubscribed(answers) || answers.what === thing
}

function whatCanChange (answers: Answers): Option[] {
  const { level } = currentIn(answers)
  const things: [Thing, TextKey, boolean][] = [
    ['level', 'chat.subscribe.changeLevel', true],
    ['topics', 'chat.subscribe.changeTopics', level !== alarmsOnly],
    ['places', 'chat.subscribe.changePlaces', true],
    ['frequency', 'chat.subscribe.changeFrequency', level === 0],
    ['quiet', 'chat.subscribe.changeQuiet', level !== alarmsOnly],
  ]
  return things.filter(([, , applies]) => applies).map(([id, label]) => ({ id, label }))
}

function levelIn (answers: Answers): number {
  if (typeof answers.level === 'string') return Number(answers.level)
  return isSubscribed(answers) ? currentIn(answers).level : 0
}

/** What was answered; for what was not asked, what they had, or what suits most. */
function chosen (answers: Answers): Subscription {
  const had = isSubscribed(answers) ? currentIn(answers) : null
  const level = levelIn(answers)
  const quiet = typeof answers.quiet === 'string' ? quietHours[answers.quiet] : undefined
  return {
    topics: level === alarmsOnly ? [...topics] : topicsIn(answers) ?? had?.topics ?? [...topics],
    places: typeof answers.area === 'string' ? placesIn(answers) : had?.places ?? [],
    quietFrom: quiet?.from ?? had?.quietFrom ?? 21,
    quietTo: quiet?.to ?? had?.quietTo ?? 7,
    level,
    frequency: level !== 0 ? 'at-once' : frequencyIn(answers) ?? had?.frequency ?? 'at-once',
  }
}

function topicsIn (answers: Answers): Subscription['topics'] | null {
  if (!Array.isArray(answers.topics)) return null
  const ticked = answers.topics as string[]
  return topics.filter(topic => ticked.includes('all') || ticked.includes(topic))
}

function placesIn (answers: Answers): Subscription['places'] {
  return [answers.place1, answers.place2, answers.place3].flatMap(place =>
    typeof place === 'object' && place !== null && !Array.isArray(place) && typeof place.commune === 'string' ? [{ code: place.commune, name: String(place.name) }] : [])
}

function frequencyIn (answers: Answers): Subscription['frequency'] | null {
  return answers.frequency === 'at-once' || answers.frequency === 'daily' || answers.frequency === 'weekly' ? answers.frequency : null
}

const listed = (subscription: Subscription, here: Here): string => described(subscription, here).map(line => `• ${line}`).join('\n')
