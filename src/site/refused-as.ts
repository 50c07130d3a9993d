// How a refusal of the tips room is told to the browser: in the shape of all others, with a word for programs.
import type { Context } from 'hono'
import type { Because, Refused } from '../tips/refused.ts'

const statuses = {
  'no-such-tip': 404, 'cannot-follow': 409, 'empty': 422, 'too-long': 413, 'malformed': 422, 'recipients': 409, 'locator': 409, 'conflict': 409, 'files': 409, 'again': 409,
} as const satisfies Record<Because, number>

export function refusedAs (c: Context, { because, message }: Refused): Response {
  return c.json({ error: { code: because, message } }, statuses[because])
}
