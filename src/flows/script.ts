// All we can talk about, in one place: the flows, and what a free text leads to. Pure; the browser runs the same.
import type { Message } from '../channels/message.ts'
import type { Answers, Here } from '../conversation/flow.ts'
import type { Said, Script } from '../conversation/script.ts'
import { fold } from '../localities/fold.ts'
import { looksLikeCode, parseCode } from '../tips/code.ts'
import { dangerIn } from '../tips/emergency.ts'
import { isOutOfScope } from '../tips/scope.ts'
import { suggestCategories } from '../tips/suggest.ts'
import { followUp } from './follow-up.ts'
import { genuine, genuineAsked, genuineAskedAlone } from './genuine.ts'
import { link } from './link.ts'
import { myData } from './my-data.ts'
import { reportTip } from './report-tip.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { callChoices, emergency, help, menu, privacy, welcome } from './welcome.ts'

export const script: Script = {
  flows: { 'report-tip': reportTip, 'follow-up': followUp, subscribe, unsubscribe, 'my-data': myData, genuine, link },
  welcome,
  menu,
  help,
  emergency,
  privacy,
  opens,
  leadsTo,
  danger,
}

/** A text this long is a story even if no word of it is known to us. */
const storyLength = 25

/** What begins in the middle of anything: an officer's one-time code, and the code of a bulletin. */
function opens (said: Said, here: Here): { flow: string, answers: Answers } | null {
  if (said.kind === 'press') return null
  const code = said.kind === 'link' ? /^officer-([\w-]+)$/i.exec(said.payload)?.[1] : linkCodeIn(said.text)
  if (code !== undefined) return linkLead(code)
  const asked = genuineAsked(said.kind === 'link' ? said.payload : said.text)
  if (asked !== null) return genuineLead(asked)
  return said.kind === 'text' && here.channel === 'web-chat' && /^\s*\/broadcast\s*$/i.test(said.text) ? linkLead('') : null
}

/** Empty: the command alone. Undefined: another text. */
function linkCodeIn (text: string): string | undefined {
  const found = /^\s*\/link(?:\s+([^]*))?$/i.exec(text)
  return found === null ? undefined : (found[1] ?? '').trim()
}

function linkLead (code: string): { flow: string, answers: Answers } {
  return { flow: 'link', answers: code === '' ? {} : { code: code.slice(0, 200) } }
}

function genuineLead ({ code }: { code: string }): { flow: string, answers: Answers } {
  return { flow: 'genuine', answers: code === '' ? {} : { code: code.slice(0, 400) } }
}

function leadsTo (text: string, here: Here): ReturnType<Script['leadsTo']> {
  const asked = genuineAskedAlone(text)
  if (asked !== null) return genuineLead(asked)
  // Officers work in linked chats: a page is none, and says so. Anywhere else these are words like any others.
  if (here.channel === 'web-chat' && ['phat tin', 'soan tin'].includes(fold(text))) return linkLead('')
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
