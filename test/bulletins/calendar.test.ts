// The days a bulletin fits, as somebody would find them on a printed calendar.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { calendar, daysIn, nextDays } from '../../src/bulletins/calendar.ts'
import { lunarDay, lunarKnownUntil } from '../../src/bulletins/lunar.ts'
import lunar from '../../src/bulletins/lunar-years.json' with { type: 'json' }
import holidays from '../../src/holidays.json' with { type: 'json' }

const sources = readFileSync(join(import.meta.dirname, '../../src/bulletins/SOURCES.md'), 'utf8')
const days = (year: number, id: string): string[] => daysIn(year).filter(({ entry }) => entry.id === id).map(({ from, to }) => `${from}/${to}`)
const daysAfter = (day: string, n: number): string => new Date(Date.parse(day) + n * 86_400_000).toISOString().slice(0, 10)
const everyYear = Array.from({ length: lunarKnownUntil - 2025 + 1 }, (_, i) => 2025 + i)

describe('the lunar calendar', () => {
  test('knows Tết', () => {
    expect([2025, 2026, 2027, 2028].map(year => lunarDay(year, { month: 1, day: 1 }))).toEqual(['2025-01-29', '2026-02-17', '2027-02-06', '2028-01-26'])
    // In Vietnam a day before China.
    expect(lunarDay(2030, { month: 1, day: 1 })).toBe('2030-02-02')
  })

  test('agrees with the public holidays: Tết and the Hùng Kings', () => {
    const named = (what: string): string[] => holidays.days.filter(({ name }) => name === what).map(({ day }) => day)
    expect([2026, 2027, 2028].map(year => lunarDay(year, { month: 1, day: 1 }))).toEqual(named('Tết Nguyên đán (mùng 1)'))
    expect([2026, 2027, 2028].map(year => lunarDay(year, { month: 3, day: 10 }))).toEqual(named('Giỗ Tổ Hùng Vương'))
  })

  test('leaves no day between two years, and twelve months or one more', () => {
    for (const [i, { year, first, leap, days: months }] of lunar.years.entries()) {
      expect(year).toBe(2024 + i)
      expect(months.filter(length => length !== 29 && length !== 30)).toEqual([])
      expect(months.length).toBe(leap === null ? 12 : 13)
      const next = lunar.years[i + 1]
      if (next !== undefined) expect(daysAfter(first, months.reduce((sum, length) => sum + length, 0))).toBe(next.first)
    }
  })

  test('begins each month with the new moon, as the calendar of the neighbours does within a day', () => {
    const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', day: 'numeric', month: 'numeric' })
    const dayOfMonth = (day: string): string | undefined => chinese.formatToParts(new Date(day)).find(({ type }) => type === 'day')?.value
    for (const { first, days: months } of lunar.years) {
      let begins = first
      for (const length of months) {
        expect([dayOfMonth(begins), dayOfMonth(daysAfter(begins, 1))]).toContain('1')
        begins = daysAfter(begins, length)
      }
    }
  })

  test('after a leap month counts on: mid-autumn of 2025 is in October, after the second sixth month', () => {
    expect(lunarDay(2025, { month: 6, day: 1 })).toBe('2025-06-25')
    expect(lunarDay(2025, { month: 8, day: 15 })).toBe('2025-10-06')
    expect(lunarDay(2023, { month: 1, day: 1 })).toBeNull()
  })
})

describe('the days of a year', () => {
  test('the weeks around Tết, from the middle of the last month to the first full moon', () => {
    expect([2026, 2027, 2028].flatMap(year => days(year, 'tet'))).toEqual(['2026-02-02/2026-03-03', '2027-01-22/2027-02-20', '2028-01-11/2028-02-09'])
    expect(daysIn(2027).find(({ entry }) => entry.id === 'tet')?.mainDay).toBe('2027-02-06')
  })

  test('the festival of the Lady of Sam mountain', () => {
    expect([2026, 2027, 2028].flatMap(year => days(year, 'ba-chua-xu'))).toEqual(['2026-06-08/2026-06-12', '2027-05-28/2027-06-01', '2028-05-17/2028-05-21'])
  })

  test('Sene Đôlta, which keeps to the Khmer calendar: in 2025 and 2028 a month before the Vietnamese day', () => {
    expect([2025, 2026, 2027, 2028].flatMap(year => days(year, 'sene-dolta')))
      .toEqual(['2025-09-20/2025-09-22', '2026-10-09/2026-10-10', '2027-09-29/2027-09-30', '2028-09-17/2028-09-19'])
    // It ends with a moon between the middle of September and the middle of October, every year.
    for (const year of everyYear) expect(days(year, 'sene-dolta')[0]?.slice(16)).toMatch(/^(09-(1[7-9]|2\d|30)|10-(0\d|1[0-6]))$/)
  })

  test('the third Sunday of November', () => {
    expect([2026, 2027, 2028].flatMap(year => days(year, 'road-victims-day'))).toEqual(['2026-11-15/2026-11-15', '2027-11-21/2027-11-21', '2028-11-19/2028-11-19'])
  })

  test('a month with a day of its own', () => {
    expect(daysIn(2026).find(({ entry }) => entry.id === 'drug-month')).toMatchObject({ from: '2026-06-01', to: '2026-06-30', mainDay: '2026-06-26' })
    expect(daysIn(2026).find(({ entry }) => entry.id === 'gender-month')).toMatchObject({ from: '2026-11-15', to: '2026-12-15', mainDay: '2026-11-25' })
  })

  test('every entry comes round once a year, in order, and its day lies within it', () => {
    for (const year of everyYear) {
      const found = daysIn(year)
      expect(found.map(({ entry }) => entry.id).sort()).toEqual(calendar.map(({ id }) => id).sort())
      expect(found.map(({ from }) => from)).toEqual(found.map(({ from }) => from).sort())
      expect(found.filter(({ from, to, mainDay }) => from > to || (mainDay !== null && (mainDay < from || mainDay > to)))).toEqual([])
    }
  })

  test('where the table of the moon ends, the other days are still there', () => {
    const later = daysIn(lunarKnownUntil + 1)
    expect(later.length).toBe(calendar.filter(({ when }) => when.kind !== 'lunar').length)
    expect(later.length).toBeGreaterThan(15)
  })
})

describe('what is coming', () => {
  const ids = (at: string, n: number): string[] => nextDays(new Date(at), n).map(({ entry }) => entry.id)

  test('an officer on 24 November 2026 sees what is on, and Tết two months ahead', () => {
    expect(ids('2026-11-24T03:00:00Z', 14)).toEqual(['flood-season', 'hiv-month', 'gender-month'])
    expect(ids('2026-11-24T03:00:00Z', 60)).toEqual(['flood-season', 'hiv-month', 'gender-month', 'tet'])
    expect(ids('2026-11-24T03:00:00Z', 59)).not.toContain('tet')
  })

  test('today is a day in Vietnam, where it is later than in London', () => {
    expect(ids('2026-08-05T16:59:59Z', 1)).toEqual(['flood-season'])
    expect(ids('2026-08-05T17:00:00Z', 1)).toEqual(['flood-season', 'cyber-security-day'])
    expect(ids('2026-11-30T17:00:00Z', 1)).not.toContain('flood-season')
  })

  test('the last days of December lead into the next year', () => {
    expect(nextDays(new Date('2027-12-28T03:00:00Z'), 21).map(({ entry, from }) => [entry.id, from])).toEqual([['tet', '2028-01-11']])
    expect(ids('2026-12-20T03:00:00Z', 30)).toEqual([])
  })
})

test('every entry has names in both languages and tells where it is from', () => {
  expect(new Set(calendar.map(({ id }) => id)).size).toBe(calendar.length)
  expect(calendar.length).toBe(23)
  for (const { nameVi, nameEn, source } of calendar) {
    expect(nameVi).toBe(nameVi.normalize('NFC'))
    expect(nameEn).toMatch(/^[\x20-\x7e]+$/)
    expect(source).toMatch(/^(GK|S\d+)/)
    for (const [number] of source.matchAll(/S\d+/g)) expect(sources).toContain(`| ${number} |`)
  }
})
