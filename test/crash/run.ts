// A program that is killed again and again while a town talks to it; and what became of everybody and everything.
import { setTimeout as pause } from 'node:timers/promises'
import type { Program } from '../process/program.ts'
import { until } from '../world.ts'
import { aboutAnswers, aboutTheUsual, aboutTips, hasAll, repeatsOn } from './claims.ts'
import { comeBack, noCodes, type Codes } from './come-back.ts'
import { crowdOf } from './crowd.ts'
import { makeDice } from './dice.ts'
import { bursts, burstsIn, comes, planFor, underWay, type Kill, type Moment } from './moments.ts'
import { startTown } from './town.ts'
import { kindsOn, ways, type Way } from './visits.ts'

export interface CrashOptions {
  seed: number
  kills: number
  /** People at once on each way. */
  each: number
  /** Null: SQLite in the data folder. */
  databaseUrl: string | null
  /** How Telegram brings updates. */
  updates: 'polling' | 'webhook'
  /** Told how it goes on. */
  tell?: (line: string, seconds: number) => void
}

export interface CrashFigures {
  kills: Kill[]
  visits: number
  /** Reports that ended with a code. */
  reports: Record<Way, number>
  photos: number
  additions: number
  /** Answers read; and the longest one was waited for while the program ran, in seconds. */
  answers: number
  longestWait: number
  /** After the last start: seconds until everybody was answered. */
  lastAnswered: number
  /** Updates that Zalo had to bring again (Official Account). */
  broughtAgain: number
  repliesTwice: ReturnType<typeof repeatsOn>
  /** `repeats`: requests under an id that came before; `later`: visits whose tip was whole only when a lease had run out. */
  agency: { tips: number, requests: number, ids: number, repeats: number, later: number }
  codes: Codes
  /** Requests of browsers that it refused, by path and status. */
  refused: Record<string, number>
  /** Warnings and errors in its logs, by their words. */
  logged: Record<string, number>
  seconds: number
  /** Empty: all claims hold. */
  violations: string[]
}

/**
 * So long may somebody wait for an answer while the program runs. After a crash the platforms' channels begin again within eight seconds,
 * when what the dead process was elected for is free; the rest is for a busy machine. Milliseconds.
 */
const longestWait = 30_000
/** A file that met several crashes is left alone for ten minutes, a tip's way to the agency for 75 s. */
const leasesOver = 2 * 3_600_000

export async function crash (options: CrashOptions): Promise<CrashFigures> {
  const { seed, kills: many, each } = options
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const tell = (line: string): void => { options.tell?.(line, seconds()) }
  const dice = makeDice(seed)
  const town = await startTown(options)
  const kills: Kill[] = []
  const violations: string[] = []
  const logged: Record<string, number> = {}
  const waits = { answers: 0, longest: 0 }
  let runningSince = Infinity
  const waited = (since: number): number => Date.now() - Math.max(since, runningSince)
  /** Somebody who waits so long in a program that runs may wait for ever. */
  let over = false
  let doubling: NodeJS.Timeout | undefined
  const watch = setInterval(() => {
    if (!crowd.visits.some(visit => !visit.over && waited(visit.waitingSince() ?? Infinity) > 2 * longestWait)) return
    over = true
    crowd.close()
  }, 500)
  const crowd = crowdOf(town, dice.forked(1), {
    over: () => over,
    answered (since) {
      waits.answers++
      waits.longest = Math.max(waits.longest, waited(since))
    },
  })

  async function runs (program: Program): Promise<Program> {
    await program.runs()
    runningSince = Date.now()
    return program
  }
  async function ends (program: Program, how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    program.process.kill(how)
    const end = await program.ended
    runningSince = Infinity
    if (end !== (how === 'SIGKILL' ? how : 0)) violations.push(`The program ended with ${end} instead of by ${how}: ${program.terminal().slice(-500)}`)
    for (const words of wordsLogged(program)) logged[words] = (logged[words] ?? 0) + 1
  }
  /** When Zalo is about to give up, it would be Zalo that loses something. */
  async function zaloIsHeard (serves: () => Promise<unknown>): Promise<void> {
    if (town.lastTries() === 0) return
    await serves()
    await until(() => town.lastTries() === 0, 60_000)
  }
  async function killed (program: Program, moment: Moment): Promise<void> {
    const now = underWay(crowd, town)
    kills.push({ moment, ...now })
    await ends(program, 'SIGKILL')
    tell(`killed ${kills.length} of ${many} ${moment}: ${now.waiting} waiting, ${now.sending} sending, ${now.onTheWay} tips on their way`)
  }

  try {
    const plan = planFor(many, dice)
    for (const moment of plan.filter(one => one === 'in its first start')) {
      const program = town.startsUnconnected()
      await pause(dice.between(100, 2000))
      await killed(program, moment)
    }

    let program = await runs(town.starts())
    if (!await town.zaloOa.setWebhook(`${town.url}/webhooks/zalo-oa`)) throw new Error('Zalo did not take the webhook.')
    const usual = await Promise.all(ways.flatMap(way => kindsOn(way).map(kind => crowd.visit(way, kind))))
    violations.push(...aboutTheUsual(usual))
    if (violations.length > 0) throw new Error(`The quiet day was none:\n${violations.join('\n')}`)
    await ends(program, 'SIGTERM')
    tell(`a quiet day: ${usual.length} visits`)

    crowd.gather(each)
    // One in five: whoever repeats all counts as somebody who writes too fast.
    const twice = dice.forked(2)
    doubling = setInterval(() => { town.bringsTwice(twice.below(5) === 0) }, 100)
    const left = [...burstsIn(town, crowd)]
    for (const moment of plan.filter(one => one !== 'in its first start')) {
      if (over) break
      const before = town.telegram.asked.length
      program = town.starts()
      const serves = async (): Promise<unknown> => await runs(program)
      await zaloIsHeard(serves)
      if (moment === 'in a burst') {
        await serves()
        // What the last one was elected for is free again after some seconds; then all that waits goes out at once.
        await until(() => town.telegram.asked.length > before, 30_000)
        // Each kind once; then any.
        await bursts(left.shift() ?? dice.pick(burstsIn(town, crowd)), program, town, crowd, dice)
      } else {
        await comes(moment, serves, dice)
        await zaloIsHeard(serves)
      }
      await killed(program, moment)
    }
    clearInterval(doubling)
    town.bringsTwice(false)

    program = await runs(town.starts())
    const lastStart = Date.now()
    await crowd.disperse()
    if (waits.longest > longestWait) violations.push(`Somebody waited ${waits.longest / 1000} s for an answer, and the program ran.`)
    const lastAnswered = (Date.now() - lastStart) / 1000
    // The last of the repeats may still be on their way.
    for (const end = Date.now() + 20_000; aboutAnswers(crowd.visits).length > 0 && Date.now() < end;) await pause(500)
    violations.push(...aboutAnswers(crowd.visits))
    for (const [what, times] of Object.entries(crowd.refused)) violations.push(`Browsers were refused: ${what}, ${times} times.`)
    if (town.zaloOa.webhook.disabled) violations.push('Zalo gave up and switched the webhook off.')
    await ends(program, 'SIGTERM')
    tell('everybody was answered')

    const told = crowd.visits.filter(visit => visit.code !== null)
    const later = told.filter(visit => !hasAll(town.agency, visit)).length
    town.passes(leasesOver)
    program = await runs(town.starts({ NODE_OPTIONS: `--import ${new URL('later.ts', import.meta.url).href}`, CRASH_LATER: String(leasesOver) }))
    await until(() => told.every(visit => hasAll(town.agency, visit)), 120_000).catch(() => {})
    violations.push(...aboutTips(crowd.visits, town.agency))
    tell('the agency has what it will get')
    const late = setTimeout(() => { over = true }, 120_000)
    const codes = over ? noCodes() : await comeBack(crowd, town, dice, violations)
    clearTimeout(late)
    await ends(program, 'SIGTERM')

    const reports = Object.fromEntries(ways.map(way => [way, told.filter(visit => visit.way === way).length])) as CrashFigures['reports']
    const { requests, tips } = town.agency
    const ids = new Set(requests.map(({ id }) => id)).size
    const agency = { tips: tips.size, requests: requests.length, ids, repeats: requests.length - ids, later }
    return {
      kills, reports, codes, agency, logged, lastAnswered,
      visits: crowd.visits.length,
      photos: told.filter(({ photo }) => photo !== null).length,
      additions: told.filter(({ more }) => more !== null).length,
      answers: waits.answers,
      longestWait: waits.longest / 1000,
      broughtAgain: town.zaloOa.webhook.delivered.filter(({ tries, status }) => tries > 0 && status === 200).length,
      repliesTwice: repeatsOn(crowd.visits),
      seconds: seconds(),
      refused: crowd.refused,
      violations: [...violations, ...idle(kills, reports, agency, many)],
    }
  } finally {
    clearInterval(watch)
    clearInterval(doubling)
    over = true
    crowd.close()
    await town.stop()
  }
}

/** A run in which nothing happened proves nothing. */
function idle (kills: readonly Kill[], reports: CrashFigures['reports'], agency: CrashFigures['agency'], many: number): string[] {
  const atWork = kills.filter(({ moment }) => moment !== 'in its first start')
  // Two or three on each way were made on the quiet day.
  const fewest = 2 + Math.ceil(many / 10)
  return [
    ...kills.length === many ? [] : [`Only ${kills.length} of ${many} kills were made.`],
    ...ways.filter(way => reports[way] < fewest).map(way => `Only ${reports[way]} reports came to their end on ${way}.`),
    ...atWork.filter(({ waiting }) => waiting > 0).length >= atWork.length / 2 ? [] : ['Most kills hit a program with nothing to do.'],
    ...kills.some(({ sending }) => sending > 0) ? [] : ['No kill hit somebody who was sending a tip.'],
    ...agency.repeats > 0 ? [] : ['No kill came between the agency\'s taking something and our hearing of it.'],
  ]
}

/** The words of warnings and errors, without their details. */
function wordsLogged (program: Program): string[] {
  return program.terminal().split('\n').flatMap(line => {
    try {
      const { level, msg } = JSON.parse(line) as { level: number, msg: string }
      return [`${level >= 50 ? 'error' : 'warning'}: ${msg}`]
    } catch {
      return []
    }
  })
}
