// Reads what was opened. A browser sealed it, so nobody has checked its form before.
import { z } from 'zod'
import { languages } from '../i18n.ts'
import { categoryIds } from './category.ts'
import type { AboutInside, MessageInside, StoryInside } from './inside.ts'

const text = (most: number) => z.string().max(most)
const kind = z.enum(['photo', 'video', 'voice', 'document'])
const files = z.array(z.object({ id: text(36), kind })).max(20)
const bytes = z.object({ mime: text(200), bytes: z.number(), sha256: text(64) })

const story = z.object({
  v: z.literal(1),
  category: z.enum(categoryIds),
  aboutPolice: z.boolean(),
  what: text(20_000),
  own: z.record(text(60), text(5000).nullable()),
  place: z.object({ commune: text(8).nullable(), name: text(200).nullable(), detail: text(2000).nullable(), point: z.object({ lat: z.number(), lng: z.number() }).nullable() }),
  when: z.object({ choice: text(40).nullable(), text: text(1000).nullable() }),
  contact: z.object({ name: text(500).nullable(), phone: text(100).nullable(), safeTime: text(1000).nullable() }).nullable(),
  language: z.enum(languages),
  files,
})
const message = z.object({ v: z.literal(1), text: text(20_000).nullable(), files })
const about = z.object({ v: z.literal(1), name: text(500).nullable(), kind, original: bytes, copy: bytes.nullable() })

/** Null when it has not the form of a story. */
export const readStory = (opened: string): StoryInside | null => read(story, opened)
export const readMessage = (opened: string): MessageInside | null => read(message, opened)
export const readAbout = (opened: string): AboutInside | null => read(about, opened)

function read<T> (schema: z.ZodType<T>, opened: string): T | null {
  try {
    return schema.parse(JSON.parse(opened))
  } catch {
    return null
  }
}
