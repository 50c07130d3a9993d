// When a bulletin is due, and when again. Rows say it; a tick of the clock only asks. Pure.
import cron from 'node-cron'
import calendar from '../holidays.json' with { type: 'json' }
import { dayInVietnam, days, hours, minutes, vietnamTimeZone } from '../clock.ts'

/**
 * `lateHours`: when the program was down at the moment, it still goes out once if it is not later than this; else this time is dropped.
 * `cron` has five fields, in Vietnam's time. `days` of a yearly rule are `MM-DD`, `time` is `HH:MM`.
 */
export type Rule = { lateHours: number } & (
  | { kind: 'once', at: string }
  | { kind: 'cron', cron: string, skipHolidays: boolean }
  | { kind: 'yearly', days: string[], time: string, skipHolidays: boolean }
)

/** A rule that can't be; the sentence says how to put it right. */
export class RuleRefused extends Error {}

/** Nobody wants to be written to more often by one rule. */
const leastApart = hours(1)
const farthest = 5 * 366

/** @throws RuleRefused when it is malformed, lies in the past, never comes or comes all the time */
export function checkRule (rule: Rule, now: Date): void {
  if (!Number.isFinite(rule.lateHours) || rule.lateHours < 0 || rule.lateHours > 168) throw new RuleRefused('A missed time may be made up for within 0 to 168 hours.')
  if (rule.kind === 'once') {
    const at = new Date(rule.at)
    if (Number.isNaN(at.getTime())) throw new RuleRefused('The time is not understood. Write it like 2026-12-31 07:30.')
    if (at.getTime() < now.getTime() - minutes(1)) throw new RuleRefused('This time has passed.')
    if (at.getTime() > now.getTime() + days(farthest)) throw new RuleRefused('This is more than five years away.')
    return
  }
  if (rule.kind === 'cron') checkCron(rule.cron)
  else checkYearly(rule)
  const first = nextAfter(rule, now)
  if (first === null) throw new RuleRefused('This rule never comes within five years.')
  const second = nextAfter(rule, first)
  if (second !== null && second.getTime() - first.getTime() < leastApart) throw new RuleRefused('This rule comes more often than once an hour. Nobody wants to be written to so often.')
}

/** The first moment after `after`; null: never (again). Holidays are days on which authorities do not work by law or announcement. */
export function nextAfter (rule: Rule, after: Date): Date | null {
  if (rule.kind === 'once') return new Date(rule.at) > after ? new Date(rule.at) : null
  const at = rule.kind === 'cron' ? momentsByCron(rule.cron) : momentsByYear(rule)
  let day = dayInVietnam(after)
  for (let n = 0; n <= farthest; n++, day = dayAfter(day)) {
    if (rule.skipHolidays && holidays.has(day)) continue
    const found = at(day).find(moment => moment > after)
    if (found !== undefined) return found
  }
  return null
}

/** A moment of Vietnam's clock; `time` is `HH:MM`. */
export function vietnamTime (day: string, time: string): Date {
  return new Date(`${day}T${time}:00+07:00`)
}

const holidays = new Set(calendar.days.filter(({ basis }) => basis !== 'expected').map(({ day }) => day))

function checkCron (pattern: string): void {
  if (pattern.trim().split(/\s+/).length !== 5) throw new RuleRefused('A cron rule has five fields: minute, hour, day, month, weekday. For instance "30 7 * * 1" is every Monday at 7:30.')
  const { valid, errors } = cron.validateDetailed(pattern)
  if (!valid) throw new RuleRefused(`This cron rule does not work: ${errors[0]?.message ?? 'it is not understood'}.`)
}

function checkYearly ({ days: wanted, time }: { days: string[], time: string }): void {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw new RuleRefused('Write the time like 07:30.')
  if (wanted.length === 0 || wanted.length > 40) throw new RuleRefused('Give 1 to 40 days of the year.')
  for (const day of wanted) {
    // 2028 is a leap year: the 29th of February is a day, in those years only.
    if (!/^\d{2}-\d{2}$/.test(day) || new Date(`2028-${day}T00:00:00Z`).toISOString().slice(5, 10) !== day) throw new RuleRefused(`"${day}" is no day of the year. Write 08-19 for the 19th of August.`)
  }
}

function momentsByCron (pattern: string): (day: string) => Date[] {
  const task = taskOf(pattern)
  const fields = cron.parse(pattern)
  const times = fields.hour.flatMap(hour => fields.minute.map(minute => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)).sort()
  return day => {
    const [first] = times
    // A day is meant with all its times or with none.
    if (first === undefined || !task.match(vietnamTime(day, first))) return []
    return times.map(time => vietnamTime(day, time))
  }
}

const tasks = new Map<string, ReturnType<typeof cron.createTask>>()

/** Never started: it only knows which moments a pattern means. */
function taskOf (pattern: string): ReturnType<typeof cron.createTask> {
  let task = tasks.get(pattern)
  if (task === undefined) {
    if (tasks.size > 500) tasks.clear()
    task = cron.createTask(pattern, () => {}, { timezone: vietnamTimeZone })
    tasks.set(pattern, task)
  }
  return task
}

function momentsByYear ({ days: wanted, time }: { days: string[], time: string }): (day: string) => Date[] {
  return day => wanted.includes(day.slice(5)) ? [vietnamTime(day, time)] : []
}

function dayAfter (day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days(1)).toISOString().slice(0, 10)
}
