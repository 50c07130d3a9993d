// The crash run of bulletins on the terminal: how it goes on, and what came out.
import { endAll, removeFolders } from '../process/program.ts'
import { postgresPrograms, startCluster } from '../postgres.ts'
import { crashBulletins, strokes, type BulletinCrashFigures } from './bulletins.ts'

/** Returns the exit code. */
export async function runBulletins ({ kills, seed, database }: { kills: number, seed: number, database: string }): Promise<number> {
  const programs = postgresPrograms()
  const cluster = database === 'postgresql' && programs !== null ? await startCluster(programs) : null
  let broken = 0
  try {
    for (const workers of cluster === null ? [1] as const : [1, 2] as const) {
      console.log(`bulletins: seed ${seed}, ${kills} kills, ${database}, ${workers === 1 ? 'one program' : 'two programs'}\n`)
      const figures = await crashBulletins({ seed, kills, residents: 400, workers, databaseUrl: await cluster?.newDatabase() ?? null, tell: (line, seconds) => { console.log(`${seconds.toFixed(1).padStart(7)} s  ${line}`) } })
      report(figures, workers)
      broken += figures.violations.length
    }
  } finally {
    await endAll()
    await cluster?.stop()
    await removeFolders()
  }
  return broken > 0 ? 1 : 0
}

function report (found: BulletinCrashFigures, workers: 1 | 2): void {
  const row = (what: string, figure: number | string): void => { console.log(`${what.padEnd(64)}${String(figure).padStart(10)}`) }
  const sum = (of: (kill: BulletinCrashFigures['kills'][number]) => number): number => found.kills.reduce((total, kill) => total + of(kill), 0)
  const waits = found.kills.flatMap(({ wentOn }) => wentOn === null ? [] : [wentOn]).sort((a, b) => a - b)
  console.log('')
  for (const stroke of strokes) if (found.kills.some(kill => kill.stroke === stroke)) row(`${stroke === 'frozen' ? '' : 'killed '}${stroke}`, found.kills.filter(kill => kill.stroke === stroke).length)
  row('bulletins', found.bulletins)
  row('deliveries', found.deliveries)
  for (const [state, n] of Object.entries(found.byState)) row(`  ${state}`, n)
  row('marked as on the wire at the kills', sum(({ onTheWire }) => onTheWire))
  row('  in flight: not answered, or not arrived yet', sum(({ inFlight }) => inFlight))
  row('  answered just before', sum(({ answered }) => answered))
  row('answers that the platform lost by itself', found.lostByPlatform)
  row('alarms that came again', found.alarmsTwice)
  row(`went on after ${workers === 1 ? 'the next start' : 'the kill'}, seconds: median`, (waits[Math.floor(waits.length / 2)] ?? NaN).toFixed(1))
  row('  longest', (waits.at(-1) ?? NaN).toFixed(1))
  row('seconds', found.seconds.toFixed(1))
  console.log(found.violations.length === 0 ? '\nAll claims hold.\n' : `\n${found.violations.length} violations:\n${found.violations.slice(0, 50).map(one => `  ${one}`).join('\n')}\n`)
}
