// Shows officers how their bulletins are doing: one message each that changes itself where a channel can do that, else a word at each turn.
import type { EntityManager } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import type { ChannelName, Message } from '../channels/message.ts'
import { orderPause, pausedUntil } from '../channels/pace.ts'
import { SendError } from '../channels/send-error.ts'
import { days, seconds } from '../clock.ts'
import { sayTo } from '../conversation/say.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Language } from '../i18n.ts'
import { describeError } from '../log.ts'
import { OfficerMessage } from '../staff/officer-message.ts'
import { Officer } from '../staff/officer.ts'
import { chatOf } from '../staff/officers.ts'
import { Bulletin } from './bulletin.ts'
import { isOver, progressInWords } from './in-words.ts'
import { officerChoice } from './officer-choices.ts'
import { finishBy, progressOf, rateBetween, type Progress } from './progress.ts'
import type { BulletinRoom } from './room.ts'

type Room = Pick<BulletinRoom, 'orm' | 'keys' | 'clock' | 'log' | 'say' | 'tariff'>

export interface LiveProgress {
  /** Begins what has started and brings what has changed. Never more to do at once. */
  round (signal: AbortSignal): Promise<boolean>
}

/** Nobody reads faster, and the platform counts every change (telegram.md 1.2). */
const often = seconds(3)
/** What was sent earlier than this, before anybody looked, is no news. */
const news = days(1)

/**
 * For the officers whose chat is on this channel; in the process that sends on it. What a message shows is remembered in its row,
 * so that a restart goes on with the same one.
 */
export function liveProgress (room: Room, channel: Channel, everyMs = often): LiveProgress {
  const touched = new Map<number, number>()
  const seen = new Map<number, { progress: Progress, rate: number | null }>()
  const begun = new Set<number>()

  /** Rows for the writer and the approver of what has started since. */
  async function begin (): Promise<void> {
    const started = await room.orm.em.fork().find(Bulletin, { publishedAt: { $gt: new Date(room.clock().getTime() - news) } }, { fields: ['id', 'writtenBy', 'submittedBy', 'approvedBy'] })
    const fresh = started.filter(({ id }) => !begun.has(id))
    for (const { id, writtenBy, submittedBy, approvedBy } of fresh) {
      await inTransaction(room.orm, async em => {
        const officers = await em.find(Officer, { id: { $in: [writtenBy, submittedBy, approvedBy].filter(one => one != null) }, endedAt: null, sealed: { $ne: null } })
        for (const officer of officers) if (chatOf(room.keys, officer)?.channel === channel.name) await watch(em, channel.name, officer, id)
      })
      begun.add(id)
    }
  }

  async function bring (row: OfficerMessage): Promise<void> {
    const em = room.orm.em.fork()
    const [bulletin, officer] = [await em.findOne(Bulletin, { id: row.bulletinId }), await em.findOne(Officer, { id: row.officerId, endedAt: null })]
    const chat = officer === null || officer.addressKey !== row.addressKey ? null : chatOf(room.keys, officer)
    if (bulletin === null || officer === null || chat === null) return await settle(row, { state: 'done' })
    const message = await messageFor(em, bulletin, officer.language)
    const over = isOver(bulletin)
    // Where nothing can be changed, only a turn of events is worth a message.
    const shown = channel.edit === undefined ? turnOf(room, bulletin) : room.keys.tag(JSON.stringify(message), 'officer-message')
    const state = over ? 'done' as const : 'live' as const
    if (over) seen.delete(bulletin.id)
    if (shown === row.shown) return over ? await settle(row, { state }) : undefined
    touched.set(row.id, performance.now())
    if (channel.edit === undefined) {
      await inTransaction(room.orm, async inside => {
        await sayTo(inside, room.keys, chat, [message], room.clock(), officer.language)
        await inside.nativeUpdate(OfficerMessage, { id: row.id }, { shown, state })
      })
      return
    }
    if (row.messageId == null) {
      const sent = await channel.send(chat, message, `officer.${row.id}`)
      return await settle(row, { shown, state, messageId: sent?.id ?? null })
    }
    await channel.edit(chat, row.messageId, message)
    await settle(row, { shown, state })
  }

  async function messageFor (em: EntityManager, bulletin: Bulletin, language: Language): Promise<Message> {
    const say = room.say(language)
    const progress = await progressOf(em, bulletin, room.clock())
    const before = seen.get(bulletin.id)
    const rate = before === undefined ? null : progress.at.getTime() - before.progress.at.getTime() < everyMs / 2 ? before.rate : rateBetween(before.progress, progress)
    if (before === undefined || rate !== before.rate || progress.at.getTime() - before.progress.at.getTime() >= everyMs / 2) seen.set(bulletin.id, { progress, rate })
    const finish = finishBy(progress, room.tariff, rate)
    return { text: progressInWords(say, language, bulletin, progress, rate, finish), language, choices: choicesFor(bulletin, room, language) }
  }

  /** A row that was asked for anew meanwhile (`watch`) is not settled by what was done before. */
  async function settle (row: OfficerMessage, change: Partial<Pick<OfficerMessage, 'state' | 'shown' | 'messageId'>>): Promise<void> {
    await room.orm.em.fork().nativeUpdate(OfficerMessage, { id: row.id, shown: row.shown, messageId: row.messageId ?? null }, change)
    if (change.state === 'done') touched.delete(row.id)
  }

  async function afterFailure (row: OfficerMessage, error: unknown): Promise<void> {
    const failure = error instanceof SendError ? error : null
    if (failure?.failure === 'left' || failure?.failure === 'rejected') return await settle(row, { state: 'done' })
    if (failure?.failure === 'waitUntil' && failure.until !== undefined) {
      if (!failure.onlyThisChat) return await orderPause(room.orm, channel.name, failure.until)
      touched.set(row.id, performance.now() + failure.until.getTime() - room.clock().getTime())
      return
    }
    if (failure === null) room.log.error({ channel: channel.name, err: describeError(error) }, 'an officer could not be shown how a bulletin is doing; tried again')
  }

  return {
    async round (signal) {
      const paused = await pausedUntil(room.orm, channel.name)
      if (paused !== null && paused > room.clock()) return false
      await begin()
      const rows = await room.orm.em.fork().find(OfficerMessage, { state: 'live', channel: channel.name }, { orderBy: { id: 'asc' }, limit: 200 })
      for (const row of rows) {
        if (signal.aborted) break
        if (performance.now() - (touched.get(row.id) ?? -Infinity) < everyMs) continue
        await bring(row).catch(async (error: unknown) => { await afterFailure(row, error) })
      }
      return false
    },
  }
}

/** Shows this officer how it is doing from now on, in a new message if there was one before. */
export async function watch (em: EntityManager, channel: ChannelName, officer: Officer, bulletinId: number, { anew = false } = {}): Promise<void> {
  await run(em, `
    insert into officer_message (officer_id, bulletin_id, channel, address_key, state, message_id, shown) values (?, ?, ?, ?, 'live', null, '')
    on conflict (bulletin_id, officer_id) do ${anew ? 'update set channel = excluded.channel, address_key = excluded.address_key, state = excluded.state, message_id = null, shown = \'\'' : 'nothing'}`,
  [officer.id, bulletinId, channel, officer.addressKey ?? ''])
}

/** They did it themselves and were told: where nothing can be changed, the same is not brought once more. */
export async function knowsAlready (em: EntityManager, room: Pick<Room, 'keys'>, channel: Pick<Channel, 'edit'> | undefined, officer: Pick<Officer, 'id'>, bulletin: Pick<Bulletin, 'id' | 'state'>): Promise<void> {
  if (channel?.edit === undefined) await em.nativeUpdate(OfficerMessage, { officerId: officer.id, bulletinId: bulletin.id, shown: { $ne: '' } }, { shown: turnOf(room, bulletin) })
}

/** Names a turn of events. */
function turnOf ({ keys }: Pick<Room, 'keys'>, { state }: Pick<Bulletin, 'state'>): string {
  return keys.tag(state, 'officer-message')
}

/** What can be done with it now. */
export function choicesFor ({ id, state, stateBefore }: Pick<Bulletin, 'id' | 'state' | 'stateBefore'>, { say }: Pick<Room, 'say'>, language: Language): NonNullable<Message['choices']> {
  const verbs = stateBefore != null ? [] : state === 'sending' ? ['pause', 'stop'] as const : state === 'paused' ? ['resume', 'stop'] as const : state === 'scheduled' ? ['stop'] as const : []
  return verbs.map(verb => officerChoice(say(language), language, verb, id))
}
