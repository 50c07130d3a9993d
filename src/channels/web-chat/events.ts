// The open line from us to a page: server-sent events, one for each line of the chat, from wherever the page has read to.
import type { MikroORM } from '@mikro-orm/sql'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { type Clock, seconds } from '../../clock.ts'
import { clientAddress } from '../../http/client.ts'
import { Refusal } from '../../http/refusal.ts'
import { streamEnd } from '../../http/server.ts'
import { describeError, type Log } from '../../log.ts'
import type { ServerKeys } from '../../server-key.ts'
import type { Ears } from './ears.ts'
import { linesAfter } from './lines.ts'

export interface EventRoom {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Log
  ears: Ears
}

/** Tabs of one browser. */
const mostOfOneChat = 5
/** Whole villages share an address of their phone company. */
const mostOfOneClient = 400
/** Some 100 MB. */
const mostOfAll = 4000
/** Proxies cut what is silent; ours does so after two minutes. */
const heartbeatEvery = seconds(20)
const linesAtOnce = 100

/** Makes the function that answers with the lines of a chat, those that stand and those to come. @throws Refusal `too-fast` when too many are open */
export function makeEvents ({ orm, keys, clock, log, ears }: EventRoom): (c: Context, addressKey: string) => Response {
  const open = new Map<string, number>()
  const count = (name: string, by: 1 | -1): void => {
    const now = (open.get(name) ?? 0) + by
    if (now === 0) open.delete(name)
    else open.set(name, now)
  }

  return (c, addressKey) => {
    const names = ['all', `client ${clientAddress(c) ?? ''}`, `chat ${addressKey}`] as const
    const limits = [mostOfAll, mostOfOneClient, mostOfOneChat] as const
    if (names.some((name, i) => (open.get(name) ?? 0) >= (limits[i] ?? 0))) throw new Refusal('too-fast', 'Too many open pages of this chat. Close one.', 30)
    for (const name of names) count(name, 1)

    const end = streamEnd(c)
    let last = readTo(c)
    const answer = streamSSE(c, async stream => {
      const ear = ears.listen(addressKey)
      let beatAt = 0
      try {
        while (!end.aborted && !stream.aborted) {
          const lines = await linesAfter(orm, keys, addressKey, last, clock(), linesAtOnce)
          for (const line of lines) {
            await stream.writeSSE({ event: 'line', id: String(line.id), data: JSON.stringify(line) })
            last = line.id
          }
          if (lines.length > 0) continue
          if (performance.now() >= beatAt) {
            await stream.write(': \n\n')
            beatAt = performance.now() + heartbeatEvery
          }
          await ear.wait(Math.max(1, beatAt - performance.now()), end)
        }
      } catch (error) {
        // The page connects again and goes on where it was.
        log.error({ err: describeError(error) }, 'an event stream of the web chat broke off')
      } finally {
        ear.close()
        for (const name of names) count(name, -1)
      }
    })
    // Some proxies hold back what comes in small pieces.
    answer.headers.set('X-Accel-Buffering', 'no')
    answer.headers.set('Cache-Control', 'no-store')
    return answer
  }
}

/** The id of the last line the page has: the browser's own memory first, for it is newer after a lost connection. */
function readTo (c: Context): number {
  for (const given of [c.req.header('last-event-id'), c.req.query('after')]) {
    if (given !== undefined && /^\d{1,10}$/.test(given) && Number(given) <= 2_147_483_647) return Number(given)
  }
  return 0
}
