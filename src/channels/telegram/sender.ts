// Sends our messages to people on Telegram, and keeps their location button in order.
import type { Api } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Channel, Health } from '../channel.ts'
import { toSendError } from './errors.ts'
import { spacing } from '../spacing.ts'
import type { TelegramTexts } from './texts.ts'
import { removal, writeMessage } from './write.ts'
import type { SendMessage } from './write.ts'

export interface TelegramSender {
  send: Channel['send']
}

/** People remembered for their location button; the oldest are forgotten first. */
const mostRemembered = 10_000

export function telegramSender ({ api, texts, clock, log, health, rate }: { api: Api, texts: TelegramTexts, clock: Clock, log: Logger, health: Health, rate: number }): TelegramSender {
  const space = spacing(rate)
  const keyboards = new Remembered<true>()

  async function call (message: SendMessage): Promise<number> {
    await space()
    const { chat_id, text, ...more } = message.payload
    const sent = await api.sendMessage(chat_id, text, more)
    health.lastSuccess = clock()
    health.trouble = null
    return sent.message_id
  }

  /** The courtesies around a message: when they fail, the message itself still counts. */
  async function atLeastTry (what: string, step: () => Promise<unknown>): Promise<void> {
    await step().catch((error: unknown) => {
      log.info({ why: toSendError(error, clock()).message }, what)
    })
  }

  async function takeKeyboardAway (chatId: string): Promise<void> {
    await atLeastTry('telegram location button not removed', async () => {
      const id = await call(removal(chatId))
      await api.deleteMessage(Number(chatId), id)
    })
  }

  return {
    async send (to, message) {
      const language = message.language ?? 'vi'
      const words = { shareLocation: texts.shareLocation(language), locationHint: texts.locationHint(language) }
      const leaves = keyboards.has(to.id) && message.wants !== 'location'
      const { main, after } = writeMessage(message, to.id, words, leaves)
      const markup = main.payload.reply_markup
      try {
        if (leaves && markup && 'inline_keyboard' in markup) await takeKeyboardAway(to.id)
        await call(main)
      } catch (error) {
        const failure = toSendError(error, clock())
        if (failure.failure === 'notAllowed') health.trouble = failure.message
        throw failure
      }
      if (leaves) keyboards.delete(to.id)
      if (after) await atLeastTry('telegram location button not shown', () => call(after))
      if (message.wants === 'location') keyboards.set(to.id, true)
    },
  }
}

/** A map that forgets its oldest entries. In memory only: it says who wrote to us. */
class Remembered<T> extends Map<string, T> {
  override set (key: string, value: T): this {
    this.delete(key)
    super.set(key, value)
    const oldest = this.keys().next().value
    if (this.size > mostRemembered && oldest !== undefined) this.delete(oldest)
    return this
  }
}
