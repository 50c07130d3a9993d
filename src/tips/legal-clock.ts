// When the law wants a tip passed on, acknowledged and decided. Days are days in Vietnam (UTC+7), written `YYYY-MM-DD`.
// Pure.

import { dayInVietnam, hours } from '../clock.ts'
import calendar from '../holidays.json' with { type: 'json' }

export interface LegalClocks {
  /** Latest moment to pass the tip to the investigating body: 24 hours, 48 from remote places and islands (joint circular 01/2017). */
  readonly transferBy: Date
  /** Last day of the written notice that the tip was received: 3 working days (joint circular 01/2017, art. 14). */
  readonly noticeBy: string
  /** Last day of the decision: 20 days (Criminal Procedure Code 2015, art. 147.1). */
  readonly decideBy: string
  /** Last day when a complex case was extended: at most 2 months (art. 147.2). */
  readonly extendedBy: string
  /** Last day when the procuracy extended once more: at most 2 months (art. 147.2). */
  readonly secondExtensionBy: string
}

/**
 * The deadlines of a tip, counted from the moment it was received; the day of receipt itself is not counted. A last day on a weekend
 * is left where it is, although art. 134 would move it to the next working day: early is safe, late is not. Throws on an invalid date.
 */
export function legalClocks (receivedAt: Date, { remote }: { remote: boolean }): LegalClocks {
  const day = dayInVietnam(receivedAt)
  const decideBy = daysAfter(day, 20)
  const extendedBy = monthsAfter(decideBy, 2)
  return {
    transferBy: new Date(receivedAt.getTime() + hours(remote ? 48 : 24)),
    noticeBy: workingDaysAfter(day, 3),
    decideBy,
    extendedBy,
    secondExtensionBy: monthsAfter(extendedBy, 2)
  }
}

/**
 * The n-th working day after `day` (which is not counted itself). Holidays that are only expected count as working days; after the
 * calendar's `knownUntil` only weekends are left out, so a date may come out early, never late. Throws on a day that is none.
 */
export function workingDaysAfter (day: string, n: number): string {
  let reached = day
  for (let left = n; left > 0;) {
    reached = daysAfter(reached, 1)
    if (isWorkingDay(reached)) left -= 1
  }
  return reached
}

/** Whether authorities work on that day, as far as is settled by law or announced. */
export function isWorkingDay (day: string): boolean {
  if (daysOff.has(day)) return false
  const weekday = midnight(day).getUTCDay()
  return (weekday !== 0 && weekday !== 6) || workedWeekends.has(day)
}

const daysOff = new Set(calendar.days.filter(({ basis }) => basis !== 'expected').map(({ day }) => day))
const workedWeekends = new Set(calendar.workedWeekends.map(({ day }) => day))

function daysAfter (day: string, n: number): string {
  const at = midnight(day)
  at.setUTCDate(at.getUTCDate() + n)
  return at.toISOString().slice(0, 10)
}

// A limit in months ends on the same day of the month, or on the month's last day when it has no such day (art. 134).
function monthsAfter (day: string, n: number): string {
  const from = midnight(day)
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + n + 1, 0)).getUTCDate()
  const to = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + n, Math.min(from.getUTCDate(), lastDay))
  return new Date(to).toISOString().slice(0, 10)
}

function midnight (day: string): Date {
  const at = new Date(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(at.getTime())) throw new RangeError('a day is written YYYY-MM-DD')
  return at
}
