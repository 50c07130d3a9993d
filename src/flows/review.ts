// The review before sending: what was answered, and which answer to change. Pure.
import type { Answers, Flow, Here, Option, Step } from '../conversation/flow.ts'
import type { TextKey } from '../i18n.ts'
import { filesIn, placeIn } from './report-answers.ts'

/** What was answered, a line each, in asking order; what was left out is not shown. */
export function summary (flow: Flow, answers: Answers, here: Here): string {
  return askedSteps(flow, answers, here).filter(step => answers[step.id] !== null).map(step => {
    const label = here.say(step.label)
    return `• ${label}${/[?？]$/.test(label) ? '' : ':'} ${shown(step, answers, here)}`
  }).join('\n')
}

type Labelled = Step & { label: TextKey }

function askedSteps (flow: Flow, answers: Answers, here: Here): Labelled[] {
  return flow.steps.filter((step): step is Labelled => {
    const answer = answers[step.id]
    return step.label !== undefined && answer !== undefined && answer !== 'all' && step.when?.(answers, here) !== false
  })
}

function shown (step: Step, answers: Answers, here: Here): string {
  const answer = answers[step.id]
  if (step.kind === 'files') return here.say('chat.labels.files', { count: filesIn(answers).length })
  if (step.kind === 'place') return placeIn(answers).name ?? here.say('chat.labels.unknownPlace')
  if (step.kind !== 'choose' || typeof answer !== 'string') return String(answer)
  const options = typeof step.options === 'function' ? step.options(answers, here) : step.options
  const label = options.find(option => option.id === answer)?.label
  return typeof label === 'string' ? here.say(label) : answer
}

export function editable (flow: Flow, answers: Answers, here: Here): Option[] {
  return askedSteps(flow, answers, here).map(step => ({ id: step.id, label: { text: short(here.say(step.label)) } }))
}

const short = (text: string): string => [...text].length <= 40 ? text : `${[...text].slice(0, 39).join('')}…`

/** Answers that only make sense together are asked anew together. */
export function editedTogether (id: string): string[] {
  if (['kind', 'suggested', 'fromList'].includes(id)) return ['kind', 'suggested', 'fromList', 'fraudFirst', 'protect']
  if (['when', 'whenText'].includes(id)) return ['when', 'whenText', 'nowCall']
  if (id === 'where') return ['where', 'whereDetail']
  if (id === 'what') return ['what', 'aboutPolice']
  if (id === 'identity') return ['identity', 'name', 'phone', 'safeTime']
  return [id, `${id}.call`]
}
