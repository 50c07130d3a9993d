// Notices when a platform fails for everybody, and when it refuses a text: then few are asked in place of all. In memory only.

/** So many failures one after the other, and nobody who was reached: it is not these people. */
const tooMany = 5
/** Milliseconds between two tries then: doubled each time, up to the longest; an alarm is tried more often. */
const [firstPause, longest, longestForAlarm] = [1000, 60_000, 5000]

export interface Trouble {
  /** A request failed for a reason that is not its recipient's. */
  failed (): void
  /** The platform answered sensibly. */
  answered (): void
  /** How many may be asked now: none during a pause, one after it, else anybody (Infinity). */
  allows (onTheWire: number, alarm: boolean): number
}

export function makeTrouble (now: () => number = () => performance.now()): Trouble {
  let failures = 0
  let pauses = 0
  let since = -Infinity
  return {
    failed () {
      failures++
      // Those that were on the wire together are one failure.
      if (failures < tooMany || now() < since + pauseAfter(pauses, longest)) return
      pauses++
      since = now()
    },
    answered () {
      failures = pauses = 0
      since = -Infinity
    },
    allows (onTheWire, alarm) {
      if (failures < tooMany) return Infinity
      return now() < since + pauseAfter(pauses, alarm ? longestForAlarm : longest) ? 0 : Math.max(0, 1 - onTheWire)
    },
  }
}

const pauseAfter = (pauses: number, most: number): number => pauses === 0 ? 0 : Math.min(most, firstPause * 2 ** (pauses - 1))

/** What a channel said to the text of one bulletin. */
export interface Verdict {
  /** When it was first brought to somebody; milliseconds of this process. */
  since: number
  onTheWire: number
  taken: number
  refused: number
}

/** Who does not hear so long what became of the first few goes on: slow is not wrong. */
const patience = 2000

/** How many more may get it at once: a few, until the first of them took it. */
export function mostOf ({ since, onTheWire, taken, refused }: Verdict, now: number): number {
  if (taken > 0 || (refused === 0 && now > since + patience)) return Infinity
  return Math.max(0, tooMany - onTheWire - refused)
}

/** The platform takes it from nobody: the text is wrong, not these people. */
export function isWrong ({ taken, refused }: Verdict): boolean {
  return taken === 0 && refused >= tooMany
}
