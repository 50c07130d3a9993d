// What Telegram says to a post that it would not say to a person. Nothing of a request or its address gets into our words.
import { GrammyError } from 'grammy/web'
import { SendError } from '../send-error.ts'
import { toSendError } from './errors.ts'

/** What went wrong with a call about a channel or group. */
export function postFailure (error: unknown, now: Date): SendError {
  const failure = toSendError(error, now)
  if (!(error instanceof GrammyError)) return failure
  const refused = `Telegram answered ${error.method} with ${error.error_code}`
  if (movedTo(error) !== undefined) return new SendError('rejected', `${refused}: the group became a supergroup, and what was posted before can't be changed any more.`)
  if (failure.failure === 'left') return new SendError('notAllowed', `${refused}: the bot is not in this chat, or there is no such chat. Make it an administrator that may post, and check TELEGRAM_POST_CHATS.`)
  if (failure.failure === 'notAllowed' && error.error_code === 400) return new SendError('notAllowed', `${refused}: the bot may not post there. Make it an administrator that may post, edit and delete messages.`)
  if (isGone(error)) return new SendError('rejected', `${refused}: the post is not there any more.`)
  if (/can't be (deleted|edited)/i.test(error.description)) return new SendError('rejected', `${refused}: the post is too old for that. Edit it to say what is true now, or delete it by hand.`)
  return failure
}

/** The id a group got when it became a supergroup. */
export function movedTo (error: unknown): number | undefined {
  return error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined
}

/** The edit says what stands there already. */
export function isUnchanged (error: unknown): boolean {
  return error instanceof GrammyError && /message is not modified/i.test(error.description)
}

/** The message to edit or delete does not exist. */
export function isGone (error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400 && /message to (edit|delete) not found|MESSAGE_ID_INVALID/i.test(error.description)
}

/** It does not take the picture, or no picture there; the words alone it may take. It has not posted anything. */
export function isAboutPicture (error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 413 || (error.error_code === 400 && /photo|image|wrong file|wrong type|file must|failed to get http url/i.test(error.description)))
}
