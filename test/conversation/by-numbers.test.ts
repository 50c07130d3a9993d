// Where there are no buttons, a number typed is the button pressed, anywhere in the conversation.
import { describe, expect, test } from 'vitest'
import { numbered } from '../../src/channels/fit.ts'
import type { Choice, Message } from '../../src/channels/message.ts'
import { hours } from '../../src/clock.ts'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { aChat, aReceipt, type Chat } from './chat.ts'

const opened = { found: true, tipId: 'tip-1', status: 'verifying', receivedOn: '2026-11-20', decideBy: '2026-12-10', messages: [] }
const aTypingChat = (language: typeof languages[number] = 'vi'): Chat => aChat({
  channel: 'zalo-bot', language, shows: { text: 2000, buttons: 0, askLocation: false },
  acts: {
    receiveTip: () => aReceipt, openTip: () => opened, addToTip: () => true, held: () => ({ draft: false, links: 0, marks: 0, subscription: null, push: 0 }), forget: () => true,
    subscription: () => null, subscribe: () => true, unsubscribe: () => false,
  },
})
const listOf = (said: Message[]): Choice[] => numbered(said.at(-1)?.choices ?? [])

test('the menu, the offer to go on and the end are chosen by number', () => {
  const chat = aTypingChat()
  const menu = chat.says('menu')
  chat.says(String(listOf(menu).findIndex(({ id }) => id === 'go:report-tip') + 1))
  expect(chat.state.standing?.flow).toBe('report-tip')
  chat.says('1')
  const again = chat.says('menu')
  expect(listOf(again)[0]?.id).toBe('resume')
  chat.says('1')
  expect(chat.state.standing?.step).toBe('kind')
})

test('after a long pause, number one is what she wrote, and number two the first answer', () => {
  for (const [typed, answer] of [['1', 'what'], ['2', 'kind']] as const) {
    const chat = aTypingChat()
    chat.says('báo tin')
    chat.says('1')
    chat.waits(hours(2))
    const said = chat.says('Tối nào cũng có người bán ma túy ở đầu hẻm')
    expect(listOf(said)[0]?.label).toBe(says.vi('chat.nav.useHeld'))
    chat.says(typed)
    expect(chat.state.standing?.answers[answer]).toBeDefined()
  }
})

test('a number is an answer where a text is asked for', () => {
  const chat = aTypingChat()
  chat.says('báo tin')
  for (const text of ['1', '1']) chat.says(text)
  expect(chat.state.standing?.step).toBe('what')
  chat.says('3')
  expect(chat.state.standing?.answers.what).toBe('3')
})

test('a language is chosen by its name', () => {
  const chat = aTypingChat()
  chat.says('chào')
  chat.says('ខ្មែរ')
  chat.says('English')
  expect(chat.state.mind.language).toBe('en')
  expect(chat.heard()).toContain(says.en('chat.menu.ask'))
})

test('what Zalo keeps from a bot is told, with another way, in a flow and outside', () => {
  const chat = aTypingChat()
  chat.sends({ kind: 'unsupported', what: 'unsupported' })
  expect(chat.heard()).toContain('https://tinbao.example/')
  chat.says('báo tin')
  chat.sends({ kind: 'unsupported', what: 'sticker' })
  expect(chat.heard()).toContain('https://tinbao.example/')
  expect(chat.state.standing?.step).toBe('danger')
})

describe.each(languages)('wandering about in %s', language => {
  test('typing a number does what pressing does, and no answer holds two lists', () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 16_807) % 2_147_483_647
      return Math.floor(seed / 64) % below
    }
    const typing = aTypingChat(language)
    const pressing = aTypingChat(language)
    const texts = ['menu', 'quay lại', 'bỏ qua', 'báo tin', 'nhận tin', 'dữ liệu của tôi', 'tra cứu', '0123-4567-89AB-CDEF-GHJK-MNPQ', 'Có người bán ma túy ở đầu hẻm', 'phường Long Xuyên', 'Vĩnh Thạnh', 'xong', 'trợ giúp', 'ngôn ngữ']
    let last: Message[] = typing.says('chào')
    pressing.says('chào')
    let typed = 0
    for (let step = 0; step < 400; step++) {
      const list = listOf(last)
      const text = texts[random(texts.length)] ?? ''
      const n = random(Math.max(1, list.length))
      const choice = random(4) === 0 ? undefined : list[n]
      last = choice === undefined ? typing.says(text) : typing.says(String(n + 1))
      expect(choice === undefined ? pressing.says(text) : pressing.pressesData(choice.id)).toEqual(last)
      expect(pressing.state.standing).toEqual(typing.state.standing)
      expect(last.slice(0, -1).flatMap(message => numbered(message.choices ?? [])), typing.heard()).toEqual([])
      if (choice !== undefined) typed++
    }
    expect(typed).toBeGreaterThan(100)
  })
})
