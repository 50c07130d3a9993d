// npm run fuzz: throws generated inputs at every part that meets the outside, and says what broke.
//   -- --full            at least a million inputs (some twenty minutes)
//   -- --runs 50000      that many
//   -- --seed 7 --only "Telegram reader" --path 12:0:1    one failure again
import { parseArgs } from 'node:util'
import { fuzz, targets } from './targets.ts'
import { watchdog } from './watchdog.ts'

const { values } = parseArgs({ options: { full: { type: 'boolean' }, runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' }, path: { type: 'string' } } })
const inputs = Number(values.runs ?? (values.full === true ? 1_000_000 : 30_000))
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000)
const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only)
if (!Number.isInteger(inputs) || !Number.isInteger(seed) || chosen.length === 0) throw new Error(`--runs and --seed are numbers; --only is one of: ${targets.map(({ name }) => name).join(', ')}.`)

const dog = watchdog(chosen.map(({ name }) => name), seed)
console.log(`seed ${seed}, ${inputs} inputs\n`)
console.log(['target'.padEnd(24), ...['inputs', 'crashes', '5xx', 'hangs', 'slowest ms', 'seconds'].map(head => head.padStart(11))].join(''))
const all = await fuzz(chosen, { inputs, seed, path: values.path, beat: dog.beat, begins: dog.now, done: (name, figures, seconds) => {
  console.log([name.padEnd(24), ...[figures.inputs, figures.crashes, figures.serverErrors, figures.hangs, Math.round(figures.slowest), Math.round(seconds)].map(figure => String(figure).padStart(11))].join(''))
  for (const failure of figures.failures) console.log(`  ${failure}`)
} })
await dog.stop()
console.log(['all'.padEnd(24), ...[all.inputs, all.crashes, all.serverErrors, all.hangs, Math.round(all.slowest)].map(figure => String(figure).padStart(11))].join(''))
// Loops of the program may still be asleep.
process.exit(all.failures.length > 0 ? 1 : 0)
