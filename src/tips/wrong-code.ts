// How often wrong codes were tried, from one address and by everybody: guessing gets slower and slower.
import { defineEntity, LockMode, p } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import { dayInVietnam, hours, minutes } from '../clock.ts'
import { count } from '../db/counter.ts'

export const WrongCode = defineEntity({
  name: 'WrongCode',
  properties: {
    /** Keyed hash of the address, or `everybody`. */
    who: p.string().length(40).primary(),
    tries: p.integer(),
    /** No code is looked at for them before this. */
    waitUntil: p.datetime(),
    /** The count starts anew after this. */
    until: p.datetime(),
  },
  indexes: [{ properties: ['until'] }],
})

const everybody = 'everybody'
/** So many may be mistyped before anybody has to wait. */
const free = 4
/**
 * More wrong codes than this in an hour, from everybody together, is guessing from many addresses: then each has to wait after its
 * first wrong one. Nobody's first try waits, so that whoever holds a real code is let in while others guess.
 */
const manyInAnHour = 100
const longestWait = 60

/** Whole minutes until a code is looked at again for `who`; 0: now. */
export async function minutesToWait (em: EntityManager, who: string, now: Date): Promise<number> {
  const row = await em.findOne(WrongCode, { who }, { disableIdentityMap: true })
  return row === null ? 0 : Math.max(0, Math.ceil((row.waitUntil.getTime() - now.getTime()) / minutes(1)))
}

/**
 * Counts a wrong code. From the fifth within an hour on, `who` waits 1, 2, 4 … up to 60 minutes.
 * Returns the whole minutes to wait from now.
 */
export async function countWrongCode (em: EntityManager, who: string, now: Date): Promise<number> {
  // Always in this order, so that two at once can't wait for each other.
  const own = await locked(em, who, now)
  const all = await locked(em, everybody, now)
  own.tries++
  all.tries++
  const past = own.tries - (all.tries > manyInAnHour ? 0 : free)
  if (past > 0) {
    const wait = minutes(Math.min(longestWait, 2 ** (past - 1)))
    own.waitUntil = new Date(Math.max(own.waitUntil.getTime(), now.getTime() + wait))
    own.until = new Date(own.waitUntil.getTime() + hours(1))
  }
  await count(em, 'wrong-code', dayInVietnam(now))
  await em.flush()
  return Math.max(0, Math.ceil((own.waitUntil.getTime() - now.getTime()) / minutes(1)))
}

/** The row of `who`, made if missing, begun anew if its hour is over; nobody else changes it until this transaction ends. */
async function locked (em: EntityManager, who: string, now: Date) {
  await em.upsert(WrongCode, { who, tries: 0, waitUntil: now, until: new Date(now.getTime() + hours(1)) }, { onConflictAction: 'ignore' })
  const row = await em.findOneOrFail(WrongCode, { who }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
  if (row.until <= now) Object.assign(row, { tries: 0, until: new Date(now.getTime() + hours(1)) })
  return row
}
