// After sending: putting words right where they stand, correcting, giving the all-clear, withdrawing.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Officer } from '../staff/officer.ts'
import { Bulletin, type Relation } from './bulletin.ts'
import { mustBeAllowed, writeDraft } from './compose.ts'
import type { Content, Texts } from './content.ts'
import { DeliveryCount } from './delivery.ts'
import { shift } from './delivery-rows.ts'
import { note } from './history.ts'
import { changePosts } from './posts.ts'
import { BulletinRefused } from './refused.ts'
import type { BulletinRoom } from './room.ts'

type Room = Pick<BulletinRoom, 'orm' | 'clock' | 'random' | 'channels'>

/**
 * A draft that will go to exactly those who got `bulletin`, or may have got it. Of an alarm the texts prepared beforehand are taken.
 * It needs a second officer like any other.
 * @throws BulletinRefused when nobody got it yet
 */
export async function followUp (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin, relation: Exclude<Relation, 'withdrawal'>, texts: Texts | null = null): Promise<Bulletin> {
  mustBeAllowed(officer, 'send', bulletin.audience)
  if (bulletin.publishedAt == null) throw new BulletinRefused({ key: 'officer.refused.notSent' })
  const { prepared } = bulletin.content
  const ready = texts ?? (relation === 'all-clear' ? prepared?.allClear : prepared?.correction) ?? bulletin.content.texts
  const content: Content = { ...bulletin.content, texts: ready, prepared }
  return await writeDraft(em, room, officer, { content, audience: bulletin.audience, training: bulletin.training }, { bulletin, relation })
}

/**
 * Takes it back: it no longer stands on any page, is removed or marked in the chats and places that can do that. Whoever keeps it in a
 * chat that can't is told by a correction, which is a bulletin of its own.
 * @throws BulletinRefused without a reason, or when it was withdrawn
 */
export async function withdraw (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin, reason: string): Promise<void> {
  mustBeAllowed(officer, 'send', bulletin.audience)
  const why = reason.normalize('NFC').trim()
  if (why.length < 3 || why.length > 500) throw new BulletinRefused({ key: 'officer.refused.reason' })
  if (bulletin.publishedAt == null) throw new BulletinRefused({ key: 'officer.refused.notSent' })
  if (bulletin.withdrawnAt != null) throw new BulletinRefused({ key: 'officer.refused.withdrawn' })
  const now = room.clock()
  if (bulletin.state === 'sending' || bulletin.state === 'paused') Object.assign(bulletin, { state: 'stopped', fanOutAfter: null, finishedAt: now })
  Object.assign(bulletin, { withdrawnAt: now, changedAt: now, changing: 'remove', changedUpTo: 0 })
  note(em, bulletin, officer.id, 'withdrawn', now, { why })
  await changePosts(em, bulletin.id, 'remove', now)
  await em.flush()
}

/** How it stood before and after: changes words that were sent, where that is possible. The edit of a small mistake, not of the meaning. */
export async function editSent (em: EntityManager, room: Room, officer: Officer, bulletin: Bulletin, version: number, texts: Texts): Promise<void> {
  mustBeAllowed(officer, 'approve', bulletin.audience)
  if (bulletin.publishedAt == null) throw new BulletinRefused({ key: 'officer.refused.notSent' })
  if (bulletin.withdrawnAt != null) throw new BulletinRefused({ key: 'officer.refused.withdrawn' })
  if (bulletin.version !== version) throw new BulletinRefused({ key: 'officer.refused.version', blanks: { version: bulletin.version } })
  // Two people stand for these words as well.
  if (officer.id === bulletin.writtenBy) throw new BulletinRefused({ key: 'officer.refused.own' })
  const now = room.clock()
  Object.assign(bulletin, { content: { ...bulletin.content, texts }, version: version + 1, changedAt: now, changing: 'edit', changedUpTo: 0 })
  note(em, bulletin, officer.id, 'edited', now, { changed: true })
  await changePosts(em, bulletin.id, 'edit', now)
  await em.flush()
}

/**
 * Marks what was sent for its change, in slices, for the chats that can do that; a crash goes on where it was. True: there was something
 * to mark. The bulletin counts as being sent until its last message is changed.
 */
export async function changeSent (room: Room): Promise<boolean> {
  const [bulletin] = await room.orm.em.fork().find(Bulletin, { changing: { $ne: null } }, { orderBy: { id: 'asc' }, limit: 1 })
  if (bulletin === undefined) return false
  return await inTransaction(room.orm, async em => await markSlice(em, room, bulletin.id))
}

async function markSlice (em: EntityManager, { channels, clock }: Room, id: number): Promise<boolean> {
  if (!isSqlite({ em })) await run(em, 'select 1 from bulletin where id = ? for update', [id])
  const bulletin = await em.findOne(Bulletin, { id, changing: { $ne: null } })
  if (bulletin?.changing == null) return false
  const { changing } = bulletin
  // What is being stopped gets its outcomes first: nothing of it may leave because it is looked at again for a change.
  if (bulletin.state === 'stopped' && await em.count(DeliveryCount, { bulletinId: id, state: { $in: ['due', 'digest'] }, n: { $gt: 0 } }) > 0) return false
  if (bulletin.state === 'sent' || bulletin.state === 'stopped') Object.assign(bulletin, { stateBefore: bulletin.state, state: 'sending' })
  const able = channels.filter(channel => changing === 'edit' ? channel.edit !== undefined : channel.remove !== undefined).map(({ name }) => name)
  const marks = able.map(() => '?').join(', ')
  const rows = able.length === 0 ? [] : await run<{ id: number, channel: ChannelName }>(em, `
    update delivery set state = 'due', task = '${changing}', due_at = ?, attempts = 0
    where id in (
      select id from delivery where bulletin_id = ? and id > ? and channel in (${marks}) and state = 'delivered' and why is null and message_id is not null order by id limit 2000
    ) returning id, channel`, [clock(), id, bulletin.changedUpTo ?? 0, ...able])
  for (const [channel, those] of Map.groupBy(rows, row => row.channel)) await shift(em, channel, those.map(() => ({ bulletinId: id, from: 'delivered', to: 'due', why: '' })))
  if (rows.length === 0) Object.assign(bulletin, { changing: null, changedUpTo: null })
  else bulletin.changedUpTo = Math.max(...rows.map(row => row.id))
  return true
}
