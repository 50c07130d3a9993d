// Receiving a tip: sealed, with a code, a way back and a handoff, all in the transaction it is given.
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import type { Address, FileRef } from '../channels/message.ts'
import { dayInVietnam } from '../clock.ts'
import { isRemote } from '../localities/remote.ts'
import { count } from '../db/counter.ts'
import { linkTip } from './address-link.ts'
import { addSealedFiles, addWaitingFiles } from './attach.ts'
import { accessHash, deriveKeys, formatCode, makeCode, type Code, type CodeKeys } from './code.ts'
import { queueHandoff } from './handoff.ts'
import { TipHistory } from './history.ts'
import { storyPlace, type StoryInside } from './inside.ts'
import { legalClocks } from './legal-clock.ts'
import { markTip, type Told } from './pattern.ts'
import type { PatternNote } from './pattern-rules.ts'
import { Refused } from './refused.ts'
import { newId, type TipRoom } from './room.ts'
import { routeOf } from './route.ts'
import { seal } from './sealing.ts'
import type { Draft, Receipt } from './story.ts'
import { Tip } from './tip.ts'
import { checkSealedTo, readTipUpload } from './upload.ts'

/** What of a tip takes milliseconds and needs no database: done before the transaction in which everybody else waits. */
export interface SealedDraft {
  id: string
  code: Code
  keys: CodeKeys
  units: string[]
  files: { id: string, file: FileRef }[]
  sealed: string
}

/** Makes the code of what was told in a chat, and seals it. Nothing is stored yet. */
export async function sealDraft (room: TipRoom, draft: Draft): Promise<SealedDraft> {
  const { files, ...story } = draft
  const { category, aboutPolice, place } = story
  const { units } = routeOf({ category, commune: place.commune, aboutPolice })
  const code = makeCode(room.random)
  const id = newId(room.random)
  const named = files.map(file => ({ id: newId(room.random), file }))
  const inside: StoryInside = {
    v: 1,
    ...story,
    place: { ...place, point: place.point === null ? null : { lat: rounded(place.point.lat), lng: rounded(place.point.lng) } },
    files: named.map(({ id, file }) => ({ id, kind: file.kind })),
  }
  return { id, code, keys: await deriveKeys(code), units, files: named, sealed: await seal(JSON.stringify(inside), room.recipients.for(units), storyPlace(id)) }
}

/**
 * Receives what was told in a chat. The code in the receipt is for the reporter's eyes only and is stored nowhere.
 * Its files are fetched later (see files.ts).
 * @param ready of this very draft
 */
export async function receiveTip (em: EntityManager, room: TipRoom, draft: Draft, from: Address, ready: SealedDraft | null = null): Promise<Receipt> {
  const now = room.clock()
  const { files: _, ...story } = draft
  const { category, place } = story
  // Two of a hundred thousand million codes being alike will hardly ever happen, and is no reason to lose a tip.
  let made = ready ?? await sealDraft(room, draft)
  while (await isTaken(em, made.code.locator)) made = await sealDraft(room, draft)
  const { id, code, keys, units, sealed } = made
  const tip = addTip(em, {
    id,
    locator: code.locator,
    accessHash: accessHash(keys.access),
    reporterRecipient: keys.recipient,
    category,
    commune: place.commune,
    source: from.channel,
    units,
    patterns: await noticed(em, room, { tipId: id, from, story }, now),
    sealed,
  }, now)
  queueHandoff(em, { type: 'tip.received', tipId: id, now })
  addWaitingFiles(em, room, id, made.files, from.channel, now)
  await linkTip(em, room.keys, id, { address: from, language: draft.language }, now)
  await count(em, 'tip-received', tip.receivedOn)
  await em.flush()
  return { code: formatCode(code), ...datesOf(tip), linked: true }
}

/**
 * Receives what a browser sealed; it made the code and keeps it. The same upload again gives the same receipt and no second tip.
 * @param upload anything; it is checked
 * @param from the web chat's session; null: nobody to bring an answer to
 * @throws Refused `malformed`, `recipients`, `locator`, `conflict`, `files` or `again`
 */
export async function receiveSealed (em: EntityManager, room: TipRoom, upload: unknown, from: Address | null): Promise<Omit<Receipt, 'code'>> {
  const now = room.clock()
  const { id, files, language, aboutPolice, ...given } = readTipUpload(upload)
  const known = await em.findOne(Tip, { id })
  if (known !== null) {
    if (known.accessHash !== given.accessHash) throw new Refused('conflict', 'There is another tip with this id already.')
    return { ...datesOf(known), linked: from !== null }
  }
  const { units } = routeOf({ category: given.category, commune: given.commune, aboutPolice })
  checkSealedTo(room.recipients.for(units), [given.sealed, ...files.map(file => file.sealedAbout)])
  if (await isTaken(em, given.locator)) throw new Refused('locator', 'This code is taken. Make another one.')
  const patterns = await noticed(em, room, { tipId: id, from, story: null }, now)
  const tip = addTip(em, { ...given, id, source: from?.channel ?? 'web-chat', units, patterns }, now)
  queueHandoff(em, { type: 'tip.received', tipId: id, now })
  try {
    await addSealedFiles(em, room, id, files, now)
    if (from !== null) await linkTip(em, room.keys, id, { address: from, language }, now)
    await count(em, 'tip-received', tip.receivedOn)
    await em.flush()
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw new Refused('again', 'The same was uploaded twice at the same moment. Upload it once more.')
    throw error
  }
  return { ...datesOf(tip), linked: from !== null }
}

type New = Pick<Tip, 'id' | 'locator' | 'accessHash' | 'reporterRecipient' | 'category' | 'commune' | 'source' | 'units' | 'patterns' | 'sealed'>

function addTip (em: EntityManager, given: New, now: Date): Tip {
  const clocks = legalClocks(now, { remote: given.commune != null && isRemote(given.commune) })
  const receivedOn = dayInVietnam(now)
  const unit = given.units[0]
  if (unit === undefined) throw new Error('A tip was routed to no unit.')
  const tip = em.create(Tip, {
    ...given,
    status: 'submitted',
    receivedOn,
    transferBy: dayInVietnam(clocks.transferBy),
    noticeBy: clocks.noticeBy,
    decideBy: clocks.decideBy,
    unit,
  })
  em.persist(tip)
  em.persist(em.create(TipHistory, { tipId: tip.id, on: receivedOn, from: null, to: 'submitted', by: 'reporter', reason: null }))
  return tip
}

/** Repeats are noticed, noted for the officer, and change nothing else: what looks like a grudge may be somebody in danger. */
async function noticed (em: EntityManager, room: TipRoom, told: Told, now: Date): Promise<PatternNote[]> {
  const notes = await markTip(em, room.keys, told, now)
  for (const { rule } of notes) room.patternSeen?.(rule)
  return notes
}

async function isTaken (em: EntityManager, locator: string): Promise<boolean> {
  return await em.count(Tip, { locator }) > 0
}

function datesOf (tip: Tip): Pick<Receipt, 'transferBy' | 'noticeBy' | 'decideBy'> {
  return { transferBy: tip.transferBy, noticeBy: tip.noticeBy, decideBy: tip.decideBy }
}

/** To about a hundred metres: enough to go there, and no door of a house (domain reference 2.8). */
function rounded (degrees: number): number {
  return Math.round(degrees * 1000) / 1000
}
