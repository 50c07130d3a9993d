// Which commune somebody means by what they typed: new and old names, with or without marks. Pure; runs in the browser too.
import type { Place } from './gazetteer.ts'
import { localityByCode, type Locality } from './locality.ts'
import { readMentions, type Mention } from './mentions.ts'
import { nearCodes } from './near.ts'

export interface Candidate {
  locality: Locality
  /** The old name and district that tell it from the others, e.g. `Xã Vĩnh Hòa, Thị xã Tân Châu`. Vietnamese, for people. */
  because: string
}

export type Found =
  /** `formerly` is set when an old name led there, e.g. `Phường Mỹ Bình, Thành phố Long Xuyên`. */
  | { kind: 'one', locality: Locality, formerly?: string }
  /** Two to six, likeliest first; `more` when there are others that were left out: ask for another name or the old district. */
  | { kind: 'several', candidates: Candidate[], more?: true }
  /** Nothing certain. `near` (up to three) may be offered as "did you mean". */
  | { kind: 'none', near: Locality[] }

const longest = 400
const mostCandidates = 6
const mostNear = 3

/** A place a mention can mean, narrowed to the codes that the rest of the text leaves possible. */
interface Meaning { place: Place, codes: readonly string[], supported: boolean }

/**
 * Reads the first 400 characters. Never throws and never chooses between two: a name that was used twice, a split commune
 * or a whole old district comes back as `several`. A name inside a sentence counts only with its type ("xã …") or with
 * the district or ward it lies in; else it is merely suggested.
 */
export function findLocality (text: string): Found {
  const { mentions, talk, rest } = readMentions(text.slice(0, longest))
  const named = mentions.filter(({ role }) => role !== 'street')
  const elsewhere = named.some(({ role, places }) => role === 'place' && places.some(({ kind }) => kind === 'elsewhere'))
  const ours = named.filter(({ places }) => places.some(({ kind }) => kind !== 'elsewhere'))
  const { meanings, sure } = resolve(ours)
  const codes = [...new Set(meanings.flatMap(meaning => meaning.codes))]
  if (codes.length === 0) return none([...new Set([...suggestions(mentions), ...nearCodes(rest, mostNear)])])
  if (elsewhere) return none(codes)
  if (codes.length > 1) return several(codes, meanings)
  if (!sure && (talk || ours.some(({ role }) => role === 'landmark'))) return none(codes)
  return one(codes, meanings)
}

/** What the mentions can mean together; `sure` when type or context confirms it, so that talk around it does no harm. */
function resolve (mentions: Mention[]): { meanings: Meaning[], sure: boolean } {
  const together = agreeing(mentions)
  if (together.length > 0) return { meanings: together, sure: mentions.some(isTyped) || together.every(({ supported }) => supported) }
  // Names that contradict each other: a landmark may bear a distant name, and a full typed address outweighs a stray one.
  for (const kept of [mentions.filter(({ role }) => role === 'place'), mentions.filter(isTyped)]) {
    const agreed = agreeing(kept)
    if (kept.length < mentions.length && agreed.some(({ supported }) => supported)) return { meanings: agreed, sure: true }
  }
  const typedFirst = [...mentions].sort((a, b) => Number(isTyped(b)) - Number(isTyped(a)))
  return { meanings: typedFirst.flatMap(mention => agreeing([mention])), sure: false }
}

function isTyped ({ typed, places }: Mention): boolean {
  return typed && places.some(({ kind }) => kind === 'now' || kind === 'before' || kind === 'district')
}

/** Each meaning of one mention that all the others can surround: a commune in its district, a district in its province. */
function agreeing (mentions: Mention[]): Meaning[] {
  return mentions.flatMap(head => head.places.map(place => {
    const around = mentions.filter(mention => mention !== head)
    const codes = around.reduce<readonly string[]>((left, mention) => left.filter(code => mention.places.some(larger => surrounds(larger, place, code))), place.to)
    return { place, codes, supported: around.some(({ places }) => places.some(({ kind }) => kind !== 'province')) }
  })).filter(({ codes }) => codes.length > 0)
}

function surrounds (larger: Place, smaller: Place, code: string): boolean {
  if (larger.kind === 'province') return smaller.provinces.some(province => larger.provinces.includes(province))
  if (smaller.kind === 'district') return false
  if (larger.kind === 'district') return smaller.districts.includes(larger.code)
  return larger.kind === 'now' && larger.code === code
}

function one (codes: readonly string[], meanings: Meaning[]): Found {
  const locality = localitiesOf(codes)[0]
  if (locality === undefined) return none([])
  const former = meanings.some(({ place }) => place.kind === 'now') ? undefined : meanings[0]?.place.label
  return former === undefined ? { kind: 'one', locality } : { kind: 'one', locality, formerly: former }
}

function several (codes: readonly string[], meanings: Meaning[]): Found {
  const candidates = localitiesOf(codes).map(locality => {
    const ways = meanings.filter(meaning => meaning.codes.includes(locality.code)).map(({ place }) => place)
    const telling = ways.find(({ kind }) => kind === 'before') ?? ways.find(({ kind }) => kind === 'now') ?? ways[0]
    return { locality, because: telling?.label ?? '' }
  })
  const shown = candidates.slice(0, mostCandidates)
  return candidates.length > shown.length ? { kind: 'several', candidates: shown, more: true } : { kind: 'several', candidates: shown }
}

function none (codes: readonly string[]): Found {
  return { kind: 'none', near: localitiesOf(codes).slice(0, mostNear) }
}

/** Streets and hamlets are often named after the commune they lie in, but not always: worth asking, no more. */
function suggestions (mentions: Mention[]): string[] {
  return [...new Set(mentions.flatMap(({ places }) => places.flatMap(({ to }) => to)))]
}

function localitiesOf (codes: readonly string[]): Locality[] {
  return codes.flatMap(code => localityByCode(code) ?? [])
}
