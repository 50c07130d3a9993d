// The one thing all contenders do: bring the same notice to a chat through our own Telegram channel, without a limit.
import pino from 'pino'
import type { Channel } from '../../../src/channels/channel.ts'
import type { Message } from '../../../src/channels/message.ts'
import { telegramChannel } from '../../../src/channels/telegram/telegram.ts'
import { telegramTexts } from '../../../src/channels/telegram/texts.ts'
import { noticeOf } from '../../../src/bulletins/notice.ts'
import { says } from '../../../src/locales.ts'
import { lesson } from '../../bulletins/newsroom.ts'
import { token } from '../bots.ts'

/** Requests on the wire: as many as our sender has. A loop is no faster with more. */
export const atOnce = 64
/** The first chat of the audience; the others follow. */
export const firstChat = 1_000_000_000

export const log = pino({ level: 'error' }, process.stderr)

export function channelTo (sink: string, rate = Infinity): Channel {
  return telegramChannel({ token, apiRoot: sink, updates: 'polling', rate, clock: () => new Date(), log, texts: telegramTexts(says) })
}

export const notice: Message = noticeOf(
  { code: '7KQ2M4X', content: lesson(), training: false, relation: null }, 'vi', 'telegram', says.vi, 'https://tinbao.example', { kind: 'topics', topics: ['scams'] },
)

/** Resolves with Telegram's name of the message. */
export function sendsTo (sink: string): (chat: number) => Promise<string> {
  const channel = channelTo(sink)
  return async chat => (await channel.send({ channel: 'telegram', id: String(chat) }, notice, '', { lane: 'bulletin', turn: 'taken' }))?.id ?? ''
}
