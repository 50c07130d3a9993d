// The starter library: 40 bulletins somebody can take, read through and send, and the series they make. Sources: SOURCES.md.
import type { Topic } from '../subscribers/topics.ts'
import type { Kind, Law, Words } from './content.ts'
import libraryFile from './library.json' with { type: 'json' }
import seriesFile from './series.json' with { type: 'json' }

export interface LibraryEntry {
  /** `B01` to `B40`. */
  id: string
  kind: Kind
  topics: readonly Topic[]
  texts: { vi: Words, en: Words }
  law: Law | null
  /** Whom it follows, in Vietnamese; stands above the text when it is sent. */
  source: string
  /** When it fits best, in Vietnamese; empty: all year. */
  season: string
  /** Where its facts are from, by the numbers in SOURCES.md; GK: general knowledge. */
  facts: string
  /** What staff must find out before they send it, in an English sentence. Null: nothing is open. */
  check: string | null
}

/** Bulletins in the order in which they are read. */
export interface Series {
  id: string
  titles: { vi: string, en: string }
  /** Ids of library entries. */
  bulletins: readonly string[]
}

export const library: readonly LibraryEntry[] = libraryFile.bulletins as LibraryEntry[]

export const series: readonly Series[] = seriesFile.series

const byId = new Map(library.map(entry => [entry.id, entry]))

/** Null when the library has no bulletin of that id. */
export function libraryEntry (id: string): LibraryEntry | null {
  return byId.get(id) ?? null
}
