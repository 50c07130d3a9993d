// After all is over, everybody comes back with the code they read.
import { storyIn } from './claims.ts'
import type { Crowd } from './crowd.ts'
import type { Dice } from './dice.ts'
import type { Town } from './town.ts'
import { chatWays, type Visit } from './visits.ts'

export interface Codes {
  read: number
  /** In the chat, or on the page, where they were read. */
  opened: number
  /** By the page, and it was the tip with the story that was told. */
  openedOnThePage: number
  openedElsewhere: number
  triedElsewhere: number
}

export const noCodes = (): Codes => ({ read: 0, opened: 0, openedOnThePage: 0, openedElsewhere: 0, triedElsewhere: 0 })

/** Everybody with a code tries it where they got it, and on the page; some of them on another way. What fails is added to `violations`. */
export async function comeBack (crowd: Crowd, town: Town, dice: Dice, violations: string[]): Promise<Codes> {
  const codes = noCodes()
  const all = crowd.visits.filter(visit => visit.code !== null)
  const tried = async (where: string, visit: Visit, opens: () => Promise<boolean>): Promise<boolean> => {
    const trouble = await opens().then(does => does ? null : 'opens nothing, or another tip', (error: unknown) => error instanceof Error ? error.message : 'fails')
    if (trouble !== null) violations.push(`${where}, a code that was read on ${visit.way} ${trouble}.`)
    return trouble === null
  }
  const rightTip = async (visit: Visit): Promise<boolean> => {
    const tip = town.agency.tips.get(await crowd.opens(visit.code ?? '') ?? '')
    return tip !== undefined && storyIn(tip) === visit.story
  }
  codes.read = all.length
  const left = [...all]
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let visit = left.pop(); visit !== undefined; visit = left.pop()) {
      const one = visit
      if (await tried('Where it was read', one, async () => await one.comesBack(one.code ?? ''))) codes.opened++
      if (await tried('On the page', one, async () => await rightTip(one))) codes.openedOnThePage++
    }
  }))
  const elsewhere = chatWays.flatMap(way => dice.shuffled(all.filter(visit => visit.way !== way)).slice(0, 3).map(visit => ({ way, visit })))
  codes.triedElsewhere = elsewhere.length
  await Promise.all(elsewhere.map(async ({ way, visit }) => {
    if (await tried(`On ${way}`, visit, async () => await crowd.tries(way, visit.code ?? ''))) codes.openedElsewhere++
  }))
  return codes
}
