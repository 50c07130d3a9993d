// One message in, what to say and where they stand now out.
// Pure: the server calls it for Telegram and the like, the web chat's page calls it in the browser.
import type { Content } from '../channels/message.ts'
import type { Answer, Here } from './flow.ts'
import type { Script } from './script.ts'
import type { Outcome, State } from './standing.ts'
import { Turn } from './turn.ts'
import * as walk from './walk.ts'

/** `here.language` is the person's own if they chose one, else the platform's hint. */
export function talk (script: Script, before: State, content: Content, here: Here): Outcome {
  const turn = new Turn(script, before, here)
  if (before.mind.language === null) turn.greet()
  if (content.kind === 'press') turn.press(content.data)
  else if (content.kind === 'start') turn.start(content.payload ?? '')
  else if (content.kind === 'text') turn.text(content.text)
  else turn.answer(content)
  return turn.outcome()
}

/** Goes on after an act with its result, e.g. the code of a tip that was received. */
export function carryOn (script: Script, before: State, result: Answer, here: Here): Outcome {
  const turn = new Turn(script, before, here)
  const standing = before.standing
  const flow = standing === null ? undefined : script.flows[standing.flow]
  if (standing !== null && flow !== undefined) turn.take(walk.acted(flow, standing, result, here))
  return turn.outcome()
}

/** Says in the new language where they stand. */
export function afterLanguage (script: Script, before: State, here: Here): Outcome {
  const turn = new Turn(script, before, here)
  turn.afterLanguage()
  return turn.outcome()
}
