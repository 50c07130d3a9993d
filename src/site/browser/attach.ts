// Takes files that were chosen or recorded: looks at what they really are, keeps them on this device, and shows them small.
import type { FileRef } from '../../channels/message.ts'
import type { Say } from '../../i18n.ts'
import type { Conversation } from './conversation.ts'
import { keepFile } from './files.ts'
import { newId } from './random.ts'

export interface AttachRoom {
  conversation: Conversation
  say: () => Say
  fileBytes: number
}

/** @param recorded here, as a voice note */
export async function attach (files: readonly File[], { conversation, say, fileBytes }: AttachRoom, recorded = false): Promise<void> {
  const taken: { ref: FileRef, file: File }[] = []
  const { sniff } = await import('../../tips/cleaning/kind.ts')
  for (const file of files) {
    const kind = file.size > fileBytes ? 'too-big' : await kindOf(file, sniff)
    if (kind === 'too-big') conversation.note('chat.files.tooBig', { size: Math.floor(fileBytes / 1_048_576) })
    else if (kind === 'unreadable') conversation.note('site.file.unreadable', { name: file.name })
    else if (kind === null) conversation.note('chat.files.wrongType')
    else {
      const ref: FileRef = { ref: newId(), kind: recorded ? 'voice' : kind.kind, name: file.name, mime: kind.mime, size: file.size }
      // Only a report outlives a reload; what is added with a code does not.
      await keepFile(ref.ref, file, conversation.isReporting, new Date())
      taken.push({ ref, file })
    }
  }
  if (taken.length === 0) return
  const said = taken.map(({ ref }) => say()('site.file.named', { name: recorded ? say()('site.file.voice') : ref.name ?? '', size: sizeOf(ref.size ?? 0) })).join('\n')
  await conversation.files(taken.map(({ ref }) => ref), said, previews(taken, say()))
}

type Sniff = typeof import('../../tips/cleaning/kind.ts')['sniff']

async function kindOf (file: File, sniff: Sniff): Promise<Awaited<ReturnType<Sniff>> | 'unreadable'> {
  try {
    return await sniff(new Uint8Array(await file.arrayBuffer()))
  } catch {
    return 'unreadable'
  }
}

function previews (taken: readonly { ref: FileRef, file: File }[], say: Say): Element {
  const box = document.createElement('div')
  box.className = 'previews'
  for (const { ref, file } of taken) {
    if (ref.kind !== 'photo' && ref.kind !== 'voice') continue
    const shown = ref.kind === 'photo' ? document.createElement('img') : document.createElement('audio')
    if (shown instanceof HTMLImageElement) shown.alt = `${say('site.file.photo')}: ${ref.name ?? ''}`
    else {
      shown.controls = true
      shown.setAttribute('aria-label', `${say('site.file.voice')}: ${ref.name ?? ''}`)
    }
    // Some kinds (HEIC) can't be drawn here; their name stands above.
    shown.addEventListener('error', () => { shown.remove() })
    shown.src = URL.createObjectURL(file)
    box.append(shown)
  }
  return box
}

function sizeOf (bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
