// What an officer can do with a bulletin by a button, or by a word where there are none: understood at any time. Pure.
import type { ChannelName, Choice } from '../channels/message.ts'
import { languages, type Language, type Say, type TextKey } from '../i18n.ts'
import { fold } from '../localities/fold.ts'

/** `as`: how it looks on another channel. */
export const officerVerbs = ['see', 'approve', 'return', 'pause', 'resume', 'stop', 'open', 'test', 'as'] as const
export type OfficerVerb = typeof officerVerbs[number]

export interface Asked {
  verb: OfficerVerb
  bulletin: number
  /** Of `approve` and `return`: the version they saw. Of `as`: a channel. Empty: they did not say. */
  more: string
}

/** In the order of `languages`. None of them alone is a word for something else. */
const words: Record<OfficerVerb, readonly [string, string, string]> = {
  see: ['xem', 'view', 'មើល'],
  approve: ['duyệt', 'approve', 'អនុម័ត'],
  return: ['trả lại', 'return', 'ប្រគល់វិញ'],
  pause: ['tạm dừng', 'pause', 'ផ្អាក'],
  resume: ['gửi tiếp', 'resume', 'បន្តផ្ញើ'],
  stop: ['dừng hẳn', 'stop', 'បញ្ឈប់'],
  open: ['viết tiếp', 'edit', 'កែ'],
  test: ['gửi thử', 'test', 'សាកល្បង'],
  as: ['xem trên', 'view on', 'មើលលើ'],
}
const labels: Record<OfficerVerb, TextKey> = {
  see: 'officer.approve.see', approve: 'officer.approve.approve', return: 'officer.approve.return', pause: 'officer.progress.pause', resume: 'officer.progress.resume',
  stop: 'officer.progress.stop', open: 'officer.broadcast.open', test: 'officer.broadcast.test', as: 'officer.approve.see',
}
const tones: Partial<Record<OfficerVerb, Choice['tone']>> = { approve: 'main', resume: 'main', stop: 'danger' }

export function officerChoice (say: Say, language: Language, verb: OfficerVerb, bulletin: number, more: string | number = '', label?: string): Choice {
  const tone = tones[verb]
  return {
    id: `tin:${verb}:${bulletin}${more === '' ? '' : `:${more}`}`,
    label: label ?? say(labels[verb]),
    word: `${words[verb][languages.indexOf(language)] ?? words[verb][0]} ${bulletin}${more === '' ? '' : verb === 'as' ? ` ${more}` : `.${more}`}`,
    ...(tone === undefined ? {} : { tone }),
  }
}

/** What a button of ours asks for; null: it is none of these. */
export function pressedVerb (data: string): Asked | null {
  const [, verb, bulletin, more = ''] = /^tin:(\w+):(\d{1,9})(?::([\w-]{1,20}))?$/.exec(data) ?? []
  return isVerb(verb) ? { verb, bulletin: Number(bulletin), more } : null
}

/** The longest first: "view on 5" is no "view". */
const foldedWords = officerVerbs.toReversed().map(verb => [verb, words[verb].map(fold)] as const)

/** The same typed, in any of our languages, with or without marks. */
export function typedVerb (text: string): Asked | null {
  // Asked of everybody's texts: most have no number.
  if (text.length > 60 || !/\p{Nd}/u.test(text)) return null
  const said = fold(text)
  for (const [verb, forms] of foldedWords) {
    const word = forms.find(one => said.startsWith(`${one} `))
    const [, bulletin, more = ''] = word === undefined ? [] : /^(\d{1,9})(?: ([\w ]{1,20}))?$/.exec(said.slice(word.length + 1)) ?? []
    if (bulletin !== undefined) return { verb, bulletin: Number(bulletin), more: more.replaceAll(' ', '-') }
  }
  return null
}

export const channelKeys: Record<ChannelName, TextKey> = {
  'web-chat': 'officer.broadcast.channel.webChat', telegram: 'officer.broadcast.channel.telegram', 'zalo-oa': 'officer.broadcast.channel.zaloOa', 'zalo-bot': 'officer.broadcast.channel.zaloBot',
}

function isVerb (text: string | undefined): text is OfficerVerb {
  return (officerVerbs as readonly (string | undefined)[]).includes(text)
}
