// How we read what people type: with marks, without, half of each, in chat forms, or with Telex and VNI keys left in.
// Pure.

import { fold, visible } from '../localities/fold.ts'

/** Part of a sentence: words between single spaces, commas kept as words, a space at both ends. */
export interface Clause {
  readonly typed: string
  /** The same without marks, letter for letter; null in a sentence mostly typed with marks: there a bare `dao` is a knife, not `đạo`. */
  readonly bare: string | null
}

/** A text as the lists of words can be held against it. Where Telex or VNI keys were left in, both ways to read it stand here. */
export type Reading = readonly Clause[]

export interface Match { readonly start: number, readonly end: number, readonly text: string }

/** A list of phrases, ready to be found. */
export interface Phrases {
  /** Every place in a clause where one of the phrases stands. */
  findAll: (clause: Clause) => Match[]
  in: (reading: Reading) => boolean
}

/** Nobody needs more to be understood; it also bounds the work a hostile text can cause. */
const longestRead = 6000
/** More sentences, or more turns in one, are read as one: each costs a look at every list. */
const most = { sentences: 150, turns: 10 }

/** Reads a text. Never throws; an empty text has no clauses. */
export function read (text: string): Reading {
  return sentencesOf(text).flat()
}

/** The same, sentence by sentence. */
export const sentencesOf: (text: string) => readonly Reading[] = rememberLast((text) => {
  const sentences = oneTonePlace(visible(text.slice(0, longestRead)).normalize('NFC').toLowerCase())
    .replace(/…|\.{2,}/g, ',')
    .split(/[.;:!?។\n\r]+/u)
  return restAsOne(sentences, most.sentences, ',')
    .map(readSentence)
    .filter((clauses) => clauses.length > 0)
})

/** The same function, which does not think twice about the text it was asked of last: in one turn the same text is asked of often. */
export function rememberLast<T> (think: (text: string) => T): (text: string) => T {
  let last: { text: string, thought: T } | null = null
  return (text) => {
    if (last?.text !== text) last = { text, thought: think(text) }
    return last.thought
  }
}

function readSentence (sentence: string): Clause[] {
  const words = sentence.match(/[\p{L}\p{M}\p{N}]+|,/gu) ?? []
  if (shareWithMarks(words) > 0.4) return clausesOf(words).map((typed) => ({ typed, bare: null }))
  const decoded = words.map(withoutKeys)
  const readings = decoded.join() === words.join() ? [words] : [words, decoded]
  return readings.flatMap(clausesOf).map((typed) => ({ typed, bare: foldLetters(typed) }))
}

/**
 * Phrases in Vietnamese with marks, or English. `(a|b)` and `?` work as in a regular expression, ` … ` stands for up to four words.
 * Found as typed; also without marks when the sentence is mostly without. A phrase that starts with `!` is found with its marks only,
 * because without them it says something else.
 */
export function phrases (...list: string[]): Phrases {
  const exact = finder(list.map((phrase) => source(phrase.replace(/^!/, ''))))
  const bare = finder(list.filter((phrase) => !phrase.startsWith('!')).map((phrase) => foldLetters(source(phrase))))
  return found((clause) => clause.bare === null ? exact(clause.typed) : [...exact(clause.typed), ...bare(clause.bare)])
}

/** Phrases in Khmer, which writes no spaces: found anywhere. */
export function khmer (...list: string[]): Phrases {
  const any = new RegExp(list.map((word) => word.normalize('NFC')).join('|'), 'gu')
  return found((clause) => matches(clause.typed, any))
}

/** What stands in one of several lists. */
export function either (...lists: Phrases[]): Phrases {
  return {
    findAll: (clause) => lists.flatMap((list) => list.findAll(clause)),
    in: (reading) => lists.some((list) => list.in(reading))
  }
}

function found (findAll: (clause: Clause) => Match[]): Phrases {
  return { findAll, in: (reading) => reading.some((clause) => findAll(clause).length > 0) }
}

function matches (text: string, pattern: RegExp): Match[] {
  // Most are nowhere in a text, and a look costs less than a list of nothing. `matchAll` would begin where the look ended.
  const isThere = pattern.test(text)
  pattern.lastIndex = 0
  if (!isThere) return []
  return [...text.matchAll(pattern)].map((hit) => ({ start: hit.index, end: hit.index + hit[0].length, text: hit[0] }))
}

function source (phrase: string): string {
  return oneTonePlace(phrase.normalize('NFC'))
    .replace(/\((?!\?)/g, '(?:')
    .replaceAll(' … ', '(?: [^ ]+){0,4} ')
}

function finder (sources: string[]): (text: string) => Match[] {
  if (sources.length === 0) return () => []
  // Hundreds of keywords are words and nothing else; looking for each as a regular expression cost more than all the rest of a turn.
  const [only = ''] = sources
  if (sources.length === 1 && /^[\p{L}\p{M}\p{N} ]+$/u.test(only)) return wordsFinder(only)
  // Boundaries are looked at, not eaten, so that neighbours can both be found.
  const pattern = new RegExp(`(?<= )(?:${sources.join('|')})(?= )`, 'gu')
  return (text) => matches(text, pattern)
}

function wordsFinder (words: string): (text: string) => Match[] {
  const apart = ` ${words} `
  return (text) => {
    const found: Match[] = []
    for (let at = text.indexOf(apart); at >= 0; at = text.indexOf(apart, at + apart.length - 1)) {
      found.push({ start: at + 1, end: at + apart.length - 1, text: words })
    }
    return found
  }
}

function foldLetters (pattern: string): string {
  return pattern.replace(/[\p{L}\p{M}]+/gu, fold)
}

function clausesOf (words: string[]): string[] {
  const clauses = ` ${words.join(' ')} `
    .replace(chatPattern, (form) => chatForms[form] ?? form)
    .split(turn)
  return restAsOne(clauses, most.turns, ' , ')
    .map((clause) => ` ${clause.trim()} `)
    .filter((clause) => clause !== '  ')
}

function restAsOne (parts: string[], most: number, between: string): string[] {
  return parts.length <= most ? parts : [...parts.slice(0, most), parts.slice(most).join(between)]
}

/** Words after which a new thing is told. */
const turn = /(?<= )(?:rồi|roi|nhưng|nhung|còn|sau đó|sau do|then|but)(?= )/u

// Southern and chat spellings of words that the lists contain. Each stands for one other word; ambiguous ones (ck, mt) are left out.
const chatForms: Readonly<Record<string, string>> = {
  ko: 'không', k: 'không', kh: 'không', hok: 'không', hông: 'không', hổng: 'không', hem: 'không',
  dc: 'được', đc: 'được', vs: 'với', ng: 'người', ngta: 'người ta', j: 'gì', z: 'vậy', ntn: 'như thế nào',
  giựt: 'giật', giut: 'giật', xiết: 'siết', xiet: 'siết', tui: 'tôi', mik: 'mình', ổng: 'ông ấy', bả: 'bà ấy',
  'ca xã': 'công an xã', 'ca xa': 'công an xã', 'ca phường': 'công an phường', 'ca phuong': 'công an phường', đt: 'điện thoại', fb: 'facebook', face: 'facebook', tr: 'triệu', trẹo: 'triệu',
  quýnh: 'đánh', oánh: 'đánh', uýnh: 'đánh'
}
const chatPattern = new RegExp(`(?<= )(?:${Object.keys(chatForms).join('|')})(?= )`, 'gu')

// `toos giacs` and `to61 gia1c`: takes the keys of the Telex and VNI methods out of a word, giving it without marks.
function withoutKeys (word: string): string {
  if (/^[a-z]+[1-9][a-z]*[1-9]?[a-z]*$/.test(word)) return word.replace(/[1-9]/g, '')
  if (!/^[a-z]{3,}$/.test(word)) return word
  const bare = word
    .replace(/^dd/, 'd')
    .replace(/([aeo])\1/g, '$1')
    .replace(/(?<=[aou])w/g, '')
    .replace(/(?<=^[bcdghklmnpqrstvx]*[aeiouy]+(?:ch|nh|ng|[cmnpt])?)[sfrxj]$/, '')
  return bare !== word && telexSyllable.test(bare) ? bare : word
}

const telexSyllable = /^(?:b|ch|c|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|qu|r|s|th|tr|t|v|x|p)?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?$/

// hoà and hòa, thuỷ and thủy are one word; the older place of the mark is rewritten as the newer.
function oneTonePlace (text: string): string {
  return text.replace(/o([àáảãạèéẻẽẹ])(?!\p{L})|(?<!q)u([ỳýỷỹỵ])(?!\p{L})/gu, (_, open?: string, close?: string) => {
    const marked = (open ?? close ?? '').normalize('NFD')
    return ((open === undefined ? 'u' : 'o') + marked.slice(1)).normalize('NFC') + marked.slice(0, 1)
  })
}

function shareWithMarks (words: string[]): number {
  const latin = words.filter((word) => word !== ',')
  return latin.length === 0 ? 0 : latin.filter((word) => fold(word) !== word).length / latin.length
}
