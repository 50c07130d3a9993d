// When a bulletin comes, and when again: by the clock in Vietnam, whatever clock the server has.
import { describe, expect, test } from 'vitest'
import { checkRule, nextAfter, RuleRefused, type Rule } from '../../src/bulletins/schedule.ts'

const now = new Date('2026-11-24T03:00:00Z')
const inVietnam = (at: Date | null): string | null => at === null ? null : new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
function times (rule: Rule, n: number, after = now): (string | null)[] {
  const found: (string | null)[] = []
  for (let at: Date | null = after; found.length < n && at !== null;) {
    at = nextAfter(rule, at)
    found.push(inVietnam(at))
  }
  return found
}
const cron = (pattern: string, skipHolidays = false): Rule => ({ kind: 'cron', cron: pattern, skipHolidays, lateHours: 12 })
const yearly = (days: string[], skipHolidays = false): Rule => ({ kind: 'yearly', days, time: '07:30', skipHolidays, lateHours: 12 })

test.each<[string, Rule, string[]]>([
  ['every Monday at half past seven', cron('30 7 * * 1'), ['2026-11-30 07:30', '2026-12-07 07:30']],
  ['every day, also today if the hour is still to come', cron('0 12 * * *'), ['2026-11-24 12:00', '2026-11-25 12:00']],
  ['twice a day', cron('0 6,18 * * *'), ['2026-11-24 18:00', '2026-11-25 06:00']],
  ['the 19th of August and the 26th of June each year', yearly(['08-19', '06-26']), ['2027-06-26 07:30', '2027-08-19 07:30', '2028-06-26 07:30']],
  ['the 29th of February, in leap years only', yearly(['02-29']), ['2028-02-29 07:30']],
])('%s', (_, rule, expected) => {
  expect(() => { checkRule(rule, now) }).not.toThrow()
  expect(times(rule, expected.length)).toEqual(expected)
})

test('on a holiday nobody is written to, if that is wanted: the rule waits for its next day', () => {
  expect(times(yearly(['01-01', '01-04'], true), 1)).toEqual(['2027-01-04 07:30'])
  expect(times(yearly(['01-01', '01-04']), 1)).toEqual(['2027-01-01 07:30'])
})

test('once is once', () => {
  const rule: Rule = { kind: 'once', at: '2026-12-01T00:30:00.000Z', lateHours: 0 }
  expect(times(rule, 2)).toEqual(['2026-12-01 07:30', null])
})

describe('a rule that can\'t be is refused with a sentence that says why', () => {
  test.each<[string, Rule, RegExp]>([
    ['a time in the past', { kind: 'once', at: '2026-11-23T00:00:00Z', lateHours: 0 }, /has passed/],
    ['no time at all', { kind: 'once', at: 'tomorrow', lateHours: 0 }, /not understood/],
    ['ten years from now', { kind: 'once', at: '2036-11-23T00:00:00Z', lateHours: 0 }, /five years/],
    ['each minute', cron('* * * * *'), /once an hour/],
    ['each second', cron('* * * * * *'), /five fields/],
    ['the 31st of February', cron('0 7 31 2 *'), /does not work/],
    ['nonsense', cron('seven in the morning'), /five fields/],
    ['a minute that does not exist', cron('61 7 * * *'), /does not work/],
    ['a day that does not exist', yearly(['02-30']), /no day of the year/],
    ['no day', yearly([]), /1 to 40 days/],
    ['only on holidays, which are skipped', { kind: 'cron', cron: '0 7 1 1 *', skipHolidays: true, lateHours: -1 }, /0 to 168/],
  ])('%s', (_, rule, why) => {
    expect(() => { checkRule(rule, now) }).toThrow(RuleRefused)
    expect(() => { checkRule(rule, now) }).toThrow(why)
  })
})
