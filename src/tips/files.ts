// The work on files people sent in a chat: fetch, check, clean, seal; one after the other, outside any transaction.
import { createHash } from 'node:crypto'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Channel, Fetched } from '../channels/channel.ts'
import type { FileRef } from '../channels/message.ts'
import { SendError } from '../channels/send-error.ts'
import { hours, minutes, seconds } from '../clock.ts'
import { sayTo } from '../conversation/say.ts'
import { inTransaction } from '../db/transaction.ts'
import type { TextKey } from '../i18n.ts'
import { backoff, putBack, take } from '../queue/waiting.ts'
import { wayBackOf } from './address-link.ts'
import { openSource, type FileSource } from './attach.ts'
import { Attachment } from './attachment.ts'
import type { FileCleaner } from './cleaning/clean-in-worker.ts'
import { sniff, type Sniffed } from './cleaning/kind.ts'
import { queueHandoff } from './handoff.ts'
import { aboutPlace, type AboutInside } from './inside.ts'
import type { TipRoom } from './room.ts'
import type { FileSealer } from './seal-in-worker.ts'
import { largestFile, removeSealedFiles, writeSealedFile } from './sealed-files.ts'
import { seal } from './sealing.ts'
import { Tip } from './tip.ts'

/** One of each for the whole program. */
export interface FileTools {
  cleaner: FileCleaner
  sealer: FileSealer
}

export interface FilesDone {
  sealed: number
  lost: number
  /** Put back for another try. */
  later: number
  /** What went wrong with those, for the log (see `describeError`). */
  troubles: unknown[]
}

const leaseMs = minutes(10)
const atOnce = 3
/** With pauses up to an hour: most of a day. Then the file is given up, and the reporter told. */
const mostTries = 24

/** Takes up to three due files and works on them one by one. */
export async function runAttachments (orm: MikroORM, room: TipRoom, channels: readonly Pick<Channel, 'name' | 'fetchFile' | 'letGo'>[], tools: FileTools, now: Date): Promise<FilesDone> {
  const done: FilesDone = { sealed: 0, lost: 0, later: 0, troubles: [] }
  const fetch = async ({ channel, file }: FileSource): Promise<Fetched> => {
    const found = channels.find(({ name }) => name === channel)
    if (found === undefined) throw new SendError('notAllowed', `The channel ${channel}, which has a file for us, is switched off.`)
    return await found.fetchFile(file)
  }
  const letGo = async (attachment: Attachment): Promise<void> => {
    const source = openSource(room.keys, { publicId: attachment.publicId, source: attachment.source ?? null })
    if (source !== null) await channels.find(({ name }) => name === source.channel)?.letGo?.(source.file)
  }
  for (const attachment of await take(orm, Attachment, now, leaseMs, atOnce)) {
    try {
      if (attachment.attempts > mostTries) done[await lose(orm, room, attachment, 'chat.files.lost', now)]++
      else done[await sealAttachment(orm, room, attachment, fetch, tools, now)]++
      await letGo(attachment)
    } catch (error) {
      done.troubles.push(error)
      done.later++
      await putBack(orm.em.fork(), Attachment, attachment.id, nextTry(error, attachment.attempts, room, now))
    }
  }
  return done
}

function nextTry (error: unknown, attempts: number, room: TipRoom, now: Date): Date {
  if (error instanceof SendError && error.until !== undefined) return error.until
  const random = (room.random(1)[0] ?? 0) / 256
  return new Date(now.getTime() + backoff(attempts, seconds(30), hours(1), random))
}

/**
 * Fetches one file, seals the original and a copy without metadata, and writes both; then, in one transaction, that they are there.
 * What can't be cleaned has no copy. A file that is gone, too large or of no kind we take is `lost`, and the reporter is told.
 * Nothing is drawn, shown or guessed from a picture (domain reference 3.3, R13).
 * @throws SendError and other errors when another try may help
 */
export async function sealAttachment (orm: MikroORM, room: TipRoom, attachment: Attachment, fetch: (source: FileSource) => Promise<Fetched>, tools: FileTools, now: Date): Promise<'sealed' | 'lost'> {
  const source = openSource(room.keys, { publicId: attachment.publicId, source: attachment.source ?? null })
  const tip = await orm.em.fork().findOne(Tip, { id: attachment.tipId })
  if (source === null || tip === null) return await lose(orm, room, attachment, 'chat.files.lost', now)

  const fetched = await fetchedOrGone(fetch, source)
  if (fetched === null || fetched.bytes.length === 0 || fetched.bytes.length > largestFile) return await lose(orm, room, attachment, 'chat.files.lost', now)
  const kind = await sniff(fetched.bytes)
  if (kind === null) return await lose(orm, room, attachment, 'chat.files.wrongType', now)

  const recipients = room.recipients.for(tip.units)
  const cleaned = await tools.cleaner.clean(fetched.bytes, kind.mime)
  const copy = cleaned.cleaned === 'could-not' ? null : cleaned
  const about: AboutInside = {
    v: 1,
    name: nameOf(fetched, source.file),
    kind: kindOf(source.file, kind),
    original: described(fetched.bytes, kind.mime),
    copy: copy === null ? null : described(copy.bytes, copy.mime),
  }
  const { publicId } = attachment
  const original = await tools.sealer.sealFile(fetched.bytes, recipients)
  const sealedCopy = copy === null ? null : await tools.sealer.sealFile(copy.bytes, recipients)
  await writeSealedFile(room.dataDir, publicId, 'original', original)
  if (sealedCopy !== null) await writeSealedFile(room.dataDir, publicId, 'copy', sealedCopy)
  const sealedAbout = await seal(JSON.stringify(about), recipients, aboutPlace(publicId))

  const isWanted = await inTransaction(orm, async em => {
    const changed = await em.nativeUpdate(Attachment, { id: attachment.id, state: 'waiting' }, {
      state: 'sealed', source: null, dueAt: null, leasedUntil: null, sealedAbout, originalBytes: original.length, copyBytes: sealedCopy?.length ?? 0,
    })
    if (changed === 1) queueHandoff(em, { type: 'tip.added', tipId: tip.id, attachmentId: attachment.id, now })
    return changed === 1
  })
  // The tip was erased meanwhile. (Or another worker was quicker after our lease ran out; then its files are there.)
  if (!isWanted && await orm.em.fork().count(Attachment, { id: attachment.id, state: 'sealed' }) === 0) await removeSealedFiles(room.dataDir, publicId)
  return isWanted ? 'sealed' : 'lost'
}

/** Null when the channel says that it will never have it. */
async function fetchedOrGone (fetch: (source: FileSource) => Promise<Fetched>, source: FileSource): Promise<Fetched | null> {
  try {
    return await fetch(source)
  } catch (error) {
    if (error instanceof SendError && (error.failure === 'rejected' || error.failure === 'left')) return null
    throw error
  }
}

async function lose (orm: MikroORM, room: TipRoom, attachment: Attachment, why: TextKey, now: Date): Promise<'lost'> {
  await inTransaction(orm, async em => {
    const changed = await em.nativeUpdate(Attachment, { id: attachment.id, state: 'waiting' }, { state: 'lost', source: null, dueAt: null, leasedUntil: null })
    if (changed === 1) await tell(em, room, attachment.tipId, why, now)
  })
  return 'lost'
}

/** The sentences name no topic, so they are the same in protective categories. */
async function tell (em: EntityManager, room: TipRoom, tipId: string, what: TextKey, now: Date): Promise<void> {
  const way = await wayBackOf(em, room.keys, tipId, now)
  if (way !== null) await sayTo(em, room.keys, way.address, [{ text: room.say(way.language)(what) }], now, way.language)
}

/** A recording sent as one stays one, though its bytes could be a film. */
function kindOf (file: FileRef, sniffed: Sniffed): AboutInside['kind'] {
  return file.kind === 'voice' && sniffed.kind === 'video' ? 'voice' : sniffed.kind
}

function described (bytes: Uint8Array, mime: string): AboutInside['original'] {
  return { mime, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function nameOf (fetched: Fetched, file: FileRef): string | null {
  const name = (file.name ?? fetched.name ?? '').replace(/^.*[/\\]/, '').replace(/[\p{C}]/gu, '').trim()
  return name === '' ? null : [...name].slice(0, 120).join('')
}
