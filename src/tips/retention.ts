// What is thrown away when: nothing is kept longer than it is needed for.
import { rm } from 'node:fs/promises'
import type { MikroORM } from '@mikro-orm/sql'
import { dayInVietnam, days, hours } from '../clock.ts'
import { inTransaction } from '../db/transaction.ts'
import { AddressLink } from './address-link.ts'
import { Attachment } from './attachment.ts'
import { expireMarks } from './pattern.ts'
import type { TipRoom } from './room.ts'
import { listSealedFiles, removeSealedFiles } from './sealed-files.ts'
import { WrongCode } from './wrong-code.ts'

/**
 * How long what is kept (domain reference 2.8). Half-told drafts and waiting replies, 24 hours, are the conversation's; the text of a tip
 * stays until an officer erases it, as the archives law and the police's own rules decide, and the contact in it with it.
 */
export const kept = {
  /** Files of a tip after it was archived, provided that the agency has them. */
  filesAfterArchiving: days(90),
  /** Files a browser uploaded for a tip that never came, and uploads that were broken off. */
  uploadsWithoutTip: hours(24),
  // Marks of pattern.ts, for noticing repeats, live 30 days (`marksLive`).
  // An address link carries its own date (a year after the last word from there), a count of wrong codes its own end.
}

export interface Expired {
  links: number
  wrongCodes: number
  marks: number
  /** Attachments whose files were deleted because their time was over. */
  attachments: number
  /** Files on disk that belonged to nothing. */
  uploads: number
}

const batch = 100

/** Throws away what is over. May run at any time, twice at once, and be broken off: the next run goes on. */
export async function expire (orm: MikroORM, room: TipRoom, now: Date): Promise<Expired> {
  return {
    links: await inTransaction(orm, async em => await em.nativeDelete(AddressLink, { expiresOn: { $lt: dayInVietnam(now) } })),
    wrongCodes: await inTransaction(orm, async em => await em.nativeDelete(WrongCode, { until: { $lt: now } })),
    marks: await inTransaction(orm, async em => await expireMarks(em, now)),
    attachments: await expireAttachments(orm, room, now),
    uploads: await expireUploads(orm, room, now),
  }
}

async function expireAttachments (orm: MikroORM, room: TipRoom, now: Date): Promise<number> {
  for (const tipId of await longArchived(orm, now)) {
    await orm.em.fork().nativeUpdate(Attachment, { tipId, state: 'sealed' }, { state: 'removed', sealedAbout: null })
  }
  // Said first, done after: a crash in between leaves bytes that are still counted, and the next run deletes them.
  let count = 0
  for (;;) {
    const em = orm.em.fork()
    const removed = await em.find(Attachment, { state: 'removed', $or: [{ originalBytes: { $gt: 0 } }, { copyBytes: { $gt: 0 } }] }, { limit: batch })
    for (const { id, publicId } of removed) {
      await removeSealedFiles(room.dataDir, publicId)
      await em.nativeUpdate(Attachment, { id }, { originalBytes: 0, copyBytes: 0 })
    }
    count += removed.length
    if (removed.length < batch) return count
  }
}

/**
 * Tips archived long enough that still have files, and of which no agency is still waiting for anything. (A handoff that was never
 * tried: there is no agency to hand over to, and the officers who archived it work here.)
 */
async function longArchived (orm: MikroORM, now: Date): Promise<string[]> {
  const before = dayInVietnam(new Date(now.getTime() - kept.filesAfterArchiving))
  const rows = await orm.em.fork().execute<{ id: string }[]>(`
    select distinct tip.id as id from attachment join tip on tip.id = attachment.tip_id
    where attachment.state = 'sealed' and tip.status = 'archived'
      and not exists (select 1 from tip_history where tip_id = tip.id and "to" = 'archived' and "on" > ?)
      and not exists (select 1 from handoff where tip_id = tip.id and (state = 'stuck' or (state = 'waiting' and attempts > 0)))`, [before])
  return rows.map(({ id }) => id)
}

async function expireUploads (orm: MikroORM, room: TipRoom, now: Date): Promise<number> {
  const before = new Date(now.getTime() - kept.uploadsWithoutTip)
  const old = (await listSealedFiles(room.dataDir)).filter(({ changedAt }) => changedAt < before)
  let count = 0
  for (const files of inBatches(old)) {
    const ids = files.flatMap(({ publicId }) => publicId ?? [])
    const known = await orm.em.fork().find(Attachment, { publicId: { $in: ids } }, { fields: ['publicId'] })
    const belongs = new Set(known.map(({ publicId }) => publicId))
    for (const { path, publicId } of files) {
      if (publicId !== null && belongs.has(publicId)) continue
      await rm(path, { force: true })
      count++
    }
  }
  return count
}

function * inBatches<T> (all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += batch) yield all.slice(from, from + batch)
}
