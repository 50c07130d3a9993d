// How much one address, and everybody together, may send before we ask for patience. Kept in memory only: no trace of anybody.

export type Verdict =
  | 'welcome'
  /** Too fast; tell them, once. */
  | 'tell'
  /** Too fast, and told already. */
  | 'ignore'
  /** All of us together are too busy: the platform should bring it again later. */
  | 'later'

/** One address: a burst of 30 (an album of ten photos and then some), and 30 a minute after that. */
const burst = 30
const perMinute = 30
const tellAgainAfter = 60_000
/** Everybody together, a second; a single process handles several times this (see the benchmarks). */
const overallPerSecond = 400

interface Bucket { tokens: number, at: number, toldAt: number }

export function makeFloodGate (): (addressKey: string, now: Date) => Verdict {
  const buckets = new Map<string, Bucket>()
  let overall: Bucket = { tokens: overallPerSecond, at: 0, toldAt: 0 }

  return (addressKey, at) => {
    const now = at.getTime()
    overall = refill(overall, now, overallPerSecond, overallPerSecond / 1000)
    if (overall.tokens < 1) return 'later'
    overall.tokens -= 1

    const bucket = refill(buckets.get(addressKey) ?? { tokens: burst, at: now, toldAt: 0 }, now, burst, perMinute / 60_000)
    buckets.set(addressKey, bucket)
    if (buckets.size > 100_000) forgetFull(buckets, now)
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return 'welcome'
    }
    // Told in the future: the clock was set back.
    if (now >= bucket.toldAt && now - bucket.toldAt < tellAgainAfter) return 'ignore'
    bucket.toldAt = now
    return 'tell'
  }
}

function refill (bucket: Bucket, now: number, most: number, perMs: number): Bucket {
  // A clock set back must not freeze anybody.
  return { ...bucket, tokens: Math.min(most, bucket.tokens + Math.max(0, now - bucket.at) * perMs), at: now }
}

function forgetFull (buckets: Map<string, Bucket>, now: number): void {
  for (const [key, bucket] of buckets) if (refill(bucket, now, burst, perMinute / 60_000).tokens >= burst) buckets.delete(key)
}
