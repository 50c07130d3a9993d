// Reads what somebody sent as the answer to a step. Decides nothing else. Pure.
import type { Content, FileRef } from '../channels/message.ts'
import { fold } from '../localities/fold.ts'
import { commandIn } from './commands.ts'
import type { Answer, Answers, AskPlace, Choose, Flow, Here, Option, Place, Refusal, Step, Words, Write } from './flow.ts'

export type Reading =
  /** The step is answered. */
  | { kind: 'answer', value: Answer, also?: Answers, say?: Words[] }
  /** It answers another step: a story where its kind was asked. */
  | { kind: 'other', step: string, value: Answer }
  /** Something of the answer arrived; the step is asked again, differently. */
  | { kind: 'part', draft: Answers, say?: Words[] }
  | { kind: 'refused', refusal: Refusal }
  /** Not understood: said, and asked again. */
  | { kind: 'repair', because: Words }

/** Key of what was gathered for a step that is not finished: files so far, candidates for a place, boxes ticked. */
export const draftOf = (step: string): string => `${step}+`

export function readAnswer (flow: Flow, step: Step, content: Content, answers: Answers, here: Here): Reading {
  if (content.kind === 'files') return readFiles(flow, step, content.files, content.caption ?? '', answers, here)
  if (content.kind === 'unsupported') return { kind: 'repair', because: notTaken(here) }
  if (content.kind === 'edit') return { kind: 'repair', because: 'chat.repair.edited' }
  if (content.kind === 'location') {
    return step.kind === 'place' ? readPoint(content.lat, content.lng, here) : { kind: 'repair', because: 'chat.repair.location' }
  }
  if (content.kind !== 'text') return { kind: 'repair', because: 'chat.repair.general' }
  switch (step.kind) {
    case 'choose': return readChoice(flow, step, content.text, answers, here)
    case 'write': return readText(step, content.text, answers, here)
    case 'place': return readPlace(step, content.text, answers, here)
    case 'files': return commandIn(content.text) === 'done' ? filesDone(step.id, answers) : { kind: 'repair', because: 'chat.repair.files' }
    default: return { kind: 'repair', because: 'chat.repair.general' }
  }
}

/** Zalo keeps other files and positions from a bot, and does not say which it was: another way is told (zalo.md 7.3). */
export function notTaken (here: Here): Words {
  return here.channel === 'zalo-bot' ? ['chat.repair.unsupportedZalo', { url: here.webUrl }] : 'chat.repair.unsupported'
}

/** A pressed button's option. */
export function readPress (step: Step, option: string, answers: Answers, here: Here): Reading {
  if (step.kind === 'files' && option === 'done') return filesDone(step.id, answers)
  if (step.kind === 'place') return readCandidate(step, option, answers)
  if (step.kind === 'choose' && optionsOf(step, answers, here).some(o => o.id === option)) return chosen(step, option, answers)
  return { kind: 'repair', because: 'chat.repair.oldButton' }
}

/** What may be chosen at a step now, in the order shown. */
export function optionsOf (step: Step, answers: Answers, here: Here): Option[] {
  if (step.kind === 'choose') {
    const options = typeof step.options === 'function' ? step.options(answers, here) : step.options
    return step.many === true ? [...options, { id: 'done', label: 'chat.nav.done', tone: 'main' }] : options
  }
  if (step.kind === 'files') return [{ id: 'done', label: (answers[draftOf(step.id)] === undefined) ? 'chat.nav.noFiles' : 'chat.nav.done', tone: 'main' }]
  if (step.kind === 'place') {
    const candidates = candidatesOf(step.id, answers)
    return [
      ...candidates.map((place): Option => ({ id: place.code, label: ['chat.place.option', { name: place.because === undefined ? place.name : `${place.name} (${place.because})` }] })),
      ...(candidates.length === 0 ? [] : [{ id: 'none', label: 'chat.place.none' } satisfies Option]),
      { id: 'dont-know', label: 'chat.place.dontKnow', tone: 'quiet' },
    ]
  }
  return []
}

export function candidatesOf (step: string, answers: Answers): Place[] {
  const draft = answers[draftOf(step)]
  return Array.isArray(draft) ? draft as unknown as Place[] : []
}

export function filesSoFar (step: string, answers: Answers): FileRef[] {
  const draft = answers[draftOf(step)]
  return Array.isArray(draft) ? draft as FileRef[] : []
}

function readChoice (flow: Flow, step: Choose, text: string, answers: Answers, here: Here): Reading {
  const options = optionsOf(step, answers, here)
  const named = optionNamed(options, text, here)
  if (named !== null) return chosen(step, named, answers)
  if (step.many === true) {
    const several = text.split(/[\s,;.+&]+/).map(word => optionNamed(options, word, here))
    if (several.length > 1 && several.every(id => id !== null && id !== 'done')) return { kind: 'part', draft: { [draftOf(step.id)]: [...new Set(several as string[])] } }
  }
  const other = flow.steps.find(s => s.id === step.textAnswers)
  if (other?.kind === 'write') {
    const reading = readText(other, text, answers, here)
    return reading.kind === 'answer' ? { kind: 'other', step: other.id, value: reading.value } : reading
  }
  return { kind: 'repair', because: 'chat.repair.choice' }
}

/** By its number in the list, by its label with or without marks, or by yes and no. */
function optionNamed (options: Option[], text: string, here: Here): string | null {
  const said = fold(text)
  if (said === '') return null
  if (/^\d{1,2}$/.test(said)) return options[Number(said) - 1]?.id ?? null
  const labels = options.map(option => ({ id: option.id, label: fold(wordsToText(option.label, here)) }))
  const same = labels.filter(({ label }) => label === said)
  if (same.length === 1) return same[0]?.id ?? null
  const short = yesNo(said)
  if (short !== null && options.some(option => option.id === short)) return short
  if (commandIn(text) === 'done' && options.some(option => option.id === 'done')) return 'done'
  if (commandIn(text) === 'dont-know' && options.some(option => option.id === 'dont-know')) return 'dont-know'
  // The beginning of one label and of no other: "cướp" for "Trộm cắp, cướp" is left to the person to press.
  const begin = labels.filter(({ label }) => said.length >= 3 && label.startsWith(said))
  return begin.length === 1 ? begin[0]?.id ?? null : null
}

function yesNo (said: string): 'yes' | 'no' | null {
  if (['co', 'co a', 'da co', 'vang', 'dung', 'dung roi', 'u', 'uh', 'ok', 'oke', 'yes', 'y', 'yeah', 'បាទ', 'ចាស', 'បាទ ចាស'].includes(said)) return 'yes'
  if (['khong', 'ko', 'k', 'hong', 'hok', 'da khong', 'chua', 'no', 'n', 'nope', 'ទេ', 'អត់'].includes(said)) return 'no'
  return null
}

function chosen (step: Choose, option: string, answers: Answers): Reading {
  if (step.many !== true) return { kind: 'answer', value: option }
  const ticked = answers[draftOf(step.id)]
  const list = Array.isArray(ticked) ? ticked as string[] : []
  if (option === 'done') return list.length === 0 ? { kind: 'repair', because: 'chat.repair.tickOne' } : { kind: 'answer', value: list }
  return { kind: 'part', draft: { [draftOf(step.id)]: list.includes(option) ? list.filter(o => o !== option) : [...list, option] } }
}

function readText (step: Write, text: string, answers: Answers, here: Here): Reading {
  const trimmed = text.trim()
  if (trimmed === '') return { kind: 'repair', because: 'chat.repair.empty' }
  // Counted as people see it: a Khmer or Vietnamese letter may be several code units.
  const letters = [...trimmed].length
  if (letters > step.upTo) return { kind: 'repair', because: ['chat.repair.tooLong', { most: step.upTo, length: letters }] }
  const refusal = step.check?.(trimmed, answers, here) ?? null
  return refusal === null ? { kind: 'answer', value: step.keep?.(trimmed, answers, here) ?? trimmed } : { kind: 'refused', refusal }
}

function readPlace (step: AskPlace, text: string, answers: Answers, here: Here): Reading {
  if (commandIn(text) === 'dont-know') return unknownPlace
  const candidates = candidatesOf(step.id, answers)
  if (candidates.length > 0) {
    const named = optionNamed(optionsOf(step, answers, here), text, here)
    if (named !== null) return readCandidate(step, named, answers)
  }
  const found = here.places.find(text)
  const [only] = found
  if (found.length === 1 && only !== undefined) {
    return { kind: 'answer', value: placeAnswer(only), say: only.because === undefined ? [] : [['chat.place.nowCalled', { old: only.because, name: only.name }]] }
  }
  if (found.length > 1) return { kind: 'part', draft: { [draftOf(step.id)]: found as unknown as Answer }, say: [] }
  const near = here.places.near(text)
  if (near.length > 0) return { kind: 'part', draft: { [draftOf(step.id)]: near as unknown as Answer }, say: [] }
  return { kind: 'repair', because: 'chat.place.notFound' }
}

function readPoint (lat: number, lng: number, here: Here): Reading {
  // Three decimals are some hundred metres: the rest is asked in words (domain.md 2.8: location is sensitive, stored rounded).
  const point = { lat: Number(lat.toFixed(3)), lng: Number(lng.toFixed(3)) }
  const at = here.places.at(lat, lng)
  if (at === null) return { kind: 'answer', value: { commune: null, name: null, point }, say: ['chat.place.outside'] }
  // Near a border the commune may be the next one; the point itself goes along, so an officer can see.
  return { kind: 'answer', value: { ...placeAnswer(at.place), point, sure: at.sure }, say: [['chat.place.isIn', { name: at.place.name }]] }
}

function readCandidate (step: AskPlace, option: string, answers: Answers): Reading {
  if (option === 'dont-know') return unknownPlace
  if (option === 'none') return { kind: 'part', draft: { [draftOf(step.id)]: [] }, say: ['chat.place.tryAgain'] }
  const place = candidatesOf(step.id, answers).find(p => p.code === option)
  return place === undefined ? { kind: 'repair', because: 'chat.repair.oldButton' } : { kind: 'answer', value: placeAnswer(place) }
}

const unknownPlace: Reading = { kind: 'answer', value: { commune: null, name: null } }
const placeAnswer = (place: Place): { commune: string, name: string } => ({ commune: place.code, name: place.name })

function readFiles (flow: Flow, step: Step, files: FileRef[], caption: string, answers: Answers, here: Here): Reading {
  const goal = flow.filesGoTo
  if (goal === undefined) return { kind: 'repair', because: 'chat.repair.noFiles' }
  // A file may also come when the step for files is behind: it joins the answer.
  const answered = answers[goal.step]
  const before = Array.isArray(answered) ? answered as FileRef[] : filesSoFar(goal.step, answers)
  const after = [...before, ...files].slice(0, goal.upTo)
  const draft: Answers = { [Array.isArray(answered) ? goal.step : draftOf(goal.step)]: after }
  const say: Words[] = [before.length + files.length > goal.upTo
    ? ['chat.files.tooMany', { most: goal.upTo }]
    : ['chat.files.got', { count: after.length, most: goal.upTo }]]
  if (step.kind !== 'write' || step.orFile !== true) return { kind: 'part', draft, say }
  if (caption.trim() !== '') {
    const reading = readText(step, caption, answers, here)
    return reading.kind === 'answer' ? { ...reading, also: draft, say } : reading
  }
  const voice = files.some(file => file.kind === 'voice')
  return voice ? { kind: 'answer', value: here.say('chat.files.voiceAnswer'), also: draft, say: ['chat.files.gotVoice'] } : { kind: 'part', draft, say }
}

function filesDone (step: string, answers: Answers): Reading {
  return { kind: 'answer', value: filesSoFar(step, answers) }
}

export function wordsToText (words: Words, here: Here): string {
  if (typeof words === 'string') return here.say(words)
  return Array.isArray(words) ? here.say(words[0], words[1]) : words.text
}
