// The words this channel says by itself, without a conversation.
import type { Language, Say } from '../../i18n.ts'

/** The commands of the menu, in its order. */
export const commandNames = ['start', 'report', 'followup', 'subscribe', 'mydata', 'help', 'language'] as const
export type CommandName = typeof commandNames[number]

export interface TelegramTexts {
  /** One line of the commands menu; at most 256 characters. */
  command(name: CommandName, language: Language): string
  /** What a group hears: no reports here, write to us privately at `link`. */
  groupLine(language: Language, link: string): string
  shareLocation(language: Language): string
  locationHint(language: Language): string
}

/** The texts of `locales/<language>/telegram.json`. */
export function telegramTexts (say: Record<Language, Say>): TelegramTexts {
  return {
    command: (name, language) => say[language](`telegram.commands.${name}`),
    groupLine: (language, link) => say[language]('telegram.groupLine', { link }),
    shareLocation: (language) => say[language]('telegram.shareLocation'),
    locationHint: (language) => say[language]('telegram.locationHint'),
  }
}

