// The texts of a language, fetched when it is spoken.
import { languages, speaker, type Language, type Say, type Texts } from '../../i18n.ts'

export function isLanguage (text: unknown): text is Language {
  return languages.some(language => language === text)
}

const known = new Map<Language, Say>()

/** @throws Error when they can't be had */
export async function speak (language: Language, address: string): Promise<Say> {
  const before = known.get(language)
  if (before !== undefined) return before
  const answer = await fetch(address)
  if (!answer.ok) throw new Error('The texts could not be loaded.')
  // Made by our own build (chat-assets.ts), which leaves out what only other channels say.
  const say = speaker(language, await answer.json() as Texts)
  known.set(language, say)
  return say
}

/** So that the server speaks it too, at the next visit. A day's use of a shared phone leaves no more than that. */
export function rememberLanguage (language: Language): void {
  document.cookie = `lang=${language}; path=/; max-age=${180 * 86_400}; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`
}
