// What a browser uploads after sealing: checked by form before anything is done with it.
import { z } from 'zod'
import { languages } from '../i18n.ts'
import { localityByCode } from '../localities/locality.ts'
import { categoryIds } from './category.ts'
import { Refused } from './refused.ts'
import { isRecipient, keyId, readSealed } from './sealing.ts'

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const sealed = (most: number) => z.string().max(most).refine(text => readSealed(text) !== null)
const files = z.array(z.strictObject({ publicId: id, sealedAbout: sealed(16_000) })).max(10)
  .refine(all => new Set(all.map(file => file.publicId)).size === all.length)
/** base64url of 32 bytes. */
const hash = z.string().regex(/^[\w-]{43}$/)
/** 7 characters of the code's alphabet. */
const locator = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{7}$/)

const tipUpload = z.strictObject({
  id,
  locator,
  /** `accessHash(keys.access)` of code.ts. */
  accessHash: hash,
  reporterRecipient: z.string().regex(/^age1[0-9a-z]{58}$/).refine(isRecipient),
  category: z.enum(categoryIds),
  commune: z.string().refine(code => localityByCode(code) !== null).nullable(),
  aboutPolice: z.boolean(),
  /** A `StoryInside`, sealed for `storyPlace(id)`. */
  sealed: sealed(200_000),
  /** Their bytes were uploaded before; `sealedAbout` is an `AboutInside` for `aboutPlace(publicId)`. */
  files,
  language: z.enum(languages),
})

const addition = z.strictObject({
  locator,
  access: hash,
  /** Random; part of the place it is sealed for, and what makes a second upload of the same do nothing. */
  publicId: id,
  /** A `MessageInside`, sealed for `messagePlace(tipId, publicId, 'units')`. */
  sealed: sealed(60_000),
  files,
  language: z.enum(languages),
})

const holder = z.strictObject({ locator, access: hash })

export type TipUpload = z.infer<typeof tipUpload>
export type Addition = z.infer<typeof addition>
/** What somebody shows who holds a code, without showing the code. */
export type Holder = z.infer<typeof holder>

/** @throws Refused `malformed` */
export const readTipUpload = (body: unknown): TipUpload => read(tipUpload, body)
/** @throws Refused `malformed` */
export const readAddition = (body: unknown): Addition => read(addition, body)
/** @throws Refused `malformed` */
export const readHolder = (body: unknown): Holder => read(holder, body)

function read<T> (schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  // Where, not what: the value may be somebody's words.
  const where = result.error.issues[0]?.path.map(String).join('.').slice(0, 80) ?? ''
  throw new Refused('malformed', where === '' ? 'What was uploaded has not the right form.' : `What was uploaded has not the right form: ${where}.`)
}

/** @throws Refused `recipients` unless every value is sealed to exactly these */
export function checkSealedTo (recipients: readonly string[], values: readonly string[]): void {
  const wanted = recipients.map(keyId).sort().join()
  for (const value of values) {
    if (readSealed(value)?.keyIds.sort().join() !== wanted) throw new Refused('recipients', 'This was sealed to other keys than those in force now. Get them anew and seal again.')
  }
}
