// Reads what was sent, within limits: how many bytes, of what kind, how deep, of what shape.
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { Refusal } from './refusal.ts'

/** Deeper than any of our bodies; every reader of the value may safely call itself. */
const deepest = 32

/** Refuses a body of more than `bytes`, announced or counted. For routes that read with something else than the readers below. */
export function limitBody (bytes: number): MiddlewareHandler {
  const counted = bodyLimit({ maxSize: bytes, onError: () => { throw new Refusal('too-large') } })
  return async (c, next) => {
    if (!isAnnounced(c)) return await counted(c, next)
    refuseAnnounced(c, bytes)
    await next()
  }
}

/**
 * The body as it came, for signatures over it. Once per request.
 * @throws Refusal `too-large`
 */
export async function readBytes (c: Context, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (isAnnounced(c)) {
    refuseAnnounced(c, limit)
    return new Uint8Array(await c.req.arrayBuffer())
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of c.req.raw.body ?? []) {
    size += part.length
    if (size > limit) throw new Refusal('too-large')
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/**
 * A JSON body of the shape `schema`. Texts in it hold no NUL (neither database can keep one) and no halves of characters.
 * @param limit bytes
 * @throws Refusal saying what is wrong, without repeating what was sent
 */
export async function readJson<T> (c: Context, limit: number, schema: z.ZodType<T>): Promise<T> {
  refuseOtherKinds(c, type => type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type), 'Send JSON, with Content-Type: application/json.')
  return parseJson(await readBytes(c, limit), schema)
}

/** The same, for a body that was read already. */
export function parseJson<T> (bytes: Uint8Array, schema: z.ZodType<T>): T {
  const value = schema.safeParse(clean(jsonOf(bytes)))
  if (value.success) return value.data
  const first = value.error.issues[0]
  // Zod's own sentences for a wrong type tell what was expected; others could repeat a key that was sent.
  const what = first?.code === 'invalid_type' ? `: it must be ${first.expected}` : ''
  const where = first?.path.filter(step => typeof step !== 'symbol').join('.').slice(0, 100) ?? ''
  throw new Refusal('not-accepted', `The JSON is not as this address needs it${where === '' ? '' : `, at "${where}"`}${what}.`)
}

/**
 * The fields and files of a form. Texts are clean as in `readJson`.
 * @param limit bytes of everything together
 * @throws Refusal
 */
export async function readForm (c: Context, limit: number): Promise<FormData> {
  refuseOtherKinds(c, type => type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data', 'Send a form.')
  const bytes = await readBytes(c, limit)
  const form = new FormData()
  let sent: FormData
  try {
    sent = await new Response(bytes, { headers: { 'Content-Type': c.req.header('content-type') ?? '' } }).formData()
  } catch {
    throw new Refusal('not-understood', 'The form is broken. Perhaps it was cut off on the way.')
  }
  for (const [name, value] of sent) {
    if (typeof value === 'string') form.append(cleanText(name), cleanText(value))
    else form.append(cleanText(name), value, cleanText(value.name))
  }
  return form
}

/** Node holds a sender to its Content-Length, so the number can be believed. */
function isAnnounced (c: Context): boolean {
  return c.req.header('content-length') !== undefined && c.req.header('transfer-encoding') === undefined
}

function refuseAnnounced (c: Context, bytes: number): void {
  if (!(Number(c.req.header('content-length')) <= bytes)) throw new Refusal('too-large')
}

function refuseOtherKinds (c: Context, fits: (type: string) => boolean, sentence: string): void {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  // A packed body is small until it is unpacked; nobody who talks to us packs.
  if (!fits(type) || (c.req.header('content-encoding') ?? 'identity') !== 'identity') throw new Refusal('wrong-type', sentence)
}

function jsonOf (bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (depth(text) <= deepest) return JSON.parse(text) as unknown
  } catch {
    // The parser's own message quotes the body.
    throw new Refusal('not-understood', 'This is not JSON in UTF-8.')
  }
  throw new Refusal('not-understood', `The JSON is nested more than ${deepest} deep.`)
}

/** How many brackets are open at once; looked at before parsing, since whatever walks the value calls itself once per level. */
function depth (json: string): number {
  let open = 0
  let most = 0
  let quoted = false
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (quoted) {
      if (sign === '\\') at++
      else if (sign === '"') quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === '[' || sign === '{') most = Math.max(most, ++open)
    else if (sign === ']' || sign === '}') open--
  }
  return most
}

function clean (value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]))
}

function cleanText (text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
