// The moment a bulletin may reach somebody: at once, after their quiet hours, or with their next letter. Pure.
import { dayInVietnam, days, hours } from '../clock.ts'
import type { Frequency } from '../subscribers/topics.ts'
import { isQuiet } from './audience.ts'

/** Letters go out at half past seven, the weekly one on Mondays. */
const letterTime = '07:30'

/** The full hour in Vietnam, 0 to 23. */
export function hourInVietnam (at: Date): number {
  return new Date(at.getTime() + hours(7)).getUTCHours()
}

/** When this hour began. Vietnam is whole hours from UTC. */
export function startOfHour (at: Date): Date {
  return new Date(Math.floor(at.getTime() / hours(1)) * hours(1))
}

/** `at`, or the end of the quiet hours it falls in. */
export function afterQuiet (at: Date, from: number, to: number): Date {
  const hour = hourInVietnam(at)
  return isQuiet(hour, from, to) ? new Date(startOfHour(at).getTime() + hours((to - hour + 24) % 24)) : at
}

/** Their next letter, unless it would come when it is no longer true: then it comes by itself. */
export function letterInTime (frequency: Frequency, at: Date, validUntil: string | null): Date | null {
  if (frequency === 'at-once') return null
  const letter = nextLetter(frequency, at)
  return validUntil !== null && new Date(validUntil) <= letter ? null : letter
}

/** When the next letter goes out. */
export function nextLetter (frequency: 'daily' | 'weekly', at: Date): Date {
  for (let n = 0; ; n++) {
    const day = dayInVietnam(new Date(at.getTime() + days(n)))
    const moment = new Date(`${day}T${letterTime}:00+07:00`)
    if (moment > at && (frequency === 'daily' || new Date(`${day}T12:00:00Z`).getUTCDay() === 1)) return moment
  }
}
