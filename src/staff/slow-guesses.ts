// Whoever tries one-time codes that are wrong has to wait, longer each time. In memory only: a code has 80 random bits anyway.
import { hours, minutes } from '../clock.ts'

export interface SlowGuesses {
  /** Whole minutes until a code of theirs is looked at again; 0: now. */
  minutesToWait (who: string, now: Date): number
  /** Counts a wrong one. */
  wrong (who: string, now: Date): void
}

/** As with the codes of tips (tips/wrong-code.ts): so many may be mistyped before anybody has to wait. */
const free = 4
const longestWait = 60
/** More wrong codes than this in an hour, from everybody together, is guessing from many chats: then each waits after the first. */
const manyInAnHour = 100
const mostRemembered = 10_000

interface Tries { n: number, waitUntil: number, until: number }

export function makeSlowGuesses (): SlowGuesses {
  // In the order of their last try.
  const tries = new Map<string, Tries>()
  let all: Tries = { n: 0, waitUntil: 0, until: 0 }

  function counted (before: Tries | undefined, now: number): Tries {
    // An hour that ends much later than one from now on was begun before the clock was set back.
    const stands = before !== undefined && before.until > now && before.until <= now + hours(3)
    return stands ? { ...before, n: before.n + 1 } : { n: 1, waitUntil: 0, until: now + hours(1) }
  }

  return {
    minutesToWait (who, at) {
      const own = tries.get(who)
      const now = at.getTime()
      return own === undefined || own.until <= now || own.until > now + hours(3) ? 0 : Math.max(0, Math.ceil((own.waitUntil - now) / minutes(1)))
    },
    wrong (who, at) {
      const now = at.getTime()
      const own = counted(tries.get(who), now)
      all = counted(all, now)
      const past = own.n - (all.n > manyInAnHour ? 0 : free)
      if (past > 0) {
        own.waitUntil = Math.max(own.waitUntil, now + minutes(Math.min(longestWait, 2 ** (past - 1))))
        own.until = own.waitUntil + hours(1)
      }
      tries.delete(who)
      tries.set(who, own)
      const oldest = tries.keys().next().value
      if (tries.size > mostRemembered && oldest !== undefined) tries.delete(oldest)
    },
  }
}
