// Wakes browsers and, where a push service asks for patience, again a little later. What is told stands in the chat already: this
// is held in memory only, and a restart forgets it.
import type { MikroORM } from '@mikro-orm/sql'
import { minutes, seconds } from '../clock.ts'
import { describeError, type Log } from '../log.ts'
import type { ServerKeys } from '../server-key.ts'
import { pushTo, type PushPayload, type PushSettings } from './push-send.ts'

export interface Waker {
  /** Tries at once; resolves when that was tried. Never throws. */
  wake (addressKey: string, payload: PushPayload): Promise<void>
  /** Nobody is tried any more; what is on the wire is waited for. */
  stop (): Promise<void>
}

const mostTries = 4
/** Some 10 MB. When a push service is away for a whole province, later ones are not waited for. */
const mostWaiting = 10_000

/** @param pause milliseconds before the second try; the third waits four times as long. For tests */
export function makeWaker (orm: MikroORM, keys: ServerKeys, settings: PushSettings, log: Log, pause = seconds(15)): Waker {
  const waiting = new Set<NodeJS.Timeout>()
  const underWay = new Set<Promise<void>>()
  let stopped = false

  async function tryIt (addressKey: string, payload: PushPayload, tries: number): Promise<void> {
    try {
      const { outcome, wait } = await pushTo(orm, keys, settings, addressKey, payload)
      if (outcome === 'refused') log.warn('a push service refused a notification; it is not tried again')
      if (outcome !== 'later' || stopped) return
      if (tries >= mostTries || waiting.size >= mostWaiting) return log.warn({ tries }, 'a browser could not be woken; the news stands in its chat')
      again(addressKey, payload, tries + 1, Math.min(minutes(15), Math.max(wait ?? 0, pause * 4 ** (tries - 1))))
    } catch (error) {
      log.error({ err: describeError(error) }, 'a browser could not be woken; the news stands in its chat')
    }
  }

  function again (addressKey: string, payload: PushPayload, tries: number, ms: number): void {
    const timer = setTimeout(() => {
      waiting.delete(timer)
      void follow(tryIt(addressKey, payload, tries))
    }, ms)
    timer.unref()
    waiting.add(timer)
  }

  async function follow (work: Promise<void>): Promise<void> {
    underWay.add(work)
    await work
    underWay.delete(work)
  }

  return {
    async wake (addressKey, payload) {
      if (!stopped) await follow(tryIt(addressKey, payload, 1))
    },
    async stop () {
      stopped = true
      for (const timer of waiting) clearTimeout(timer)
      waiting.clear()
      await Promise.all(underWay)
    },
  }
}
