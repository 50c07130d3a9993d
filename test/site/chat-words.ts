// The first words of the web chat, as the server would say them.
import type { Message } from '../../src/channels/message.ts'
import { script } from '../../src/flows/script.ts'
import type { Language } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import type { Here } from '../../src/conversation/flow.ts'

export function hereIn (language: Language): Here {
  return {
    channel: 'web-chat',
    shows: { text: 20_000, buttons: 40, buttonBytes: 200, buttonLabel: 0, askLocation: false, fileBytes: 20 * 1024 * 1024 },
    language,
    say: says[language],
    now: new Date('2026-11-24T01:00:00Z'),
    webUrl: 'http://localhost',
    sealsHere: false,
    places: { find: () => [], near: () => [], at: () => null },
  }
}

export function greetingWords (language: Language): Message[] {
  return [...script.welcome(hereIn(language)), script.menu(hereIn(language), { resume: false })]
}
