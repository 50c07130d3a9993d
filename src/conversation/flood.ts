// How much one address, and everybody together, may send before we ask for patience; in a crowd, who was here before goes first.
// Kept in memory only: no trace of anybody.

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
/** Everybody together, a second: about what a process on two cores can take (see the benchmarks). */
const overallPerSecond = 1000
/** When less than this part of a second is left, newcomers come later: what remains is for those who are in a conversation. */
const keptForOthers = 0.25
/** Who was first heard less than this before a crowd came may be part of it; so a crowd that got in by its first words goes no further. */
const mayBelong = 60_000
/** A crowd is over when nobody was put off for so long. */
const calm = 60_000
/** Longer than anybody thinks about an answer; after it they are a newcomer again. */
const remembered = 3_600_000
const sweepEvery = 60_000
/** Some 20 MB. Who was quiet longest makes room. */
const mostRemembered = 100_000

/** Many newcomers at once. */
export interface Crowd { since: Date, putOff: number }

export interface FloodGate {
  verdict (addressKey: string, now: Date): Verdict
  /** These were in a conversation before this process began. */
  remember (addressKeys: readonly string[], now: Date): void
  /** Null: there is none now. */
  crowd (now: Date): Crowd | null
}

interface Bucket { tokens: number, at: number, toldAt: number, since: number }

/** @param crowdCame called when a crowd begins, once for each @param perSecond of everybody together */
export function makeFloodGate ({ crowdCame = () => {}, perSecond = overallPerSecond }: { crowdCame?: () => void, perSecond?: number } = {}): FloodGate {
  // In the order they were last heard.
  const buckets = new Map<string, Bucket>()
  let overall: Bucket = { tokens: perSecond, at: 0, toldAt: 0, since: 0 }
  let swept = 0
  let here: { since: number, putOff: number, last: number } | null = null

  function putOff (now: number): void {
    here = crowdAt(now) ?? { since: now, putOff: 0, last: now }
    here.putOff++
    here.last = now
    if (here.putOff === 1) crowdCame()
  }

  function crowdAt (now: number): typeof here {
    // Begun in the future: the clock was set back.
    return here === null || now < here.since || now - here.last > calm ? null : here
  }

  /** Many at once and seldom: to look for the first of a map of which the first ones were taken out costs a walk over them. */
  function makeRoom (now: number): void {
    if (buckets.size <= mostRemembered && now >= swept && now - swept < sweepEvery) return
    swept = now
    const few = buckets.size > mostRemembered ? mostRemembered * 0.9 : mostRemembered
    for (const [key, { at }] of buckets) {
      if (buckets.size <= few && now - at < remembered) return
      buckets.delete(key)
    }
  }

  return {
    verdict (addressKey, at) {
      const now = at.getTime()
      overall = refill(overall, now, perSecond, perSecond / 1000)
      const known = buckets.get(addressKey)
      const isKnown = known !== undefined && now - known.at < remembered
      const bucket = isKnown ? refill(known, now, burst, perMinute / 60_000) : { tokens: burst, at: now, toldAt: 0, since: now }
      const isNewcomer = bucket.since > (crowdAt(now)?.since ?? now) - mayBelong
      if (overall.tokens - 1 < (isNewcomer ? perSecond * keptForOthers : 0)) {
        if (isNewcomer) putOff(now)
        return 'later'
      }
      overall.tokens -= 1
      buckets.delete(addressKey)
      buckets.set(addressKey, bucket)
      makeRoom(now)
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return 'welcome'
      }
      // Told in the future: the clock was set back.
      if (now >= bucket.toldAt && now - bucket.toldAt < tellAgainAfter) return 'ignore'
      bucket.toldAt = now
      return 'tell'
    },
    remember (addressKeys, at) {
      for (const key of addressKeys) if (!buckets.has(key)) buckets.set(key, { tokens: burst, at: at.getTime(), toldAt: 0, since: 0 })
      makeRoom(at.getTime())
    },
    crowd (at) {
      const crowd = crowdAt(at.getTime())
      return crowd === null ? null : { since: new Date(crowd.since), putOff: crowd.putOff }
    },
  }
}

function refill (bucket: Bucket, now: number, most: number, perMs: number): Bucket {
  // A clock set back must not freeze anybody.
  return { ...bucket, tokens: Math.min(most, bucket.tokens + Math.max(0, now - bucket.at) * perMs), at: now, since: Math.min(bucket.since, now) }
}
