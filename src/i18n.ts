// Words in three languages through i18next, with keys the compiler knows. Pure: the browser brings the texts of one language.
import { createInstance } from 'i18next'
import type bulletins from '../locales/vi/bulletins.json'
import type categories from '../locales/vi/categories.json'
import type chat from '../locales/vi/chat.json'
import type notice from '../locales/vi/notice.json'
import type officer from '../locales/vi/officer.json'
import type site from '../locales/vi/site.json'
import type telegram from '../locales/vi/telegram.json'
import type zalo from '../locales/vi/zalo.json'

export const languages = ['vi', 'en', 'km'] as const
export type Language = typeof languages[number]

/** The texts of one language; Vietnamese is the source, the others have the same keys (a test holds them to it). */
export interface Texts {
  bulletins: typeof bulletins
  chat: typeof chat
  categories: typeof categories
  notice: typeof notice
  officer: typeof officer
  site: typeof site
  telegram: typeof telegram
  zalo: typeof zalo
}

/** Every text by its path, e.g. `chat.menu.report`. */
export type TextKey = Paths<Texts>
type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string]

/** Says a text in one language, with its blanks filled in. */
export type Say = (key: TextKey, blanks?: Record<string, string | number>) => string

/** @param texts of this language only */
export function speaker (language: Language, texts: Texts): Say {
  const i18n = createInstance()
  void i18n.init({
    lng: language,
    resources: { [language]: { translation: texts } },
    initAsync: false,
    // Texts become plain text or are escaped where they become HTML; escaping here too would do it twice.
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  })
  // A menu of seventeen categories is said with every report; a text without blanks is always the same.
  const said = new Map<TextKey, string>()
  return (key, blanks) => {
    if (blanks !== undefined) return i18n.t(key, blanks)
    let text = said.get(key)
    if (text === undefined) said.set(key, text = i18n.t(key))
    return text
  }
}

/**
 * The language a platform's or browser's hint means: `vi`, `km-KH`, `en-US,en;q=0.9`.
 * Null when it names none of ours.
 */
export function languageFromHint (hint: string | undefined): Language | null {
  for (const tag of (hint ?? '').slice(0, 200).toLowerCase().split(',')) {
    const language = languages.find(l => l === tag.trim().slice(0, 2))
    if (language !== undefined) return language
  }
  return null
}
