// Takes one update, from whichever way it came: reads it, hands it on, and does the small courtesies around it.
import type { Api } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import { hours } from '../../clock.ts'
import { languageFromHint } from '../../i18n.ts'
import type { Receive } from '../channel.ts'

import { toSendError } from './errors.ts'
import { readUpdate } from './read.ts'
import type { Me, Read } from './read.ts'
import type { TelegramTexts } from './texts.ts'

/** Resolves when the update is durable or of no use to us; throws only when `receive` does. */
export type TakeUpdate = (update: unknown) => Promise<void>

export interface TakesUpdates {
  api: Api
  texts: TelegramTexts
  clock: Clock
  log: Logger
  /** Who we are, once Telegram has told us. */
  me: () => Me | undefined
  /** Keeps a promise that nobody waits for until the channel stops; it must not reject. */
  meanwhile: (work: Promise<void>) => void
}

/** Groups remembered at once; beyond that the oldest may be answered again early. */
const mostGroups = 1000

export function updateTaker (parts: TakesUpdates, receive: Receive): TakeUpdate {
  const groupsAnswered = new Map<string, Date>()

  return async (update) => {
    const read = readUpdate(update, { now: parts.clock(), me: parts.me() })
    // The button spins until it is answered; that must not wait for the database.
    if ('callbackQueryId' in read && read.callbackQueryId !== undefined) parts.meanwhile(answerPress(parts, read.callbackQueryId))
    switch (read.kind) {
      case 'incoming':
        return await receive(read.incoming)
      case 'group':
        return parts.meanwhile(answerGroup(parts, read, groupsAnswered))
      case 'ignored':
        parts.log.debug({ why: read.why }, 'telegram update ignored')
    }
  }
}

async function answerPress ({ api, log, clock }: TakesUpdates, id: string): Promise<void> {
  try {
    await api.answerCallbackQuery(id)
  } catch (error) {
    // Too old a press is normal after an outage; nothing depends on this.
    log.debug({ why: toSendError(error, clock()).message }, 'telegram press not answered')
  }
}

/** Once an hour at most in one group: a polite line and the way to us. */
async function answerGroup ({ api, texts, clock, log, me }: TakesUpdates, { chatId, language }: Read & { kind: 'group' }, answered: Map<string, Date>): Promise<void> {
  const last = answered.get(chatId)
  const username = me()?.username
  if (username === undefined || (last && clock().getTime() - last.getTime() < hours(1))) return
  answered.delete(chatId)
  answered.set(chatId, clock())
  const oldest = answered.keys().next().value
  if (answered.size > mostGroups && oldest !== undefined) answered.delete(oldest)
  try {
    const link = `https://t.me/${username}?start=group`
    await api.sendMessage(Number(chatId), texts.groupLine(languageFromHint(language) ?? 'vi', link), { link_preview_options: { is_disabled: true } })
  } catch (error) {
    log.info({ why: toSendError(error, clock()).message }, 'telegram group not answered')
  }
}
