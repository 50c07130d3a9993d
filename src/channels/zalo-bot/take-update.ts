// Takes one update, from whichever way it came: reads it, hands it on, and does the small courtesies around it.
import type { Logger } from 'pino'
import { hours, seconds, type Clock } from '../../clock.ts'
import type { Receive } from '../channel.ts'
import type { ZaloBotApi } from './api.ts'
import { toSendError } from './errors.ts'
import { readUpdate } from './read.ts'

/** Resolves when the update is durable or of no use to us; throws only when `receive` does. */
export type TakeUpdate = (update: unknown) => Promise<void>

export interface TakesUpdates {
  api: ZaloBotApi
  clock: Clock
  log: Logger
  /** What a group hears: no reports here, write to us elsewhere. */
  groupLine: string
  /** Shows "is typing" to whoever wrote. */
  typing: boolean
  /** Keeps a promise that nobody waits for until the channel stops; it must not reject. */
  meanwhile: (work: Promise<void>) => void
}

/** Groups remembered at once; a bot may be in three. */
const mostGroups = 100
/** A courtesy that takes longer helps nobody and must not hold up a stop. */
const patience = seconds(5)

export function updateTaker (parts: TakesUpdates, receive: Receive): TakeUpdate {
  const groupsAnswered = new Map<string, Date>()

  return async (update) => {
    const read = readUpdate(update, parts.clock())
    switch (read.kind) {
      case 'incoming':
        if (parts.typing) parts.meanwhile(courtesy(parts, 'sendChatAction', { chat_id: read.incoming.address.id, action: 'typing' }))
        return await receive(read.incoming)
      case 'group':
        return answerGroup(parts, read.chatId, groupsAnswered)
      case 'ignored':
        parts.log.debug({ why: read.why }, 'zalo bot update ignored')
    }
  }
}

/** Once an hour at most in one group: a polite line and the way to us. */
function answerGroup (parts: TakesUpdates, chatId: string, answered: Map<string, Date>): void {
  const now = parts.clock()
  const last = answered.get(chatId)
  if (last && now.getTime() - last.getTime() < hours(1)) return
  answered.delete(chatId)
  answered.set(chatId, now)
  const oldest = answered.keys().next().value
  if (answered.size > mostGroups && oldest !== undefined) answered.delete(oldest)
  parts.meanwhile(courtesy(parts, 'sendMessage', { chat_id: chatId, text: parts.groupLine }))
}

async function courtesy ({ api, clock, log }: TakesUpdates, method: string, body: Record<string, unknown>): Promise<void> {
  try {
    await api.call(method, body, { within: patience })
  } catch (error) {
    log.info({ why: toSendError(error, clock()).message }, 'zalo bot courtesy failed')
  }
}
