// Adding files to a tip: those a channel still has to give us, and those a browser sealed and uploaded before.
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { ChannelName, FileRef } from '../channels/message.ts'
import type { ServerKeys } from '../server-key.ts'
import { Attachment } from './attachment.ts'
import { queueHandoff } from './handoff.ts'
import { Refused } from './refused.ts'
import type { TipRoom } from './room.ts'
import { sealedSize } from './sealed-files.ts'
import type { Addition } from './upload.ts'

/** Where a waiting file is to be fetched. */
export interface FileSource {
  channel: ChannelName
  file: FileRef
}

/** A row for each file; `runAttachments` in files.ts fetches and seals them. */
export function addWaitingFiles (em: EntityManager, room: TipRoom, tipId: string, files: readonly { id: string, file: FileRef }[], channel: ChannelName, now: Date): void {
  for (const { id, file } of files) {
    em.persist(em.create(Attachment, {
      publicId: id,
      tipId,
      // A lane each: a file that can't be had keeps no other waiting.
      lane: id,
      dueAt: now,
      attempts: 0,
      leasedUntil: null,
      state: 'waiting',
      source: room.keys.seal(JSON.stringify({ channel, file } satisfies FileSource), sourcePlace(id)),
      sealedAbout: null,
      copyBytes: 0,
      originalBytes: 0,
    }))
  }
}

export function openSource (keys: ServerKeys, attachment: { publicId: string, source: string | null }): FileSource | null {
  // Sealed by us for this very place: it is what `addWaitingFiles` wrote.
  return attachment.source === null ? null : JSON.parse(keys.open(attachment.source, sourcePlace(attachment.publicId))) as FileSource
}

/** What files of a channel are still to be fetched, by their `ref`: the channel must keep them however old they are. */
export async function refsWaiting (orm: MikroORM, keys: ServerKeys, channel: ChannelName): Promise<Set<string>> {
  const waiting = await orm.em.fork().find(Attachment, { state: 'waiting' })
  return new Set(waiting.flatMap(attachment => {
    const source = openSource(keys, { publicId: attachment.publicId, source: attachment.source ?? null })
    return source?.channel === channel ? [source.file.ref] : []
  }))
}

const sourcePlace = (publicId: string): string => `attachment/source/${publicId}`

/**
 * Rows for files that lie sealed on our disk already, and a handoff each.
 * @throws Refused `files` when one was never uploaded, `conflict` when one belongs to a tip already
 */
export async function addSealedFiles (em: EntityManager, room: TipRoom, tipId: string, files: Addition['files'], now: Date): Promise<void> {
  if (files.length === 0) return
  if (await em.count(Attachment, { publicId: { $in: files.map(file => file.publicId) } }) > 0) throw new Refused('conflict', 'A file of this upload belongs to a tip already.')
  for (const { publicId, sealedAbout } of files) {
    const originalBytes = await sealedSize(room.dataDir, publicId, 'original')
    if (originalBytes === 0) throw new Refused('files', 'A file of this upload never arrived. Upload it again first.')
    const attachment = em.create(Attachment, {
      publicId,
      tipId,
      lane: publicId,
      dueAt: null,
      attempts: 0,
      leasedUntil: null,
      state: 'sealed',
      source: null,
      sealedAbout,
      // None when the browser knew no way to clean it.
      copyBytes: await sealedSize(room.dataDir, publicId, 'copy'),
      originalBytes,
    })
    em.persist(attachment)
    await em.flush()
    queueHandoff(em, { type: 'tip.added', tipId, attachmentId: attachment.id, now })
  }
}
