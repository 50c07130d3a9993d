// Telling more: the holder of a code adds a text or files to the tip.
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address, FileRef } from '../channels/message.ts'
import { dayInVietnam } from '../clock.ts'
import type { Language } from '../i18n.ts'
import { linkTip } from './address-link.ts'
import { addSealedFiles, addWaitingFiles } from './attach.ts'
import { queueHandoff } from './handoff.ts'
import { messagePlace, type MessageInside } from './inside.ts'
import { heldBy } from './open.ts'
import { Refused } from './refused.ts'
import { newId, type TipRoom } from './room.ts'
import { seal } from './sealing.ts'
import { ThreadMessage } from './thread.ts'
import { Tip } from './tip.ts'
import { checkSealedTo, readAddition } from './upload.ts'

const longestText = 4000
const mostFiles = 10

/**
 * Adds what was told in a chat, by somebody who has just opened the tip with its code. From now on answers come to this chat.
 * The status stays: an officer decides whether something new takes a closed tip up again.
 * @throws Refused `no-such-tip`, `empty` or `too-long`
 */
export async function addToTip (em: EntityManager, room: TipRoom, given: { tipId: string, text: string | null, files: FileRef[], language: Language }, from: Address): Promise<void> {
  const now = room.clock()
  const text = given.text?.replaceAll('\0', '').trim() || null
  if (text === null && given.files.length === 0) throw new Refused('empty', 'There is nothing to add.')
  if ((text ?? '').length > longestText || given.files.length > mostFiles) throw new Refused('too-long', `Not more than ${longestText} characters and ${mostFiles} files can be added at once.`)
  const tip = await em.findOne(Tip, { id: given.tipId })
  if (tip === null || tip.status === 'erased') throw new Refused('no-such-tip', 'There is no such tip any more.')
  const publicId = newId(room.random)
  const named = given.files.map(file => ({ id: newId(room.random), file }))
  const inside: MessageInside = { v: 1, text, files: named.map(({ id, file }) => ({ id, kind: file.kind })) }
  const sealed = await seal(JSON.stringify(inside), room.recipients.for(tip.units), messagePlace(tip.id, publicId, 'units'))
  await addMessage(em, tip.id, publicId, sealed, now)
  addWaitingFiles(em, room, tip.id, named, from.channel, now)
  await linkTip(em, room.keys, tip.id, { address: from, language: given.language }, now)
  await em.flush()
}

export type Added = { added: true } | { added: false, waitMinutes: number }

/**
 * Adds what a browser sealed. The same upload again does nothing and is told the same.
 * @param upload anything; it is checked
 * @param who a keyed hash of the address; wrong codes are counted by it
 * @throws Refused `malformed`, `recipients`, `no-such-tip`, `conflict`, `files` or `again`
 */
export async function addSealed (em: EntityManager, room: TipRoom, upload: unknown, from: Address | null, who: string): Promise<Added> {
  const now = room.clock()
  const { publicId, sealed, files, language, ...holder } = readAddition(upload)
  const held = await heldBy(em, room, holder, who)
  if (!held.found) return { added: false, waitMinutes: held.waitMinutes }
  const { tip } = held
  if (tip.status === 'erased') throw new Refused('no-such-tip', 'There is no such tip any more.')
  const known = await em.findOne(ThreadMessage, { publicId })
  if (known !== null) {
    if (known.tipId !== tip.id) throw new Refused('conflict', 'This id belongs to something else already.')
    return { added: true }
  }
  checkSealedTo(room.recipients.for(tip.units), [sealed, ...files.map(file => file.sealedAbout)])
  try {
    await addMessage(em, tip.id, publicId, sealed, now)
    await addSealedFiles(em, room, tip.id, files, now)
    if (from !== null) await linkTip(em, room.keys, tip.id, { address: from, language }, now)
    await em.flush()
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new Refused('again', 'The same was uploaded twice at the same moment. Upload it once more.')
    throw error
  }
  return { added: true }
}

async function addMessage (em: EntityManager, tipId: string, publicId: string, forUnits: string, now: Date): Promise<void> {
  const message = em.create(ThreadMessage, { publicId, tipId, from: 'reporter', kind: 'added', on: dayInVietnam(now), forUnits, forReporter: null })
  em.persist(message)
  await em.flush()
  queueHandoff(em, { type: 'tip.added', tipId, messageId: message.id, now })
}
