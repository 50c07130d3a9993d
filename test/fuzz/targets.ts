// All that is thrown at, and the throwing.
import { closeDoors, doors } from './doors.ts'
import { fileTargets } from './files.ts'
import { fittingTargets } from './fitting.ts'
import { flowTargets } from './flows.ts'
import { readers } from './readers.ts'
import { settingTargets } from './settings.ts'
import type { Figures, Target } from './target.ts'
import { wordTargets } from './words.ts'

export const targets: Target[] = [...readers, ...flowTargets, ...wordTargets, ...fittingTargets, ...fileTargets, ...settingTargets, ...doors]

export interface FuzzOptions {
  /** All targets together, by their shares; each gets at least twenty. */
  inputs: number
  seed: number
  path?: string | undefined
  beat?: () => void
  begins?: (target: number) => void
  done?: (name: string, figures: Figures, seconds: number) => void
}

/** One target after the other, and the sum. */
export async function fuzz (chosen: readonly Target[], { inputs, seed, path, beat, begins, done }: FuzzOptions): Promise<Figures> {
  const all: Figures = { inputs: 0, crashes: 0, serverErrors: 0, hangs: 0, slowest: 0, failures: [] }
  const shares = chosen.reduce((sum, { share }) => sum + share, 0)
  for (const [index, target] of chosen.entries()) {
    begins?.(index)
    const began = performance.now()
    const aim = await target.open()
    const figures = named(target.name, await aim.run({ inputs: Math.max(20, Math.ceil(inputs * target.share / shares)), seed, path, beat }))
    await aim.close()
    for (const key of ['inputs', 'crashes', 'serverErrors', 'hangs'] as const) all[key] += figures[key]
    all.slowest = Math.max(all.slowest, figures.slowest)
    all.failures.push(...figures.failures)
    done?.(target.name, figures, (performance.now() - began) / 1000)
  }
  await closeDoors()
  return all
}

/** With the whole of what replays each failure. */
function named (name: string, figures: Figures): Figures {
  return { ...figures, failures: figures.failures.map(failure => `--only "${name}" ${failure}`) }
}
