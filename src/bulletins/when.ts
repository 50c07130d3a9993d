// Days and moments of bulletins in words, always by the clock in Vietnam. Pure.
import { vietnamTimeZone } from '../clock.ts'
import type { Language, Say } from '../i18n.ts'

const numeric = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: vietnamTimeZone } as const
const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: vietnamTimeZone })
const dayFormats: Record<Language, Intl.DateTimeFormat> = {
  vi: new Intl.DateTimeFormat('en-GB', numeric),
  // A month in letters: 5/11 is November here and May elsewhere.
  en: new Intl.DateTimeFormat('en-GB', { ...numeric, day: 'numeric', month: 'short' }),
  km: new Intl.DateTimeFormat('en-GB', numeric),
}

/** `24/11/2026`, in English `24 Nov 2026`. */
export function dayOf (language: Language, at: Date): string {
  return dayFormats[language].format(at)
}

/** The same for a calendar day written `YYYY-MM-DD`; anything else comes back as it is. */
export function calendarDay (language: Language, day: string): string {
  const at = new Date(`${day}T12:00:00+07:00`)
  return Number.isNaN(at.getTime()) ? day : dayOf(language, at)
}

/** Day and time, e.g. `14:30 ngày 24/11/2026`. */
export function momentOf (say: Say, language: Language, at: Date): string {
  return say('bulletins.page.moment', { day: dayOf(language, at), time: clockTime.format(at) })
}
