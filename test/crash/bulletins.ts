// Bulletins are sent by a program that is killed again and again; and what became of every recipient.
import { setTimeout as pause } from 'node:timers/promises'
import type { Program } from '../process/program.ts'
import { alarm, everybody, lesson } from '../bulletins/newsroom.ts'
import { until } from '../world.ts'
import { aboutArrivals, aboutRows, aboutSums, nameOf } from './bulletin-claims.ts'
import { aWorkplace, type Workplace } from './bulletin-place.ts'
import { startBulletinSink, type BulletinSink } from './bulletin-sink.ts'
import { makeDice, type Dice } from './dice.ts'

export interface BulletinCrashOptions {
  seed: number
  kills: number
  /** Recipients of each bulletin. */
  residents: number
  /** Null: SQLite in the data folder. */
  databaseUrl: string | null
  /** Two programs on one database: the one that sends is killed or frozen, the other goes on. */
  workers: 1 | 2
  tell?: (line: string, seconds: number) => void
}

export const strokes = ['while it starts', 'as it begins to send', 'in the middle', 'as an answer comes', 'while an audience is written down', 'frozen'] as const
export type Stroke = typeof strokes[number]

export interface BulletinKill {
  stroke: Stroke
  /** Marked as on the wire in the database when it was dead. */
  onTheWire: number
  /** Of these, not answered by the platform yet, or not arrived there. */
  inFlight: number
  /** Answered just before, and not written down in time. */
  answered: number
  /** Seconds until a message came again: after the next start, or from the other program. Null: nothing was left to send. */
  wentOn: number | null
}

export interface BulletinCrashFigures {
  kills: BulletinKill[]
  bulletins: number
  deliveries: number
  byState: Record<string, number>
  /** Answers that the platform lost by itself: these are unknown as well. */
  lostByPlatform: number
  /** Alarms that came more than once. */
  alarmsTwice: number
  seconds: number
  /** Empty: all claims hold. */
  violations: string[]
}

/** An answer that is older than this must be on disk; milliseconds. A busy machine's pauses are in it. */
const slowest = 1000

export async function crashBulletins (options: BulletinCrashOptions): Promise<BulletinCrashFigures> {
  const { seed, kills: many, residents, workers } = options
  const began = performance.now()
  const dice = makeDice(seed)
  const sink = await startBulletinSink(dice.forked(1))
  const place = await aWorkplace(sink, options.databaseUrl, residents)
  const kills: BulletinKill[] = []
  const violations: string[] = []
  const tell = (line: string): void => { options.tell?.(line, (performance.now() - began) / 1000) }
  const send = async (urgent: boolean): Promise<unknown> => await place.newsroom.approved({ content: urgent ? alarm(new Date()) : lesson(), audience: everybody })
  try {
    const plan = planFor(many, workers, dice)
    const before = { marked: new Set<string>(), at: 0 }
    let programs = Array.from({ length: workers }, (_, n) => place.starts(n))
    await Promise.all(programs.map(async program => { await program.runs() }))
    for (const [n, stroke] of plan.entries()) {
      // Something is always left to send, and an alarm passes now and then.
      await send(false)
      if (n % 3 === 1) await send(true)
      const kill = await strike(stroke, { place, sink, dice, programs, violations, before })
      programs = kill.programs
      kills.push(kill.found)
      const { onTheWire, inFlight, answered, wentOn } = kill.found
      tell(`${stroke}: ${onTheWire} on the wire (${inFlight} in flight, ${answered} just answered), went on after ${wentOn === null ? '–' : `${wentOn.toFixed(1)} s`}`)
    }
    await until(async () => await allOver(place), 180_000)
    await Promise.all(programs.map(async program => { await stops(program, violations) }))
    return { ...await countedUp(place, sink, kills, violations, residents), seconds: (performance.now() - began) / 1000 }
  } finally {
    await place.close()
    await sink.stop()
  }
}

function planFor (many: number, workers: 1 | 2, dice: Dice): Stroke[] {
  const kinds = strokes.filter(stroke => workers === 2 ? stroke !== 'while it starts' : stroke !== 'frozen')
  const plan: Stroke[] = []
  while (plan.length < many) plan.push(...dice.shuffled(kinds).slice(0, many - plan.length))
  return plan
}

interface Scene {
  place: Workplace
  sink: BulletinSink
  dice: Dice
  programs: readonly Program[]
  violations: string[]
  /** What was on the wire at the last kill, and when that was: a program that is killed in its start has not looked at it yet. */
  readonly before: { marked: ReadonlySet<string>, at: number }
}

/** Kills (or freezes) the program that sends, at the moment; and starts it again. */
async function strike (stroke: Stroke, scene: Scene): Promise<{ found: BulletinKill, programs: Program[] }> {
  const { place, sink, dice, programs, violations } = scene
  await comes(stroke, scene)
  const victim = senderOf(scene)
  const program = programs[victim]
  if (program === undefined) throw new Error('There is no program to strike.')
  const frozen = stroke === 'frozen'
  program.process.kill(frozen ? 'SIGSTOP' : 'SIGKILL')
  const struck = Date.now()
  if (!frozen) await program.ended
  const found: BulletinKill = { stroke, ...await handOf(scene, struck), wentOn: null }
  const after = sink.arrivals.length
  const rest = [...programs]
  const from = Date.now()
  if (programs.length === 1 || !frozen) rest[victim] = place.starts(victim)
  // A program that is frozen wakes up when another has its duty: what it had in hand then must not be sent by both.
  const other = place.urls[programs.length === 1 ? victim : 1 - victim]
  const goes = async (): Promise<void> => { await until(async () => sink.arrivals.slice(after).some(({ from }) => from === other) || await allOver(place), 30_000) }
  await goes().catch(() => { violations.push(`Nothing came within 30 s after ${stroke}.`) })
  const first = sink.arrivals.slice(after).find(arrival => arrival.from === other)
  if (first !== undefined) found.wentOn = (first.at - from) / 1000
  if (frozen) {
    await pause(dice.between(0, 1500))
    program.process.kill('SIGCONT')
  }
  await rest[victim]?.runs()
  return { found, programs: rest }
}

/** Resolves at that moment. */
async function comes (stroke: Stroke, { sink, dice, place }: Scene): Promise<void> {
  const from = sink.arrivals.length
  const arrived = async (many: number): Promise<void> => { await until(async () => sink.arrivals.length >= from + many || await allOver(place), 30_000) }
  switch (stroke) {
    case 'while it starts': return void await pause(dice.between(0, 2500))
    case 'as it begins to send':
      await arrived(1)
      return void await pause(dice.between(0, 50))
    case 'in the middle':
    case 'frozen':
      await arrived(20 + dice.below(100))
      return void await pause(dice.between(0, 100))
    case 'as an answer comes': {
      await arrived(1 + dice.below(60))
      const answered = (): number => sink.arrivals.filter(({ answeredAt }) => answeredAt !== null).length
      const before = answered()
      await until(async () => answered() > before || await allOver(place), 5000)
      return void await pause(dice.between(0, 8))
    }
    case 'while an audience is written down':
      await arrived(1)
      await place.newsroom.approved({ content: lesson(), audience: everybody })
      return void await pause(dice.between(0, 700))
    default: return stroke satisfies never
  }
}

/** By what came last. */
function senderOf ({ sink, place, programs }: Scene): number {
  const last = sink.arrivals.at(-1)?.from
  return programs.length === 1 || last === undefined ? 0 : Math.max(0, place.urls.indexOf(last))
}

/** What the dead had in hand, as the database and the platform have it. */
async function handOf ({ place, sink, violations, before }: Scene, struck: number): Promise<Pick<BulletinKill, 'onTheWire' | 'inFlight' | 'answered'>> {
  const all = await place.onTheWire()
  const last = new Map(sink.arrivals.map(arrival => [nameOf(arrival), arrival]))
  const marked = all.filter(name => !(before.marked.has(name) && (last.get(name)?.at ?? 0) <= before.at))
  // Whoever was told to wait, or whose alarm got lost, is asked again: that has not arrived yet.
  const answered = marked.filter(name => { const arrival = last.get(name); return arrival?.answeredAt != null && (arrival.was === 'accepted' || arrival.was === 'left') })
  for (const name of answered) {
    const age = struck - (last.get(name)?.answeredAt ?? struck)
    if (age > slowest) violations.push(`${name} was answered ${age} ms before the kill, and not written down.`)
  }
  Object.assign(before, { marked: new Set(all), at: struck })
  return { onTheWire: marked.length, inFlight: marked.length - answered.length, answered: answered.length }
}

/** Everything that was approved is sent. */
async function allOver (place: Workplace): Promise<boolean> {
  const rows = await place.room.orm.em.fork().execute<unknown[]>('select 1 from bulletin where state <> \'sent\'')
  return rows.length === 0
}

async function stops (program: Program, violations: string[]): Promise<void> {
  program.process.kill('SIGTERM')
  const end = await program.ended
  if (end !== 0) violations.push(`The program ended with ${end}: ${program.terminal().slice(-500)}`)
}

async function countedUp (place: Workplace, sink: BulletinSink, kills: BulletinKill[], violations: readonly string[], residents: number): Promise<Omit<BulletinCrashFigures, 'seconds'>> {
  const [rows, sums] = [await place.rows(), await place.sums()]
  const byState = Object.fromEntries([...Map.groupBy(rows, ({ state }) => state)].map(([state, all]) => [state, all.length]))
  const lostByPlatform = sink.arrivals.filter(({ was }) => was === 'lost').length
  const inHand = kills.reduce((sum, { onTheWire }) => sum + onTheWire, 0)
  const unknown = byState.unknown ?? 0
  const again = Map.groupBy(sink.arrivals.filter(({ was }) => was === 'accepted' || was === 'lost'), nameOf)
  const alarms = new Set(rows.filter(({ kind }) => kind === 'alarm').map(({ code }) => code))
  return {
    kills, byState, lostByPlatform,
    bulletins: new Set(rows.map(({ code }) => code)).size,
    deliveries: rows.length,
    alarmsTwice: [...again].filter(([name, all]) => all.length > 1 && alarms.has(name.slice(0, 7))).length,
    violations: [
      ...violations, ...aboutArrivals(sink.arrivals, rows), ...aboutRows(sink.arrivals, rows, residents), ...aboutSums(rows, sums),
      ...unknown <= inHand + lostByPlatform ? [] : [`${unknown} are unknown; ${inHand} were on the wire at the kills, and the platform lost ${lostByPlatform} answers.`],
      // A run in which nothing happened proves nothing.
      ...kills.some(({ onTheWire }) => onTheWire > 0) ? [] : ['No kill hit a message on the wire.'],
    ],
  }
}
