// Files on their way out: known by their bytes, a copy cleaned, both sealed on this device, then uploaded.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { FileRef } from '../../channels/message.ts'
import type { Say } from '../../i18n.ts'
import { cleanFile } from '../../tips/cleaning/clean.ts'
import { sniff } from '../../tips/cleaning/kind.ts'
import { aboutPlace, type AboutInside, type FileInside } from '../../tips/inside.ts'
import { seal, sealFile } from '../../tips/sealing.ts'
import { drawPicture } from './draw-picture.ts'
import { fileOf } from './files.ts'
import { newId } from './random.ts'
import { put } from './request.ts'

export interface Progress {
  say: Say
  /** @param part of the whole file step, 0 to 1; null: no telling how long */
  tell (words: string, part: number | null): void
  signal: AbortSignal
}

export interface SealedFile extends FileInside {
  sealedAbout: string
}

/** What was uploaded in this visit, so that a second try does not send it again; by the file's own name and the keys. */
const uploaded = new Map<string, SealedFile>()

/** The server has them no longer: they are sealed and sent anew. */
export function forgetUploads (): void {
  uploaded.clear()
}

/** Files that are no longer on this device are left out and named in `gone`. @throws as `put` */
export async function sealFiles (files: readonly FileRef[], recipients: readonly string[], progress: Progress): Promise<{ sealed: SealedFile[], gone: string[] }> {
  const sealed: SealedFile[] = []
  const gone: string[] = []
  for (const [i, file] of files.entries()) {
    const key = `${file.ref} ${recipients.join(' ')}`
    const done = uploaded.get(key) ?? await sealOne(file, recipients, { number: i + 1, count: files.length }, progress)
    if (done === null) gone.push(file.name ?? file.kind)
    else {
      uploaded.set(key, done)
      sealed.push(done)
    }
  }
  return { sealed, gone }
}

async function sealOne (ref: FileRef, recipients: readonly string[], which: { number: number, count: number }, { say, tell, signal }: Progress): Promise<SealedFile | null> {
  const bytes = await bytesOf(ref)
  const kind = bytes === null ? null : await sniff(bytes)
  if (bytes === null || kind === null) return null
  signal.throwIfAborted()
  tell(say('site.sending.cleaning', which), null)
  await turn()
  const cleaned = await cleanFile(bytes, kind.mime, { image: drawPicture })
  const copy = cleaned.cleaned === 'could-not' ? null : cleaned
  signal.throwIfAborted()
  tell(say('site.sending.sealing', which), null)
  await turn()
  const id = newId()
  const parts: ['copy' | 'original', Uint8Array<ArrayBuffer>][] = []
  if (copy !== null) parts.push(['copy', new Uint8Array(await sealFile(copy.bytes, recipients))])
  parts.push(['original', new Uint8Array(await sealFile(bytes, recipients))])
  const total = parts.reduce((sum, [, part]) => sum + part.length, 0)
  let sent = 0
  for (const [name, part] of parts) {
    await put(`/chat/files/${id}/${name}`, part, share => {
      const now = (sent + part.length * share) / total
      tell(say('site.sending.uploading', { ...which, percent: Math.floor(now * 100) }), now)
    }, signal, share => { tell(say('site.sending.busy'), share) })
    sent += part.length
  }
  const about: AboutInside = {
    v: 1,
    name: ref.name?.slice(0, 200) ?? null,
    // A recording sent as one stays one, though its bytes could be a film.
    kind: ref.kind === 'voice' && kind.kind === 'video' ? 'voice' : kind.kind,
    original: described(bytes, kind.mime),
    copy: copy === null ? null : described(copy.bytes, copy.mime),
  }
  return { id, kind: about.kind, sealedAbout: await seal(JSON.stringify(about), recipients, aboutPlace(id)) }
}

/** Null when it is gone, or the device can't read it any more (moved, a card taken out). */
async function bytesOf (ref: FileRef): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = await fileOf(ref.ref)
  try {
    return file === null ? null : new Uint8Array(await file.arrayBuffer())
  } catch {
    return null
  }
}

function described (bytes: Uint8Array, mime: string): AboutInside['original'] {
  return { mime, bytes: bytes.length, sha256: bytesToHex(sha256(bytes)) }
}

/** Lets the browser show what was just said before the work goes on. */
async function turn (): Promise<void> {
  await new Promise(resolve => { setTimeout(resolve) })
}
