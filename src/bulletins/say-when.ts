// When a bulletin goes out, as officers write it and as it is told back: now, at a moment, every Monday, on days of the year. Pure.
import type { Language, Say, TextKey } from '../i18n.ts'
import { dayInVietnam, days } from '../clock.ts'
import { clockOf, dayOfYear, momentIn, usualTime, weekdayOf } from './moment-words.ts'
import { checkRule, nextAfter, RuleRefused, type Rule } from './schedule.ts'
import { takeDates, takeTime, takeWeekdays, TimeText, type SaidDate } from './time-words.ts'
import { momentOf } from './when.ts'

export type Said =
  | { kind: 'now' }
  | { kind: 'rule', rule: Rule }
  /** A sentence that says what to write instead. */
  | { kind: 'problem', because: TextKey }

/** A machine that was down makes up for so long. */
const lateHours = 6
const now = /^\s*(?:ngay|gửi ngay|ngay bây giờ|bây giờ|liền|now|at once|right now|immediately|ឥឡូវ|ឥឡូវនេះ|ភ្លាម|ភ្លាមៗ)[.!\s]*$/iu
const words = (latin: string, khmer: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${latin})(?![\\p{L}\\p{N}])|${khmer}`, 'u')

/**
 * Reads "ngay", "18h hôm nay", "24/12 17:00", "thứ hai hằng tuần 7:30", "ngày 5 hằng tháng", "19/8, 10/10 hằng năm", "hằng ngày 6h", and for
 * those who know it a cron rule ("30 7 * * 1"). Told back by `ruleInWords` before it counts.
 */
export function whenIn (text: string, at: Date): Said {
  if (now.test(text.normalize('NFC'))) return { kind: 'now' }
  const cron = cronIn(text)
  const rule = cron !== null ? repeating(cron) : repetitionIn(text) ?? onceIn(text, at)
  if (rule === null) return { kind: 'problem', because: 'officer.broadcast.whenUnclear' }
  const because = whyNot(rule, at)
  return because === null ? { kind: 'rule', rule } : { kind: 'problem', because }
}

function onceIn (text: string, at: Date): Rule | null {
  const moment = momentIn(text, at, 'its-start')
  return moment === null ? null : { kind: 'once', at: moment.toISOString(), lateHours }
}

/** Five fields, with a star somewhere or the word before it: "7 30 12 2 1" is more likely something else. */
function cronIn (text: string): string | null {
  const [, marked, fields = ''] = /^\s*(cron:?\s+)?((?:[\d*/,a-z-]+\s+){4}[\d*/,a-z-]+)\s*$/iu.exec(text) ?? []
  return fields !== '' && (marked !== undefined || fields.includes('*')) ? fields.replace(/\s+/g, ' ').trim() : null
}

type Frequency = 'yearly' | 'monthly' | 'weekly' | 'workdays' | 'daily' | 'every'

/** The first that is there; `every` alone goes with a weekday or a date. */
const frequencies: [Frequency, RegExp][] = [
  ['yearly', words('(?:hang|moi|every|each) (?:nam|year)|yearly|annually', '(?:រៀងរាល់|រាល់|ប្រចាំ)ឆ្នាំ')],
  ['monthly', words('(?:hang|moi|every|each) (?:thang|month)|monthly', '(?:រៀងរាល់|រាល់|ប្រចាំ)ខែ')],
  ['weekly', words('(?:hang|moi|every|each) (?:tuan|week)|weekly', '(?:រៀងរាល់|រាល់|ប្រចាំ)សប្តាហ៍')],
  ['workdays', words('(?:(?:hang|moi|every|each) )?(?:ngay lam viec|weekdays?|working days?)', '(?:រៀងរាល់|រាល់)?ថ្ងៃធ្វើការ')],
  ['daily', words('(?:hang|moi|every|each) (?:ngay|day)|daily', '(?:រៀងរាល់|រាល់|ប្រចាំ)ថ្ងៃ(?!ច|អ|ព|ស|ទី)')],
  ['every', words('hang|moi|every|each|cac', 'រៀងរាល់|រាល់')],
]

function repetitionIn (text: string): Rule | null {
  const eaten = new TimeText(text)
  const said = frequencies.filter(([, pattern]) => eaten.take(pattern) !== null).map(([frequency]) => frequency)
  const [frequency] = said
  if (frequency === undefined || said.some(other => other !== frequency && other !== 'every')) return null
  const weekdays = takeWeekdays(eaten)
  const dates = takeDates(eaten)
  const time = takeTime(eaten, 'its-start') ?? usualTime
  const dayOfMonth = frequency === 'monthly' ? eaten.take(/(?<![\p{L}\p{N}])(\d{1,2})(?:st|nd|rd|th)?(?![\p{L}\p{N}])/u) : null
  if (time === 'wrong' || !eaten.isEaten()) return null
  const { hour, minute } = time
  if (dates.length > 0) return weekdays.length > 0 || !['yearly', 'every'].includes(frequency) ? null : yearly(dates, clockOf(time))
  if (weekdays.length > 0) return frequency === 'weekly' || frequency === 'every' ? repeating(`${minute} ${hour} * * ${weekdays.join(',')}`) : null
  switch (frequency) {
    case 'daily': return repeating(`${minute} ${hour} * * *`)
    case 'workdays': return repeating(`${minute} ${hour} * * 1-5`)
    case 'monthly': return dayOfMonth === null ? null : repeating(`${minute} ${hour} ${Number(dayOfMonth[1])} * *`)
    // Every week, but on which day?
    default: return null
  }
}

function yearly (dates: SaidDate[], time: string): Rule | null {
  const found = dates.flatMap(date => dayOfYear(date) ?? [])
  return found.length < dates.length ? null : { kind: 'yearly', days: found, time, skipHolidays: false, lateHours }
}

const repeating = (cron: string): Rule => ({ kind: 'cron', cron, skipHolidays: false, lateHours })

/** What is wrong with a rule, in the officer's language; null: nothing. */
export function whyNot (rule: Rule, at: Date): TextKey | null {
  if (rule.kind === 'once') {
    const moment = new Date(rule.at)
    if (moment <= at) return 'officer.broadcast.whenPast'
    return moment.getTime() - at.getTime() > days(5 * 365) ? 'officer.broadcast.whenFar' : null
  }
  try {
    checkRule(rule, at)
    return null
  } catch (error) {
    if (!(error instanceof RuleRefused)) throw error
    return /more often/.test(error.message) ? 'officer.broadcast.whenOften' : /never/.test(error.message) ? 'officer.broadcast.whenNever' : 'officer.broadcast.whenUnclear'
  }
}

const weekdayKeys: readonly TextKey[] = [
  'officer.broadcast.weekday.sunday', 'officer.broadcast.weekday.monday', 'officer.broadcast.weekday.tuesday', 'officer.broadcast.weekday.wednesday',
  'officer.broadcast.weekday.thursday', 'officer.broadcast.weekday.friday', 'officer.broadcast.weekday.saturday',
]

/** "thứ hai, 07:30 ngày 30/11/2026" */
export function dayAndMoment (say: Say, language: Language, at: Date): string {
  return say('officer.broadcast.whenMoment', { weekday: say(weekdayKeys[weekdayOf(dayInVietnam(at))] ?? weekdayKeys[0] as TextKey), moment: momentOf(say, language, at) })
}

/** The rule in words, with the next times of one that repeats. Null: at once. */
export function ruleInWords (say: Say, language: Language, rule: Rule | null, at: Date): string {
  if (rule === null) return say('officer.broadcast.whenNow')
  if (rule.kind === 'once') return dayAndMoment(say, language, new Date(rule.at))
  const first = nextAfter(rule, at)
  const second = first === null ? null : nextAfter(rule, first)
  return [
    repetition(say, rule),
    ...(rule.skipHolidays ? [say('officer.broadcast.whenNoHolidays')] : []),
    ...(first === null ? [] : [say('officer.broadcast.whenNext', { times: [first, second].flatMap(time => time === null ? [] : [dayAndMoment(say, language, time)]).join('; ') })]),
  ].join('. ')
}

function repetition (say: Say, rule: Exclude<Rule, { kind: 'once' }>): string {
  if (rule.kind === 'yearly') return say('officer.broadcast.whenYearly', { days: rule.days.map(day => `${day.slice(3)}/${day.slice(0, 2)}`).join(', '), time: rule.time })
  const [, minute, hour, day, month, weekday] = /^(\d+) (\d+) (\d+|\*) (\*) ([\d,]+|1-5|\*)$/.exec(rule.cron) ?? []
  if (month === undefined) return say('officer.broadcast.whenCron', { cron: rule.cron })
  const time = clockOf({ hour: Number(hour), minute: Number(minute) })
  if (day !== '*' && weekday === '*') return say('officer.broadcast.whenMonthly', { day: Number(day), time })
  if (day !== '*') return say('officer.broadcast.whenCron', { cron: rule.cron })
  if (weekday === '*') return say('officer.broadcast.whenDaily', { time })
  if (weekday === '1-5') return say('officer.broadcast.whenWorkdays', { time })
  return say('officer.broadcast.whenWeekly', { days: (weekday ?? '').split(',').map(one => say(weekdayKeys[Number(one) % 7] ?? weekdayKeys[0] as TextKey)).join(', '), time })
}
