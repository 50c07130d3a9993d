// npm run crash: kills a program that four channels talk to, at random moments, and says what became of everybody.
//   -- --kills 50                  so many times (50)
//   -- --seed 7                    the same moments and the same people again
//   -- --database postgresql       a real one, of its own (sqlite)
//   -- --people 3                  at once on each way
//   -- --telegram webhook          instead of polling
// npm run crash -- --bulletins     the same while bulletins are sent (20 kills); on PostgreSQL with one program and with two
import { parseArgs } from 'node:util'
import { endAll, removeFolders } from '../process/program.ts'
import { postgresPrograms, startCluster } from '../postgres.ts'
import { runBulletins } from './bulletin-report.ts'
import { moments } from './moments.ts'
import { crash, type CrashFigures } from './run.ts'
import { ways } from './visits.ts'

const { values } = parseArgs({
  options: {
    bulletins: { type: 'boolean', default: false }, kills: { type: 'string' }, seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    database: { type: 'string', default: 'sqlite' }, people: { type: 'string', default: '3' }, telegram: { type: 'string' },
  },
})
const { database } = values
const [kills, seed, each] = [values.kills ?? (values.bulletins ? '20' : '50'), values.seed, values.people].map(Number) as [number, number, number]
const updates = (values.telegram ?? 'polling') === 'webhook' ? 'webhook' : 'polling'
if (![kills, seed, each].every(Number.isInteger) || !['sqlite', 'postgresql'].includes(database)) throw new Error('--kills, --seed and --people are numbers; --database is sqlite or postgresql.')
const programs = postgresPrograms()
if (database === 'postgresql' && programs === null) throw new Error('PostgreSQL is not installed here.')

if (values.bulletins) process.exit(await runBulletins({ kills, seed, database }))
console.log(`seed ${seed}, ${kills} kills, ${database}, ${each} people at once on each of ${ways.length} ways, Telegram by ${updates}\n`)
const cluster = database === 'postgresql' && programs !== null ? await startCluster(programs) : null
let figures: CrashFigures
try {
  figures = await crash({ seed, kills, each, updates, databaseUrl: await cluster?.newDatabase() ?? null, tell: (line, seconds) => { console.log(`${seconds.toFixed(1).padStart(7)} s  ${line}`) } })
} finally {
  await endAll()
  await cluster?.stop()
  await removeFolders()
}
report(figures)
process.exit(figures.violations.length > 0 ? 1 : 0)

function report (found: CrashFigures): void {
  const row = (what: string, figure: number | string): void => { console.log(`${what.padEnd(64)}${String(figure).padStart(10)}`) }
  const digits = (n: number): string => n.toFixed(1)
  console.log('')
  for (const moment of moments) row(`killed ${moment}`, found.kills.filter(kill => kill.moment === moment).length)
  row('kills while somebody waited for an answer', found.kills.filter(({ waiting }) => waiting > 0).length)
  row('kills while somebody was sending a tip', found.kills.filter(({ sending }) => sending > 0).length)
  row('kills while a tip was on its way to the agency', found.kills.filter(({ onTheWay }) => onTheWay > 0).length)
  row('residents left without an answer by the kills, together', found.kills.reduce((sum, { waiting }) => sum + waiting, 0))
  row('visits', found.visits)
  for (const way of ways) row(`reports on ${way}`, found.reports[way])
  row('with a photo', found.photos)
  row('with an addition', found.additions)
  row('answers read', found.answers)
  row('longest wait for an answer while it ran, seconds', digits(found.longestWait))
  row('everybody answered after the last start, seconds', digits(found.lastAnswered))
  row('events that Zalo (Official Account) had to bring again', found.broughtAgain)
  for (const [way, many] of Object.entries(found.repliesTwice)) row(`replies that came twice on ${way}`, many)
  row('codes read', found.codes.read)
  row('opened where they were read', found.codes.opened)
  row('opened on the page, the right tip', found.codes.openedOnThePage)
  row(`opened on another channel, of ${found.codes.triedElsewhere}`, found.codes.openedElsewhere)
  row('tips at the agency', found.agency.tips)
  row('requests to the agency', found.agency.requests)
  row('under as many webhook-ids', found.agency.ids)
  row('repeats under an old webhook-id', found.agency.repeats)
  row('complete only when a lease had run out', found.agency.later)
  row('seconds', digits(found.seconds))
  for (const [words, times] of Object.entries(found.logged)) row(`  ${words}`.slice(0, 62), times)
  console.log(found.violations.length === 0 ? '\nAll claims hold.' : `\n${found.violations.length} violations:\n${found.violations.slice(0, 50).map(one => `  ${one}`).join('\n')}`)
}
