// What one turn of the conversation was: part of a report, a box ticked, an act that failed.
import type { Outcome, State } from '../../conversation/standing.ts'
import { script } from '../../flows/script.ts'
import type { TextKey } from '../../i18n.ts'
import { readPending } from './kept.ts'
import { RefusedByServer } from './request.ts'

export function isReport (state: State): boolean {
  return state.standing?.flow === 'report-tip'
}

/** What is said when an act did not work. */
export function whyFailed (act: string, error: unknown): TextKey {
  const stopped = error instanceof DOMException && error.name === 'AbortError'
  if (stopped) return act === 'receiveTip' && readPending()?.asked != null ? 'site.sending.stoppedMaybe' : 'site.sending.stopped'
  if (act !== 'receiveTip') return 'site.failed'
  return error instanceof RefusedByServer ? 'site.sending.refused' : 'chat.repair.staleTip'
}

/** A box was ticked: the same question again and nothing more. */
export function isTick (before: State, { state, say, act }: Outcome): boolean {
  const flow = before.standing === null ? undefined : script.flows[before.standing.flow]
  const step = flow?.steps.find(step => step.id === before.standing?.step)
  return step?.kind === 'choose' && step.many === true && act === null && say.length === 1 && state.standing?.step === step.id && state.standing.wrong === 0
}
