// Sends a tip: its code is made here, everything is sealed here, and the server gets nothing it can read.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { accessHash, deriveKeys, formatCode, makeCode, parseCode } from '../../tips/code.ts'
import { storyPlace, type StoryInside } from '../../tips/inside.ts'
import { routeOf } from '../../tips/route.ts'
import { seal } from '../../tips/sealing.ts'
import type { Draft, Receipt } from '../../tips/story.ts'
import { keepPending, readPending, type Pending } from './kept.ts'
import { newId, random } from './random.ts'
import { recipientsFor, unitKeys } from './recipients.ts'
import { ask, fieldOf, NoAnswer, RefusedByServer, textOf } from './request.ts'
import { forgetUploads, sealFiles, type Progress } from './seal-files.ts'

export interface Sent {
  receipt: Receipt
  /** Names of files that were no longer on this device. */
  gone: string[]
}

/** A locator is one of 34 000 million; keys change once a year. More than this is something else. */
const mostFixes = 5

/**
 * Tries until the server has it: the same id and code each time, so that it is one tip however often it is asked.
 * @throws RefusedByServer when trying again does not help; the signal's reason when the person stops it
 */
export async function sendTip (draft: Draft, progress: Progress): Promise<Sent> {
  for (let tries = 0; ; tries++) {
    try {
      return await sendOnce(draft, progress)
    } catch (error) {
      progress.signal.throwIfAborted()
      if (!(error instanceof NoAnswer)) throw error
      progress.tell(progress.say(navigator.onLine ? 'site.sending.retry' : 'site.sending.waiting'), null)
      await pause(Math.min(30_000, 1000 * 2 ** tries), progress.signal)
    }
  }
}

async function sendOnce (draft: Draft, progress: Progress): Promise<Sent> {
  for (let fixes = 0; ; fixes++) {
    const pending = pendingFor(draft)
    try {
      const sent = await upload(draft, pending, progress)
      keepPending(null)
      return sent
    } catch (error) {
      if (!(error instanceof RefusedByServer)) throw error
      const isTaken = error.code.startsWith('locator')
      keepPending({ ...pending, code: isTaken ? newCode() : pending.code, asked: null })
      // What was uploaded and never named by a tip is removed after a while.
      if (error.code === 'files') forgetUploads()
      // `recipients`: keys changed since we asked; `again`: two tries in one moment. Both are right the next time.
      if (fixes >= mostFixes || (!isTaken && !['files', 'recipients', 'again'].includes(error.code))) throw error
    }
  }
}

async function upload (draft: Draft, pending: Pending, progress: Progress): Promise<Sent> {
  const { id, code } = pending
  const { say, tell, signal } = progress
  const { files, ...story } = draft
  const keys = await unitKeys(signal)
  const { category, aboutPolice, place, language } = story
  const recipients = recipientsFor(keys, routeOf({ category, commune: place.commune, aboutPolice }).units)
  const { sealed, gone } = await sealFiles(files, recipients, progress)
  tell(say('site.sending.tip'), null)
  const inside: StoryInside = {
    v: 1,
    ...story,
    place: { ...place, point: place.point === null ? null : { lat: rounded(place.point.lat), lng: rounded(place.point.lng) } },
    files: sealed.map(({ id, kind }) => ({ id, kind })),
  }
  const parsed = parseCode(code)
  if (parsed === null) throw new Error('The code kept for this tip is not a code.')
  const holder = await deriveKeys(parsed)
  const sealedStory = await seal(JSON.stringify(inside), recipients, storyPlace(id))
  signal.throwIfAborted()
  keepPending({ ...pending, asked: nameOf(draft) })
  const answer = await ask('POST', '/chat/tips', {
    id,
    locator: holder.locator,
    accessHash: accessHash(holder.access),
    reporterRecipient: holder.recipient,
    category,
    commune: place.commune,
    aboutPolice,
    language,
    sealed: sealedStory,
    files: sealed.map(file => ({ publicId: file.id, sealedAbout: file.sealedAbout })),
  }, signal, part => { tell(say('site.sending.busy'), part) })
  return {
    receipt: { code, transferBy: textOf(answer, 'transferBy'), noticeBy: textOf(answer, 'noticeBy'), decideBy: textOf(answer, 'decideBy'), linked: fieldOf(answer, 'linked') === true },
    gone,
  }
}

/**
 * The same id and code for the same words. When they were changed after the server was asked and did not answer, it may have the
 * old ones under this id, and would keep them: the new words are a tip of their own.
 */
function pendingFor (draft: Draft): Pending {
  const before = readPending()
  if (before !== null && (before.asked === null || before.asked === nameOf(draft))) return before
  const pending = { id: newId(), code: newCode(), asked: null }
  keepPending(pending)
  return pending
}

const newCode = (): string => formatCode(makeCode(random))
const nameOf = (draft: Draft): string => bytesToHex(sha256(utf8ToBytes(JSON.stringify(draft))))

/** To about a hundred metres: enough to go there, and no door of a house (domain reference 2.8). */
function rounded (degrees: number): number {
  return Math.round(degrees * 1000) / 1000
}

/** Ends early when the network comes back. */
async function pause (ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      removeEventListener('online', end)
      signal.removeEventListener('abort', stop)
      resolve()
    }
    const stop = (): void => {
      end()
      reject(signal.reason instanceof Error ? signal.reason : new NoAnswer())
    }
    const timer = setTimeout(end, ms)
    addEventListener('online', end)
    signal.addEventListener('abort', stop)
  })
}
