// Who in this process waits for new lines: told at once of what is written here, within seconds of what another process wrote.
import type { MikroORM } from '@mikro-orm/sql'
import { seconds } from '../../clock.ts'
import { describeError, type Log } from '../../log.ts'
import { ChatLine } from './line.ts'

export interface Ear {
  /** Resolves when a line was written since the last wait, after `ms`, or when `signal` aborts. */
  wait (ms: number, signal: AbortSignal): Promise<void>
  close (): void
}

export interface Ears {
  /** A line was written in this chat. */
  ring (addressKey: string): void
  listen (addressKey: string): Ear
}

const lookEvery = seconds(3)
/** Lines of other chats may become visible out of order: look at so many once more. A ring too many costs one query. */
const lookBack = 200

export function makeEars (orm: MikroORM, log: Log, every = lookEvery): Ears {
  const listening = new Map<string, Set<() => void>>()
  let looking: NodeJS.Timeout | undefined
  let last: number | null = null

  function ring (addressKey: string): void {
    for (const wake of listening.get(addressKey) ?? []) wake()
  }

  /** One look for all who listen, however many. */
  async function look (): Promise<void> {
    try {
      const em = orm.em.fork()
      if (last === null) last = (await em.findOne(ChatLine, { id: { $gt: 0 } }, { orderBy: { id: 'desc' }, fields: ['id'] }))?.id ?? 0
      const rows = await em.find(ChatLine, { id: { $gt: last - lookBack } }, { fields: ['id', 'addressKey'], orderBy: { id: 'asc' }, limit: 5000 })
      last = Math.max(last, rows.at(-1)?.id ?? 0)
      for (const addressKey of new Set(rows.map(row => row.addressKey))) ring(addressKey)
    } catch (error) {
      log.error({ err: describeError(error) }, 'the web chat could not look for new lines; it looks again')
    }
    if (looking !== undefined) lookLater()
  }

  function lookLater (): void {
    looking = setTimeout(() => { void look() }, every)
    looking.unref()
  }

  return {
    ring,
    listen (addressKey) {
      let rang = false
      let wake = (): void => {}
      const heard = (): void => { rang = true; wake() }
      const ears = listening.get(addressKey) ?? new Set()
      listening.set(addressKey, ears.add(heard))
      if (looking === undefined) lookLater()
      return {
        async wait (ms, signal) {
          if (!rang && !signal.aborted) {
            await new Promise<void>(resolve => {
              const done = (): void => {
                clearTimeout(timer)
                signal.removeEventListener('abort', done)
                resolve()
              }
              const timer = setTimeout(done, ms)
              wake = done
              signal.addEventListener('abort', done)
            })
          }
          rang = false
        },
        close () {
          ears.delete(heard)
          if (ears.size === 0 && listening.get(addressKey) === ears) listening.delete(addressKey)
          if (listening.size > 0) return
          clearTimeout(looking)
          looking = undefined
          last = null
        },
      }
    },
  }
}
