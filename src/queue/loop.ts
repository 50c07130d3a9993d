// Does a kind of work over and over until told to stop; an error never ends it.
import { setImmediate as turn } from 'node:timers/promises'
import { describeError, type Log } from '../log.ts'
import type { Bell } from './bell.ts'

export interface Loop {
  /** No new round; resolves when the one under way is finished. */
  stop (): Promise<void>
}

/**
 * Calls `round` again at once while it returns true ("there may be more"), else after a ring of the bell or `everyMs`.
 * A round that throws is logged and tried again after `everyMs`, at least a second.
 */
export function startLoop (name: string, round: (signal: AbortSignal) => Promise<boolean>, bell: Bell, everyMs: number, log: Log): Loop {
  const stopping = new AbortController()
  const { signal } = stopping
  const running = (async () => {
    while (!signal.aborted) {
      try {
        // On SQLite a round is a chain of microtasks: without a turn nothing else would happen while there is work.
        if (await round(signal)) await turn()
        else await bell.wait(everyMs, signal)
      } catch (error) {
        log.error({ loop: name, err: describeError(error) }, 'a round of work failed; it will be tried again')
        await bell.wait(Math.max(1000, everyMs), signal)
      }
    }
  })()
  return {
    async stop () {
      stopping.abort()
      await running
    },
  }
}
