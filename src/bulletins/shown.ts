// What may still be shown of a bulletin at a moment, and whether it stands. Pages, feeds and answers all ask here. Pure.
import type { Language } from '../i18n.ts'
import { wordsIn, type Picture, type Words } from './content.ts'
import type { Published } from './published.ts'

export interface Shown {
  /** With the standing it has at this moment. */
  published: Published
  /**
   * - `everything`
   * - `headline`: it was withdrawn. Its words may be wrong; the headline stays, so that who got it knows what is meant.
   * - `nothing`: a notice about a person that no longer holds: name, face and words come down by themselves (safeguard R5).
   */
  part: 'everything' | 'headline' | 'nothing'
  picture: Picture | null
  /** When something about it changed last, the end of its validity included. */
  changedAt: Date
}

export function shownAt (published: Published, now: Date): Shown {
  const end = endOf(published)
  const standing = published.standing === 'valid' && end !== null && end <= now ? 'over' : published.standing
  const part = standing === 'valid' ? 'everything' : published.content.kind === 'wanted' ? 'nothing' : standing === 'withdrawn' ? 'headline' : 'everything'
  return {
    published: { ...published, standing },
    part,
    picture: part === 'everything' ? published.content.picture : null,
    changedAt: standing === 'over' && end !== null && end > published.changedAt ? end : published.changedAt,
  }
}

/** The words that may be shown, and whether they had to be borrowed from Vietnamese. Null when none may. */
export function shownWords ({ published, part }: Shown, language: Language): { words: Words, borrowed: boolean } | null {
  if (part === 'nothing') return null
  const { words, borrowed } = wordsIn(published.content.texts, language)
  return { borrowed, words: part === 'headline' ? { headline: words.headline, body: '', toDo: '' } : words }
}

/** The moment it ends by itself; a notice about a person at the latest with the last day of its decision. Null: never. */
export function endOf ({ content: { validUntil, notice } }: Published): Date | null {
  const ends = [validUntil, notice === null ? null : `${notice.expiresOn}T23:59:59+07:00`]
    .flatMap(end => end === null ? [] : [new Date(end)])
    .filter(end => !Number.isNaN(end.getTime()))
    .sort((a, b) => a.getTime() - b.getTime())
  return ends[0] ?? null
}

/** Search engines keep copies: of exercises, of persons and of what was withdrawn they shall have none. */
export function isForSearch ({ published }: Shown): boolean {
  return !published.training && published.content.kind !== 'wanted' && published.standing !== 'withdrawn'
}

/** For the address of a picture of it: changes when its words or its standing do. */
export function markOf ({ published }: Shown): string {
  return `${published.version}-${published.standing}`
}
