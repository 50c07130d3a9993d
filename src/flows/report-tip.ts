// Reporting a tip, from "is anybody in danger" to the code. Read it from top to bottom: that is the order it is asked in.
import type { Message } from '../channels/message.ts'
import { draftOf } from '../conversation/answers.ts'
import { act, askFiles, askPlace, choose, end, flow, tell, write, type Answers, type Check, type Here, type Option, type Step, type Words } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import { isAboutPolice } from '../tips/about-police.ts'
import { categoryIds, modeOf, questionsOf, type CategoryId, type Question } from '../tips/category.ts'
import { isOutOfScope } from '../tips/scope.ts'
import { categoryIn, dayFor, draftFrom, filesIn, isProtective, leavesContact, mostFiles, receiptIn, suggestionsFor } from './report-answers.ts'
import { editable, editedTogether, summary } from './review.ts'
import { callChoices, knows } from './welcome.ts'

/** Out of scope: kindly declined, not kept, only counted, and asked again: the rule may be wrong (domain.md 3.2). */
const inScope: Check = text => {
  const why = isOutOfScope(text)
  if (why === null) return null
  return { because: () => ['chat.report.scope', 'chat.report.scopeService'], count: 'out-of-scope' }
}

/** A Vietnamese mobile or landline number, however it is spaced (domain.md 6.3). */
const phoneNumber: Check = text => {
  const digits = text.replace(/[\s.()-]/g, '')
  return /^(?:\+?84|0)(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])\d{7}$|^(?:\+?84|0)2\d{9}$/.test(digits) ? null : { because: 'chat.report.phoneWrong' }
}

const yesNoOptions: Option[] = [{ id: 'yes', label: 'chat.answers.yes' }, { id: 'no', label: 'chat.answers.no' }, { id: 'dont-know', label: 'chat.answers.dontKnow' }]

export const reportTip = flow('report-tip', 1, {
  filesGoTo: { step: 'proof', upTo: mostFiles },
  steps: [
    choose('danger', {
      ask: (_, here) => [{ text: here.say('chat.emergency.numbers'), choices: callChoices(['113', '114', '115', '111'], here), compact: true }, 'chat.report.danger'],
      options: [{ id: 'no', label: 'chat.report.dangerNo', tone: 'main' }, { id: 'yes', label: 'chat.report.dangerYes', tone: 'danger' }],
    }),
    tell('callNow', (_, here) => ({ text: here.say('chat.report.callNow'), choices: callChoices(['113', '114', '115', '111'], here), compact: true }), {
      when: answers => answers.danger === 'yes',
      count: 'emergency-redirect',
    }),
    choose('called', {
      when: answers => answers.danger === 'yes',
      ask: 'chat.report.called',
      options: [{ id: 'yes', label: 'chat.report.calledYes' }, { id: 'no', label: 'chat.report.calledNo' }],
    }),
    end('stopped', 'chat.report.stopped', { when: answers => answers.called === 'no' }),

    tell('knows', (_, here) => ({ text: knows(here) })),
    choose('kind', {
      when: answers => answers.what === undefined || answers.kind !== undefined,
      ask: 'chat.report.kind',
      options: categoryOptions(categoryIds),
      compact: true,
      textAnswers: 'what',
      label: 'chat.labels.kind',
    }),
    choose('suggested', {
      // Not looked for again once they chose from the list: it costs more than all else in a turn.
      when: answers => answers.kind === undefined && answers.fromList === undefined && suggestionsFor(answers).length > 0,
      ask: 'chat.report.suggested',
      options: answers => [...categoryOptions(suggestionsFor(answers)), { id: 'all', label: 'chat.report.suggestedNone' }],
      label: 'chat.labels.kind',
    }),
    choose('fromList', {
      when: answers => answers.kind === undefined && (answers.suggested === undefined || answers.suggested === 'all'),
      ask: 'chat.report.list',
      options: categoryOptions(categoryIds),
      compact: true,
      label: 'chat.labels.kind',
    }),

    tell('fraudFirst', 'chat.report.fraudFirst', { when: answers => modeOf(categoryIn(answers)) === 'fraud_first_hour' }),
    tell('protect', (_, here) => ({ text: here.say('chat.report.protect'), choices: callChoices(['111', '113'], here), compact: true }), { when: isProtective }),
    ...categoryIds.filter(category => modeOf(category) === 'victim_protective').flatMap(ownQuestions),
    write('what', { ask: 'chat.report.what', upTo: 4000, check: inScope, orFile: true, label: 'chat.labels.what' }),
    ...categoryIds.filter(category => modeOf(category) !== 'victim_protective').flatMap(ownQuestions),
    choose('aboutPolice', {
      // Asked when the story sounds like it, or when they say so at the review: the program only guesses.
      when: answers => isAboutPolice(String(answers.what ?? '')) || answers.review === 'police' || answers.aboutPolice !== undefined,
      ask: 'chat.report.aboutPolice',
      options: [{ id: 'yes', label: 'chat.report.aboutPoliceYes' }, { id: 'no', label: 'chat.report.aboutPoliceNo' }],
      forgets: () => ['review'],
      label: 'chat.labels.aboutPolice',
    }),

    askPlace('where', { ask: 'chat.report.where', label: 'chat.labels.where' }),
    write('whereDetail', { ask: 'chat.report.whereDetail', upTo: 500, skip: true, label: 'chat.labels.whereDetail' }),
    choose('when', {
      when: answers => answers.whenText === undefined,
      ask: 'chat.report.when',
      options: [
        { id: 'now', label: 'chat.report.whenNow' }, { id: 'today', label: 'chat.report.whenToday' }, { id: 'week', label: 'chat.report.whenWeek' },
        { id: 'earlier', label: 'chat.report.whenEarlier' }, { id: 'often', label: 'chat.report.whenOften' }, { id: 'soon', label: 'chat.report.whenSoon' },
        { id: 'dont-know', label: 'chat.answers.dontKnow', tone: 'quiet' },
      ],
      compact: true,
      textAnswers: 'whenText',
      label: 'chat.labels.when',
    }),
    write('whenText', { when: answers => answers.when === undefined, ask: 'chat.report.when', upTo: 200, label: 'chat.labels.when' }),
    tell('nowCall', (_, here) => callNow(['113'], here), { when: answers => answers.when === 'now' && answers.danger !== 'yes' }),

    tell('proofElsewhere', (_, here) => [['chat.report.proofElsewhere', { url: here.webUrl }]], { when: (_, here) => here.shows.fileBytes === 0 }),
    askFiles('proof', {
      when: (_, here) => here.shows.fileBytes > 0,
      ask: (answers, here) => answers[draftOf('proof')] !== undefined
        ? ['chat.report.proofMore']
        : [[isProtective(answers) ? 'chat.report.proofProtect' : 'chat.report.proof', { size: megabytes(here.shows.fileBytes) }]],
      upTo: mostFiles,
      label: 'chat.labels.proof',
    }),

    // Nobody's name is asked where the channel keeps it abroad (domain.md 2.8).
    choose('identityTelegram', {
      when: (_, here) => here.channel === 'telegram',
      ask: (_, here) => [['chat.report.identityTelegram', { url: here.webUrl }]],
      options: [{ id: 'anonymous', label: 'chat.report.identityOk', tone: 'main' }],
    }),
    choose('identity', {
      when: (_, here) => here.channel !== 'telegram',
      ask: 'chat.report.identity',
      options: [{ id: 'anonymous', label: 'chat.report.anonymous' }, { id: 'contact', label: 'chat.report.contact' }],
      label: 'chat.labels.identity',
    }),
    write('name', { when: leavesContact, ask: 'chat.report.name', upTo: 100, skip: true, label: 'chat.labels.name' }),
    write('phone', { when: leavesContact, ask: () => joined('chat.report.phone', 'chat.report.neverAsk'), upTo: 40, skip: true, check: phoneNumber, label: 'chat.labels.phone' }),
    write('safeTime', { when: leavesContact, ask: 'chat.report.safeTime', upTo: 200, skip: true, label: 'chat.labels.safeTime' }),

    choose('review', {
      ask: (answers, here) => ({ text: `${here.say('chat.report.review')}\n\n${summary(reportTip, answers, here)}\n\n${knows(here)}` }),
      options: answers => [
        { id: 'send', label: 'chat.report.send', tone: 'main' },
        { id: 'edit', label: 'chat.report.edit' },
        ...(answers.aboutPolice === undefined ? [{ id: 'police', label: 'chat.report.reviewPolice' } satisfies Option] : []),
      ],
      forgets: choice => choice === 'edit' ? ['edit'] : [],
    }),
    choose('edit', {
      when: answers => answers.review === 'edit',
      ask: 'chat.report.editWhich',
      options: (answers, here) => editable(reportTip, answers, here),
      forgets: id => [...editedTogether(id), 'review', 'edit'],
    }),

    act('receipt', { act: 'receiveTip', give: (answers, here) => ({ ...draftFrom(answers, here) }) }),
    tell('code', (answers, here) => {
      const { code } = receiptIn(answers)
      return [{ text: here.say('chat.report.code', { code }), copy: code, guarded: true }, { text: here.say('chat.report.codeKeep') }]
    }),
    end('next', (answers, here) => {
      const receipt = receiptIn(answers)
      const files = here.sealsHere ? 0 : filesIn(answers).length
      const text = [
        here.say('chat.report.next', { transferBy: dayFor(receipt.transferBy), noticeBy: dayFor(receipt.noticeBy), decideBy: dayFor(receipt.decideBy) }),
        here.say(receipt.linked ? 'chat.report.answerComes' : 'chat.report.answerVisit'),
        ...(files > 0 ? [here.say('chat.report.filesLater', { count: files })] : []),
      ].join('\n\n')
      return { text, choices: [{ id: 'go:follow-up', label: here.say('chat.menu.followUp') }, { id: 'menu', label: here.say('chat.nav.menu') }] }
    }, { next: 'nothing' }),
  ],
})

function categoryOptions (ids: readonly CategoryId[]): Option[] {
  return ids.map(id => ({ id, label: `categories.${id}.short` }))
}

/** A question each, and after a dangerous "yes" the numbers to call. */
function ownQuestions (category: CategoryId): Step[] {
  return questionsOf(category).flatMap(question => {
    const id = `${category}.${question.id}`
    const when = (answers: Answers): boolean => categoryIn(answers) === category
    const key = `categories.${question.key}` as TextKey
    const ask = (): Words[] => question.neverAsk === true ? joined(key, 'chat.report.neverAsk') : [key]
    const step = question.answer === 'yesno'
      ? choose(id, { when, ask, skip: true, compact: true, options: yesNoOptions, label: key })
      : write(id, { when, ask, upTo: 1000, skip: true, orFile: true, label: key })
    return question.danger === undefined ? [step] : [step, dangerAfter(id, question.danger)]
  })
}

function dangerAfter (id: string, danger: NonNullable<Question['danger']>): Step {
  return tell(`${id}.call`, (_, here) => callNow(danger.numbers, here), { when: answers => answers[id] === danger.answer, count: 'emergency-redirect' })
}

function callNow (numbers: readonly string[], here: Here): Message {
  return { text: here.say('chat.emergency.again', { numbers: numbers.join(', ') }), choices: callChoices(numbers, here), compact: true }
}

function joined (...keys: TextKey[]): Words[] {
  return keys
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_048_576)
