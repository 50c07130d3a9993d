// Goes through a flow step by step: the next step is always the first that applies and has no answer yet. Pure.
import type { Choice, Content, Message } from '../channels/message.ts'
import { candidatesOf, draftOf, optionsOf, readAnswer, readPress, wordsToText, type Reading } from './answers.ts'
import type { Answer, Answers, Flow, Here, Step, Telling, Words } from './flow.ts'
import type { Standing } from './standing.ts'

/** What one step of walking comes to. */
export interface Walked {
  say: Message[]
  /** Null: the flow is over. */
  standing: Standing | null
  act: { name: string, give: Answer } | null
  /** What comes after the end: a flow's name or `menu`. */
  next: string | null
  counts: string[]
}

export function begin (flow: Flow, here: Here, turn: number, answers: Answers = {}): Walked {
  return goOn(flow, { flow: flow.name, version: flow.version, step: '', turn, answers: { ...answers }, trail: [], wrong: 0 }, here, [])
}

/** Takes what somebody sent as the answer to the step they stand at. */
export function hear (flow: Flow, standing: Standing, content: Content, here: Here): Walked {
  const step = stepOf(flow, standing)
  if (step === null || step.kind === 'act') return goOn(flow, standing, here, [])
  return apply(flow, standing, step, readAnswer(flow, step, content, standing.answers, here), here)
}

/** A button of the question they stand at. */
export function press (flow: Flow, standing: Standing, option: string, here: Here): Walked {
  const step = stepOf(flow, standing)
  if (step === null || step.kind === 'act') return goOn(flow, standing, here, [])
  return apply(flow, standing, step, readPress(step, option, standing.answers, here), here)
}

/** Goes on after an act, whose result is the step's answer. */
export function acted (flow: Flow, standing: Standing, result: Answer, here: Here): Walked {
  const step = stepOf(flow, standing)
  if (step?.kind !== 'act') return goOn(flow, standing, here, [])
  const answers: Answers = { ...standing.answers, [step.id]: result }
  for (const id of step.forget ?? []) if (answers[id] !== undefined) answers[id] = null
  return goOn(flow, { ...standing, answers }, here, [])
}

/** Goes on with a story begun earlier, even under an older version of the flow: answers to steps that still exist count. */
export function resume (flow: Flow, standing: Standing, here: Here): Walked {
  const say: Message[] = standing.version === flow.version ? [] : [{ text: here.say('chat.resume.changed') }]
  return goOn(flow, { ...standing, version: flow.version, wrong: 0 }, here, say)
}

/** Null when this is the first question: then back leads out of the flow. */
export function back (flow: Flow, standing: Standing, here: Here): Walked | null {
  const trail = [...standing.trail]
  const last = trail.pop()
  if (last === undefined) return null
  // What was told and done because of that answer may be different with another.
  const after = flow.steps.slice(flow.steps.findIndex(step => step.id === last)).filter(step => step.kind === 'tell' || (step.kind === 'act' && step.once !== true)).map(step => step.id)
  return goOn(flow, { ...standing, trail, wrong: 0, answers: without(standing.answers, [last, draftOf(last), ...after]) }, here, [])
}

/** Null when this question must be answered. */
export function skip (flow: Flow, standing: Standing, here: Here): Walked | null {
  const step = stepOf(flow, standing)
  if (step === null || step.skip !== true) return null
  return goOn(flow, answered(standing, step.id, null), here, [])
}

/** Asks again without taking anything, e.g. after a word about an old button. */
export function askAgain (flow: Flow, standing: Standing, here: Here, first: Message[]): Walked {
  return goOn(flow, standing, here, first)
}

export function canSkip (flow: Flow, standing: Standing): boolean {
  return stepOf(flow, standing)?.skip === true
}

function apply (flow: Flow, standing: Standing, step: Step, reading: Reading, here: Here): Walked {
  switch (reading.kind) {
    case 'answer': {
      const next = answered(standing, step.id, reading.value)
      const forgotten = step.kind === 'choose' && typeof reading.value === 'string' ? step.forgets?.(reading.value) ?? [] : []
      return goOn(flow, {
        ...next,
        answers: without({ ...next.answers, ...reading.also }, forgotten),
        trail: next.trail.filter(id => !forgotten.includes(id)),
      }, here, (reading.say ?? []).flatMap(words => messagesOf(words, standing.answers, here)))
    }
    case 'other':
      return goOn(flow, answered(standing, reading.step, reading.value), here, [])
    case 'part':
      return goOn(flow, { ...standing, wrong: 0, answers: { ...standing.answers, ...reading.draft } }, here, (reading.say ?? []).flatMap(words => messagesOf(words, standing.answers, here)))
    case 'refused': {
      const say = messagesOf(reading.refusal.because, standing.answers, here)
      const counts = reading.refusal.count === undefined ? [] : [reading.refusal.count]
      if (reading.refusal.end === true) return { say, standing: null, act: null, next: null, counts }
      const again = goOn(flow, { ...standing, wrong: standing.wrong + 1 }, here, say)
      return { ...again, counts: [...again.counts, ...counts] }
    }
    case 'repair': {
      const say = messagesOf(reading.because, standing.answers, here)
      if (standing.wrong >= 1) say.push({ text: here.say('chat.repair.help') })
      return goOn(flow, { ...standing, wrong: standing.wrong + 1 }, here, say)
    }
    default: return reading satisfies never
  }
}

function goOn (flow: Flow, from: Standing, here: Here, said: Message[]): Walked {
  const standing: Standing = { ...from, answers: { ...from.answers } }
  const say = [...said]
  const counts: string[] = []
  for (const step of flow.steps) {
    if (standing.answers[step.id] !== undefined || step.when?.(standing.answers, here) === false) continue
    if (step.kind === 'tell') {
      say.push(...messagesOf(step.say, standing.answers, here))
      standing.answers[step.id] = true
      if (step.count !== undefined) counts.push(step.count)
      continue
    }
    if (step.kind === 'end') {
      if (step.say !== null) say.push(...messagesOf(step.say, standing.answers, here))
      return { say, standing: null, act: null, next: step.next ?? null, counts }
    }
    if (step.kind === 'act') {
      return { say, standing: { ...standing, step: step.id }, act: { name: step.act, give: step.give(standing.answers, here) }, next: null, counts }
    }
    standing.turn += 1
    standing.wrong = standing.step === step.id ? standing.wrong : 0
    standing.step = step.id
    return { say: [...say, ...question(step, standing, here)], standing, act: null, next: null, counts }
  }
  return { say, standing: null, act: null, next: null, counts }
}

/** The question as messages; its choices stand under the last one. */
function question (step: Exclude<Step, { kind: 'tell' | 'end' | 'act' }>, standing: Standing, here: Here): Message[] {
  const which = step.kind === 'place' && candidatesOf(step.id, standing.answers).length > 0
  const messages = which ? [{ text: here.say('chat.place.which') }] : messagesOf(step.ask, standing.answers, here)
  const last: Message = { ...messages.at(-1) ?? { text: '' } }
  const id = (option: string): string => `a:${standing.turn}:${step.id}:${option}`
  const ticked = step.kind === 'choose' && step.many === true ? standing.answers[draftOf(step.id)] : undefined
  const choices = optionsOf(step, standing.answers, here).map((option): Choice => ({
    id: id(option.id),
    label: `${Array.isArray(ticked) && (ticked as string[]).includes(option.id) ? '✓ ' : ''}${wordsToText(option.label, here)}`,
    ...(option.tone === undefined ? {} : { tone: option.tone }),
  }))
  if (standing.held !== undefined) choices.unshift({ id: id('!held'), label: here.say('chat.nav.useHeld'), tone: 'main' })
  last.choices = [...last.choices ?? [], ...choices, ...navigation(step, standing, here, id)]
  if (here.shows.buttons === 0) last.text += `\n\n${here.say(step.skip === true ? 'chat.nav.wordsSkip' : 'chat.nav.words')}`
  if (step.kind === 'choose' && step.compact === true) last.compact = true
  last.wants = step.kind === 'place' ? 'location' : step.kind === 'files' ? 'files' : 'text'
  return [...messages.slice(0, -1), last]
}

/** Where buttons are numbers to type, these are words to type instead (`question` says so): a number may be an answer. */
function navigation (step: Step, standing: Standing, here: Here, id: (option: string) => string): Choice[] {
  if (here.shows.buttons === 0) return []
  return [
    ...(step.skip === true ? [{ id: id('!skip'), label: here.say('chat.nav.skip'), tone: 'quiet' } satisfies Choice] : []),
    ...(standing.trail.length > 0 ? [{ id: id('!back'), label: here.say('chat.nav.back'), tone: 'quiet' } satisfies Choice] : []),
    { id: id('!cancel'), label: here.say('chat.nav.cancel'), tone: 'quiet' },
  ]
}

export function messagesOf (telling: Telling, answers: Answers, here: Here): Message[] {
  const told = typeof telling === 'function' ? telling(answers, here) : telling
  const list: Words[] = isOneText(told) ? [told] : told
  return list.map(words => typeof words === 'string' || Array.isArray(words) ? { text: wordsToText(words, here) } : words)
}

/** One text, perhaps with its blanks: a key that goes on with an object, where a list would go on with words. */
function isOneText (told: Words | Words[]): told is Words {
  if (!Array.isArray(told)) return true
  const [first, second] = told
  return told.length === 2 && typeof first === 'string' && typeof second === 'object' && !Array.isArray(second) && !('text' in second)
}

function stepOf (flow: Flow, standing: Standing): Step | null {
  return flow.steps.find(step => step.id === standing.step) ?? null
}

function answered (standing: Standing, step: string, value: Answer): Standing {
  const { held: _, ...rest } = standing
  return { ...rest, wrong: 0, answers: without({ ...standing.answers, [step]: value }, [draftOf(step)]), trail: [...standing.trail.filter(id => id !== step), step] }
}

function without (answers: Answers, ids: string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !ids.includes(id)))
}
