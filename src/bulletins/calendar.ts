// Days of the year that bulletins fit: public days, seasons and festivals of the province. They only propose. Pure.
import { dayInVietnam, days as daysLong } from '../clock.ts'
import calendarFile from './calendar.json' with { type: 'json' }
import { lunarDay, type MonthDay } from './lunar.ts'

export type When =
  | { kind: 'fixed', from: MonthDay, to: MonthDay }
  /** Lunar; `monthEarlierIn`: lunar years in which it is a month before (the Khmer calendar has its leap months elsewhere). */
  | { kind: 'lunar', from: MonthDay, to: MonthDay, monthEarlierIn?: readonly number[] }
  /** The nth weekday of a month; Sunday is 0. */
  | { kind: 'weekday', month: number, weekday: number, nth: number }

export interface CalendarEntry {
  id: string
  nameVi: string
  nameEn: string
  when: When
  /** The day itself within a longer time, in the same calendar as `when`. */
  main: MonthDay | null
  /** Ids of library entries. */
  bulletins: readonly string[]
  /** GK: general knowledge; S-numbers: see SOURCES.md. */
  source: string
  /** What staff should know, in English. */
  note: string | null
}

/** One time that an entry comes round; days are `YYYY-MM-DD` in Vietnam, both ends belong to it. */
export interface Occasion {
  entry: CalendarEntry
  from: string
  to: string
  mainDay: string | null
}

export const calendar: readonly CalendarEntry[] = calendarFile.entries as CalendarEntry[]

/** What begins in that year, in order. Lunar days are left out where the table ends (`lunarKnownUntil`). */
export function daysIn (year: number): Occasion[] {
  return calendar.flatMap(entry => occasionsOf(entry, year))
    .filter(({ from }) => Number(from.slice(0, 4)) === year)
    .sort((a, b) => order(a.from, b.from) || order(a.to, b.to))
}

/** What is on or begins within so many days, the day of `from` being the first; in the order in which they begin. */
export function nextDays (from: Date, days: number): Occasion[] {
  const first = dayInVietnam(from)
  const last = dayInVietnam(new Date(from.getTime() + daysLong(days - 1)))
  const [firstYear, lastYear] = [first, last].map(day => Number(day.slice(0, 4))) as [number, number]
  // From the year before, since something that began in December may still be on.
  const years = Array.from({ length: lastYear - firstYear + 2 }, (_, i) => firstYear - 1 + i)
  return years.flatMap(daysIn).filter(occasion => occasion.from <= last && occasion.to >= first)
}

function occasionsOf (entry: CalendarEntry, year: number): Occasion[] {
  const { when, main } = entry
  if (when.kind === 'weekday') {
    const day = weekdayOf(year, when)
    return [{ entry, from: day, to: day, mainDay: null }]
  }
  if (when.kind === 'fixed') return [occasion(entry, day => solarDay(year, day), day => solarDay(year + 1, day), when, main)].filter(isSome)
  // A lunar year begins in January or February, so what begins in this year may belong to the one before.
  return [year - 1, year].map(lunarYear => {
    const earlier = when.monthEarlierIn?.includes(lunarYear) === true ? 1 : 0
    return occasion(entry, day => lunarDay(lunarYear, day, earlier), day => lunarDay(lunarYear + 1, day, earlier), when, main)
  }).filter(isSome)
}

/** @param inYear, inNext: the day in the year in which it begins and in the next one; null: not known */
function occasion (
  entry: CalendarEntry, inYear: (day: MonthDay) => string | null, inNext: (day: MonthDay) => string | null, { from, to }: { from: MonthDay, to: MonthDay }, main: MonthDay | null,
): Occasion | null {
  const placed = (day: MonthDay): string | null => isBefore(day, from) ? inNext(day) : inYear(day)
  const [first, last] = [inYear(from), placed(to)]
  return first === null || last === null ? null : { entry, from: first, to: last, mainDay: main === null ? null : placed(main) }
}

function isBefore (a: MonthDay, b: MonthDay): boolean {
  return a.month < b.month || (a.month === b.month && a.day < b.day)
}

function solarDay (year: number, { month, day }: MonthDay): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}

function weekdayOf (year: number, { month, weekday, nth }: { month: number, weekday: number, nth: number }): string {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
  return solarDay(year, { month, day: 1 + (weekday - first + 7) % 7 + (nth - 1) * 7 })
}

function order (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isSome (found: Occasion | null): found is Occasion {
  return found !== null
}
