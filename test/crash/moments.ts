// When the program is killed, and what was under way then.
import { setTimeout as pause } from 'node:timers/promises'
import type { Program } from '../process/program.ts'
import { hasAll } from './claims.ts'
import type { Crowd } from './crowd.ts'
import type { Dice } from './dice.ts'
import type { Town } from './town.ts'

/** When it is killed. The first of these on an empty disk, before anybody comes. */
export const moments = ['in its first start', 'in a burst', 'as it begins to serve', 'later', 'while it starts', 'soon after'] as const
export type Moment = typeof moments[number]

export interface Kill {
  moment: Moment
  /** Residents who had done something and were not answered. */
  waiting: number
  /** Of these, with “send” pressed and no code read. */
  sending: number
  /** Codes that were read, and the agency had not all of it yet. */
  onTheWay: number
}

/** Two first starts, then all other moments equally often, in any order. */
export function planFor (many: number, dice: Dice): Moment[] {
  const [first, ...others] = moments
  const firsts = Array.from({ length: Math.min(2, Math.floor(many / 5)) }, () => first)
  const rest: Moment[] = []
  while (firsts.length + rest.length < many) rest.push(...dice.shuffled(others.slice(0, many - firsts.length - rest.length)))
  return [...firsts, ...rest]
}

/**
 * What may be going on in a burst: `is` of this moment, or `grows` while it happens; and for how long after it a kill is still in it (ms).
 * `taken`: the agency has taken something, and has not said so yet.
 */
type Burst = 'taken' | { is: (now: Omit<Kill, 'moment'>) => boolean } | { grows: () => number, within: number }

/** Those that a short run must hit come first. */
export function burstsIn (town: Town, crowd: Crowd): readonly [Burst, ...Burst[]] {
  const { telegram, zaloBot, zaloOa, agency } = town
  return [
    'taken',
    { is: ({ sending }) => sending > 0 },
    { is: ({ onTheWay }) => onTheWay > 0 },
    { grows: () => crowd.visits.filter(visit => visit.code !== null && visit.photo !== null).length, within: 800 },
    { grows: () => agency.requests.length, within: 5 },
    { grows: () => telegram.asked.length + zaloBot.asked.length + zaloOa.asked.length, within: 5 },
    { grows: () => zaloOa.webhook.delivered.length, within: 5 },
  ]
}

/** Resolves at that moment. */
export async function comes (moment: Exclude<Moment, 'in a burst'>, serves: () => Promise<unknown>, dice: Dice): Promise<void> {
  if (moment === 'while it starts') return void await pause(dice.between(0, 2500))
  await serves()
  if (moment === 'as it begins to serve') await pause(dice.between(0, 50))
  if (moment === 'soon after') await pause(dice.between(50, 5000))
  if (moment === 'later') await pause(dice.between(5000, 9000))
}

/** Resolves in the middle of a burst, or when it was killed in one; after some seconds in any case. */
export async function bursts (burst: Burst, program: Program, town: Town, crowd: Crowd, dice: Dice): Promise<void> {
  const end = Date.now() + 10_000
  const waits = async (is: () => boolean): Promise<void> => { while (!is() && Date.now() < end) await pause(1) }
  if (burst === 'taken') {
    let struck = false
    // At once: the agency's answer finds nobody.
    town.onceTaken(() => { struck = program.process.kill('SIGKILL') })
    await waits(() => struck)
    town.onceTaken(() => {})
  } else if ('is' in burst) {
    const is = (): boolean => burst.is(underWay(crowd, town))
    // Whoever it was may be done before the dice are.
    for (await waits(is); Date.now() < end; await waits(is)) {
      await pause(dice.between(0, 20))
      if (is()) return
    }
  } else {
    const [from, more] = [burst.grows(), dice.below(6)]
    await waits(() => burst.grows() > from + more)
    await pause(dice.between(0, burst.within))
  }
}

/** What is going on just now. */
export function underWay ({ visits }: Crowd, { agency }: Town): Omit<Kill, 'moment'> {
  const here = visits.filter(visit => !visit.over)
  return {
    waiting: here.filter(visit => visit.waitingSince() !== null).length,
    sending: here.filter(visit => visit.sent && visit.code === null).length,
    onTheWay: visits.filter(visit => visit.code !== null && !hasAll(agency, visit)).length,
  }
}
