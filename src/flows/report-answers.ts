// What the answers of a report mean: its category, its files, the story they make. Pure.
import type { FileRef } from '../channels/message.ts'
import type { Answers, Here } from '../conversation/flow.ts'
import { isCategoryId, modeOf, questionsOf, type CategoryId } from '../tips/category.ts'
import type { Draft, Receipt } from '../tips/story.ts'
import { suggestCategories } from '../tips/suggest.ts'

/** With one tip. */
export const mostFiles = 10

export function suggestionsFor (answers: Answers): readonly CategoryId[] {
  return typeof answers.what === 'string' ? suggestCategories(answers.what) : []
}

/** The category the person chose; `other` until then. */
export function categoryIn (answers: Answers): CategoryId {
  return [answers.kind, answers.suggested, answers.fromList].find(isCategoryId) ?? 'other'
}

export function isProtective (answers: Answers): boolean {
  return modeOf(categoryIn(answers)) === 'victim_protective'
}

export function leavesContact (answers: Answers): boolean {
  return answers.identity === 'contact'
}

export function filesIn (answers: Answers): FileRef[] {
  return Array.isArray(answers.proof) ? answers.proof as FileRef[] : []
}

export function placeIn (answers: Answers): Omit<Draft['place'], 'detail'> {
  const where = answers.where
  if (typeof where !== 'object' || where === null || Array.isArray(where)) return { commune: null, name: null, point: null }
  const point = where.point
  return {
    commune: typeof where.commune === 'string' ? where.commune : null,
    name: typeof where.name === 'string' ? where.name : null,
    point: typeof point === 'object' && point !== null && !Array.isArray(point) ? { lat: Number(point.lat), lng: Number(point.lng) } : null,
  }
}

export function draftFrom (answers: Answers, here: Here): Draft {
  const category = categoryIn(answers)
  const text = (id: string): string | null => typeof answers[id] === 'string' ? answers[id] : null
  return {
    category,
    aboutPolice: answers.aboutPolice === 'yes',
    what: text('what') ?? '',
    own: Object.fromEntries(questionsOf(category).map(question => [question.id, text(`${category}.${question.id}`)])),
    place: { ...placeIn(answers), detail: text('whereDetail') },
    when: { choice: text('when'), text: text('whenText') },
    contact: leavesContact(answers) ? { name: text('name'), phone: text('phone'), safeTime: text('safeTime') } : null,
    files: filesIn(answers),
    language: here.language,
  }
}

export function receiptIn (answers: Answers): Receipt {
  // Put there by the act, whose result has this shape.
  return answers.receipt as { [K in keyof Receipt]: Receipt[K] }
}

/** `2026-12-09` as people here write it. */
export function dayFor (day: string): string {
  const [year, month, date] = day.split('-')
  return `${date}/${month}/${year}`
}
