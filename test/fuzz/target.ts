// What is thrown at, how often, and what came of it.
import fc from 'fast-check'

export interface Target {
  name: string
  /** Its share of a million inputs. */
  share: number
  /** Made when its turn comes. */
  open (): Promise<Aim> | Aim
}

export interface Aim {
  /** Throws at least so many inputs, seeded; stops early when enough has failed. `path` replays one failure alone. */
  run (how: { inputs: number, seed: number, path?: string | undefined, beat?: (() => void) | undefined }): Promise<Figures>
  close (): Promise<void>
}

export interface Figures {
  inputs: number
  crashes: number
  serverErrors: number
  hangs: number
  /** Milliseconds the slowest input took. */
  slowest: number
  /** What failed: how to replay it, the smallest input found, and the error. */
  failures: string[]
}

/** A door answered with 5xx. */
export class ServerError extends Error {}

const tooLong = 1000
const mostFailures = 5
const mostShown = 600

/** Of several inputs in one go: how many, and the milliseconds of the slowest. Nothing: it was one. */
type Took = { inputs: number, slowest: number } | undefined | void

/**
 * Throws inputs of an arbitrary at `take`, which throws when something is wrong.
 * An input that is slow is tried again: a busy machine is slow once, a bad input always.
 */
export function aim<T> (input: fc.Arbitrary<T>, take: (value: T) => Took | Promise<Took>, close: () => Promise<void> = async () => {}): Aim {
  return {
    close,
    async run ({ inputs, seed, path, beat }) {
      const figures: Figures = { inputs: 0, crashes: 0, serverErrors: 0, hangs: 0, slowest: 0, failures: [] }
      const timed = async (value: T): Promise<number> => {
        beat?.()
        const worked = stopwatch()
        const took = await take(value)
        figures.inputs += took?.inputs ?? 1
        return took?.slowest ?? worked()
      }
      let runs = 0
      for (let round = seed; figures.inputs < inputs && figures.failures.length < mostFailures; round++) {
        let run = -1
        // Only noted: to look for a smaller one would take as long as each of them does.
        const property = fc.asyncProperty(input, async value => {
          run++
          const first = await timed(value)
          const took = first <= tooLong ? first : Math.min(first, await timed(value))
          figures.slowest = Math.max(figures.slowest, took)
          if (took <= tooLong || figures.failures.length >= mostFailures) return
          figures.hangs++
          figures.failures.push(`--seed ${round} --path ${path ?? run}\n  ${shown(value)}\n  One input took ${Math.round(took)} ms.`)
        })
        // A run may be many inputs (a walk); the first rounds find out how many.
        const each = Math.max(1, figures.inputs / Math.max(1, runs))
        const numRuns = Math.min(runs === 0 ? 20 : 1000, Math.ceil((inputs - figures.inputs) / each))
        const details = await fc.check(property, { seed: round, numRuns, ...(path === undefined ? {} : { path }) })
        runs += details.numRuns
        if (details.failed) note(figures, details, details.counterexample?.[0])
        if (path !== undefined) break
      }
      return figures
    },
  }
}

/** Milliseconds this thread has worked since; waiting for a busy machine is not counted. */
export function stopwatch (): () => number {
  const before = process.threadCpuUsage()
  return () => {
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  }
}

function note (figures: Figures, { errorInstance: error, seed, counterexamplePath: path }: Pick<fc.RunDetails<unknown>, 'errorInstance' | 'seed' | 'counterexamplePath'>, value: unknown): void {
  if (error instanceof ServerError) figures.serverErrors++
  else figures.crashes++
  figures.failures.push(`--seed ${seed} --path ${path ?? ''}\n  ${shown(value)}\n  ${error instanceof Error ? error.stack?.split('\n').slice(0, 6).join('\n  ') ?? error.message : String(error)}`)
}

function shown (value: unknown): string {
  return fc.stringify(value).slice(0, mostShown)
}

/** @throws with the sentence when it is not so */
export function must (holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence)
}
