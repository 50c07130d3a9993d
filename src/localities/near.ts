// Suggestions for a name that was mistyped by one letter or written without spaces. Pure; runs in the browser too.
import { names, type Name } from './gazetteer.ts'
import type { Word } from './words.ts'

/** Joined letters, so that "longxuyen" and "long xuyn" both come near "long xuyen". */
const joined = names.filter(({ place }) => place.to.length > 0).map(name => ({ name, letters: name.folded.replaceAll(' ', ''), count: name.folded.split(' ').length }))
/** One wrong letter in a short name makes another name: a short one must be all that was written. */
const shortest = 6
const mostWords = 16

/** Today's codes, nearest name first, at most `limit`. Only ever suggestions: one letter parts many real names. */
export function nearCodes (words: readonly Word[], limit: number): string[] {
  const hits = stretches(words.slice(0, mostWords)).flatMap(({ letters, count }) => joined.flatMap(candidate => {
    // Across the words of a sentence almost any letters can be found: there the number of words must be right.
    if (count !== 1 && count !== words.length && count !== candidate.count) return []
    const apart = distanceUpToOne(letters, candidate.letters)
    return apart === null ? [] : [{ name: candidate.name, apart }]
  }))
  hits.sort((a, b) => a.apart - b.apart || rank(a.name) - rank(b.name))
  return [...new Set(hits.flatMap(({ name }) => name.place.to))].slice(0, limit)
}

function stretches (words: readonly Word[]): { letters: string, count: number }[] {
  const found: { letters: string, count: number }[] = []
  for (let from = 0; from < words.length; from++) {
    let letters = ''
    for (let to = from; to < words.length && to < from + 4; to++) {
      letters += words[to]?.folded ?? ''
      if (letters.length >= shortest || (from === 0 && to === words.length - 1)) found.push({ letters, count: to - from + 1 })
    }
  }
  return found.filter(({ letters }) => letters.length >= 3 && letters.length <= 24)
}

function rank ({ place }: Name): number {
  return place.kind === 'now' ? 0 : place.kind === 'before' ? 1 : 2
}

/** 0, or 1 for one letter added, lost, changed or swapped with its neighbour; null when they are further apart. */
function distanceUpToOne (a: string, b: string): 0 | 1 | null {
  if (a === b) return 0
  if (Math.abs(a.length - b.length) > 1) return null
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const [restA, restB] = [a.slice(start), b.slice(start)]
  if (restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1)) return 1
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2) ? 1 : null
}
