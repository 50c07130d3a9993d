// Stands at the web's doors for newcomers and reports. Nobody notices while it is quiet; in a crowd it asks browsers for a sum first.
import type { Context, MiddlewareHandler } from 'hono'
import type { Clock } from '../clock.ts'
import type { Crowd } from './crowd.ts'
import { slowDown } from './pace.ts'
import { puzzleHeader, type Puzzles } from './puzzle.ts'
import { Refusal } from './refusal.ts'

export interface Doorkeeper {
  /**
   * Counts the request, and lets it in unless there is a crowd. In a crowd it comes in with a solved puzzle, or if it is known.
   * @param isKnown asked in a crowd only: is it somebody who was here before?
   * @throws Refusal `busy` with a new puzzle for a script
   */
  letIn (c: Context, isKnown?: () => Promise<boolean>): Promise<void>
  /** The same for a form, which can't solve anything: a small share of them is let in with nothing. */
  letFormIn (c: Context, isKnown: () => Promise<boolean>): Promise<void>
  /** `letIn` as a middleware. */
  newcomers: MiddlewareHandler
  /** A puzzle to solve in advance, before much is sent; null: there is no crowd. */
  puzzle (): Promise<object | null>
}

/** For the metrics. */
export type AtTheDoor = 'asked' | 'solved' | 'known' | 'share'

/** Two forms a second in a crowd, six a minute from one client: for browsers without a script, which can't compute. */
const share = { perMinute: 6, burst: 3, overall: 120 }
/** Seconds until somebody without a script should try again. */
const tryAgain = 60

export function makeDoorkeeper ({ crowd, puzzles, clock, observe = () => {} }: { crowd: Crowd, puzzles: Puzzles, clock: Clock, observe?: (what: AtTheDoor) => void }): Doorkeeper {
  const slowly = slowDown(share, clock)

  /** Why it is let in; null: it is not. */
  async function why (c: Context, isKnown?: () => Promise<boolean>): Promise<AtTheDoor | 'quiet' | null> {
    if (!crowd.knock(clock())) return 'quiet'
    const header = c.req.header(puzzleHeader)
    if (header !== undefined && await puzzles.isSolved(header, clock())) return 'solved'
    return await isKnown?.() === true ? 'known' : null
  }

  async function hasShare (c: Context): Promise<boolean> {
    try {
      await slowly(c, async () => {})
      return true
    } catch (error) {
      if (error instanceof Refusal) return false
      throw error
    }
  }

  async function letIn (c: Context, isKnown?: () => Promise<boolean>): Promise<void> {
    const because = await why(c, isKnown)
    if (because === 'quiet') return
    observe(because ?? 'asked')
    if (because === null) throw new Refusal('busy', undefined, 1, { puzzle: await puzzles.make(clock()) })
  }

  return {
    letIn,
    async letFormIn (c, isKnown) {
      const because = await why(c, isKnown)
      if (because === 'quiet') return
      const shared = because === null && await hasShare(c)
      observe(because ?? (shared ? 'share' : 'asked'))
      if (because === null && !shared) throw new Refusal('busy', undefined, tryAgain)
    },
    newcomers: async (c, next) => {
      await letIn(c)
      await next()
    },
    puzzle: async () => crowd.since(clock()) === null ? null : await puzzles.make(clock()),
  }
}
