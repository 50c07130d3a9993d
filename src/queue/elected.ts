// Runs something in one process only: whoever holds the lease, for as long as it is renewed.
import { setTimeout as pause } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/sql'
import { seconds } from '../clock.ts'
import { describeError, type Log } from '../log.ts'
import { hold, release } from './lease.ts'

/** Short, so that after a crash nobody waits long for the next one; renewed four times as often. */
const leaseFor = seconds(4)
const renewEvery = seconds(1)

/**
 * Calls `begin` once this process is elected and the function it returned when it no longer is, or at the stop.
 * `begin` that throws is tried again.
 */
export function whileElected (orm: MikroORM, name: string, holder: string, begin: () => Promise<() => Promise<void>>, log: Log): { stop (): Promise<void> } {
  const stopping = new AbortController()
  const running = (async () => {
    let end: (() => Promise<void>) | null = null
    let heldUntil = 0
    while (!stopping.signal.aborted) {
      try {
        const asked = performance.now()
        const elected = await soon(hold(orm, name, holder, leaseFor))
        heldUntil = elected ? asked + leaseFor : 0
        if (elected && end === null) end = await begin()
      } catch (error) {
        log.error({ lease: name, err: describeError(error) }, 'could not take or keep this duty; trying again')
      }
      // Also when we could not ask: before the lease ends and somebody else begins.
      if (end !== null && performance.now() + renewEvery > heldUntil) {
        try {
          await end()
          end = null
        } catch (error) {
          log.error({ lease: name, err: describeError(error) }, 'could not lay down this duty; trying again')
        }
      }
      await pause(renewEvery, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await end?.()
    await release(orm, name, holder).catch(() => {})
  })()
  return {
    async stop () {
      stopping.abort()
      await running
    },
  }
}

/** A database that does not answer must not make us believe that we hold a lease for ever. */
async function soon<T> (asked: Promise<T>): Promise<T> {
  const late = new AbortController()
  try {
    return await Promise.race([asked, pause(renewEvery, undefined, { signal: late.signal }).then(() => { throw new Error('The database did not answer in time.') })])
  } finally {
    late.abort()
  }
}
