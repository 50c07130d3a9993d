// Days of the Vietnamese lunar calendar, from a table (lunar-years.json): no dependency, and nothing to compute wrongly. Pure.
import table from './lunar-years.json' with { type: 'json' }

/** Day of a month, both from 1. */
export interface MonthDay { month: number, day: number }

const years = new Map(table.years.map(row => [row.year, row]))
/** The last lunar year in the table. */
export const lunarKnownUntil = Math.max(...years.keys())

/**
 * The day `YYYY-MM-DD` on which a day of the lunar year falls; null when the table has no such year. Of a month that comes twice,
 * the first is meant. A day that the month does not have is the next month's: 30/8 in a month of 29 days is 1/9.
 * @param monthsEarlier counts leap months too
 */
export function lunarDay (year: number, { month, day }: MonthDay, monthsEarlier = 0): string | null {
  const row = years.get(year)
  if (row === undefined) return null
  const afterLeap = row.leap !== null && month > row.leap ? 1 : 0
  const before = row.days.slice(0, month - 1 + afterLeap - monthsEarlier).reduce((sum, length) => sum + length, 0)
  return new Date(Date.parse(row.first) + (before + day - 1) * 86_400_000).toISOString().slice(0, 10)
}
