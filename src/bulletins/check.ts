// What a bulletin lacks or may not hold before anybody can approve it. Pure.
import type { Channel } from '../channels/channel.ts'
import { days } from '../clock.ts'
import { languages, type Language, type Say } from '../i18n.ts'
import { localityByCode } from '../localities/locality.ts'
import { accusationsIn } from './accuses.ts'
import type { Audience, Content, Texts, Words } from './content.ts'
import { mostText, noticeOf } from './notice.ts'
import type { Problem } from './refused.ts'
import { calendarDay } from './when.ts'

export interface CheckRoom {
  channels: readonly Pick<Channel, 'name' | 'shows'>[]
  say: (language: Language) => Say
  publicUrl: string
  now: Date
}

/** A CAP headline has 160 characters, one large reader shows 140 (standards.md 1.3). */
const mostHeadline = 140
/** A law that nobody looked at for a year may have changed. */
const lawLives = days(365)
/** Invisible and bidirectional marks can make a text say something else than it shows. */
const hidden = /(?![\n\t])[\p{Cc}\p{Cs}\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFFE\uFFFF]/u

/** Everything that is wrong, in the order of the text. Empty: it can be submitted. */
export function problemsOf (content: Content, audience: Audience, room: CheckRoom): Problem[] {
  return [
    ...textProblems(content.texts),
    ...partProblems(content, room.now),
    ...accusations(content),
    ...lengthProblems(content, audience, room),
    ...audienceProblems(audience),
  ]
}

function textProblems (texts: Texts): Problem[] {
  return written(texts).flatMap(([, words]): Problem[] => [
    ...(words.headline.trim() === '' ? [{ key: 'officer.check.headlineMissing' as const }] : []),
    ...([...words.headline].length > mostHeadline ? [{ key: 'officer.check.headlineLong' as const, blanks: { n: [...words.headline].length, most: mostHeadline } }] : []),
    ...(words.body.trim() === '' ? [{ key: 'officer.check.bodyMissing' as const }] : []),
    ...(words.toDo.trim() === '' ? [{ key: 'officer.check.toDoMissing' as const }] : []),
    ...(hidden.test(`${words.headline}${words.body}${words.toDo}`) ? [{ key: 'officer.check.control' as const }] : []),
  ])
}

/** The parts a good warning has: source, hazard, place, what to do, until when; and what each kind needs besides. */
function partProblems (content: Content, now: Date): Problem[] {
  const { kind, law, notice } = content
  const found: Problem[] = []
  if (content.source.trim() === '') found.push({ key: 'officer.check.sourceMissing' })
  if (kind === 'warning' || kind === 'alarm') {
    if (content.hazard.trim() === '') found.push({ key: 'officer.check.hazardMissing' })
    if (content.place.trim() === '') found.push({ key: 'officer.check.placeMissing' })
  }
  if (kind === 'meeting' && content.place.trim() === '') found.push({ key: 'officer.check.placeMissing' })
  if (content.validUntil === null && kind !== 'lesson' && kind !== 'wanted') found.push({ key: 'officer.check.untilMissing' })
  if (content.validUntil !== null && !(new Date(content.validUntil) > now)) found.push({ key: 'officer.check.untilPast' })
  if (kind === 'lesson' && law === null) found.push({ key: 'officer.check.lawMissing' })
  if (law !== null) {
    const verified = new Date(`${law.verifiedOn}T00:00:00+07:00`)
    if (verified > now) found.push({ key: 'officer.check.lawFuture' })
    else if (!(now.getTime() - verified.getTime() <= lawLives)) found.push({ key: 'officer.check.lawOld', blanks: { day: calendarDay('vi', law.verifiedOn) } })
  }
  if (content.picture !== null && content.picture.alt.trim() === '') found.push({ key: 'officer.check.altMissing' })
  if (kind === 'alarm' && (content.prepared === null || textProblems(content.prepared.correction).length + textProblems(content.prepared.allClear).length > 0)) found.push({ key: 'officer.check.preparedMissing' })
  if (kind === 'wanted') {
    if (notice === null || content.picture === null || [notice.number, notice.issuedBy, notice.issuedOn, notice.expiresOn].some(part => part.trim() === '')) found.push({ key: 'officer.check.noticeMissing' })
    else if (!(new Date(`${notice.expiresOn}T23:59:59+07:00`) > now)) found.push({ key: 'officer.check.noticeExpired' })
  } else if (notice !== null) found.push({ key: 'officer.check.noticeOnly' })
  return found
}

/** R5: nobody is accused in public; only a lawful notice may name a person. */
function accusations (content: Content): Problem[] {
  if (content.kind === 'wanted' && content.notice !== null) return []
  const texts = [content.texts, ...(content.prepared === null ? [] : [content.prepared.correction, content.prepared.allClear])]
  const all = texts.flatMap(one => written(one).map(([, { headline, body, toDo }]) => `${headline}\n${body}\n${toDo}`)).join('\n')
  return accusationsIn(`${all}\n${content.hazard}\n${content.place}\n${content.picture?.alt ?? ''}`).map(({ kind, what }) => ({ key: 'officer.check.accuses', blanks: { kind: { say: `officer.check.kinds.${kind}` }, what } }))
}

/** One message on every channel: half a warning is none. */
function lengthProblems (content: Content, audience: Audience, { channels, say, publicUrl }: CheckRoom): Problem[] {
  return channels.filter(({ name }) => audience.channels.includes(name)).flatMap(({ name, shows }) =>
    written(content.texts).flatMap(([language]): Problem[] => {
      const why = { kind: 'topics', topics: audience.topics } as const
      const n = noticeOf({ code: '0000000', content, training: true, relation: null }, language, name, say(language), publicUrl, why).text.length
      return n <= mostText(shows) ? [] : [{ key: 'officer.check.tooLong', blanks: { n, most: mostText(shows), channel: name, language } }]
    }))
}

function audienceProblems ({ topics, localities }: Audience): Problem[] {
  return [
    ...(topics.length === 0 ? [{ key: 'officer.check.topicMissing' as const }] : []),
    ...localities.filter(code => localityByCode(code) === null).map(code => ({ key: 'officer.check.placeUnknown' as const, blanks: { code } })),
  ]
}

function written (texts: Texts): [Language, Words][] {
  return languages.flatMap(language => {
    const words = texts[language]
    return words === undefined ? [] : [[language, words] as [Language, Words]]
  })
}
