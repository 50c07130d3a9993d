// A bulletin exactly as each of its channels will show it: made and fitted as when it is sent. Buttons are written out, so that none can be pressed. Pure.
import { fit, type FitWords } from '../channels/fit.ts'
import type { ChannelName, Message } from '../channels/message.ts'
import type { Language, Say } from '../i18n.ts'
import type { Bulletin } from './bulletin.ts'
import { factsOf } from './facts.ts'
import { noticeOf, type Why } from './notice.ts'
import type { BulletinRoom } from './room.ts'

export interface Preview {
  /** Those that show it in the same way. */
  channels: ChannelName[]
  /** Message by message. */
  texts: string[]
}

type Room = Pick<BulletinRoom, 'channels' | 'say' | 'publicUrl'>

/** In the officer's language if somebody wrote it in that, else in Vietnamese: what most people get. */
export function previewsOf ({ channels, say, publicUrl }: Room, bulletin: Bulletin, officers: Language): Preview[] {
  const language = bulletin.content.texts[officers] === undefined ? 'vi' : officers
  const previews: Preview[] = []
  for (const { name, shows } of channels.filter(({ name }) => bulletin.audience.channels.includes(name))) {
    const texts = fit(noticeFor(bulletin, language, name, say(language), publicUrl), shows, fitWords(say(language))).map(written)
    const same = previews.find(one => one.texts.join('\0') === texts.join('\0'))
    if (same === undefined) previews.push({ channels: [name], texts })
    else same.channels.push(name)
  }
  return previews
}

/** As a subscriber to all of its topics gets it. */
export function noticeFor (bulletin: Bulletin, language: Language, channel: ChannelName, say: Say, publicUrl: string): Message {
  return noticeOf(factsOf(bulletin), language, channel, say, publicUrl, whyOf(bulletin))
}

function whyOf ({ training, relation, aboutCode, kind, audience }: Bulletin): Why {
  if (training) return { kind: 'staff' }
  if (relation != null) return { kind: 'received', code: aboutCode ?? '' }
  return kind === 'alarm' ? { kind: 'alarm' } : { kind: 'topics', topics: audience.topics }
}

function written ({ text, choices = [] }: Message): string {
  return choices.length === 0 ? text : `${text}\n\n${choices.map(({ label }) => `［ ${label} ］`).join('\n')}`
}

function fitWords (say: Say): FitWords {
  return { moreChoices: say('chat.fit.moreChoices'), typeNumber: say('chat.fit.typeNumber'), typeWord: say('chat.fit.typeWord') }
}
