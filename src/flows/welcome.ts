// What is said outside any flow: hello, the menu, the numbers, help, and what becomes of people's data.
import type { Choice, Message } from '../channels/message.ts'
import type { Here } from '../conversation/flow.ts'
import { languageChoices } from '../conversation/turn.ts'

export function welcome (here: Here): Message[] {
  return [
    { text: `${here.say('chat.welcome.hello')}\n\n${here.say('chat.emergency.numbers')}` },
    { text: here.say('chat.welcome.language'), choices: languageChoices(), compact: true },
  ]
}

export function menu (here: Here, more: { resume: boolean }): Message {
  const choices: Choice[] = [
    { id: 'go:report-tip', label: here.say('chat.menu.report'), tone: 'main' },
    { id: 'go:follow-up', label: here.say('chat.menu.followUp') },
    { id: 'go:subscribe', label: here.say('chat.menu.subscribe') },
    { id: 'go:my-data', label: here.say('chat.menu.myData') },
    { id: 'help', label: here.say('chat.menu.help') },
    { id: 'lang:?', label: here.say('chat.menu.language'), tone: 'quiet' },
  ]
  if (more.resume) choices.unshift({ id: 'resume', label: here.say('chat.menu.resume'), tone: 'main' })
  return { text: here.say('chat.menu.ask'), choices, wants: 'text' }
}

export function help (here: Here): Message[] {
  return [
    { text: here.say('chat.emergency.numbers'), choices: callChoices(['113', '114', '115', '111'], here), compact: true },
    { text: here.say('chat.help.what') },
    { text: `${here.say('chat.help.others')}\n\n${here.say('chat.help.rights')}` },
    { text: `${here.say('chat.help.words')}\n\n${here.say('chat.privacy.text')}` },
  ]
}

export function emergency (here: Here): Message[] {
  return [{ text: here.say('chat.emergency.numbers'), choices: callChoices(['113', '114', '115', '111'], here), compact: true }]
}

export function privacy (here: Here): Message[] {
  return [{ text: knows(here) }, { text: here.say('chat.privacy.text') }]
}

/** What this channel knows about the person, in plain words; told before anything is asked. */
export function knows (here: Here): string {
  switch (here.channel) {
    case 'web-chat': return here.say(here.sealsHere ? 'chat.knows.webSealed' : 'chat.knows.webPlain')
    case 'telegram': return here.say('chat.knows.telegram', { url: here.webUrl })
    case 'zalo-oa': return here.say('chat.knows.zaloOa', { url: here.webUrl })
    case 'zalo-bot': return here.say('chat.knows.zaloBot', { url: here.webUrl })
    default: return here.channel satisfies never
  }
}

/** Buttons that dial. They are links, so no answer is expected of them. */
export function callChoices (numbers: readonly string[], here: Here): Choice[] {
  return numbers.map(number => ({ id: `call:${number}`, label: here.say('chat.emergency.call', { number }), url: `tel:${number}`, tone: 'danger' }))
}
