// Wakes the loops that wait for work in this process; work from elsewhere is found by looking now and then.

export interface Bell {
  ring (): void
  /**
   * Resolves at the next ring, after `ms`, or when `signal` aborts; at once if it rang since the last wait with this signal.
   * A ring is heard by everybody: each waits with a signal of its own.
   */
  wait (ms: number, signal: AbortSignal): Promise<void>
}

export function makeBell (): Bell {
  let rings = 0
  const heard = new WeakMap<AbortSignal, number>()
  const waiting = new Set<() => void>()
  return {
    ring () {
      rings++
      for (const wake of waiting) wake()
    },
    async wait (ms, signal) {
      if ((heard.get(signal) ?? 0) === rings && !signal.aborted) {
        await new Promise<void>(resolve => {
          const wake = (): void => {
            clearTimeout(timer)
            waiting.delete(wake)
            // Taken off again: a signal lives as long as the program, and so would everything left on it.
            signal.removeEventListener('abort', wake)
            resolve()
          }
          const timer = setTimeout(wake, ms)
          waiting.add(wake)
          signal.addEventListener('abort', wake)
        })
      }
      heard.set(signal, rings)
    },
  }
}
