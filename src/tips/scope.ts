// The scope rule: what somebody thinks, believes, says, writes, asks for or complains about is no tip, and is not kept.
// Pure.

import { acts, violence } from './acts.ts'
import { dangerIn } from './emergency.ts'
import { authority, fields, governors, subjects, topics, type Field } from './scope-words.ts'
import { sentencesOf, type Clause, type Reading } from './words.ts'

export type OutOfScope = Field

/**
 * Why a text is out of scope (domain reference 3.2), or null when it is in scope. In doubt it is in scope: a danger, or an act that
 * is a crime in itself, is always taken, unless it is only what somebody's writing, protest or petition is about; and a text is
 * declined only when each of its sentences is of such a field. A pagoda as a place, or a loud neighbour, is none.
 */
export function isOutOfScope (text: string): OutOfScope | null {
  const sentences = sentencesOf(text)
  if (dangerIn(text) !== null || sentences.flat().some(tellsAnAct)) return null
  const telling = sentences.filter(saysSomething)
  const found = (telling.length > 0 ? telling : sentences).map((sentence) => fields.find(({ said }) => said.in(sentence))?.field ?? null)
  return found.includes(null) ? null : found[0] ?? null
}

// "Thank you" or a greeting beside an opinion leaves it an opinion. (Khmer writes whole sentences without a space.)
function saysSomething (sentence: Reading): boolean {
  return sentence.some(({ typed }) => typed.trim().split(' ').length > 3 || /\p{Script=Khmer}{8}/u.test(typed))
}

// "He wrote that officials take bribes" tells of a writing; "an official takes bribes, he wrote" tells of a bribe. "He wrote that one
// should burn their houses" tells of a threat: violence in a content counts, unless it is a subject or an authority is said to do it.
function tellsAnAct (clause: Clause): boolean {
  const content = contentOf(clause)
  const within = (at: number): boolean => content !== null && at >= content.from && at < content.to
  if (acts.findAll(clause).some(({ start }) => !within(start))) return true
  if (content === null || content.isSubject) return false
  const accused = authority.findAll(clause).find(({ start }) => within(start))
  return violence.findAll(clause).some(({ start }) => accused === undefined || start < accused.start)
}

interface Content { readonly from: number, readonly to: number, readonly isSubject: boolean }

// The part of a clause that says what a writing, protest or petition is about: from the first topic word after it to the next comma.
function contentOf (clause: Clause): Content | null {
  const governor = governors.findAll(clause).sort(byStart)[0]
  if (!governor) return null
  const first = [...topics.findAll(clause), ...authority.findAll(clause)].sort(byStart).find(({ start }) => start >= governor.start)
  if (!first) return null
  const comma = clause.typed.indexOf(',', first.start)
  return {
    from: first.start,
    to: comma < 0 ? clause.typed.length : comma,
    isSubject: subjects.findAll(clause).some(({ start }) => start === first.start)
  }
}

function byStart (a: { start: number }, b: { start: number }): number {
  return a.start - b.start
}
