// A member of staff who writes, approves and sends bulletins; and the chat they do it from, if they linked one.
import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import type { Role } from './roles.ts'

export const Officer = defineEntity({
  name: 'Officer',
  properties: {
    id: p.integer().primary(),
    /** As others see it in a history: "Nguyễn Văn An, Công an phường Long Xuyên". */
    name: p.string().length(120).unique(),
    role: p.string().$type<Role>().length(20),
    /** Codes of communes they work for; empty: the whole province. */
    localities: p.json<string[]>(),
    language: p.string().$type<'vi' | 'en' | 'km'>().length(2),
    /** Null while at work; access ends at this moment. */
    endedAt: p.datetime().nullable(),
    /** Their own chat by its tag, and sealed with the server key; null until they linked one. */
    addressKey: p.string().length(40).nullable().unique(),
    sealed: p.text().nullable(),
    /** The one-time link as a keyed tag, and until when it works. */
    linkTag: p.string().length(40).nullable(),
    linkUntil: p.datetime().nullable(),
  },
})

export type Officer = InferEntity<typeof Officer>
