// Choosing a bulletin that is ready: by its topic, page by page, or for a day that is coming. Pure.
import { nextDays, type Occasion } from '../bulletins/calendar.ts'
import type { Kind } from '../bulletins/content.ts'
import { library, libraryEntry, type LibraryEntry } from '../bulletins/library.ts'
import { calendarDay } from '../bulletins/when.ts'
import { choose, tell, type Answers, type Here, type Option, type Step, type Words } from '../conversation/flow.ts'
import { topics, type Topic } from '../subscribers/topics.ts'
import { entryIn, kindIn, pages } from './writing.ts'

/** What a phone shows without much scrolling. */
const onePage = 8
/** Days ahead that are looked at, and occasions shown. */
const ahead = 120
const mostOccasions = 10

export const hasEntries = (kind: Kind): boolean => library.some(entry => entry.kind === kind)

export const pickFromCalendar: Step[] = [
  tell('comingNone', 'officer.broadcast.comingNone', { when: (answers, here) => answers.how === 'coming' && occasionsFor(answers, here).length === 0 }),
  choose('occasion', {
    when: (answers, here) => answers.how === 'coming' && occasionsFor(answers, here).length > 0,
    ask: 'officer.broadcast.coming',
    options: (answers, here) => [
      ...occasionsFor(answers, here).map(({ entry, from, to }): Option => ({
        id: entry.id,
        label: ['officer.broadcast.comingOption', { from: calendarDay(here.language, from).slice(0, 5), to: calendarDay(here.language, to), name: here.language === 'en' ? entry.nameEn : entry.nameVi }],
      })),
      { id: 'library', label: 'officer.broadcast.howLibrary' },
    ],
  }),
  choose('occasionEntry', {
    when: (answers, here) => bulletinsOf(answers, here).length > 0,
    ask: 'officer.broadcast.entryAsk',
    options: (answers, here) => bulletinsOf(answers, here).map(entry => optionOf(entry, here)),
  }),
]

export const pickFromLibrary: Step[] = [
  choose('topic', {
    when: (answers, here) => answers.how === 'library' || answers.occasion === 'library' || (answers.how === 'coming' && occasionsFor(answers, here).length === 0),
    ask: 'officer.broadcast.topicAsk',
    options: (answers, here) => topics.filter(topic => entriesOf(topic, kindIn(answers)).length > 0).map((topic): Option => ({
      id: topic, label: ['officer.broadcast.topicCount', { topic: here.say(`chat.subscribe.topic.${topic}`), n: entriesOf(topic, kindIn(answers)).length }],
    })),
  }),
  ...pages.map(page => choose(`entry${page}`, {
    when: answers => typeof answers.topic === 'string' && (page === 0 || answers[`entry${page - 1}`] === 'more'),
    ask: 'officer.broadcast.entryAsk',
    options: (answers, here) => {
      const entries = entriesOf(answers.topic as Topic, kindIn(answers))
      const shown = entries.slice(page * onePage, (page + 1) * onePage).map(entry => optionOf(entry, here))
      return entries.length > (page + 1) * onePage ? [...shown, { id: 'more', label: 'officer.broadcast.entryMore' }] : shown
    },
  })),
]

/** Its words, the law they stand on, and what somebody must look up first. */
export function shownEntry (answers: Answers, here: Here): Words[] {
  const entry = entryIn(answers)
  if (entry === null) return []
  const { headline, body, toDo } = wordsFor(entry, here)
  const law = entry.law === null ? '' : here.say('notice.law', { law: entry.law.name, day: calendarDay(here.language, entry.law.verifiedOn) })
  const check = entry.check === null ? '' : here.say('officer.broadcast.entryCheck', { check: entry.check })
  return [{ text: [headline, body, toDo, law, check].filter(part => part !== '').join('\n\n') }]
}

function entriesOf (topic: Topic, kind: Kind): LibraryEntry[] {
  return library.filter(entry => entry.kind === kind && entry.topics.includes(topic))
}

function occasionsFor (answers: Answers, here: Here): Occasion[] {
  const kind = kindIn(answers)
  const fitting = nextDays(here.now, ahead).filter(({ entry }) => entry.bulletins.some(id => libraryEntry(id)?.kind === kind))
  // What comes twice within that time is offered once.
  return [...new Map(fitting.toReversed().map(occasion => [occasion.entry.id, occasion])).values()].toReversed().slice(0, mostOccasions)
}

function bulletinsOf (answers: Answers, here: Here): LibraryEntry[] {
  const occasion = occasionsFor(answers, here).find(({ entry }) => entry.id === answers.occasion)
  return (occasion?.entry.bulletins ?? []).flatMap(id => libraryEntry(id) ?? []).filter(({ kind }) => kind === kindIn(answers))
}

function optionOf (entry: LibraryEntry, here: Here): Option {
  return { id: entry.id, label: { text: wordsFor(entry, here).headline } }
}

const wordsFor = ({ texts }: LibraryEntry, { language }: Here) => language === 'en' ? texts.en : texts.vi
