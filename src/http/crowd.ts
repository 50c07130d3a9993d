// Do many knock at the web's doors at once? Counted in memory, nobody by name; it begins and ends by itself.

/** Knocks a second that are nothing unusual: the busiest hour we plan for has three reports a second (see the benchmarks). */
const usual = 20
/** So many more may come in a moment, a village that heard a warning; the paces of the doors let as many pass at once. */
const atOnce = 1000

export interface Crowd {
  /** Counts one. True while there is a crowd. */
  knock (now: Date): boolean
  /** When it began; null: there is none. */
  since (now: Date): Date | null
}

/**
 * There is a crowd from the moment the knocks above the usual come to `atOnce`, until they have drained away: some fifty seconds
 * after the last of it. So it does not come and go with every second.
 * @param came called when one begins
 */
export function makeCrowd (came: () => void = () => {}): Crowd {
  let level = 0
  let at = 0
  let began: number | null = null

  function drain (now: number): void {
    // A clock set back drains nothing, and makes no crowd last for hours.
    level = Math.max(0, level - Math.max(0, now - at) * usual / 1000)
    at = now
    if (level === 0) began = null
  }

  return {
    knock (now) {
      drain(now.getTime())
      level = Math.min(atOnce, level + 1)
      if (level === atOnce && began === null) {
        began = at
        came()
      }
      return began !== null
    },
    since (now) {
      drain(now.getTime())
      return began === null ? null : new Date(began)
    },
  }
}
