// Coming back with a code. A wrong code, a code of no tip and a tip that is gone look the same and cost the same.
import { timingSafeEqual } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/sql'
import { accessHash, deriveKeys, parseCode } from './code.ts'
import { messagePlace } from './inside.ts'
import type { TipRoom } from './room.ts'
import { open, SealError } from './sealing.ts'
import { publicStatus } from './status.ts'
import type { Opened } from './story.ts'
import { ThreadMessage } from './thread.ts'
import { Tip } from './tip.ts'
import { readHolder, type Holder } from './upload.ts'
import { countWrongCode, minutesToWait } from './wrong-code.ts'

/** As `Opened`, for a browser that opens the messages itself. */
export type OpenedSealed =
  | Extract<Opened, { found: false }>
  | (Omit<Extract<Opened, { found: true }>, 'messages'> & {
    messages: { publicId: string, on: string, kind: 'message' | 'request-information', forReporter: string }[]
    /** age recipients to seal an addition to. */
    recipients: string[]
  })

/**
 * Opens a tip for somebody in a chat.
 * @param codeText as they typed it; what is no code at all is not counted as a wrong one
 * @param who a keyed hash of the address; wrong codes are counted by it
 */
export async function openTip (em: EntityManager, room: TipRoom, codeText: string, who: string): Promise<Opened> {
  const code = parseCode(codeText)
  if (code === null) return { found: false, waitMinutes: await minutesToWait(em, who, room.clock()) }
  const keys = await deriveKeys(code)
  const held = await heldBy(em, room, keys, who)
  if (!held.found) return held
  const messages = []
  for (const message of await answersTo(em, held.tip.id)) {
    const { on, kind, publicId, forReporter } = message
    messages.push({ on, kind, text: await textOf(forReporter, keys.identity, held.tip.id, publicId) })
  }
  return { found: true, ...factsOf(held.tip), messages }
}

/**
 * Opens a tip for a browser, which shows `access` instead of the code.
 * @param holder anything; it is checked
 * @throws Refused `malformed`
 */
export async function openSealed (em: EntityManager, room: TipRoom, holder: unknown, who: string): Promise<OpenedSealed> {
  const held = await heldBy(em, room, readHolder(holder), who)
  if (!held.found) return held
  return { found: true, ...factsOf(held.tip), messages: await answersTo(em, held.tip.id), recipients: room.recipients.for(held.tip.units) }
}

/** The tip whose code is held; else how long to wait before the next try. Counts a wrong one. */
export async function heldBy (em: EntityManager, room: TipRoom, { locator, access }: Holder, who: string): Promise<{ found: true, tip: Tip } | { found: false, waitMinutes: number }> {
  const now = room.clock()
  const waitMinutes = await minutesToWait(em, who, now)
  if (waitMinutes > 0) return { found: false, waitMinutes }
  // Two small columns only: to fetch a long story would take longer than to fetch nothing.
  const candidate = await em.findOne(Tip, { locator }, { fields: ['id', 'accessHash'], disableIdentityMap: true })
  const isRight = timingSafeEqual(Buffer.from(accessHash(access)), Buffer.from(candidate?.accessHash ?? nobodysHash))
  if (candidate === null || !isRight) return { found: false, waitMinutes: await countWrongCode(em, who, now) }
  return { found: true, tip: await em.findOneOrFail(Tip, { id: candidate.id }) }
}

/** As long as a real one; no access has it, for it is not the form of a hash. */
const nobodysHash = '.'.repeat(43)

function factsOf (tip: Tip): { tipId: string, status: ReturnType<typeof publicStatus>, receivedOn: string, decideBy: string } {
  return { tipId: tip.id, status: publicStatus(tip.status), receivedOn: tip.receivedOn, decideBy: tip.decideBy }
}

async function answersTo (em: EntityManager, tipId: string): Promise<{ publicId: string, on: string, kind: 'message' | 'request-information', forReporter: string }[]> {
  const messages = await em.find(ThreadMessage, { tipId, from: 'officer' }, { orderBy: { id: 'asc' } })
  return messages.flatMap(({ publicId, on, kind, forReporter }) => kind === 'added' || forReporter == null ? [] : [{ publicId, on, kind, forReporter }])
}

async function textOf (forReporter: string, identity: string, tipId: string, publicId: string): Promise<string | null> {
  try {
    return await open(forReporter, [identity], messagePlace(tipId, publicId, 'reporter'))
  } catch (error) {
    if (error instanceof SealError) return null
    throw error
  }
}
