// Turns at the pace of one account: never more in a second than the platform allows, and who matters most goes first.

/** Alarms go before replies, replies before bulletins; but nobody is shut out by those before. */
export type Lane = 'alarm' | 'reply' | 'bulletin'

export interface Gate {
  /** Resolves when it is this message's turn. */
  pass (lane: Lane): Promise<void>
  /** Resolves with the number of turns taken: at least one, at most `most`, as many as are free at that moment; 0 when `signal` aborts. */
  take (lane: Lane, most: number, signal: AbortSignal): Promise<number>
}

interface Waiting {
  most: number
  resolve (taken: number): void
}

/** A second, and what a late timer or a short queue on the way may take away from it. */
const second = 1003
/** After a quiet moment so many milliseconds' turns may be taken at once: answers are few and should be quick; the rest makes up for late timers. */
const credit: Record<Lane, number> = { alarm: 250, reply: 250, bulletin: 40 }
const before: Record<Lane, Lane[]> = { alarm: [], reply: ['alarm'], bulletin: ['reply'] }
/** When this many turns in a row went to those before while somebody of this lane waited, it is their turn. */
const patience: Record<Lane, number> = { alarm: 0, reply: 4, bulletin: 10 }
const lanes: readonly Lane[] = ['alarm', 'reply', 'bulletin']

/** At most `rate` turns in any second; `Infinity` for an account without a limit. */
export function makeGate (rate: number): Gate {
  if (rate === Infinity) return { pass: async () => {}, take: async (_lane, most) => most }
  const apart = 1000 / rate
  // A monotonic measure, not a date: setting the clock must not stop the sending.
  const lately = new Float64Array(Math.max(1, Math.floor(rate))).fill(-Infinity)
  let at = 0
  let next = -Infinity
  let timer: NodeJS.Timeout | null = null
  const queues: Record<Lane, Waiting[]> = { alarm: [], reply: [], bulletin: [] }
  const passedOver: Record<Lane, number> = { alarm: 0, reply: 0, bulletin: 0 }

  /** Milliseconds until a turn is free for this lane; 0 or less: now. */
  const wait = (lane: Lane, now: number): number => Math.max((lately[at] ?? -Infinity) + second - now, Math.max(next - now, -credited(lane)) + apart)
  const credited = (lane: Lane): number => Math.max(credit[lane], apart)

  function use (lane: Lane, now: number): void {
    lately[at] = now
    at = (at + 1) % lately.length
    next = Math.max(next, now - credited(lane)) + apart
  }

  function whoIsNext (): Lane | undefined {
    const waiting = lanes.filter(lane => queues[lane].length > 0)
    return waiting.find(lane => passedOver[lane] >= patience[lane] && patience[lane] > 0) ?? waiting[0]
  }

  function pump (): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    for (let lane = whoIsNext(); lane !== undefined; lane = whoIsNext()) {
      const now = performance.now()
      const ms = wait(lane, now)
      if (ms > 0) {
        timer = setTimeout(pump, Math.ceil(ms))
        return
      }
      const waiting = queues[lane].shift()
      let taken = 0
      for (; waiting !== undefined && taken < waiting.most && wait(lane, now) <= 0; taken++) use(lane, now)
      passedOver[lane] = 0
      for (const other of lanes) if (queues[other].length > 0 && before[other].includes(lane)) passedOver[other] += taken
      waiting?.resolve(taken)
    }
  }

  return {
    async pass (lane) {
      const now = performance.now()
      if (timer === null && wait(lane, now) <= 0) return use(lane, now)
      await new Promise<number>(resolve => {
        queues[lane].push({ most: 1, resolve })
        pump()
      })
    },
    async take (lane, most, signal) {
      if (signal.aborted) return 0
      return await new Promise<number>(resolve => {
        const waiting: Waiting = { most, resolve (taken) { signal.removeEventListener('abort', leave); resolve(taken) } }
        const leave = (): void => {
          const place = queues[lane].indexOf(waiting)
          if (place >= 0) queues[lane].splice(place, 1)
          waiting.resolve(0)
        }
        signal.addEventListener('abort', leave)
        queues[lane].push(waiting)
        pump()
      })
    },
  }
}
