// What the agency is told by one handoff: the clear columns, and what is new in it, sealed. Made from the rows at each try.
import { base64 } from '@scure/base'
import type { EntityManager } from '@mikro-orm/sql'
import type { ServerKeys } from '../server-key.ts'
import type { OutboundEvent, TipBody } from './agency-api.ts'
import { attachmentLink } from './attachment-link.ts'
import { Attachment } from './attachment.ts'
import type { Handoff } from './handoff.ts'
import { aboutPlace, messagePlace, storyPlace } from './inside.ts'
import type { Which } from './sealed-files.ts'
import { type Belonging, readSealed } from './sealing.ts'
import { ThreadMessage } from './thread.ts'
import { Tip } from './tip.ts'

type News = Pick<TipBody, 'sealed' | 'attachments'>
type LinkTo = (file: Attachment, which: Which) => string

/** The bytes to sign and send; null when what it tells of is not there any more. */
export async function handoffBody (em: EntityManager, keys: ServerKeys, publicUrl: string, row: Handoff, now: Date): Promise<Uint8Array<ArrayBuffer> | null> {
  const tip = await em.findOne(Tip, { id: row.tipId })
  if (tip === null) return null
  const linkTo: LinkTo = (file, which) => attachmentLink(keys, publicUrl, file.publicId, which, now)
  const news = row.type === 'tip.added' ? await added(em, row, linkTo) : await whole(em, row, tip, linkTo)
  if (news.sealed.length === 0) return null
  const event: OutboundEvent = {
    type: row.type,
    timestamp: `${row.on}T00:00:00+07:00`,
    data: {
      id: tip.id,
      category: tip.category,
      commune: tip.commune ?? null,
      source: tip.source,
      status: tip.status,
      receivedOn: tip.receivedOn,
      unit: tip.unit,
      units: tip.units,
      patterns: tip.patterns,
      deadlines: { transferBy: tip.transferBy, noticeBy: tip.noticeBy, decideBy: tip.decideBy },
      ...news,
    },
  }
  return new TextEncoder().encode(JSON.stringify(event))
}

/** The story. Each file of a new tip has a handoff of its own; a unit that is new to a tip gets all there are. */
async function whole (em: EntityManager, row: Handoff, tip: Tip, linkTo: LinkTo): Promise<News> {
  const files = row.type === 'tip.routed' ? await em.find(Attachment, { tipId: tip.id, state: 'sealed' }, { orderBy: { id: 'asc' } }) : []
  return {
    sealed: [...sealedOf('story', tip.id, storyPlace(tip.id), tip.sealed), ...files.flatMap(aboutOf)],
    attachments: files.flatMap(file => attachmentsOf(file, linkTo)),
  }
}

async function added (em: EntityManager, row: Handoff, linkTo: LinkTo): Promise<News> {
  const message = row.messageId == null ? null : await em.findOne(ThreadMessage, { id: row.messageId, tipId: row.tipId })
  const file = row.attachmentId == null ? null : await em.findOne(Attachment, { id: row.attachmentId, tipId: row.tipId, state: 'sealed' })
  return {
    sealed: [
      ...(message === null ? [] : sealedOf('added', message.publicId, messagePlace(row.tipId, message.publicId, 'units'), message.forUnits)),
      ...(file === null ? [] : aboutOf(file)),
    ],
    attachments: file === null ? [] : attachmentsOf(file, linkTo),
  }
}

function aboutOf (file: Attachment): TipBody['sealed'] {
  return file.sealedAbout == null ? [] : sealedOf('file', file.publicId, aboutPlace(file.publicId), file.sealedAbout)
}

function attachmentsOf (file: Attachment, linkTo: LinkTo): TipBody['attachments'] {
  const both = [{ which: 'copy', bytes: file.copyBytes }, { which: 'original', bytes: file.originalBytes }] as const
  return both.filter(({ bytes }) => bytes > 0).map(({ which, bytes }) => ({ id: file.publicId, which, bytes, url: linkTo(file, which) }))
}

function sealedOf (what: TipBody['sealed'][number]['what'], id: string, belongs: Belonging, sealed: string): TipBody['sealed'] {
  const read = readSealed(sealed)
  return read === null ? [] : [{ what, id, belongs, keys: read.keyIds, age: base64.encode(read.file) }]
}
