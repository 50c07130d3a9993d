// Answers "is this message really from you?" in lines of text, for the page and for every chat. Pure.
import type { Language, Say } from '../i18n.ts'
import { writeBulletinCode } from './code.ts'
import type { Published } from './published.ts'
import { endOf, shownWords, type Shown } from './shown.ts'
import { momentOf } from './when.ts'

/**
 * The first line is the verdict. The headline is among the lines: a true code can be copied under a false text.
 * @param published null: nobody issued anything under what was typed; also when it was no code at all
 * @param url where the bulletin can be read
 */
export function genuineAnswer (say: Say, published: Published | null, url: string, language: Language = 'vi'): string[] {
  if (published === null) return [say('bulletins.genuine.unknown'), say('bulletins.genuine.unknownDo')]
  if (published.training) return [say('bulletins.genuine.training'), say('bulletins.training.what')]
  const { standing, content, publishedAt, changedAt, correctedBy } = published
  const shown: Shown = { published, changedAt, picture: null, part: standing === 'valid' ? 'everything' : content.kind === 'wanted' ? 'nothing' : 'headline' }
  const headline = shownWords(shown, language)?.words.headline ?? null
  const moment = momentOf(say, language, publishedAt)
  const end = endOf(published)
  return [
    say(`bulletins.genuine.${standing}`),
    say('bulletins.genuine.issued', { code: writeBulletinCode(published.code), source: content.source, moment }),
    ...(headline === null ? [say('bulletins.standing.takenDown')] : [headline, say('bulletins.genuine.compare')]),
    ...(standing === 'valid' && end !== null ? [say('bulletins.page.validUntil', { moment: momentOf(say, language, end) })] : []),
    ...(standing === 'corrected' && correctedBy !== null ? [say('bulletins.genuine.correctedBy', { code: writeBulletinCode(correctedBy) })] : []),
    say('bulletins.genuine.read', { url }),
  ]
}
