// Sends our messages to people on Telegram, and keeps their location button in order.
import { GrammyError, type Api } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Channel, Health, Manner } from '../channel.ts'
import type { Gate } from '../gate.ts'
import { toSendError } from './errors.ts'
import type { TelegramTexts } from './texts.ts'
import { removal, writeMessage } from './write.ts'
import type { SendMessage } from './write.ts'

export type TelegramSender = Required<Pick<Channel, 'send' | 'edit' | 'remove'>>

/** People remembered for their location button; the oldest are forgotten first. */
const mostRemembered = 10_000

export function telegramSender ({ api, texts, clock, log, health, gate, paid }: { api: Api, texts: TelegramTexts, clock: Clock, log: Logger, health: Health, gate: Gate, paid: boolean }): TelegramSender {
  const keyboards = new Remembered<true>()

  async function call (message: SendMessage, { lane, turn }: Manner): Promise<number> {
    if (turn !== 'taken') await gate.pass(lane)
    const { chat_id, text, ...more } = message.payload
    const sent = await api.sendMessage(chat_id, text, paid && lane !== 'reply' ? { ...more, allow_paid_broadcast: true } : more)
    health.lastSuccess = clock()
    health.trouble = null
    return sent.message_id
  }

  /** @throws SendError */
  async function asking<T> (step: () => Promise<T>): Promise<T> {
    try {
      return await step()
    } catch (error) {
      const failure = toSendError(error, clock())
      if (failure.failure === 'notAllowed') health.trouble = failure.message
      throw failure
    }
  }

  /** The courtesies around a message: when they fail, the message itself still counts. */
  async function atLeastTry (what: string, step: () => Promise<unknown>): Promise<void> {
    await step().catch((error: unknown) => {
      log.info({ why: toSendError(error, clock()).message }, what)
    })
  }

  async function takeKeyboardAway (chatId: string): Promise<void> {
    await atLeastTry('telegram location button not removed', async () => {
      const id = await call(removal(chatId), reply)
      await api.deleteMessage(Number(chatId), id)
    })
  }

  return {
    async send (to, message, _once, manner = reply) {
      const language = message.language ?? 'vi'
      const words = { shareLocation: texts.shareLocation(language), locationHint: texts.locationHint(language) }
      const leaves = keyboards.has(to.id) && message.wants !== 'location'
      const { main, after } = writeMessage(message, to.id, words, leaves)
      const markup = main.payload.reply_markup
      const id = await asking(async () => {
        if (leaves && markup && 'inline_keyboard' in markup) await takeKeyboardAway(to.id)
        return await call(main, manner)
      })
      if (leaves) keyboards.delete(to.id)
      if (after) await atLeastTry('telegram location button not shown', () => call(after, reply))
      if (message.wants === 'location') keyboards.set(to.id, true)
      return { id: String(id) }
    },
    async edit (to, id, message, { lane, turn } = reply) {
      const { main: { payload: { chat_id, text, reply_markup, link_preview_options } } } = writeMessage(message, to.id, noWords)
      if (turn !== 'taken') await gate.pass(lane)
      await asking(async () => await api.editMessageText(chat_id, Number(id), text, { link_preview_options, ...(reply_markup !== undefined && 'inline_keyboard' in reply_markup ? { reply_markup } : {}) }).catch((error: unknown) => {
        // The text stands there already: an edit whose answer was lost, tried again.
        if (!(error instanceof GrammyError && /message is not modified/i.test(error.description))) throw error
      }))
    },
    async remove (to, id, { lane, turn } = reply) {
      if (turn !== 'taken') await gate.pass(lane)
      await asking(async () => await api.deleteMessage(Number(to.id), Number(id)))
    },
  }
}

const reply: Manner = { lane: 'reply' }
/** An edited message asks for no position. */
const noWords = { shareLocation: '', locationHint: '' }

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
