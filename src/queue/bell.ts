// Wakes a loop that waits for work in this process; work from elsewhere is found by looking now and then.

export interface Bell {
  ring (): void
  /** Resolves at the next ring, after `ms`, or when `signal` aborts; at once if it rang since the last wait. */
  wait (ms: number, signal: AbortSignal): Promise<void>
}

export function makeBell (): Bell {
  let rang = false
  let wake: (() => void) | null = null
  return {
    ring () {
      rang = true
      wake?.()
    },
    async wait (ms, signal) {
      if (!rang && !signal.aborted) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          const done = (): void => { clearTimeout(timer); resolve() }
          wake = done
          signal.addEventListener('abort', done, { once: true })
        })
      }
      wake = null
      rang = false
    },
  }
}
