// What the agency finds when it opens a sealed text: for the published contract. The shapes are those of inside.ts.
import { z } from 'zod'
import { languages } from '../i18n.ts'
import { categoryIds } from './category.ts'
import type { AboutInside, MessageInside, StoryInside } from './inside.ts'

/** The schemas that have a name in the published document. */
export const named = z.registry<{ id: string }>()

const v = z.literal(1)
const kind = z.enum(['photo', 'video', 'voice', 'document'])
const files = z.array(z.object({ id: z.string(), kind })).describe('Each follows as a tip.added of its own, unless it could not be had.')
const content = z.object({ mime: z.string(), bytes: z.int().min(0), sha256: z.string() }).describe('Of the opened file.')

export const insides = {
  story: z.object({
    v,
    category: z.enum(categoryIds),
    aboutPolice: z.boolean(),
    what: z.string(),
    own: z.record(z.string(), z.string().nullable()).describe('The category’s own questions, by id; null: not answered.'),
    place: z.object({
      commune: z.string().nullable(),
      name: z.string().nullable(),
      detail: z.string().nullable(),
      point: z.object({ lat: z.number(), lng: z.number() }).nullable().describe('Good to about a hundred metres.'),
    }),
    when: z.object({ choice: z.string().nullable(), text: z.string().nullable() }),
    contact: z.object({ name: z.string().nullable(), phone: z.string().nullable(), safeTime: z.string().nullable() }).nullable(),
    language: z.enum(languages).describe('Of the reporter; answer in it if you can.'),
    files,
  }).register(named, { id: 'StoryInside' }) satisfies z.ZodType<StoryInside>,
  added: z.object({
    v,
    text: z.string().nullable().describe('Null: only files were added.'),
    files,
  }).register(named, { id: 'AddedInside' }) satisfies z.ZodType<MessageInside>,
  file: z.object({
    v,
    name: z.string().nullable().describe('As the sender’s device called it.'),
    kind,
    original: content,
    copy: content.nullable().describe('Null: there is no copy without metadata; the original may hold a place or a name.'),
  }).register(named, { id: 'FileInside' }) satisfies z.ZodType<AboutInside>,
}
