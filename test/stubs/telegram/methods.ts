// The table of Bot API methods the pretended Telegram knows.
import { Refusal } from './platform.ts'
import type { Platform } from './platform.ts'
import { deleteMessage, editMessageCaption, editMessageReplyMarkup, editMessageText, pinMessage, reachableChat, sendFile, sendMessage } from './sending.ts'
import { endPoll, flush, getUpdates } from './updates.ts'

type Payload = Record<string, unknown>
type Method = (platform: Platform, payload: Payload, gone: AbortSignal) => unknown

const twentyMegabytes = 20 * 1024 * 1024

/** By name in lower case, as the platform does not mind the case. */
export const methods: Record<string, Method> = {
  getme: (platform) => ({ ...platform.me, can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false }),
  getupdates: getUpdates,
  setwebhook: setWebhook,
  deletewebhook: deleteWebhook,
  getwebhookinfo: (platform) => ({
    url: platform.webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: platform.waiting.length,
    ...(platform.webhook?.lastError ? { last_error_date: platform.webhook.lastError.date, last_error_message: platform.webhook.lastError.message } : {}),
  }),
  sendmessage: sendMessage,
  sendphoto: (platform, payload) => sendFile(platform, payload, 'photo'),
  senddocument: (platform, payload) => sendFile(platform, payload, 'document'),
  editmessagetext: editMessageText,
  editmessagecaption: editMessageCaption,
  editmessagereplymarkup: editMessageReplyMarkup,
  deletemessage: deleteMessage,
  pinchatmessage: (platform, payload) => pinMessage(platform, payload, true),
  unpinchatmessage: (platform, payload) => pinMessage(platform, payload, false),
  sendchataction: (platform, payload) => Boolean(reachableChat(platform, payload)),
  answercallbackquery: answerCallbackQuery,
  getfile: getFile,
  setmycommands: setMyCommands,
  getmycommands: (platform, payload) => platform.commands.get(commandsKey(payload)) ?? [],
  setchatmenubutton: () => true,
}

function setWebhook (platform: Platform, payload: Payload): unknown {
  const url = String(payload['url'] ?? '')
  if (url === '') return deleteWebhook(platform, payload)
  // The real platform wants https and one of four ports; a test's server is plain http on the loopback.
  if (!/^https?:\/\/[^\s]+$/.test(url)) throw new Refusal(400, 'Bad Request: bad webhook: invalid URL')
  const secret = payload['secret_token']
  if (secret !== undefined && !/^[\w-]{1,256}$/.test(String(secret))) throw new Refusal(400, 'Bad Request: secret token contains unallowed characters')
  endPoll(platform, 'terminated by setWebhook request')
  if (payload['drop_pending_updates'] === true) platform.waiting = []
  if (Array.isArray(payload['allowed_updates'])) platform.allowedUpdates = payload['allowed_updates'].map(String)
  platform.webhook = { url, secret: secret === undefined ? undefined : String(secret), lastError: undefined }
  flush(platform)
  return true
}

function deleteWebhook (platform: Platform, payload: Payload): unknown {
  platform.webhook = undefined
  if (payload['drop_pending_updates'] === true) platform.waiting = []
  return true
}

function answerCallbackQuery (platform: Platform, payload: Payload): unknown {
  const id = String(payload['callback_query_id'])
  const at = platform.presses.get(id)
  if (at === undefined || Date.now() - at > 60_000) {
    throw new Refusal(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')
  }
  if (String(payload['text'] ?? '').length > 200) throw new Refusal(400, 'Bad Request: MESSAGE_TOO_LONG')
  platform.answeredPresses.push(id)
  return true
}

function getFile (platform: Platform, payload: Payload): unknown {
  const id = String(payload['file_id'])
  const file = platform.files.get(id)
  if (!file) throw new Refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
  if (file.size > twentyMegabytes) throw new Refusal(400, 'Bad Request: file is too big')
  return { file_id: id, file_unique_id: `u${id}`, file_size: file.size, file_path: file.path }
}

function setMyCommands (platform: Platform, payload: Payload): unknown {
  const commands = payload['commands']
  if (!Array.isArray(commands) || commands.length > 100) throw new Refusal(400, 'Bad Request: BOT_COMMANDS_TOO_MUCH')
  for (const command of commands as { command?: unknown, description?: unknown }[]) {
    if (!/^[a-z0-9_]{1,32}$/.test(String(command.command))) throw new Refusal(400, 'Bad Request: BOT_COMMAND_INVALID')
    const description = String(command.description ?? '')
    if (description.length < 1 || description.length > 256) throw new Refusal(400, 'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID')
  }
  platform.commands.set(commandsKey(payload), commands)
  return true
}

/** Scope and language of a command list, as one word: `all_private_chats/vi`. */
export function commandsKey (payload: Payload): string {
  const scope = payload['scope'] as { type?: string } | undefined
  return `${scope?.type ?? 'default'}/${String(payload['language_code'] ?? '')}`
}

