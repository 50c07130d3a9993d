// A file that belongs to a tip: the original and a copy without metadata, both sealed to the units.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { waitingColumns } from '../queue/waiting.ts'

export const Attachment = defineEntity({
  name: 'Attachment',
  properties: {
    id: p.integer().primary(),
    /** Random; names its files on disk and at the agency. */
    publicId: p.string().length(36),
    tipId: p.string().length(36),
    ...waitingColumns,
    /**
     * `waiting` for its bytes, `sealed`, `lost` (the channel no longer had it, or it is not a file we take), or `removed` when its
     * time was over (see retention.ts).
     */
    state: p.string().$type<'waiting' | 'sealed' | 'lost' | 'removed'>().length(16),
    /** Where to fetch it; sealed with the server key; null once sealed or lost. */
    source: p.text().nullable(),
    /** Name, type, size and checksum; sealed to the units; null while waiting and once removed. */
    sealedAbout: p.text().nullable(),
    /** Bytes of the sealed files on disk; 0 where there is none. */
    copyBytes: p.integer().default(0),
    originalBytes: p.integer().default(0),
  },
  uniques: [{ properties: ['publicId'] }],
  indexes: [{ properties: ['tipId', 'id'] }, { properties: ['dueAt'] }, { properties: ['lane', 'id'] }],
})

export type Attachment = InferEntity<typeof Attachment>
