// Words of time in three languages: hours, parts of the day, days, weekdays, dates; eaten out of a text one by one. Pure.
import { fold, visible } from '../localities/fold.ts'

/** A text of which words are taken away; what is left at the end was not understood. */
export class TimeText {
  private rest: string

  constructor (text: string) {
    // "tới" (until) and "tối" (evening) are one word without their marks.
    const apart = visible(text).slice(0, 200).normalize('NFC').toLowerCase().replace(/(?<!\p{L})tới(?!\p{L})/gu, 'den')
    this.rest = ` ${apart.replace(/[\p{L}\p{M}\p{N}]+/gu, fold).replace(/\s+/g, ' ').trim()} `
  }

  /** Takes the first match away. Null: there is none. */
  take (pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.rest)
    if (found !== null) this.rest = `${this.rest.slice(0, found.index)} ${this.rest.slice(found.index + found[0].length)}`
    return found
  }

  /** True when nothing is left but words that say nothing. */
  isEaten (): boolean {
    return this.rest.replace(filler, ' ').replace(/[\s,;.()]+/g, '') === ''
  }
}

/** Hour and minute. */
export interface TimeOfDay { hour: number, minute: number }
export type Part = 'morning' | 'noon' | 'afternoon' | 'evening' | 'night'
/** Day and month, from 1; a year if it was said. */
export interface SaidDate { day: number, month: number, year: number | null }

/** Latin words stand alone; Khmer ones stand close together. */
const word = (...words: string[]): string => `(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`
const filler = new RegExp(`${word('luc', 'vao', 'den', 'tu', 'truoc', 'het', 'cuoi', 'ngay', 'cho', 'khi', 'va', 'cung', 'lan', 'at', 'on', 'until', 'till', 'by', 'before', 'the', 'of', 'end', 'day', 'and', 'from')}|នៅ|ដល់|រហូត|ថ្ងៃទី|ថ្ងៃ|វេលា|និង|ចាប់ពី`, 'gu')

const parts: [Part, RegExp][] = [
  ['noon', new RegExp(`${word('trua', 'noon')}|ថ្ងៃត្រង់`, 'u')],
  ['morning', new RegExp(`${word('sang', 'morning')}|ព្រឹក`, 'u')],
  ['afternoon', new RegExp(`${word('chieu', 'afternoon')}|រសៀល`, 'u')],
  ['evening', new RegExp(`${word('toi', 'evening', 'tonight')}|ល្ងាច`, 'u')],
  ['night', new RegExp(`${word('dem', 'khuya', 'night')}|យប់`, 'u')],
]

/** What a day, or a part of one, means without an hour: until when something holds, or when something begins. */
export type Edge = 'its-end' | 'its-start'

const time = (hour: number, minute = 0): TimeOfDay => ({ hour, minute })
const edges: Record<Part, Record<Edge, TimeOfDay>> = {
  'morning': { 'its-start': time(7, 30), 'its-end': time(11, 30) },
  'noon': { 'its-start': time(11, 30), 'its-end': time(13) },
  'afternoon': { 'its-start': time(14), 'its-end': time(17, 30) },
  'evening': { 'its-start': time(19), 'its-end': time(23, 59) },
  'night': { 'its-start': time(21), 'its-end': time(23, 59) },
}

/** `18h`, `7 giờ 30`, `7h rưỡi tối`, `6:30 pm`, `ម៉ោង 7:30 ព្រឹក`, `chiều`. Null: no time was said. `wrong`: one that no clock shows. */
export function takeTime (text: TimeText, edge: Edge): TimeOfDay | null | 'wrong' {
  const clock = text.take(/ម៉ោង\s*(\d{1,2})(?::(\d{2}))?(?!\d)/u)
    ?? text.take(/(?<![\p{L}\p{N}])(\d{1,2})(?::(\d{2}))?\s*(am|pm)(?![\p{L}\p{N}])/u)
    ?? text.take(/(?<![\p{L}\p{N}])(\d{1,2})\s*(?:h|g|gio|:)\s*(?:(\d{2})(?:\s*(?:p|phut))?|(ruoi))?(?![\p{L}\p{N}])/u)
  const part = takePart(text)
  if (clock === null) return part === null ? null : edges[part][edge]
  const [, hours, minutes, more] = clock
  const minute = more === 'ruoi' ? 30 : Number(minutes ?? 0)
  const hour = inDay(Number(hours), more === 'am' ? 'morning' : more === 'pm' ? 'afternoon' : part)
  return hour > 23 || minute > 59 ? 'wrong' : { hour, minute }
}

function takePart (text: TimeText): Part | null {
  return parts.find(([, pattern]) => text.take(pattern) !== null)?.[0] ?? null
}

function inDay (hour: number, part: Part | null): number {
  if (hour === 12) return part === 'morning' || part === 'night' ? 0 : 12
  if (hour > 12 || part === null || part === 'morning') return hour
  if (part === 'noon') return hour < 6 ? hour + 12 : hour
  return part === 'night' && hour < 6 ? hour : hour + 12
}

/** Sunday is 0. */
const weekdays: RegExp[] = [
  [['chu nhat', 'cn', 'sundays?', 'sun'], 'អាទិត្យ'], [['thu hai', 'thu 2', 't2', 'mondays?', 'mon'], 'ចន្ទ'], [['thu ba', 'thu 3', 't3', 'tuesdays?', 'tue'], 'អង្គារ'],
  [['thu tu', 'thu 4', 't4', 'wednesdays?', 'wed'], 'ពុធ'], [['thu nam', 'thu 5', 't5', 'thursdays?', 'thu'], 'ព្រហស្បតិ៍'], [['thu sau', 'thu 6', 't6', 'fridays?', 'fri'], 'សុក្រ'],
  [['thu bay', 'thu 7', 't7', 'saturdays?', 'sat'], 'សៅរ៍'],
].map(([latin, khmer]) => new RegExp(`${word(...latin as string[])}|(?:ថ្ងៃ)?${String(khmer)}`, 'u'))

/** All that are named, in the order of the week from Sunday. */
export function takeWeekdays (text: TimeText): number[] {
  // "thu" is Thursday in English and the first half of every Vietnamese one: those are taken before it.
  const order = [1, 2, 3, 5, 6, 0, 4]
  return order.filter(day => text.take(weekdays[day] ?? /$^/) !== null).sort((a, b) => a - b)
}

const months = ['jan(?:uary)?', 'feb(?:ruary)?', 'mar(?:ch)?', 'apr(?:il)?', 'may', 'june?', 'july?', 'aug(?:ust)?', 'sept?(?:ember)?', 'oct(?:ober)?', 'nov(?:ember)?', 'dec(?:ember)?']
const monthNames = months.join('|')

/** `24/12`, `24-12-2026`, `2026-12-24`, `24 tháng 12 năm 2026`, `24 December`, `ថ្ងៃទី 24 ខែ 12`; all that are there, in order. */
export function takeDates (text: TimeText): SaidDate[] {
  const found: SaidDate[] = []
  for (let n = 0; n < 60; n++) {
    const date = takeDate(text)
    if (date === null) return found
    found.push(date)
  }
  return found
}

function takeDate (text: TimeText): SaidDate | null {
  const iso = text.take(/(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/u)
  if (iso !== null) return { day: Number(iso[3]), month: Number(iso[2]), year: Number(iso[1]) }
  const named = text.take(new RegExp(`(?<![\\p{L}\\p{N}])(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${monthNames})(?![\\p{L}])(?: (\\d{4}))?`, 'u'))
  if (named !== null) return { day: Number(named[1]), month: monthOf(named[2] ?? ''), year: yearOf(named[3]) }
  const monthFirst = text.take(new RegExp(`(?<![\\p{L}\\p{N}])(${monthNames}) (\\d{1,2})(?:st|nd|rd|th)?(?![\\p{L}\\p{N}:])(?:,? (\\d{4}))?`, 'u'))
  if (monthFirst !== null) return { day: Number(monthFirst[2]), month: monthOf(monthFirst[1] ?? ''), year: yearOf(monthFirst[3]) }
  const numbers = text.take(/(?<![\d/-])(\d{1,2})\s?[/-]\s?(\d{1,2})(?:\s?[/-]\s?(\d{4}|\d{2}))?(?![\d/-])/u)
    ?? text.take(/(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/u)
    ?? text.take(/(?<![\p{L}\p{N}])(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?(?![\p{L}\p{N}])/u)
    ?? text.take(/(?:ថ្ងៃទី\s*)?(\d{1,2})\s*ខែ\s*(\d{1,2})(?:\s*ឆ្នាំ\s*(\d{4}))?/u)
  return numbers === null ? null : { day: Number(numbers[1]), month: Number(numbers[2]), year: yearOf(numbers[3]) }
}

function monthOf (name: string): number {
  return 1 + months.findIndex(pattern => new RegExp(`^(?:${pattern})$`).test(name))
}

function yearOf (said: string | undefined): number | null {
  if (said === undefined) return null
  return said.length === 2 ? 2000 + Number(said) : Number(said)
}

export type NamedDay = 'today' | 'tomorrow' | 'after-tomorrow'

const namedDays: [NamedDay, RegExp][] = [
  ['after-tomorrow', new RegExp(`${word('ngay kia', 'ngay mot', 'day after tomorrow')}|ខានស្អែក`, 'u')],
  ['tomorrow', new RegExp(`${word('ngay mai', 'mai', 'tomorrow')}|(?:ថ្ងៃ)?ស្អែក`, 'u')],
  ['today', new RegExp(`${word('hom nay', '(?<=(?:sang|trua|chieu|toi|dem) )nay', 'today')}|ថ្ងៃនេះ|(?<=ព្រឹក|រសៀល|ល្ងាច|យប់)នេះ`, 'u')],
]

export function takeNamedDay (text: TimeText): NamedDay | null {
  return namedDays.find(([, pattern]) => text.take(pattern) !== null)?.[0] ?? null
}

const units: [number, string[], string][] = [
  [60_000, ['phut', 'minutes?', 'mins?'], 'នាទី'], [3_600_000, ['gio', 'tieng', 'h', 'hours?'], 'ម៉ោង'],
  [86_400_000, ['ngay', 'days?'], 'ថ្ងៃ'], [604_800_000, ['tuan', 'weeks?'], 'សប្តាហ៍|អាទិត្យ'],
]

/** A whole text that says how long: `48 giờ`, `trong 12 giờ`, `3 ngày nữa`, `for 2 days`, `48 ម៉ោង`. Milliseconds; null: it says something else. */
export function durationIn (text: string): number | null {
  for (const [unit, latin, khmer] of units) {
    const eaten = new TimeText(text)
    const lead = eaten.take(new RegExp(`${word('trong', 'sau', 'con', 'for', 'in', 'within')}|ក្នុង|រយៈពេល`, 'u')) !== null
    const found = eaten.take(new RegExp(`(?<![\\p{L}\\p{N}])(\\d{1,3})\\s*(?:${latin.join('|')})(?![\\p{L}\\p{N}])|(?<!\\d)(\\d{1,3})\\s*(?:${khmer})`, 'u'))
    if (found === null) continue
    const trail = eaten.take(new RegExp(`${word('nua', 'den', 'from now')}|ទៀត`, 'u')) !== null
    const n = Number(found[1] ?? found[2])
    // "18h" alone is a time of day; nobody's day has 48.
    const isClock = unit === 3_600_000 && n < 24 && !lead && !trail && /^\s*\d+\s*(?:h|gio|giờ)\s*$/iu.test(text.normalize('NFC'))
    if (n > 0 && !isClock && eaten.isEaten()) return n * unit
  }
  return null
}
