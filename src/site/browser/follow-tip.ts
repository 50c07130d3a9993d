// Coming back with a code: it stays on this device; the server is shown a proof of it, and what comes back is opened here.
import type { FileRef } from '../../channels/message.ts'
import type { Language } from '../../i18n.ts'
import { deriveKeys, parseCode, type CodeKeys } from '../../tips/code.ts'
import { messagePlace, type MessageInside } from '../../tips/inside.ts'
import { open, seal } from '../../tips/sealing.ts'
import type { PublicStatus } from '../../tips/status.ts'
import type { Opened } from '../../tips/story.ts'
import { newId } from './random.ts'
import { ask, fieldOf, RefusedByServer, textOf, textsIn } from './request.ts'
import { sealFiles, type Progress } from './seal-files.ts'

/** The tip that is open, in memory only. */
let held: { keys: CodeKeys, tipId: string, recipients: string[] } | null = null

export async function openTip (codeText: string): Promise<Opened> {
  held = null
  const code = parseCode(codeText)
  if (code === null) return { found: false, waitMinutes: 0 }
  const keys = await deriveKeys(code)
  const answer = await ask('POST', '/chat/follow-up', { locator: keys.locator, access: keys.access })
  if (fieldOf(answer, 'found') !== true) return { found: false, waitMinutes: Number(fieldOf(answer, 'waitMinutes') ?? 0) }
  const tipId = textOf(answer, 'tipId')
  held = { keys, tipId, recipients: textsIn(fieldOf(answer, 'recipients')) }
  const messages = fieldOf(answer, 'messages')
  return {
    found: true,
    tipId,
    // Written by our own server, which has no other words for it; an unknown one would show as its own name.
    status: textOf(answer, 'status') as PublicStatus,
    receivedOn: textOf(answer, 'receivedOn'),
    decideBy: textOf(answer, 'decideBy'),
    messages: await Promise.all((Array.isArray(messages) ? messages : []).map(async message => await opened(message, keys, tipId))),
  }
}

/** @returns names of files that were no longer on this device @throws RefusedByServer, NoAnswer */
export async function addToTip (give: { tipId: string, text: string | null, files: FileRef[] }, language: Language, progress: Progress): Promise<string[]> {
  if (held === null || held.tipId !== give.tipId) throw new RefusedByServer(0, 'no-such-tip')
  const { keys, tipId, recipients } = held
  const { sealed, gone } = await sealFiles(give.files, recipients, progress)
  progress.tell(progress.say('site.sending.tip'), null)
  const publicId = newId()
  const inside: MessageInside = { v: 1, text: give.text, files: sealed.map(({ id, kind }) => ({ id, kind })) }
  const answer = await ask('POST', '/chat/follow-up/add', {
    locator: keys.locator,
    access: keys.access,
    publicId,
    sealed: await seal(JSON.stringify(inside), recipients, messagePlace(tipId, publicId, 'units')),
    files: sealed.map(file => ({ publicId: file.id, sealedAbout: file.sealedAbout })),
    language,
  }, progress.signal)
  if (fieldOf(answer, 'added') === false) throw new RefusedByServer(0, 'wait')
  return gone
}

async function opened (message: unknown, keys: CodeKeys, tipId: string): Promise<Extract<Opened, { found: true }>['messages'][number]> {
  const kind = textOf(message, 'kind') === 'request-information' ? 'request-information' : 'message'
  const on = textOf(message, 'on')
  try {
    return { on, kind, text: await open(textOf(message, 'forReporter'), [keys.identity], messagePlace(tipId, textOf(message, 'publicId'), 'reporter')) }
  } catch {
    return { on, kind, text: null }
  }
}
