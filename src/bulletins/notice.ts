// A bulletin as a channel shows it to one reader: the same words for all who share language, channel and reason. Pure.
import type { Shows } from '../channels/channel.ts'
import type { ChannelName, Choice, Message } from '../channels/message.ts'
import type { Language, Say } from '../i18n.ts'
import type { Topic } from '../subscribers/topics.ts'
import { writeBulletinCode } from './code.ts'
import { wordsIn, type Content } from './content.ts'
import type { Relation } from './bulletin.ts'
import { calendarDay, momentOf } from './when.ts'

/** What of a bulletin its notice is made from. */
export interface Facts {
  code: string
  content: Content
  training: boolean
  /** What it corrects, clears or withdraws. */
  relation: { kind: Relation, code: string } | null
}

/** Why somebody gets it: it stands at its end, with how to stop it. */
export type Why = { kind: 'topics', topics: readonly Topic[] } | { kind: 'alarm' } | { kind: 'received', code: string } | { kind: 'staff' }

const sign: Record<Content['kind'], string> = { lesson: '📘', warning: '⚠️', alarm: '🚨', wanted: '🔎', meeting: '🗓' }

/** @param why null: for a place where nobody subscribed, such as a page's post */
export function noticeOf ({ code, content, training, relation }: Facts, language: Language, channel: ChannelName | 'post', say: Say, publicUrl: string, why: Why | null): Message {
  const { words, borrowed } = wordsIn(content.texts, language)
  const url = pageOf(publicUrl, code)
  const banner = training ? `🟪 ${say('notice.training')} 🟪\n` : ''
  const head = relation === null
    ? `${sign[content.kind]} ${say(`notice.kind.${content.kind}`)} · ${content.source}`
    : `${relation.kind === 'all-clear' ? '✅' : '✏️'} ${say(`notice.relation.${relation.kind}`, { code: writeBulletinCode(relation.code) })} · ${content.source}`
  const text = blocks([
    `${banner}${head}`,
    // A post has its headline apart.
    channel === 'post' ? '' : words.headline,
    borrowed ? say('notice.borrowed') : '',
    words.body,
    content.place === '' ? '' : say('notice.place', { place: content.place }),
    words.toDo === '' ? '' : `${say('notice.toDo')}\n${words.toDo}`,
    lines([
      content.notice === null ? '' : say('notice.notice', { number: content.notice.number, issuedBy: content.notice.issuedBy, day: calendarDay(language, content.notice.issuedOn), expires: calendarDay(language, content.notice.expiresOn) }),
      content.law === null ? '' : say('notice.law', { law: content.law.name, day: calendarDay(language, content.law.verifiedOn) }),
      content.validUntil === null ? '' : say('notice.until', { until: momentOf(say, language, new Date(content.validUntil)) }),
    ]),
    lines([say('notice.code', { code: writeBulletinCode(code) }), say('notice.page', { url })]),
    why === null ? '' : reason(why, say),
  ])
  const choices: Choice[] = [
    // Elsewhere the address in the text can be tapped.
    ...(channel === 'web-chat' ? [{ id: 'open', label: say('notice.open'), url }] : []),
    ...((channel === 'telegram' || channel === 'web-chat') && why !== null && why.kind !== 'staff' ? [{ id: 'go:unsubscribe', label: say('notice.stop'), tone: 'quiet' as const }] : []),
  ]
  return {
    text,
    language,
    preview: url,
    ...(channel === 'web-chat' && content.picture !== null ? { picture: { url: `${url}/picture`, alt: content.picture.alt } } : {}),
    ...(content.validUntil === null ? {} : { until: content.validUntil }),
    ...(choices.length > 0 ? { choices } : {}),
  }
}

/** What stands in the place of one that was withdrawn. */
export function withdrawnNotice (code: string, language: Language, say: Say): Message {
  return { text: say('notice.withdrawn', { code: writeBulletinCode(code) }), language }
}

/** Several in one letter: headlines with their pages. */
export function digestOf (frequency: 'daily' | 'weekly', items: readonly Facts[], language: Language, say: Say, publicUrl: string, day: string): Message {
  const listed = items.map(({ code, content }, i) => say('notice.digest.item', { n: i + 1, headline: wordsIn(content.texts, language).words.headline, url: pageOf(publicUrl, code), code: writeBulletinCode(code) }))
  return { text: blocks([say(`notice.digest.${frequency}`, { day: calendarDay(language, day) }), ...listed, say('notice.digest.why')]), language }
}

/** The public page of a bulletin. */
export const pageOf = (publicUrl: string, code: string): string => `${publicUrl}/b/${code}`

/** Characters a notice may have on a channel so that it stays one message; room is left for what the channel adds. */
export const mostText = (shows: Shows): number => shows.text - 100

function reason (why: Why, say: Say): string {
  switch (why.kind) {
    case 'topics': return say('notice.why', { topics: why.topics.map(topic => say(`chat.subscribe.topic.${topic}`)).join(', ') })
    case 'alarm': return say('notice.whyAlarm')
    case 'received': return say('notice.whyReceived', { code: writeBulletinCode(why.code) })
    case 'staff': return say('notice.whyStaff')
    default: return why satisfies never
  }
}

const blocks = (parts: readonly string[]): string => parts.filter(part => part !== '').join('\n\n')
const lines = (parts: readonly string[]): string => parts.filter(part => part !== '').join('\n')
