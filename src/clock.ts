// The only place that asks what time it is. Everything else is given a clock, so a test can hold it still.

/** Returns the present moment. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

/** Vietnam has one time zone and no summer time: always seven hours ahead of UTC. */
export const vietnamTimeZone = 'Asia/Ho_Chi_Minh'

/** The calendar day in Vietnam, as `YYYY-MM-DD`. */
export function dayInVietnam (at: Date): string {
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
}

export const seconds = (n: number): number => n * 1000
export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000
export const days = (n: number): number => n * 86_400_000
