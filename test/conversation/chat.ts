// A person in a conversation without any wire or database: the pure engine, as the browser runs it. For tests of flows.
import type { Content, Message } from '../../src/channels/message.ts'
import type { Answer, Here } from '../../src/conversation/flow.ts'
import { makePlaces } from '../../src/conversation/places.ts'
import { newState, type Outcome, type State } from '../../src/conversation/standing.ts'
import { afterLanguage, carryOn, talk } from '../../src/conversation/talk.ts'
import type { Script } from '../../src/conversation/script.ts'
import { script as everybodys } from '../../src/flows/script.ts'
import type { Language } from '../../src/i18n.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import { says } from '../../src/locales.ts'

const places = makePlaces(() => boundaries)

export interface ChatOptions {
  language?: Language
  channel?: Here['channel']
  shows?: Partial<Here['shows']>
  /** What the program answers when a flow asks for something. */
  acts?: Record<string, (give: Answer) => Answer>
  /** Everybody's, unless it says otherwise. */
  script?: Script
}

export interface Chat {
  /** Everything asked of the program, in order. */
  acts: { name: string, give: Answer }[]
  counts: string[]
  state: State
  says (text: string): Message[]
  /** Presses the newest button with this label; throws when there is none. */
  presses (label: string | RegExp): Message[]
  pressesData (data: string): Message[]
  sends (content: Content): Message[]
  waits (ms: number): void
  /** All that was said after the last thing they did, as one text. */
  heard (): string
  buttons (): string[]
}

export function aChat (options: ChatOptions = {}): Chat {
  const script = options.script ?? everybodys
  let now = new Date('2026-11-24T03:00:00Z')
  let last: Message[] = []
  const said: Message[] = []
  const here = (language: Language): Here => ({
    channel: options.channel ?? 'telegram',
    shows: { text: 4000, buttons: 90, buttonBytes: 64, buttonLabel: 0, askLocation: true, fileBytes: 20 * 1_048_576, ...options.shows },
    language,
    say: says[language],
    now,
    webUrl: 'https://tinbao.example/',
    sealsHere: false,
    places,
  })
  const chat: Chat = {
    acts: [],
    counts: [],
    state: newState(),
    says: text => chat.sends({ kind: 'text', text }),
    presses (label) {
      const choices = said.flatMap(message => message.choices ?? []).filter(choice => choice.url === undefined)
      const choice = choices.findLast(c => typeof label === 'string' ? c.label === label : label.test(c.label))
      if (choice === undefined) throw new Error(`There is no button "${String(label)}". There are: ${choices.slice(-30).map(c => c.label).join(' | ')}`)
      return chat.pressesData(choice.id)
    },
    pressesData: data => chat.sends({ kind: 'press', data }),
    sends (content) {
      now = new Date(now.getTime() + 10_000)
      let language = chat.state.mind.language ?? options.language ?? 'vi'
      last = []
      let outcome: Outcome = talk(script, chat.state, content, here(language))
      for (;;) {
        chat.state = JSON.parse(JSON.stringify(outcome.state)) as State
        last.push(...outcome.say)
        chat.counts.push(...outcome.counts)
        if (outcome.act === null) break
        const { name, give } = outcome.act
        if (name === 'setLanguage') {
          language = chat.state.mind.language ?? language
          outcome = afterLanguage(script, chat.state, here(language))
          continue
        }
        chat.acts.push({ name, give })
        const act = options.acts?.[name]
        if (act === undefined) throw new Error(`Nobody here does "${name}".`)
        outcome = carryOn(script, chat.state, act(give), here(language))
      }
      said.push(...last)
      return last
    },
    waits (ms) { now = new Date(now.getTime() + ms) },
    heard: () => last.map(message => message.text).join('\n\n'),
    buttons: () => last.flatMap(message => message.choices ?? []).map(choice => choice.label),
  }
  return chat
}

export const aReceipt = { code: '0123-4567-89AB-CDEF-GHJK-MNPQ', transferBy: '2026-11-25', noticeBy: '2026-11-27', decideBy: '2026-12-14', linked: true }
