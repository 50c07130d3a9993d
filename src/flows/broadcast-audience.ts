// For whom a bulletin is: topics, the whole province or communes by name, channels. Pure.
import { channelKeys } from '../bulletins/officer-choices.ts'
import { choose, write, type Answers, type Check, type Here, type Option, type Step, type Words } from '../conversation/flow.ts'
import { fold } from '../localities/fold.ts'
import { allLocalities } from '../localities/locality.ts'
import { topics } from '../subscribers/topics.ts'
import type { Part } from './staff-acts.ts'
import { deskIn, entryIn, kindIn } from './writing.ts'

export function audienceQuestions (asked: (part: Part) => (answers: Answers) => boolean): Step[] {
  // An alarm goes to everybody in its places.
  const asksTopics = (answers: Answers): boolean => kindIn(answers) !== 'alarm' && asked('topics')(answers)
  return [
    choose('topicsAs', {
      when: answers => asksTopics(answers) && entryIn(answers) !== null,
      ask: 'officer.broadcast.topicsAs',
      options: (answers, here) => [
        { id: 'same', label: ['officer.broadcast.topicsSame', { topics: (entryIn(answers)?.topics ?? []).map(topic => here.say(`chat.subscribe.topic.${topic}`)).join(', ') }], tone: 'main' },
        { id: 'other', label: 'officer.broadcast.topicsOther' },
      ],
    }),
    choose('topics', {
      when: answers => asksTopics(answers) && (entryIn(answers) === null || answers.topicsAs === 'other'),
      ask: 'officer.broadcast.topics',
      many: true,
      options: [{ id: 'all', label: 'chat.subscribe.topicsAll' }, ...topics.map((topic): Option => ({ id: topic, label: `chat.subscribe.topic.${topic}` }))],
    }),
    choose('area', {
      when: asked('area'),
      ask: 'officer.broadcast.area',
      options: answers => [
        deskIn(answers).places.length === 0
          ? { id: 'all', label: 'chat.subscribe.areaAll' }
          : { id: 'mine', label: ['officer.broadcast.areaMine', { places: deskIn(answers).places.map(({ name }) => name).join(', ') }] },
        { id: 'some', label: 'officer.broadcast.areaSome' },
      ],
    }),
    write('communes', {
      when: answers => answers.area === 'some' && asked('area')(answers),
      ask: 'officer.broadcast.communes',
      upTo: 2000,
      check: knownCommunes,
      keep: (text, _, here) => communesIn(text, here).flatMap(found => 'code' in found ? found.code : []),
    }),
    choose('channels', {
      when: asked('channels'),
      ask: 'officer.broadcast.channels',
      many: true,
      options: answers => [{ id: 'all', label: 'officer.broadcast.channelsAll' }, ...deskIn(answers).channels.map((name): Option => ({ id: name, label: channelKeys[name] }))],
    }),
  ]
}

type Found = { code: string } | { unclear: Words }

const knownCommunes: Check = (text, answers, here) => {
  const found = communesIn(text, here)
  if (found.length === 0) return { because: 'officer.broadcast.communes' }
  // All at once, so that nobody mends them one by one.
  const unclear = found.flatMap(one => 'unclear' in one ? [one.unclear] : [])
  if (unclear.length > 0) return { because: () => unclear }
  const mine = deskIn(answers).places.map(({ code }) => code)
  const elsewhere = found.flatMap(one => 'code' in one && mine.length > 0 && !mine.includes(one.code) ? nameOf(one.code) : [])
  return elsewhere.length === 0 ? null : { because: ['officer.broadcast.communeElsewhere', { places: elsewhere.join('; ') }] }
}

/** Each name by itself; a whole name of today counts as it stands, anything else as the place finder reads it. */
function communesIn (text: string, here: Here): Found[] {
  return text.split(/[,;\n]+|\s+và\s+|\s+and\s+/iu).map(name => name.trim()).filter(name => name !== '').map((name): Found => {
    const exact = allLocalities.filter(({ fullName }) => fold(fullName) === fold(name))
    const [only] = exact
    if (exact.length === 1 && only !== undefined) return { code: only.code }
    const found = here.places.find(name)
    const [first] = found
    if (found.length === 1 && first !== undefined) return { code: first.code }
    if (found.length > 1) return { unclear: ['officer.broadcast.communeSeveral', { name, places: found.map(place => place.name).join('; ') }] }
    const near = here.places.near(name)
    return { unclear: near.length === 0 ? ['officer.broadcast.communeUnknown', { name }] : ['officer.broadcast.communeNear', { name, places: near.map(place => place.name).join('; ') }] }
  })
}

const nameOf = (code: string): string[] => allLocalities.filter(one => one.code === code).map(({ fullName }) => fullName)
