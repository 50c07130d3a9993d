// What this device remembers of an unfinished report: the answers and the lines, for a day. Never a code, never a follow-up.
import { keptFor } from '../../conversation/turn.ts'
import { newState, type State } from '../../conversation/standing.ts'
import type { OpenLine } from '../../channels/web-chat/open-line.ts'

export interface Kept {
  state: State
  lines: OpenLine[]
}

const place = 'tin-bao'
/** Raised when the shape changes: an old one is thrown away. */
const version = 1

/** Null when there is nothing, it is too old, or storage is off. */
export function readKept (now: Date): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as { v: number, at: number, state: State, lines: OpenLine[] } | null
    if (kept === null) return null
    if (kept.v === version && now.getTime() - kept.at < keptFor && Array.isArray(kept.lines)) return { state: { ...newState(), ...kept.state }, lines: kept.lines }
  } catch {
    // Not ours, broken, or storage is off: as if there were nothing.
  }
  forgetKept()
  return null
}

/** Keeps a report that is under way; anything else is forgotten. */
export function keep (state: State, lines: readonly OpenLine[], now: Date): void {
  if (!isUnfinished(state)) return forgetKept()
  // In another flow there may be a code or an officer's answer: only the report left aside is kept.
  const kept: State = state.standing?.flow === 'report-tip' ? state : { ...state, standing: null, mind: { ...state.mind, lastPress: null } }
  try {
    localStorage.setItem(place, JSON.stringify({ v: version, at: now.getTime(), state: kept, lines }))
  } catch {
    // Storage is full or off: the report goes on without being kept.
  }
}

export function isUnfinished (state: State): boolean {
  return (state.standing?.flow === 'report-tip' && state.standing.trail.length > 0) || state.shelved !== null
}

export function forgetKept (): void {
  try {
    localStorage.removeItem(place)
  } catch {
    // Storage is off: nothing was kept.
  }
}

/** A tip that is being sent: its id, and the code that only this tab knows until the server has it. */
export interface Pending {
  id: string
  /** As people write it. */
  code: string
  /** Names what was told when the server was asked and has not answered; null: it has nothing of this tip. */
  asked: string | null
}

const pendingPlace = 'tin-bao-pending'

/**
 * The tip being sent, so that a reload in the middle sends the same one and not a second. In sessionStorage, which ends with the
 * tab, and only until the server answers: without it a tip could have arrived whose code nobody knows.
 */
export function readPending (): Pending | null {
  try {
    const pending = JSON.parse(sessionStorage.getItem(pendingPlace) ?? 'null') as Pending | null
    return typeof pending?.id === 'string' && typeof pending.code === 'string' ? pending : null
  } catch {
    return null
  }
}

export function keepPending (pending: Pending | null): void {
  try {
    if (pending === null) sessionStorage.removeItem(pendingPlace)
    else sessionStorage.setItem(pendingPlace, JSON.stringify(pending))
  } catch {
    // Storage is off: a reload in this moment would make a new code.
  }
}
