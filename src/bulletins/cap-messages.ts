// From a bulletin to its CAP messages: each version, correction, all-clear and withdrawal is a message of its own. Pure.
import { days } from '../clock.ts'
import { languages, type Language, type Say } from '../i18n.ts'
import type { Boundaries } from '../localities/at-point.ts'
import type { Topic } from '../subscribers/topics.ts'
import { areasOf } from './cap-area.ts'
import { longestHeadline } from './cap-check.ts'
import type { Alert, Category, Info, Reference } from './cap.ts'
import type { Kind, Texts } from './content.ts'
import type { Chronicle, Edition } from './edition.ts'
import { pictureType } from './picture-type.ts'

export interface CapRoom {
  /** Who originates, unique in the world: a name of the host, e.g. `tin-bao@example.vn`. No space, comma, `<`, `&`. */
  sender: string
  /** As in Config. */
  publicUrl: string
  say: (language: Language) => Say
  /** Null: areas are told by code only. */
  boundaries: Boundaries | null
}

export interface CapMessage {
  alert: Alert
  /** After this moment nobody needs to act on it. */
  expires: Date
}

/** Wanted notices are left out: they are about persons, and copies in other systems can't come down (safeguard R5). */
const toldInCap: readonly Kind[] = ['warning', 'alarm']
/** CAP wants an end; a warning without one is looked at again after a day. */
const usualLife = days(1)
const tags: Record<Language, string> = { vi: 'vi-VN', en: 'en-US', km: 'km-KH' }
const categories: Record<Topic, readonly Category[]> = {
  'scams': ['Security'], 'traffic': ['Transport', 'Safety'], 'drugs': ['Security'], 'children': ['Security', 'Safety'], 'law': ['Security'],
  'warnings': ['Safety'], 'fire-water': ['Fire', 'Rescue'], 'meetings': ['Other'],
}

/**
 * All messages of a bulletin, oldest first; none for a kind that is not told in CAP, unless it corrects, clears or withdraws one that is.
 * @param about the bulletins it corrects, clears or withdraws, oldest first
 */
export function capMessages (chronicle: Chronicle, about: readonly Chronicle[], room: CapRoom): CapMessage[] {
  const earlier = about.flatMap(other => capMessages({ ...other, published: { ...other.published, about: null } }, [], room))
  const { published } = chronicle
  const editions = chronicle.editions.toSorted((a, b) => a.version - b.version)
  if (earlier.length === 0 && !editions.some(({ content }) => toldInCap.includes(content.kind))) return []
  const messages: CapMessage[] = []
  for (const edition of editions) {
    const relation = earlier.length === 0 ? undefined : published.about?.relation
    const references = stillKnown([...earlier, ...messages], edition.at)
    const msgType = references.length === 0 ? 'Alert' : relation === 'withdrawal' ? 'Cancel' : 'Update'
    messages.push(messageOf(chronicle, edition, { identifier: `${published.code}-${edition.version}`, sent: edition.at, msgType, references, ended: relation === 'all-clear' || msgType === 'Cancel' }, room))
  }
  const last = editions.at(-1)
  // Taken back without another bulletin that says so.
  if (published.standing === 'withdrawn' && published.correctedBy === null && last !== undefined) {
    const sent = new Date(Math.max(published.changedAt.getTime(), last.at.getTime()))
    messages.push(messageOf(chronicle, withdrawn(last, room), { identifier: `${published.code}-withdrawn`, sent, msgType: 'Cancel', references: stillKnown(messages, sent), ended: true }, room))
  }
  return messages
}

/** The messages that systems may still show, all of them; when all have expired, the newest: an update must say what it updates. */
function stillKnown (messages: readonly CapMessage[], at: Date): Reference[] {
  const alive = messages.filter(({ expires }) => expires > at)
  return (alive.length > 0 ? alive : messages.slice(-1))
    .filter(({ alert }) => alert.sent <= at)
    .map(({ alert: { sender, identifier, sent } }) => ({ sender, identifier, sent }))
}

interface Frame { identifier: string, sent: Date, msgType: 'Alert' | 'Update' | 'Cancel', references: Reference[], ended: boolean }

function messageOf ({ published }: Chronicle, edition: Edition, { identifier, sent, msgType, references, ended }: Frame, room: CapRoom): CapMessage {
  const { validUntil, texts } = edition.content
  const until = validUntil === null ? Number.NaN : Date.parse(validUntil)
  const latest = until > sent.getTime() ? until : sent.getTime() + usualLife
  const expires = new Date(ended ? Math.min(latest, sent.getTime() + usualLife) : latest)
  const notes = [
    ...(published.training ? [room.say('vi')('bulletins.training.note', { code: published.code })] : []),
    ...(msgType === 'Cancel' ? [plain(`${texts.vi.headline}. ${texts.vi.body}`)] : []),
  ]
  const alert: Alert = {
    identifier, sent, msgType, references,
    sender: room.sender,
    status: published.training ? 'Exercise' : 'Actual',
    scope: 'Public',
    ...(notes.length === 0 ? {} : { note: notes.join('\n') }),
    infos: written(texts).map(language => infoOf(published.code, edition, language, { ended, expires }, room)),
  }
  return { alert, expires }
}

function infoOf (code: string, { content, audience, version }: Edition, language: Language, { ended, expires }: { ended: boolean, expires: Date }, room: CapRoom): Info {
  const say = room.say(language)
  const { headline, body, toDo } = content.texts[language] ?? content.texts.vi
  const description = plain(body.trim() === '' ? headline : body)
  const instruction = plain(toDo)
  const mimeType = content.picture === null ? null : pictureType(content.picture.file)
  return {
    language: tags[language],
    categories: [...new Set(audience.topics.flatMap(topic => categories[topic]))].concat(audience.topics.length === 0 ? ['Safety'] : []),
    event: language === 'vi' && content.hazard.trim() !== '' ? plain(content.hazard) : eventOf(audience.topics, content.kind, say),
    responseTypes: ended ? ['AllClear'] : content.kind === 'alarm' || content.kind === 'warning' ? ['Avoid'] : ['Monitor'],
    ...weights(content.kind, ended),
    expires,
    senderName: plain(content.source),
    headline: short(plain(headline), longestHeadline),
    description,
    ...(instruction === '' || instruction === description ? {} : { instruction }),
    web: `${room.publicUrl}/b/${code}${language === 'vi' ? '' : `?lang=${language}`}`,
    resources: content.picture === null || mimeType === null ? [] : [{ description: plain(content.picture.alt), mimeType, uri: `${room.publicUrl}/b/${code}/picture?version=${version}` }],
    areas: areasOf(audience.localities, say, language, room.boundaries),
  }
}

/** Mapping of our kinds, the same in every language. */
function weights (kind: Kind, ended: boolean): Pick<Info, 'urgency' | 'severity' | 'certainty'> {
  if (ended) return { urgency: 'Past', severity: 'Minor', certainty: 'Observed' }
  if (kind === 'alarm') return { urgency: 'Immediate', severity: 'Severe', certainty: 'Observed' }
  if (kind === 'warning') return { urgency: 'Expected', severity: 'Moderate', certainty: 'Likely' }
  return { urgency: 'Future', severity: 'Minor', certainty: 'Likely' }
}

/** `Cảnh báo: Lừa đảo`. */
function eventOf (topics: readonly Topic[], kind: Kind, say: Say): string {
  const [topic] = topics
  return topic === undefined ? say(`bulletins.kinds.${kind}`) : `${say(`bulletins.kinds.${kind}`)}: ${say(`chat.subscribe.topic.${topic}`)}`
}

/** Languages that somebody wrote; a copy of the Vietnamese text is no translation. */
function written (texts: Texts): Language[] {
  return languages.filter(language => {
    const words = texts[language]
    return language === 'vi' || (words !== undefined && `${words.headline}\n${words.body}` !== `${texts.vi.headline}\n${texts.vi.body}`)
  })
}

/** The same place and people, told that it no longer holds. */
function withdrawn (last: Edition, room: CapRoom): Edition {
  const texts: Texts = { vi: last.content.texts.vi }
  for (const language of written(last.content.texts)) {
    const say = room.say(language)
    texts[language] = { headline: say('bulletins.standing.withdrawnOf', { headline: last.content.texts[language]?.headline ?? '' }), body: say('bulletins.standing.withdrawnWhat'), toDo: '' }
  }
  return { ...last, content: { ...last.content, texts, picture: null } }
}

/**
 * Texts of CAP are plain: what looks like a tag or an escape would be refused by its readers, so its first sign is exchanged for
 * one that looks alike.
 */
function plain (text: string): string {
  return text.trim().replace(/<(?=[a-z!/])/gi, '‹').replace(/&(?=#?\w+;)/g, '＆')
}

/** By characters, not by halves of them. */
function short (text: string, most: number): string {
  const characters = Array.from(text.replace(/\s+/g, ' '))
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('').trimEnd()}…`
}
