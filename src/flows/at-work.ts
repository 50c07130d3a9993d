// An officer at work in a chat: who they are, which bulletins they may see, and how one is shown to them.
import type { EntityManager } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import type { ChannelName, Message } from '../channels/message.ts'
import { Bulletin } from '../bulletins/bulletin.ts'
import { writeBulletinCode } from '../bulletins/code.ts'
import { BulletinHistory } from '../bulletins/history.ts'
import { isOver, progressInWords } from '../bulletins/in-words.ts'
import { choicesFor } from '../bulletins/live.ts'
import { officerChoice } from '../bulletins/officer-choices.ts'
import { finishBy, progressOf } from '../bulletins/progress.ts'
import { BulletinRefused, sayProblems } from '../bulletins/refused.ts'
import type { BulletinRoom } from '../bulletins/room.ts'
import { isAllowed, planFor, previewMessages, requestFor } from '../bulletins/tell-officers.ts'
import type { Language, Say } from '../i18n.ts'
import type { Officer } from '../staff/officer.ts'

export interface AtWork {
  room: BulletinRoom
  em: EntityManager
  language: Language
  say: Say
  channel: ChannelName
  /** Looked up for each act; null: nobody who works here. */
  me: () => Promise<Officer | null>
}

export const words = (text: string): Message[] => [{ text }]

export const channelOf = ({ room, channel }: AtWork): Channel | undefined => room.channels.find(({ name }) => name === channel)

/** Does it for an officer, or says why not. */
export async function attempt ({ me, say }: AtWork, work: (officer: Officer) => Promise<Message[]>): Promise<Message[]> {
  const officer = await me()
  if (officer === null) return words(say('chat.repair.menu'))
  try {
    return await work(officer)
  } catch (error) {
    if (error instanceof BulletinRefused) return words(sayProblems(say, error.problems).join('\n'))
    throw error
  }
}

/** @throws BulletinRefused when there is none, or it is none of theirs: the same words for both */
export async function theirs ({ em }: AtWork, officer: Officer, id: number): Promise<Bulletin> {
  const bulletin = await em.findOne(Bulletin, { id })
  if (bulletin === null || !await sees(em, officer, bulletin)) throw new BulletinRefused({ key: 'officer.refused.unknown' })
  return bulletin
}

/** A draft is its writer's; one that was returned was seen by others. */
async function sees (em: EntityManager, officer: Officer, { id, state, writtenBy, audience }: Bulletin): Promise<boolean> {
  if (writtenBy === officer.id) return true
  return isAllowed(officer, 'send', audience) && (state !== 'draft' || await em.count(BulletinHistory, { bulletinId: id, deed: 'returned' }) > 0)
}

/** As it stands: to be decided, on its way, or waiting; with what can be done with it. */
export async function look (work: AtWork, officer: Officer, bulletin: Bulletin): Promise<Message[]> {
  const { room, em, say, language } = work
  const { state } = bulletin
  if (state === 'submitted' && isAllowed(officer, 'approve', bulletin.audience) && bulletin.writtenBy !== officer.id && bulletin.submittedBy !== officer.id) return await requestFor(em, room, bulletin, language)
  if (state === 'sending' || state === 'paused' || isOver(bulletin)) {
    const progress = await progressOf(em, bulletin, room.clock())
    return [{ text: progressInWords(say, language, bulletin, progress, null, finishBy(progress, room.tariff)), choices: choicesFor(bulletin, room, language) }]
  }
  const head = `${writeBulletinCode(bulletin.code)}: ${say(`officer.state.${state}`)}`
  const choices = state === 'draft' ? [officerChoice(say, language, 'open', bulletin.id)] : choicesFor(bulletin, room, language)
  return [...previewMessages(room, bulletin, language), { text: `${head}\n\n${await planFor(em, room, bulletin, language)}`, choices }]
}
