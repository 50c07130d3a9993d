// The table of Zalo Bot API methods the pretended platform knows, with the checks it makes.
import { newId, Refusal } from './platform.ts'
import type { Body, Chat, Heard, Platform } from './platform.ts'
import { getUpdates, handOver, post } from './updates.ts'

type Method = (platform: Platform, payload: Body, gone: AbortSignal) => unknown

/** By name; the case counts there. */
export const methods: Record<string, Method> = {
  getMe: () => ({ id: '1459232241454765289', account_name: 'bot.TinBaoTest', account_type: 'BASIC', can_join_groups: false }),
  getUpdates,
  setWebhook,
  getWebhookInfo: (platform) => ({ url: platform.webhook?.url ?? '', updated_at: platform.webhook?.updatedAt ?? 0 }),
  deleteWebhook (platform) {
    platform.webhook = undefined
    return { url: '', updated_at: platform.now() }
  },
  sendMessage: (platform, payload) => put(platform, payload, sentText(payload, 'text')),
  sendPhoto (platform, payload) {
    if (!URL.canParse(String(payload['photo']))) throw new Refusal(400, 'Bad Request: photo must be a URL')
    return put(platform, payload, payload['caption'] === undefined ? '' : sentText(payload, 'caption'))
  },
  sendSticker: (platform, payload) => put(platform, payload, ''),
  sendVoice: (platform, payload) => put(platform, payload, ''),
  sendChatAction (platform, payload) {
    const chat = reachableChat(platform, payload)
    if (payload['action'] !== 'typing') throw new Refusal(400, 'Bad Request: action')
    chat.actions.push('typing')
    return undefined
  },
}

async function setWebhook (platform: Platform, payload: Body): Promise<unknown> {
  const url = String(payload['url'] ?? '')
  const secret = String(payload['secret_token'] ?? '')
  // The real platform wants https; a test's server is plain http on the loopback.
  if (!/^https?:\/\/\S+$/.test(url)) throw new Refusal(400, 'Bad Request: url')
  if (secret.length < 8 || secret.length > 256) throw new Refusal(400, 'Bad Request: secret_token must be 8 to 256 characters')
  if (platform.ways.probe) platform.probed.push(await post(url, {}))
  const updatedAt = platform.now()
  platform.webhook = { url, secret, updatedAt }
  platform.poll?.(undefined)
  handOver(platform)
  return { url, updated_at: updatedAt }
}

function put (platform: Platform, payload: Body, text: string): unknown {
  const chat = reachableChat(platform, payload)
  countMessage(platform)
  const heard: Heard = { messageId: newId(platform), chatId: chat.id, text, choices: choicesIn(text), at: platform.now(), payload }
  chat.heard.push(heard)
  return { message_id: heard.messageId, date: heard.at }
}

/** Counts towards the month, in both directions. When a month begins is not documented. */
export function countMessage (platform: Platform): void {
  const month = new Date(platform.now()).toISOString().slice(0, 7)
  if (platform.messages.month !== month) platform.messages = { month, many: 0 }
  if (platform.messages.many >= platform.ways.monthly) throw new Refusal(429, 'Quota exceeded')
  platform.messages.many++
}

/** What the descriptions say there is not documented; these are of the kind that other platforms use. */
function reachableChat (platform: Platform, payload: Body): Chat {
  if (typeof payload['chat_id'] !== 'string') throw new Refusal(400, 'Bad Request: chat_id is required')
  const chat = platform.chats.get(payload['chat_id'])
  if (!chat?.known) throw new Refusal(400, 'Bad Request: chat not found')
  if (chat.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user')
  return chat
}

function sentText (payload: Body, field: string): string {
  const text = payload[field]
  if (typeof text !== 'string' || text.trim() === '') throw new Refusal(400, `Bad Request: ${field} is empty`)
  if (text.length > 2000) throw new Refusal(400, `Bad Request: ${field} is too long`)
  return text
}

/** Lines like `3. Ma túy`. */
function choicesIn (text: string): Heard['choices'] {
  return [...text.matchAll(/^(\d{1,2})\. (.+)$/gm)].map(([, number = '', label = '']) => ({ number, label }))
}
