// Cuts a text about a place into words that can be compared however they were typed. Pure; runs in the browser too.
import { fold, visible } from './fold.ts'

export interface Word {
  /** Without marks, `y` as `i` (Mỹ and Mĩ are one word). */
  folded: string
  /** With its marks, the tone at the end of the syllable: hòa and hoà are one word, thạnh and thành two. */
  marked: string
  /** A comma, a line end, a bracket stood before it: no name goes across. */
  afterBreak: boolean
}

const breaks = /[,;\n/()|!?–—]|\s-\s/u
const tones = /[\u0300\u0301\u0303\u0309\u0323]/g
/** Polite endings that look like the "A" of "Đông Hưng A" once their marks are gone. */
const polite = new Set(['ạ', 'à', 'á'])

/** Never throws. The cost grows with the text: cut it first. */
export function wordsOf (text: string): Word[] {
  const words: Word[] = []
  const clean = visible(text).normalize('NFC').toLowerCase()
  let end = 0
  for (const match of clean.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const [raw] = match
    const afterBreak = breaks.test(clean.slice(end, match.index))
    end = match.index + raw.length
    const folded = fold(raw).replaceAll('y', 'i')
    if (folded !== '' && !polite.has(raw)) words.push({ folded, marked: marked(raw), afterBreak })
  }
  return words
}

function marked (raw: string): string {
  const parts = raw.normalize('NFD')
  return (parts.replace(tones, '') + (parts.match(tones) ?? []).join('')).replaceAll('y', 'i')
}

/** Whether anything was typed with marks; if so, they are meant. */
export function hasMarks (words: readonly Word[]): boolean {
  return words.some(({ folded, marked }) => folded !== marked)
}
