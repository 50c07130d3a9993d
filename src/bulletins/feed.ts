// What feeds in all three formats tell: bulletins as entries, the newest first, in one language. Pure.
import type { Language, Say } from '../i18n.ts'
import { localityName } from '../localities/locality.ts'
import { writeBulletinCode } from './code.ts'
import { levelOf } from './content.ts'
import { pictureType } from './picture-type.ts'
import { endOf, shownWords, type Shown } from './shown.ts'
import { momentOf } from './when.ts'

export interface Feed {
  title: string
  language: Language
  /** Its own address, and that of the page for people. */
  self: string
  home: string
  /** When anything in it changed last; of an empty feed, the beginning of time. */
  updatedAt: Date
  entries: readonly Entry[]
}

export interface Entry {
  /** Its page; also its name for ever. */
  url: string
  title: string
  /** Of the texts; Vietnamese where the feed's language is missing. */
  language: Language
  summary: string
  /** The whole, in plain text with line breaks. */
  text: string
  author: string
  categories: readonly { term: string, label: string }[]
  publishedAt: Date
  changedAt: Date
  picture: { url: string, type: string } | null
}

export interface FeedRoom { publicUrl: string, say: Say, language: Language }

export function feedOf (title: string, self: string, shown: readonly Shown[], room: FeedRoom): Feed {
  const entries = shown.filter(({ published }) => !published.training).map(one => entryOf(one, room))
  return { title, self, language: room.language, home: `${room.publicUrl}/bulletins`, entries, updatedAt: newest(entries.map(({ changedAt }) => changedAt)) }
}

/** The latest of some moments; of none, the beginning of time, so that an empty feed is always the same. */
export function newest (moments: readonly Date[]): Date {
  return new Date(Math.max(0, ...moments.map(at => at.getTime())))
}

/** The part of a text that fits, in whole words. */
export function beginning (text: string, most: number): string {
  const characters = Array.from(text.replace(/\s+/g, ' ').trim())
  if (characters.length <= most) return characters.join('')
  const cut = characters.slice(0, most - 1).join('')
  return `${cut.slice(0, cut.lastIndexOf(' ') > most / 2 ? cut.lastIndexOf(' ') : undefined).trimEnd()}…`
}

/** What people read first when it no longer is as it was; null while it stands. */
export function standingLine ({ published: { standing } }: Shown, say: Say): string | null {
  return standing === 'valid' ? null : say(`bulletins.standing.${standing}`)
}

function entryOf (shown: Shown, { publicUrl, say, language }: FeedRoom): Entry {
  const { published, picture, changedAt } = shown
  const { code, content, audience, publishedAt } = published
  const found = shownWords(shown, language)
  const standing = standingLine(shown, say)
  const headline = found?.words.headline ?? say('bulletins.standing.takenDown')
  const url = `${publicUrl}/b/${code}`
  const end = endOf(published)
  const type = picture === null ? null : pictureType(picture.file)
  return {
    url,
    title: standing === null ? headline : `[${standing}] ${headline}`,
    language: found?.borrowed === true ? 'vi' : language,
    summary: beginning(found === null || found.words.body === '' ? standing ?? headline : found.words.body, 280),
    text: [
      standing,
      found?.words.body ?? say('bulletins.standing.takenDown'),
      found?.words.toDo,
      end !== null && standing === null ? say('bulletins.page.validUntil', { moment: momentOf(say, language, end) }) : null,
      say('bulletins.page.askCode', { code: writeBulletinCode(code), url: `${publicUrl}/genuine` }),
    ].filter(part => part !== null && part !== undefined && part !== '').join('\n\n'),
    author: content.source,
    categories: [
      { term: content.kind, label: say(`bulletins.kinds.${content.kind}`) },
      { term: `level-${levelOf[content.kind]}`, label: say(`bulletins.levels.${levelOf[content.kind]}`) },
      ...audience.topics.map(topic => ({ term: topic, label: say(`chat.subscribe.topic.${topic}`) })),
      ...audience.localities.map(commune => ({ term: `commune-${commune}`, label: localityName(commune, language) })),
    ],
    publishedAt,
    changedAt,
    picture: type === null ? null : { url: `${url}/picture?version=${published.version}`, type },
  }
}

/** Plain text as HTML, for formats whose readers expect that. Not yet escaped for XML. */
export function asHtml (text: string): string {
  const escaped = text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
  return escaped.split(/\n{2,}/).map(paragraph => `<p>${paragraph.replace(/\n/g, '<br>')}</p>`).join('')
}
