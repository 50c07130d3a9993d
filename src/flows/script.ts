// All we can talk about, in one place: the flows, and what a free text leads to. Pure; the browser runs the same.
import type { Message } from '../channels/message.ts'
import type { Here } from '../conversation/flow.ts'
import type { Script } from '../conversation/script.ts'
import { looksLikeCode, parseCode } from '../tips/code.ts'
import { dangerIn } from '../tips/emergency.ts'
import { isOutOfScope } from '../tips/scope.ts'
import { suggestCategories } from '../tips/suggest.ts'
import { followUp } from './follow-up.ts'
import { myData } from './my-data.ts'
import { reportTip } from './report-tip.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { callChoices, emergency, help, menu, privacy, welcome } from './welcome.ts'

export const script: Script = {
  flows: { 'report-tip': reportTip, 'follow-up': followUp, subscribe, unsubscribe, 'my-data': myData },
  welcome,
  menu,
  help,
  emergency,
  privacy,
  leadsTo,
  danger,
}

/** A text this long is a story even if no word of it is known to us. */
const storyLength = 25

function leadsTo (text: string, here: Here): ReturnType<Script['leadsTo']> {
  if (parseCode(text) !== null || looksLikeCode(text)) return { flow: 'follow-up', answers: parseCode(text) === null ? {} : { code: text } }
  if (isOutOfScope(text) !== null) return { say: [{ text: here.say('chat.report.scope') }, { text: here.say('chat.report.scopeService') }], count: 'out-of-scope' }
  if (suggestCategories(text).length === 0 && dangerIn(text) === null && [...text.trim()].length < storyLength) return null
  return { flow: 'report-tip', answers: { what: text.trim().slice(0, 4000) } }
}

function danger (text: string, here: Here): Message[] | null {
  const found = dangerIn(text)
  if (found === null) return null
  return [{ text: here.say('chat.emergency.now', { numbers: found.numbers.join(', ') }), choices: callChoices(found.numbers, here), compact: true }]
}
