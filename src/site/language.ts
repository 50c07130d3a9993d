// Which language a visitor reads: what they chose, else what their browser asks for, else Vietnamese.
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { languageFromHint, type Language } from '../i18n.ts'

export function languageOf (c: Context): Language {
  return languageFromHint(c.req.query('lang')) ?? languageFromHint(getCookie(c, 'lang')) ?? languageFromHint(c.req.header('accept-language')) ?? 'vi'
}
