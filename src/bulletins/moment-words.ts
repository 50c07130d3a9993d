// A moment as people write it: "18h hôm nay", "ngày mai", "24/12 17:00", "48 giờ". Pure; always told back before it counts.
import { dayInVietnam, days } from '../clock.ts'
import { durationIn, takeDates, takeNamedDay, takeTime, takeWeekdays, TimeText, type Edge, type NamedDay, type SaidDate, type TimeOfDay } from './time-words.ts'

/** When nothing is said: the day's first letters go out then too. */
export const usualTime: TimeOfDay = { hour: 7, minute: 30 }

/** Null: not understood, or no such day or time. It may lie in the past: whoever asks says so. */
export function momentIn (text: string, now: Date, edge: Edge): Date | null {
  const duration = durationIn(text)
  if (duration !== null) return new Date(now.getTime() + duration)
  const eaten = new TimeText(text)
  const named = takeNamedDay(eaten)
  const nextWeek = eaten.take(/(?<![\p{L}\p{N}])(?:tuan (?:sau|toi|den)|next week)(?![\p{L}\p{N}])|សប្តាហ៍ក្រោយ/u) !== null
  const next = eaten.take(/(?<![\p{L}\p{N}])next(?![\p{L}\p{N}])|ក្រោយ/u) !== null
  eaten.take(/(?<![\p{L}\p{N}])(?:tuan nay|this week|this)(?![\p{L}\p{N}])|សប្តាហ៍នេះ/u)
  const [date, ...dates] = takeDates(eaten)
  const [weekday, ...weekdays] = takeWeekdays(eaten)
  const time = takeTime(eaten, edge)
  if (time === 'wrong' || !eaten.isEaten() || dates.length > 0) return null
  // "thứ năm 24/12" says the day twice; two weekdays say nothing.
  if (weekdays.length > 0) return null
  const at = time ?? (edge === 'its-end' ? { hour: 23, minute: 59 } : usualTime)
  if (date !== undefined) return onDate(date, at, now)
  if (named !== null) return onDay(dayAfter(now, named), at)
  if (weekday !== undefined) return onWeekday(weekday, at, now, nextWeek, next)
  if (time === null || nextWeek) return null
  const today = onDay(dayInVietnam(now), at)
  return today > now ? today : new Date(today.getTime() + days(1))
}

/** `YYYY-MM-DD` and a time of Vietnam's clock. */
export function onDay (day: string, { hour, minute }: TimeOfDay): Date {
  return new Date(`${day}T${clockOf({ hour, minute })}:00+07:00`)
}

/** `07:30` */
export function clockOf ({ hour, minute }: TimeOfDay): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** `MM-DD`; null when no year has that day. */
export function dayOfYear ({ day, month }: Pick<SaidDate, 'day' | 'month'>): string | null {
  const text = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return isDay(`2028-${text}`) ? text : null
}

function onDate (date: SaidDate, time: TimeOfDay, now: Date): Date | null {
  const rest = dayOfYear(date)
  if (rest === null) return null
  const thisYear = Number(dayInVietnam(now).slice(0, 4))
  // Without a year the next one is meant: on 30 December "2/1" is in a few days.
  for (const year of date.year === null ? [thisYear, thisYear + 1] : [date.year]) {
    const day = `${String(year).padStart(4, '0')}-${rest}`
    if (isDay(day) && (date.year !== null || day >= dayInVietnam(now))) return onDay(day, time)
  }
  return null
}

function onWeekday (weekday: number, time: TimeOfDay, now: Date, nextWeek: boolean, next: boolean): Date {
  const today = weekdayOf(dayInVietnam(now))
  // A week begins on Monday.
  const inWeek = (day: number): number => (day + 6) % 7
  const ahead = nextWeek ? 7 - inWeek(today) + inWeek(weekday) : (weekday - today + 7) % 7
  const found = onDay(dayInVietnam(new Date(now.getTime() + days(ahead))), time)
  return !nextWeek && ahead === 0 && (next || found <= now) ? new Date(found.getTime() + days(7)) : found
}

function dayAfter (now: Date, named: NamedDay): string {
  const ahead = named === 'today' ? 0 : named === 'tomorrow' ? 1 : 2
  return dayInVietnam(new Date(now.getTime() + days(ahead)))
}

/** Sunday is 0; of a calendar day. */
export function weekdayOf (day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay()
}

function isDay (day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}
