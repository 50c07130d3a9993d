// Slows down who asks too often at a public door, without keeping who asked: hashed, in memory, forgotten in ten minutes.
import type { MiddlewareHandler } from 'hono'
import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, minutes } from '../clock.ts'
import { clientAddress } from './client.ts'
import { Refusal } from './refusal.ts'

export interface Pace {
  /** Requests of one client, on the long run. */
  perMinute: number
  /** Requests of one client at once, after a pause. */
  burst: number
  /** Requests a minute of all clients together; a sixth of them at once. */
  overall: number
}

/**
 * A middleware with buckets of its own. Clients whose address is unknown share one.
 * @throws RangeError when a bucket would be forgotten before it is full again
 */
export function slowDown ({ perMinute, burst, overall }: Pace, clock: Clock): MiddlewareHandler {
  if (!(burst >= 1 && overall >= 6 && burst / perMinute <= 9)) throw new RangeError('A pace needs a burst of at most nine minutes, and at least 6 requests a minute overall.')
  const clients = clientBuckets(perMinute, burst, mostClients)
  const everybody = { left: overall / 6, at: clock().getTime() }
  // So that a quiet server forgets too. A minute early and twice a minute, so that "ten minutes" holds.
  setInterval(() => { clients.forget(clock().getTime() + minutes(1)) }, minutes(0.5)).unref()

  return async (c, next) => {
    const now = clock().getTime()
    const mine = clients.of(clientAddress(c) ?? '', now)
    const wait = Math.max(untilOne(mine, perMinute), untilOne(fill(everybody, now, overall, overall / 6), overall))
    if (wait > 0) throw new Refusal('too-fast', undefined, wait)
    mine.left--
    everybody.left--
    await next()
  }
}

interface Bucket { left: number, at: number }

const remembered = minutes(10)
/** Some 10 MB. The client that was quiet longest makes room. */
const mostClients = 50_000

/** @param most buckets kept at once */
export function clientBuckets (perMinute: number, burst: number, most: number) {
  // Without this key, which never leaves the process, a hash does not lead back to an address.
  const key = randomBytes(32)
  // In the order of their last request.
  const buckets = new Map<string, Bucket>()
  const forget = (now: number): void => {
    for (const [name, bucket] of buckets) {
      if (buckets.size <= most && now - bucket.at < remembered) return
      buckets.delete(name)
    }
  }
  return {
    /** The bucket of an address, filled up to this moment (milliseconds since 1970). */
    of (address: string, now: number): Bucket {
      const name = createHmac('sha256', key).update(address).digest('base64').slice(0, 22)
      const bucket = fill(buckets.get(name) ?? { left: burst, at: now }, now, perMinute, burst)
      buckets.delete(name)
      buckets.set(name, bucket)
      forget(now)
      return bucket
    },
    /** Drops those who asked nothing for ten minutes. */
    forget,
    /** The names under which addresses are kept, the longest quiet first. */
    names: (): string[] => [...buckets.keys()],
  }
}

/** Adds what has accrued. */
function fill (bucket: Bucket, now: number, perMinute: number, most: number): Bucket {
  bucket.left = Math.min(most, bucket.left + Math.max(0, now - bucket.at) * perMinute / minutes(1))
  bucket.at = now
  return bucket
}

/** Whole seconds until one request is allowed; 0: it is. */
function untilOne (bucket: Bucket, perMinute: number): number {
  return bucket.left >= 1 ? 0 : Math.max(1, Math.ceil((1 - bucket.left) * 60 / perMinute))
}
