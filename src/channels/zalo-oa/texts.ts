// The words this channel adds to what a conversation says.
import type { Language, Say } from '../../i18n.ts'

export interface ZaloOaTexts {
  /** Above the numbered choices. */
  typeNumber(language: Language): string
  /** Above the buttons that did not fit on the message before. */
  moreChoices(language: Language): string
  /** Before the choices that are words to type, e.g. `Hoặc gõ: Quay lại · Hủy`. */
  orType(words: string, language: Language): string
}

export function zaloOaTexts (say: Record<Language, Say>): ZaloOaTexts {
  return {
    typeNumber: language => say[language]('chat.fit.typeNumber'),
    moreChoices: language => say[language]('chat.fit.moreChoices'),
    orType: (words, language) => say[language]('zalo.orType', { words }),
  }
}
