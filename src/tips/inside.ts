// What is inside the sealed values of a tip, and the place each belongs to: agreed between browser, server and agency. Pure.
import type { FileKind } from '../channels/message.ts'
import type { Belonging } from './sealing.ts'
import type { Story } from './story.ts'

/** A file by its public id; its bytes and what is known of it come separately. */
export interface FileInside {
  id: string
  kind: FileKind
}

/** `Tip.sealed`, as JSON. */
export interface StoryInside extends Story {
  v: 1
  files: FileInside[]
}

/** `ThreadMessage.forUnits`, as JSON. (`forReporter` is the text itself.) */
export interface MessageInside {
  v: 1
  /** Null when only files were added. */
  text: string | null
  files: FileInside[]
}

/** `Attachment.sealedAbout`, as JSON. */
export interface AboutInside {
  v: 1
  /** As the sender's device called it. */
  name: string | null
  kind: FileKind
  original: { mime: string, bytes: number, sha256: string }
  /** Without metadata. Null: it could not be cleaned, so there is no such copy; the original may hold a place or a name. */
  copy: { mime: string, bytes: number, sha256: string } | null
}

export function storyPlace (tipId: string): Belonging {
  return { row: tipId, field: 'story' }
}

export function messagePlace (tipId: string, messagePublicId: string, readers: 'units' | 'reporter'): Belonging {
  return { row: `${tipId}/${messagePublicId}`, field: `for-${readers}` }
}

export function aboutPlace (attachmentPublicId: string): Belonging {
  return { row: attachmentPublicId, field: 'about' }
}
