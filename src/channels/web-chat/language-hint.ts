// The language a browser hints at: the one its owner chose on our page, else what it asks every site for.
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { languageFromHint } from '../../i18n.ts'

/** Undefined when it hints at none of ours. */
export function languageHint (c: Context): string | undefined {
  return languageFromHint(getCookie(c, 'lang')) ?? languageFromHint(c.req.header('accept-language')) ?? undefined
}
