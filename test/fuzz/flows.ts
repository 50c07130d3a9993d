// Aims at the conversation: walks through every flow in every language, by presses, words, files and nonsense.
import fc from 'fast-check'
import type { Choice, Content, Message } from '../../src/channels/message.ts'
import { languages } from '../../src/i18n.ts'
import { frequencies, type Frequency, type Topic } from '../../src/subscribers/topics.ts'
import type { Opened } from '../../src/tips/story.ts'
import { aChat, aReceipt, type Chat } from '../conversation/chat.ts'
import { anyText } from './inputs.ts'
import { aim, must, stopwatch, type Target } from './target.ts'

type Step =
  /** One of the buttons under what was said last, or one shown earlier. */
  | { does: 'press', which: number, old: boolean }
  | { does: 'send', content: Content }
  | { does: 'wait', ms: number }

const number = fc.nat(1000)
const file = fc.record({ ref: fc.constantFrom('x', 'y'), kind: fc.constantFrom('photo', 'video', 'voice', 'document') })
const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 8, arbitrary: anyText.map((text): Content => ({ kind: 'text', text })) },
  { weight: 1, arbitrary: anyText.map((data): Content => ({ kind: 'press', data })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('a', 'go', 'new', 'lang', 'resume', 'drop', 'call'), anyText).map(([kind, rest]): Content => ({ kind: 'press', data: `${kind}:${rest.slice(0, 60)}` })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('', 'report-tip', 'follow-up', 'group', 'constructor', '__proto__', 'toString'), fc.boolean()).map(([payload, none]): Content => none ? { kind: 'start' } : { kind: 'start', payload }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('location' as const), lat: fc.oneof(fc.double({ min: 8, max: 11, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true })), lng: fc.oneof(fc.double({ min: 103, max: 106, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true })) }) },
  { weight: 2, arbitrary: fc.tuple(fc.array(file, { minLength: 1, maxLength: 12 }), fc.option(anyText)).map(([files, caption]): Content => ({ kind: 'files', files, ...(caption === null ? {} : { caption }) })) },
  { weight: 1, arbitrary: anyText.map((text): Content => ({ kind: 'edit', text })) },
  { weight: 1, arbitrary: fc.constantFrom('sticker', 'poll', '').map((what): Content => ({ kind: 'unsupported', what })) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ does: fc.constant('press' as const), which: number, old: fc.integer({ min: 0, max: 9 }).map(n => n === 0) }) },
  { weight: 6, arbitrary: content.map((one): Step => ({ does: 'send', content: one })) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 3_700_000, 90_000_000, -3_600_000).map((ms): Step => ({ does: 'wait', ms })) },
)
/** Where people begin: each flow by its button, and by nothing. */
const begin = fc.constantFrom(null, 'go:report-tip', 'go:follow-up', 'go:subscribe', 'go:my-data')
const channel = fc.constantFrom(
  { channel: 'telegram' as const, shows: {} },
  { channel: 'web-chat' as const, shows: { text: 20_000, buttons: 40, buttonBytes: 200, askLocation: false } },
  { channel: 'zalo-oa' as const, shows: { text: 2000, buttons: 15, askLocation: false } },
  { channel: 'zalo-bot' as const, shows: { text: 2000, buttons: 0, buttonBytes: 0, askLocation: false, fileBytes: 0 } },
)
const walk = fc.record({ language: fc.constantFrom(...languages), on: channel, luck: fc.array(number, { minLength: 8, maxLength: 8 }), begin, steps: fc.array(step, { maxLength: 40, size: 'max' }) })

export const flowTargets: Target[] = [{
  name: 'conversation', share: 300_000,
  open: () => aim(walk, ({ language, on, luck, begin, steps }) => {
    let draws = 0
    const draw = (of: number): number => (luck[draws++ % luck.length] ?? 0) % of
    const chat = aChat({ language, ...on, acts: {
      receiveTip: () => aReceipt,
      openTip: () => draw(3) === 0 ? { found: false, waitMinutes: draw(2) * 5 } : opened(draw(4)),
      addToTip: () => true,
      subscription: () => draw(2) === 0 ? null : { ...subscribed(draw), agreed: draw(2) === 0 },
      subscribe: () => true, unsubscribe: () => draw(2) === 0,
      held: () => ({ draft: draw(2) === 0, links: draw(3), marks: draw(3), push: draw(2), subscription: draw(2) === 0 ? null : { ...subscribed(draw), agreedOn: '2026-11-24', agreedText: 'x' } }), forget: () => true,
    } })
    const told: Choice[] = []
    let slowest = 0
    let last = said(chat, chat.sends({ kind: 'start' }), told, [])
    if (begin !== null) last = said(chat, chat.pressesData(begin), told, last)
    for (const one of steps) {
      if (one.does === 'wait') { chat.waits(one.ms); continue }
      const buttons = one.does === 'press' && one.old ? told : last
      const pressed = one.does === 'press' ? buttons[one.which % Math.max(1, buttons.length)] : undefined
      const sent: Content = one.does === 'send' ? one.content : pressed === undefined ? { kind: 'text', text: '' } : { kind: 'press', data: pressed.id }
      const before = chat.state.mind.lastPress
      const worked = stopwatch()
      const heard = chat.sends(sent)
      slowest = Math.max(slowest, worked())
      // Silence is only for a double tap, and for a correction of something that is over.
      if (heard.length === 0) must(sent.kind === 'edit' || (sent.kind === 'press' && sent.data === before), 'Somebody was not answered.')
      else last = said(chat, heard, told, last)
    }
    return { inputs: steps.length + 1, slowest }
  }),
}]

/** Checks what was said, and returns what can be pressed now. */
function said (chat: Chat, heard: Message[], told: Choice[], before: Choice[]): Choice[] {
  must(heard.length > 0, 'Somebody was not answered.')
  const choices = heard.flatMap(message => message.choices ?? [])
  for (const message of heard) {
    must(message.text.trim() !== '', 'An empty text was said.')
    must(!/undefined|\[object|NaN|\{\{/.test(message.text.replace(/"[^"]*"/g, '')) || echoes(chat), `Said as programs speak: ${message.text.slice(0, 80)}`)
  }
  for (const { id, label, url } of choices) {
    must(url !== undefined || Buffer.byteLength(id) <= 64, `A button carries more than 64 bytes: ${id}`)
    must(label.trim() !== '', `A button says nothing: ${id}`)
  }
  const ids = heard.map(message => (message.choices ?? []).map(({ id }) => id))
  for (const one of ids) must(new Set(one).size === one.length, 'Two buttons under one message are the same.')
  const answers = choices.filter(choice => choice.url === undefined)
  must(answers.length > 0 || heard.some(({ wants }) => wants !== undefined), 'Here is no way on.')
  JSON.stringify(chat.state)
  told.push(...answers)
  return answers.length > 0 ? answers : before
}

/** Whoever writes "{{x}}" may hear it again in the review. */
function echoes (chat: Chat): boolean {
  return /undefined|\[object|NaN|\{\{/.test(JSON.stringify(chat.state))
}

function subscribed (draw: (of: number) => number): { topics: Topic[], places: { code: string, name: string }[], quietFrom: number, quietTo: number, level: number, frequency: Frequency } {
  return { topics: ['law'], places: [], quietFrom: 21, quietTo: 7, level: draw(3), frequency: frequencies[draw(3)] ?? 'at-once' }
}

function opened (messages: number): Opened & { found: true } {
  return {
    found: true, tipId: 'tip-1', status: 'verifying', receivedOn: '2026-11-20', decideBy: '2026-12-10',
    messages: Array.from({ length: messages }, (_, at) => ({ on: '2026-11-22', kind: at % 2 === 0 ? 'message' : 'request-information', text: at === 2 ? null : 'Cảm ơn bạn.' })),
  }
}
