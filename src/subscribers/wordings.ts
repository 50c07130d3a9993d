// What people agreed to, word for word: every wording of the question there ever was, so that a consent can be shown (Law 91/2025/QH15).
import type { ChannelName } from '../channels/message.ts'
import type { Language } from '../i18n.ts'
import list from './wordings.json' with { type: 'json' }

export interface Wording {
  /** At most 20 characters. */
  name: string
  /** The day it was first asked, `YYYY-MM-DD`. */
  since: string
  /** By their names under `chat.subscribe`: the question, and what some channels say before it. */
  texts: Record<Language, { intro: string, introWeb: string, introZalo?: string }>
}

/**
 * Oldest first; the last is the one asked now (a test holds it to the locales). When that text changes in what it promises, add
 * it here under a new name: whoever agreed to an older one is asked again before they change anything.
 */
export const wordings: readonly Wording[] = list

/** Name of the wording that is asked now. */
export const currentWording: string = wordings.at(-1)?.name ?? ''

/** All that was said to somebody before they agreed. Null: there never was a wording of this name. */
export function agreedText (name: string, language: Language, channel: ChannelName): string | null {
  const texts = wordings.find(wording => wording.name === name)?.texts[language]
  if (texts === undefined) return null
  const before = channel === 'web-chat' ? texts.introWeb : channel === 'zalo-oa' ? texts.introZalo : undefined
  return before === undefined ? texts.intro : `${before}\n\n${texts.intro}`
}
