// Turns at the pace of one account: never more in a second than the platform allows, and who matters most goes first.

/** Alarms go before replies, replies before bulletins; but nobody is shut out by those before. */
export type Lane = 'alarm' | 'reply' | 'bulletin'

export interface Gate {
  /** Resolves when it is this message's turn: it leaves now. */
  pass (lane: Lane): Promise<void>
  /**
   * Resolves with the number of turns taken: at least one, at most `most`, as many as are free at that moment; 0 when `signal` aborts.
   * A moment before their time, for what has to be written down first. Each is either used, by a message that waits for `leave`, or
   * given back; a turn that is forgotten is lost for ever.
   */
  take (lane: Lane, most: number, signal: AbortSignal): Promise<number>
  /** Resolves when the first of the turns taken may be used, which is at once or very soon. */
  leave (): Promise<void>
  /** So many of the turns taken are not needed. */
  giveBack (turns: number): void
}

interface Waiting {
  most: number
  /** Milliseconds that its turn may be taken before its time. */
  ahead: number
  resolve (taken: number): void
}

/** One of the places in a second. Two messages that use the same place leave at least a second apart. */
interface Slot { left: number }
interface Turn {
  slot: Slot
  lane: Lane
  /** Not before this moment. */
  at: number
}

/** Milliseconds between two messages that use the same place. */
const second = 1005
/** So many milliseconds a second's turns take: what one message loses on the way and the next one gains must not bring them too close. */
const round = 1008
/** What it takes to write down that a message leaves. */
const early = 40
/** After a quiet moment so many milliseconds' turns may be taken at once: alarms and answers should be quick, and answers are few. */
const credit: Record<Lane, number> = { alarm: 250, reply: 250, bulletin: 40 }
/** A bulletin goes at an even pace; this makes up for late timers. */
const late = 4
const before: Record<Lane, Lane[]> = { alarm: [], reply: ['alarm'], bulletin: ['reply'] }
/** When this many turns in a row went to those before while somebody of this lane waited, it is their turn. */
const patience: Record<Lane, number> = { alarm: 0, reply: 2, bulletin: 10 }
const lanes: readonly Lane[] = ['alarm', 'reply', 'bulletin']

/** At most `rate` messages in any second; `Infinity` for an account without a limit. */
export function makeGate (rate: number): Gate {
  if (rate === Infinity) return { pass: async () => {}, take: async (_lane, most) => most, leave: async () => {}, giveBack: () => {} }
  const apart = round / rate
  // A monotonic measure, not a date: setting the clock must not stop the sending.
  const slots = Array.from({ length: Math.max(1, Math.floor(rate)) }, (): Slot => ({ left: -Infinity }))
  /** Free ones, the one that was used longest ago first; and those whose messages are about to leave. */
  const [free, taken]: [Slot[], Turn[]] = [slots, []]
  /** When the next turn is due at the account's pace, and when at the bulletins' own. */
  let [next, nextBulletin] = [-Infinity, -Infinity]
  let timer: NodeJS.Timeout | null = null
  const queues: Record<Lane, Waiting[]> = { alarm: [], reply: [], bulletin: [] }
  const passedOver: Record<Lane, number> = { alarm: 0, reply: 0, bulletin: 0 }

  /** When the next message of this lane may leave; Infinity: not before another one has left. */
  const moment = (lane: Lane): number => {
    const [slot] = free
    return slot === undefined ? Infinity : Math.max(slot.left + second, next - credit[lane], lane === 'bulletin' ? nextBulletin : -Infinity)
  }
  /** Milliseconds until a turn may be taken; 0 or less: now. */
  const wait = (lane: Lane, ahead: number, now: number): number => moment(lane) - ahead - now

  function use (lane: Lane, now: number): void {
    const at = Math.max(moment(lane), now)
    const slot = free.shift()
    if (slot !== undefined) taken.push({ slot, lane, at })
    next = Math.max(next, at) + apart
    if (lane === 'bulletin') nextBulletin = Math.max(nextBulletin, at - late) + apart
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
      const [first] = queues[lane]
      if (first === undefined) return
      const ms = wait(lane, first.ahead, now)
      if (ms > 0) {
        if (ms !== Infinity) timer = setTimeout(pump, Math.ceil(ms))
        return
      }
      queues[lane].shift()
      let turns = 0
      for (; turns < first.most && wait(lane, first.ahead, now) <= 0; turns++) use(lane, now)
      passedOver[lane] = 0
      for (const other of lanes) if (queues[other].length > 0 && before[other].includes(lane)) passedOver[other] += turns
      first.resolve(turns)
    }
  }

  /** A message leaves: its place is free again a second later. */
  function gone (slot: Slot): void {
    slot.left = performance.now()
    free.push(slot)
    if (timer === null) pump()
  }

  async function leave (): Promise<void> {
    const turn = taken.shift()
    if (turn === undefined) return
    for (let ms = turn.at - performance.now(); ms > 0; ms = turn.at - performance.now()) await pause(Math.ceil(ms))
    gone(turn.slot)
  }

  return {
    leave,
    async pass (lane) {
      const now = performance.now()
      if (lanes.every(one => queues[one].length === 0) && wait(lane, 0, now) <= 0) use(lane, now)
      else {
        await new Promise<number>(resolve => {
          queues[lane].push({ most: 1, ahead: 0, resolve })
          pump()
        })
      }
      await leave()
    },
    async take (lane, most, signal) {
      if (signal.aborted) return 0
      return await new Promise<number>(resolve => {
        const waiting: Waiting = { most, ahead: early, resolve (turns) { signal.removeEventListener('abort', stop); resolve(turns) } }
        const stop = (): void => {
          const place = queues[lane].indexOf(waiting)
          if (place >= 0) queues[lane].splice(place, 1)
          waiting.resolve(0)
        }
        signal.addEventListener('abort', stop)
        queues[lane].push(waiting)
        pump()
      })
    },
    giveBack (turns) {
      for (let n = 0; n < turns; n++) {
        const turn = taken.pop()
        if (turn === undefined) break
        free.unshift(turn.slot)
        next -= apart
        if (turn.lane === 'bulletin') nextBulletin -= apart
      }
      if (timer === null) pump()
    },
  }
}

/** Not Node's own: the page's script knows this file by its types. */
const pause = async (ms: number): Promise<void> => { await new Promise<void>(resolve => { setTimeout(resolve, ms) }) }
