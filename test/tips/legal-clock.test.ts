import { expect, test } from 'vitest'
import { isWorkingDay, legalClocks, workingDaysAfter } from '../../src/tips/legal-clock.ts'
import calendar from '../../src/holidays.json' with { type: 'json' }

test('a tip of a Monday morning has its dates', () => {
  expect(legalClocks(new Date('2026-11-23T09:00:00+07:00'), { remote: false })).toEqual({
    transferBy: new Date('2026-11-24T09:00:00+07:00'),
    noticeBy: '2026-11-26',
    decideBy: '2026-12-13',
    extendedBy: '2027-02-13',
    secondExtensionBy: '2027-04-13'
  })
})

test('an island has twice the time to hand over, and no more of anything else', () => {
  const at = new Date('2026-11-23T09:00:00+07:00')
  const near = legalClocks(at, { remote: false })
  expect(legalClocks(at, { remote: true })).toEqual({ ...near, transferBy: new Date('2026-11-25T09:00:00+07:00') })
})

test('the day is the day in Vietnam, not in Greenwich', () => {
  expect(legalClocks(new Date('2026-12-01T23:59:00+07:00'), { remote: false }).decideBy).toBe('2026-12-21')
  expect(legalClocks(new Date('2026-12-02T00:01:00+07:00'), { remote: false }).decideBy).toBe('2026-12-22')
})

test('a weekend is no working day', () => {
  expect(workingDaysAfter('2026-12-03', 1)).toBe('2026-12-04')
  expect(workingDaysAfter('2026-12-04', 1)).toBe('2026-12-07')
  expect(workingDaysAfter('2026-12-05', 3)).toBe('2026-12-09')
  expect(workingDaysAfter('2026-12-04', 0)).toBe('2026-12-04')
})

test('Tết stops the clock', () => {
  expect(workingDaysAfter('2026-02-13', 3)).toBe('2026-02-25')
  expect(workingDaysAfter('2027-02-04', 1)).toBe('2027-02-11')
  expect(workingDaysAfter('2028-01-24', 1)).toBe('2028-01-31')
})

test('a holiday on a weekend is made up on the next working day', () => {
  expect(isWorkingDay('2026-04-27')).toBe(false)
  expect(isWorkingDay('2027-05-03')).toBe(false)
  expect(isWorkingDay('2028-05-02')).toBe(false)
  expect(isWorkingDay('2028-01-03')).toBe(false)
})

test('a Saturday worked in exchange counts, and a holiday not yet in a decision does not stop the clock', () => {
  expect(isWorkingDay('2026-08-22')).toBe(true)
  expect(isWorkingDay('2026-08-29')).toBe(false)
  expect(isWorkingDay('2026-11-24')).toBe(true)
})

test('a month without that day ends on its last', () => {
  const clocks = legalClocks(new Date('2026-12-11T08:00:00+07:00'), { remote: false })
  expect(clocks.decideBy).toBe('2026-12-31')
  expect(clocks.extendedBy).toBe('2027-02-28')
  expect(clocks.secondExtensionBy).toBe('2027-04-28')
})

test('after the known years only weekends are left out, and nothing fails', () => {
  expect(workingDaysAfter('2031-01-01', 3)).toBe('2031-01-06')
})

test('a day that is none is refused', () => {
  for (const day of ['', '2026-13-40', '24/11/2026']) expect(() => workingDaysAfter(day, 1)).toThrow(RangeError)
  expect(() => legalClocks(new Date(Number.NaN), { remote: false })).toThrow()
})

test('the calendar is in order, each day once, each with its basis', () => {
  const days = calendar.days.map(({ day }) => day)
  expect(days).toEqual([...new Set(days)].sort())
  for (const { day, basis } of calendar.days) {
    expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day)
    expect(['law', 'announced', 'expected']).toContain(basis)
  }
  for (const year of ['2026', '2027', '2028']) expect(days.filter((day) => day.startsWith(year)).length).toBeGreaterThanOrEqual(11)
})
