// Finds which places a text names, reading types ("xã", "P.", "district") and the words around a name. Pure.
import { markOf, type Mark } from './address-words.ts'
import { longestName, namesFor, type Place } from './gazetteer.ts'
import { hasMarks, wordsOf, type Word } from './words.ts'

/** A stretch of the text that names a place; `places` are all that it can mean. */
export interface Mention {
  places: Place[]
  /** It stood beside its type: "xã Mỹ Đức", "P. Mỹ Bình", "An Phu district". */
  typed: boolean
  /** Named after a place but not one: `landmark` "chợ Mỹ Bình" lies near it, `street` "ấp Bình Hòa" may be anywhere. */
  role: 'place' | 'landmark' | 'street'
}

export interface Reading {
  mentions: Mention[]
  /** The text holds words that have nothing to do with an address: a name in it may be an accident. */
  talk: boolean
  /** The words that are neither names nor types nor known small words; none when a story is told, whose words are no slips. */
  rest: Word[]
}

/** `mention` is null where everyday words compete with a name for the same stretch. */
interface Span { from: number, to: number, weight: number, mention: Mention | null }

/** Reads a text that was already cut to a sensible length. Mentions come in the order of the text. Never throws. */
export function readMentions (text: string): Reading {
  const words = wordsOf(text)
  const spans = likeliest(spansIn(words), words.length)
  const mentions: Mention[] = []
  let end = -1
  for (const { from, to, mention } of spans) {
    if (mention === null) continue
    const last = mentions.at(-1)
    // Two readings of the same words are one mention with more meanings: nobody guesses which.
    if (last !== undefined && from < end) mentions.splice(-1, 1, { ...last, places: [...new Set([...last.places, ...mention.places])] })
    else mentions.push(mention)
    end = Math.max(end, to)
  }
  const { rest, talk } = remainder(words, spans)
  return { mentions, rest, talk }
}

function spansIn (words: Word[]): Span[] {
  const spans: Span[] = []
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= words.length && to <= from + longestName; to++) {
      if (to > from + 1 && words[to - 1]?.afterBreak === true) break
      const part = words.slice(from, to)
      const everyday = markOf(part, hasMarks(words))?.what === 'talk'
      if (everyday) spans.push({ from, to, weight: weightOf(from, to, false), mention: null })
      const named = namesFor(part.map(({ folded }) => folded).join(' '))
      if (named.length === 0) continue
      // Exactly as it is written beats what is only alike, if any mark was typed at all.
      const marked = part.map(word => word.marked).join(' ')
      const exact = hasMarks(part) ? named.filter(name => name.marked === marked) : []
      const places = (exact.length > 0 ? exact : named).map(({ place }) => place)
      const before = markAt(words, from, 'before')
      const after = markAt(words, to, 'after')
      const type = before?.what === 'type' ? before : after?.what === 'type' && after.after ? after : null
      const ofType = places.filter(({ types }) => types.some(t => type?.types.includes(t)))
      // "Phường" before what never was one is a slip of the tongue, not another place.
      const mention: Mention = { places: ofType.length > 0 ? ofType : places, typed: type !== null, role: roleOf(before) }
      spans.push({ from, to, weight: weightOf(from, to, type !== null), mention })
    }
  }
  return spans
}

/** More words explained is likelier, one long name likelier than two short ones, a name beside its type likelier still. */
function weightOf (from: number, to: number, typed: boolean): number {
  return 10 * (to - from) - 1 + (typed ? 5 : 0)
}

function roleOf (before: Mark | null): Mention['role'] {
  return before?.what === 'landmark' || before?.what === 'street' ? before.what : 'place'
}

/** Names overlap ("Mỹ Bình Long Xuyên" holds "Bình Long"): keeps the spans of the readings that explain most words. */
function likeliest (spans: Span[], length: number): Span[] {
  const upTo = Array.from({ length: length + 1 }, () => 0)
  for (let i = 1; i <= length; i++) {
    upTo[i] = Math.max(upTo[i - 1] ?? 0, ...spans.filter(({ to }) => to === i).map(({ from, weight }) => (upTo[from] ?? 0) + weight))
  }
  const after = Array.from({ length: length + 1 }, () => 0)
  for (let i = length - 1; i >= 0; i--) {
    after[i] = Math.max(after[i + 1] ?? 0, ...spans.filter(({ from }) => from === i).map(({ to, weight }) => (after[to] ?? 0) + weight))
  }
  return spans.filter(({ from, to, weight }) => (upTo[from] ?? 0) + weight + (after[to] ?? 0) === upTo[length])
}

/** What the known words stand for right before (ending at) or after (starting at) a place in the text. */
function markAt (words: Word[], at: number, side: 'before' | 'after'): Mark | null {
  for (const count of [2, 1]) {
    const part = side === 'before' ? words.slice(Math.max(0, at - count), at) : words.slice(at, at + count)
    // "xã, An Phú": a break between the two parts them.
    if (part.length < count || words.slice(side === 'before' ? at - count + 1 : at, side === 'before' ? at + 1 : at + count).some(w => w.afterBreak)) continue
    const mark = markOf(part, hasMarks(words))
    if (mark !== null) return mark
  }
  return null
}

function remainder (words: Word[], spans: Span[]): { rest: Word[], talk: boolean } {
  const rest: Word[] = []
  let talk = false
  let street = false
  let story = false
  const inName = (i: number): boolean => spans.some(({ from, to, mention }) => mention !== null && i >= from && i < to)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === undefined) break
    if (word.afterBreak) street = false
    if (inName(i)) { street = false; continue }
    const two = inName(i + 1) ? null : markOf(words.slice(i, i + 2), hasMarks(words))
    const mark = two ?? markOf([word], hasMarks(words))
    if (mark?.what === 'talk') story = true
    if (two !== null) i++
    if (mark !== null) street = mark.what === 'street' || mark.what === 'landmark' || (street && mark.what === 'small')
    else if (/^\d+\p{L}?$/u.test(word.folded)) continue
    else {
      rest.push(word)
      // What follows "đường" up to the next comma or name is the street's own name.
      if (!street) talk = true
    }
  }
  return story ? { rest: [], talk: true } : { rest, talk }
}
