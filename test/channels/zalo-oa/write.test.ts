// Writing messages for Zalo: within its limits, and whole even where the buttons are lost.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Choice, Message } from '../../../src/channels/message.ts'
import { choiceTyped, writeMessage } from '../../../src/channels/zalo-oa/write.ts'

const words = { typeNumber: 'Trả lời bằng một số:', moreChoices: 'Còn nữa:', orType: (said: string) => `Hoặc gõ: ${said}` }
const write = (message: Message, buttons: 'plain' | 'template' | 'off' = 'plain') => writeMessage(message, words, buttons)
const yesNo: Choice[] = [{ id: 'a:1:x:yes', label: 'Có' }, { id: 'a:1:x:no', label: 'Không', tone: 'danger' }]
const nav: Choice[] = [{ id: 'a:1:x:!skip', label: 'Bỏ qua', tone: 'quiet' }, { id: 'a:1:x:!cancel', label: 'Thôi', tone: 'quiet' }]

test('a text is a text', () => {
  expect(write({ text: 'Xin chào' })).toEqual({ messages: [{ text: 'Xin chào' }], offers: null })
})

test('choices are buttons, and stand in the text with a number each; back and cancel are words', () => {
  const { messages, offers } = write({ text: 'Nguy hiểm không?', choices: [...yesNo, ...nav] })
  expect(messages).toEqual([{
    text: 'Nguy hiểm không?\n\nTrả lời bằng một số:\n1. Có\n2. Không\n\nHoặc gõ: Bỏ qua · Thôi',
    attachment: { type: 'template', payload: { buttons: [
      { title: 'Có', type: 'oa.query.hide', payload: '#tb:a:1:x:yes' }, { title: 'Không', type: 'oa.query.hide', payload: '#tb:a:1:x:no' },
      { title: 'Bỏ qua', type: 'oa.query.hide', payload: '#tb:a:1:x:!skip' }, { title: 'Thôi', type: 'oa.query.hide', payload: '#tb:a:1:x:!cancel' },
    ] } },
  }])
  expect(offers?.map(({ number }) => number)).toEqual([1, 2, undefined, undefined])
})

test('a choice with a word of its own is a button and that word, and takes no number', () => {
  const { messages: [message], offers } = write({ text: 'Tiếng nào?', choices: [{ id: 'lang:en', label: 'English', word: 'English' }, { id: 'x', label: 'Khác', word: 'khác' }, { id: 'y', label: 'Thôi' }] })
  expect(message?.text).toBe('Tiếng nào?\n\nTrả lời bằng một số:\n1. Thôi\n\nHoặc gõ: English · “khác” (Khác)')
  expect(message?.attachment?.payload.buttons.map(({ title }) => title)).toEqual(['English', 'Khác', 'Thôi'])
  expect(choiceTyped('1', offers ?? [])).toBe('y')
  expect(choiceTyped('english', offers ?? [])).toBe('lang:en')
})

test('buttons can be switched off, or given the template type that Zalo may want', () => {
  expect(write({ text: 'x', choices: yesNo }, 'off').messages[0]).not.toHaveProperty('attachment')
  expect(write({ text: 'x', choices: yesNo }, 'template').messages[0]?.attachment?.payload.template_type).toBe('button')
})

test('numbers to call are written out, since Zalo may not dial short ones; pages are both', () => {
  const [message] = write({ text: 'Gọi ngay', choices: [{ id: 'call:113', label: 'Gọi 113', url: 'tel:113' }, { id: 'web', label: 'Trang báo tin', url: 'https://baotin.vn/' }] }).messages
  expect(message?.text).toBe('Gọi ngay\n\nGọi 113\nTrang báo tin: https://baotin.vn/')
  expect(message?.attachment?.payload.buttons).toEqual([{ title: 'Trang báo tin', type: 'oa.open.url', payload: { url: 'https://baotin.vn/' } }])
})

test('a code that the text does not hold is added, and not cut in two', () => {
  const code = 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ12'
  expect(write({ text: 'Mã của bạn:', copy: code }).messages).toEqual([{ text: `Mã của bạn:\n\n${code}` }])
  const { messages } = write({ text: `${'dài '.repeat(498)}${code} hết`, copy: code })
  expect(messages.some(({ text }) => text.includes(code))).toBe(true)
})

test('letters are composed before they are counted', () => {
  const decomposed = 'Đường Nguyễn Huệ '.normalize('NFD').repeat(110)
  expect(decomposed.length).toBeGreaterThan(2000)
  expect(write({ text: decomposed.trimEnd() }).messages).toHaveLength(1)
})

test('whatever is said, no message breaks a limit of Zalo, every choice can be typed, and no words are lost', () => {
  const choice = fc.record({ id: fc.string({ minLength: 1, maxLength: 60 }), label: fc.string({ minLength: 1, maxLength: 150 }), tone: fc.constantFrom('main' as const, 'quiet' as const) })
  fc.assert(fc.property(fc.string({ maxLength: 6000, unit: 'grapheme' }), fc.array(choice, { maxLength: 30 }), (text, choices) => {
    const { messages, offers } = write({ text, choices })
    for (const message of messages) {
      expect([...message.text].length).toBeLessThanOrEqual(2000)
      const buttons = message.attachment?.payload.buttons ?? []
      expect(buttons.length).toBeLessThanOrEqual(5)
      for (const { title } of buttons) expect(title.length).toBeLessThanOrEqual(100)
      if (message.attachment) expect(buttons.length).toBeGreaterThan(0)
    }
    expect(offers ?? []).toHaveLength(choices.length)
    const said = messages.map(message => message.text).join('').replace(/\s/g, '')
    expect(said.startsWith(text.normalize('NFC').replace(/\s/g, '').slice(0, 5000))).toBe(true)
  }), { numRuns: 100 })
})

describe('what is typed', () => {
  const offers = write({ text: 'x', choices: [...yesNo, ...nav] }).offers ?? []
  test.each([
    ['1', 'a:1:x:yes'], ['2.', 'a:1:x:no'], [' 2) ', 'a:1:x:no'], ['có', 'a:1:x:yes'], ['KHÔNG', 'a:1:x:no'], ['bỏ qua', 'a:1:x:!skip'], ['Thôi'.normalize('NFD'), 'a:1:x:!cancel'],
    ['#tb:go:report-tip', 'go:report-tip'], ['3', null], ['0', null], ['113', null], ['1 người', null], ['#tb:', null], [`#tb:${'x'.repeat(65)}`, null], ['#MA01', null], ['', null],
  ])('%j means %j', (typed, expected) => {
    expect(choiceTyped(typed, offers)).toBe(expected)
  })

  test('words that two choices share mean neither', () => {
    expect(choiceTyped('giống', [{ id: 'a', label: 'Giống' }, { id: 'b', label: 'giống' }])).toBeNull()
  })
})
