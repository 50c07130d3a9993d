// Telegram's and the wire's failures in our words. Nothing of a request or its address gets into them.
import { GrammyError, HttpError } from 'grammy/web'
import { SendError } from '../send-error.ts'

/** The request never left this machine, or met a closed door: it can't have arrived. Codes of Node's dns, net and tls, and of its fetch. */
const neverArrived = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID',
])

/**
 * What went wrong with one call of the Bot API, for the queue that decides what happens next.
 * By error code and parameters first; by Telegram's description only where the code says too little.
 * A 429 does not tell whether one chat or the whole bot must wait: the whole bot does.
 */
export function toSendError (error: unknown, now: Date): SendError {
  if (error instanceof SendError) return error
  if (error instanceof GrammyError) return fromAnswer(error, now)
  if (error instanceof HttpError) return fromWire(error.error)
  return new SendError('tryAgain', 'A call to Telegram failed for a reason unknown.', { maybeArrived: true })
}

function fromAnswer (error: GrammyError, now: Date): SendError {
  const { error_code: code, description, parameters, method } = error
  const refused = `Telegram answered ${method} with ${code}`
  if (code === 429) {
    const seconds = Math.max(1, Number(parameters.retry_after ?? 1))
    return new SendError('waitUntil', `${refused}: wait ${seconds} s.`, { until: new Date(now.getTime() + seconds * 1000) })
  }
  if (code === 401 || code === 404) {
    return new SendError('notAllowed', `${refused}: the token is wrong or was revoked. Get it from @BotFather and set TELEGRAM_BOT_TOKEN.`)
  }
  if (code === 403) return new SendError('left', `${refused}: this person stopped the bot, closed their account, or never started it.`)
  if (parameters.migrate_to_chat_id !== undefined) return new SendError('left', `${refused}: the group became a supergroup and has a new id.`)
  if (code === 409) return new SendError('tryAgain', `${refused}: another program uses this bot at the same time.`)
  if (code >= 500) return new SendError('tryAgain', `${refused}: Telegram has trouble.`, { maybeArrived: true })
  if (/chat not found|PEER_ID_INVALID|user not found/i.test(description)) return new SendError('left', `${refused}: it does not know this chat.`)
  if (/not enough rights|CHAT_WRITE_FORBIDDEN|need administrator rights/i.test(description)) {
    return new SendError('notAllowed', `${refused}: the bot may not write there.`)
  }
  if (/temporarily unavailable/i.test(description)) return new SendError('rejected', `${refused}: the file is gone.`)
  if (/file is too big/i.test(description)) return new SendError('rejected', `${refused}: the file is larger than 20 MB.`)
  return new SendError('rejected', `${refused}: it does not take this content.`)
}

function fromWire (cause: unknown): SendError {
  const code = wireCode(cause)
  if (code !== undefined && neverArrived.has(code)) {
    return new SendError('tryAgain', `Telegram can't be reached (${code}).`)
  }
  if (cause instanceof SyntaxError) return new SendError('tryAgain', 'A gateway answered in place of Telegram.', { maybeArrived: true })
  if (cause instanceof Error && /timed out/.test(cause.message)) {
    return new SendError('tryAgain', 'Telegram did not answer in time.', { maybeArrived: true })
  }
  return new SendError('tryAgain', `The connection to Telegram broke${code === undefined ? '' : ` (${code})`}.`, { maybeArrived: true })
}

/** Node's fetch hides the code one or two causes down. Only codes that look like codes: no address can slip through. */
function wireCode (error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) return code
  }
  return undefined
}
