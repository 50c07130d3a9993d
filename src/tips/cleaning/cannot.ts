// Why a file could not be cleaned. Pure.

/**
 * - `kind`: we know no way to clean this kind of file.
 * - `broken`: it does not follow its own format.
 * - `too-big`: it unpacks to more than we are ready to hold.
 * - `locked`: it has a password.
 * - `too-slow`: it took too long or too much memory.
 */
export type Why = typeof whys[number]
export const whys = ['kind', 'broken', 'too-big', 'locked', 'too-slow'] as const

/** Thrown inside this room only; `cleanFile` turns it into its answer. */
export class Cannot extends Error {
  readonly why: Why

  constructor (why: Why) {
    super(why)
    this.name = 'Cannot'
    this.why = why
  }
}
