// Posts to one channel or group of Telegram, where the bot is an administrator. One call, however many read it.
import { Api, InputFile } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { harmless, nothingThere, remembered, type Memory, type Place, type Post, type Step } from '../place.ts'
import { postText } from '../post-text.ts'
import type { SendError } from '../send-error.ts'
import { fetchForGrammy } from './for-grammy.ts'
import { isAboutPicture, isGone, isUnchanged, movedTo, postFailure } from './post-errors.ts'
import { fetchForUploads } from './upload.ts'

/** Bot API, sendMessage and sendPhoto. */
const mostText = 4096
const mostCaption = 1024
const mostPhotoBytes = 10 * 1024 * 1024
const photoKinds = ['image/jpeg', 'image/png', 'image/webp']

export interface TelegramPostSettings {
  token: string
  /** `https://api.telegram.org`, or an own Bot API server; no slash at the end. */
  apiRoot: string
  /** A chat id, or `@name` of a public channel or group. */
  chat: string
  clock: Clock
  log: Logger
  /** Awaited before each call: posts share the pace of the bot. */
  pace: () => Promise<void>
  /** Seconds for one call; 30 but in tests. */
  within?: number
}

interface Sent {
  message_id: number
  chat: { id: number, username?: string | undefined }
}

export function telegramPlace ({ token, apiRoot, chat, clock, log, pace, within = 30 }: TelegramPostSettings): Place {
  const api = new Api(token, { apiRoot, timeoutSeconds: within, fetch: fetchForGrammy })
  const uploads = new Api(token, { apiRoot, timeoutSeconds: within * 2, fetch: fetchForUploads })
  const health: Health = { lastSuccess: null, trouble: null }
  /** Another one after a group became a supergroup. */
  let here: number | string = /^-?\d+$/.test(chat) ? Number(chat) : chat

  /** @throws what grammY throws */
  async function call<T> (step: () => Promise<T>): Promise<T> {
    await pace()
    const result = await step()
    health.lastSuccess = clock()
    health.trouble = null
    return result
  }

  function failed (error: unknown): SendError {
    const failure = postFailure(error, clock())
    if (failure.failure === 'notAllowed') health.trouble = failure.message
    return failure
  }

  async function send (post: Post): Promise<{ sent: Sent, kind: 'photo' | 'text' }> {
    const caption = postText(post, mostText)
    if (post.picture !== null && caption.length <= mostCaption && photoKinds.includes(post.picture.mime) && post.picture.bytes.length <= mostPhotoBytes) {
      const photo = new InputFile(post.picture.bytes, 'picture')
      try {
        return { kind: 'photo', sent: await call(async () => await uploads.sendPhoto(here, photo, { caption, caption_entities: bold(post, caption), disable_notification: post.silent })) }
      } catch (error) {
        // A warning without its picture is better than none.
        if (!isAboutPicture(error)) throw error
        log.warn({ why: postFailure(error, clock()).message }, 'telegram did not take the picture of a post')
      }
    }
    const text = postText(post, mostText)
    return { kind: 'text', sent: await call(async () => await api.sendMessage(here, text, { entities: bold(post, text), disable_notification: post.silent, link_preview_options: previewOf(post) })) }
  }

  async function sendWhereItMoved (post: Post): ReturnType<typeof send> {
    try {
      return await send(post)
    } catch (error) {
      const moved = movedTo(error)
      if (moved === undefined) throw error
      here = moved
      return await send(post)
    }
  }

  /** Keeps it on top or lets it go. That fails where the bot may only post, and the post counts all the same. */
  async function pinned (chatId: number, message: number, pin: boolean, silent: boolean): Promise<boolean> {
    try {
      await call(async () => pin ? await api.pinChatMessage(chatId, message, { disable_notification: silent }) : await api.unpinChatMessage(chatId, message))
      return pin
    } catch (error) {
      log.info({ why: postFailure(error, clock()).message }, pin ? 'telegram post not pinned' : 'telegram post not unpinned')
      return !pin
    }
  }

  async function edited (post: Post, { chatId, message, kind }: Posted): Promise<void> {
    const text = postText(post, kind === 'photo' ? mostCaption : mostText)
    try {
      await call(async () => kind === 'photo'
        ? await api.editMessageCaption(chatId, message, { caption: text, caption_entities: bold(post, text) })
        : await api.editMessageText(chatId, message, text, { entities: bold(post, text), link_preview_options: previewOf(post) }))
    } catch (error) {
      if (!isUnchanged(error)) throw harmless(failed(error))
    }
  }

  return {
    name: `telegram:${chat}`,
    kind: 'telegram-channel',
    limits: { text: mostText, picture: true, edit: true, remove: true },
    health,
    async publish (post, memory) {
      if (postedIn(memory) !== undefined) return step(memory, 'posted')
      const { sent, kind } = await sendWhereItMoved(post).catch((error: unknown) => { throw failed(error) })
      const pin = post.pin && await pinned(sent.chat.id, sent.message_id, true, post.silent)
      return step({ chat: sent.chat.id, message: sent.message_id, kind, username: sent.chat.username ?? null, pinned: pin }, 'posted')
    },
    async edit (post, memory) {
      const posted = postedIn(memory)
      if (posted === undefined) throw nothingThere()
      await edited(post, posted)
      const isPinned = memory['pinned'] === true
      return step({ ...memory, pinned: isPinned === post.pin ? isPinned : await pinned(posted.chatId, posted.message, post.pin, post.silent) }, 'posted')
    },
    async remove (memory) {
      const posted = postedIn(memory)
      if (posted === undefined) throw nothingThere()
      try {
        await call(async () => await api.deleteMessage(posted.chatId, posted.message))
      } catch (error) {
        if (!isGone(error)) throw harmless(failed(error))
      }
      return step(memory, 'removed')
    },
  }
}

interface Posted {
  chatId: number
  message: number
  kind: 'photo' | 'text'
}

function postedIn (memory: Memory): Posted | undefined {
  const { chat: chatId, message, kind } = memory
  return typeof chatId === 'number' && typeof message === 'number' ? { chatId, message, kind: kind === 'photo' ? 'photo' : 'text' } : undefined
}

function step (memory: Memory, state: Step['state']): Step {
  return { memory, state, link: state === 'posted' ? linkOf(memory) : null, again: null }
}

/** Public places by their name; private ones by a number that only members can follow. Old small groups have no links. */
function linkOf (memory: Memory): string | null {
  const name = remembered(memory, 'username')
  if (name !== undefined) return `https://t.me/${name}/${String(memory['message'])}`
  const [, id] = /^-100(\d+)$/.exec(String(memory['chat'])) ?? []
  return id === undefined ? null : `https://t.me/c/${id}/${String(memory['message'])}`
}

/** The headline stands out; as an entity, so that nothing of the text can be taken for mark-up. */
function bold (post: Post, text: string): { type: 'bold', offset: number, length: number }[] {
  const headline = post.headline.trim().normalize('NFC')
  return headline !== '' && text.startsWith(headline) ? [{ type: 'bold', offset: 0, length: headline.length }] : []
}

function previewOf (post: Post): { url: string, show_above_text: true, prefer_large_media: true } {
  return { url: post.link, show_above_text: true, prefer_large_media: true }
}
