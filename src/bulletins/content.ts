// What a bulletin says: its kind, its texts, and what a careful reader wants to know beside them. Pure data.
import type { Language } from '../i18n.ts'
import type { Topic } from '../subscribers/topics.ts'

/**
 * - `lesson`: legal education, told any day.
 * - `warning`: something is going on; be careful.
 * - `alarm`: danger now; passes quiet hours and everything else that is being sent.
 * - `wanted`: a lawful notice about a person, with all that R5 asks for.
 * - `meeting`: an invitation.
 */
export const kinds = ['lesson', 'warning', 'alarm', 'wanted', 'meeting'] as const
export type Kind = typeof kinds[number]

/** How much it matters, from little to much; what a subscriber can ask for at least. In AlertSwiss's terms. */
export const levels = ['information', 'warning', 'alarm'] as const
export type Level = typeof levels[number]

export const levelOf: Record<Kind, Level> = { lesson: 'information', meeting: 'information', warning: 'warning', wanted: 'warning', alarm: 'alarm' }

/** One language's words. Plain text with line breaks. */
export interface Words {
  headline: string
  /** What happens, or what the law says. */
  body: string
  /** What to do. */
  toDo: string
}

export type Texts = { vi: Words } & Partial<Record<Language, Words>>

/** Where a rule stands, and the day (`YYYY-MM-DD`) somebody last looked whether it still does. */
export interface Law {
  name: string
  verifiedOn: string
}

/** A picture of ours; `file` names it in DATA_DIR/pictures. */
export interface Picture {
  file: string
  width: number
  height: number
  alt: string
}

/** What makes a notice about a person lawful (R5): the decision, who issued it and when, and the day it comes down by itself. */
export interface Notice {
  number: string
  issuedBy: string
  /** `YYYY-MM-DD` */
  issuedOn: string
  /** `YYYY-MM-DD` */
  expiresOn: string
}

export interface Content {
  kind: Kind
  texts: Texts
  /** Who says so, e.g. "Công an tỉnh An Giang". */
  source: string
  /** Of a warning, alarm, meeting: what threatens, and where; in Vietnamese. */
  hazard: string
  place: string
  law: Law | null
  picture: Picture | null
  /** ISO moment after which it is no longer true; lessons may have none. */
  validUntil: string | null
  notice: Notice | null
  /** Written before an alarm can be sent, so that nobody has to find words in a hurry. */
  prepared: { correction: Texts, allClear: Texts } | null
}

/** For whom it is. Empty localities: the whole province. Empty channels: it stands on our page, in the feeds and places, and is sent to nobody. */
export interface Audience {
  topics: Topic[]
  /** Codes of communes. */
  localities: string[]
  channels: ('web-chat' | 'telegram' | 'zalo-oa' | 'zalo-bot')[]
  /** Places it is posted to, by name; missing: all that are set up. */
  places?: string[]
}

/** The words in a language, and whether they had to be borrowed from Vietnamese. */
export function wordsIn (texts: Texts, language: Language): { words: Words, borrowed: boolean } {
  const words = texts[language]
  return words === undefined ? { words: texts.vi, borrowed: language !== 'vi' } : { words, borrowed: false }
}
