// Fitting messages to what a channel can show.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Shows } from '../../src/channels/channel.ts'
import { fit, numbered } from '../../src/channels/fit.ts'
import type { Choice } from '../../src/channels/message.ts'

const words = { moreChoices: 'Còn nữa:', typeNumber: 'Trả lời bằng số:', typeWord: 'Gõ:' }
const roomy: Shows = { text: 1000, buttons: 10, buttonBytes: 64, buttonLabel: 0, askLocation: true, fileBytes: 0 }

function some (n: number): Choice[] {
  return Array.from({ length: n }, (_, index) => ({ id: `c${index}`, label: `Mục ${index + 1}` }))
}

test('what fits is left as it is', () => {
  const message = { text: 'Chào bạn', choices: some(3), compact: true, copy: 'AB', wants: 'text' as const, guarded: true, silent: true }
  expect(fit(message, roomy, words)).toEqual([message])
})

describe('a long text', () => {
  test('is split between paragraphs, and the choices go with the end', () => {
    const text = `${'một hai ba. '.repeat(6).trim()}\n\n${'bốn năm sáu. '.repeat(6).trim()}`
    const parts = fit({ text, choices: some(2), wants: 'location', guarded: true }, { ...roomy, text: 100 }, words)
    expect(parts.map((part) => part.text)).toEqual(text.split('\n\n'))
    expect(parts.map((part) => part.choices?.length)).toEqual([undefined, 2])
    expect(parts.map((part) => part.wants)).toEqual([undefined, 'location'])
    expect(parts.every((part) => part.guarded)).toBe(true)
  })

  test('without any gap is split between letters, never inside one', () => {
    const text = '👨‍👩‍👧'.repeat(10)
    const parts = fit({ text }, { ...roomy, text: 20 }, words).map((part) => part.text)
    expect(parts.join('')).toBe(text)
    expect(parts.every((part) => part.length % '👨‍👩‍👧'.length === 0)).toBe(true)
  })

  test('keeps a code whole and with the part that has it', () => {
    const parts = fit({ text: `${'a'.repeat(35)} ABCD-EFGH-JKMN ${'b'.repeat(30)}`, copy: 'ABCD-EFGH-JKMN' }, { ...roomy, text: 40 }, words)
    expect(parts.filter((part) => part.copy !== undefined).map((part) => part.text)).toEqual([expect.stringContaining('ABCD-EFGH-JKMN')])
  })

  test('leaves room for a code that the channel adds', () => {
    const parts = fit({ text: 'x '.repeat(19).trim(), copy: 'ABCDEFGH' }, { ...roomy, text: 40 }, words)
    expect(parts.at(-1)?.copy).toBe('ABCDEFGH')
    expect((parts.at(-1)?.text.length ?? 99) + 2 + 8).toBeLessThanOrEqual(40)
    expect(parts[0]).not.toHaveProperty('copy')
  })

  test('loses no letter and never exceeds the limit, whatever it says', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 12, max: 60 }), (text, limit) => {
      const parts = fit({ text }, { ...roomy, text: limit }, words).map((part) => part.text)
      expect(parts.join('').replace(/\s/g, '')).toBe(text.normalize('NFC').replace(/\s/g, ''))
      expect(parts.every((part) => part.length <= limit && part.isWellFormed())).toBe(true)
    }), { numRuns: 200 })
  })

  test('spaces at the end take no room from a code that is not in the text', () => {
    const parts = fit({ text: `${'x'.repeat(100)}${' '.repeat(50)}`, copy: 'ABCD-EFGH' }, { ...roomy, text: 100 }, words)
    expect(parts.length).toBe(2)
    expect(parts.at(-1)?.copy).toBe('ABCD-EFGH')
    expect((parts.at(-1)?.text.length ?? 0) + 2 + 'ABCD-EFGH'.length).toBeLessThanOrEqual(100)
  })

  test('letters that grow when they are composed are counted as they will be sent', () => {
    const [first] = fit({ text: '\u0958'.repeat(100) }, { ...roomy, text: 100 }, words)
    expect(first?.text.normalize('NFC').length).toBeLessThanOrEqual(100)
  })
})

describe('choices', () => {
  test('too long a label is cut where one can see it', () => {
    const [message] = fit({ text: '?', choices: [{ id: 'a', label: 'Tôi không biết chính xác ở đâu' }] }, { ...roomy, buttonLabel: 12 }, words)
    expect(message?.choices?.[0]?.label).toBe('Tôi không b…')
  })

  test('more than the buttons go on further messages', () => {
    const parts = fit({ text: 'Chọn', choices: some(5), wants: 'text' }, { ...roomy, buttons: 2 }, words)
    expect(parts.map((part) => [part.text, part.choices?.map(({ id }) => id)])).toEqual([
      ['Chọn', ['c0', 'c1']], ['Còn nữa:', ['c2', 'c3']], ['Còn nữa:', ['c4']],
    ])
    expect(parts.map((part) => part.wants)).toEqual([undefined, undefined, 'text'])
  })

  test('far more than the buttons become numbers', () => {
    const [message, ...more] = fit({ text: 'Chọn', choices: some(8) }, { ...roomy, buttons: 2 }, words)
    expect(more).toEqual([])
    expect(message?.text).toMatch(/^Chọn\n\nTrả lời bằng số:\n1\. Mục 1\n[^]*8\. Mục 8$/)
    expect(message).not.toHaveProperty('choices')
  })

  test('become numbers where there are no buttons; links are written out and have no number', () => {
    const choices: Choice[] = [{ id: 'call', label: 'Công an', url: 'tel:113' }, { id: 'a', label: 'Báo tin' }, { id: 'w', label: 'Trang web', url: 'https://example.org' }, { id: 'b', label: 'Thôi' }]
    expect(fit({ text: 'Chọn', choices }, { ...roomy, buttons: 0 }, words)).toEqual([
      { text: 'Chọn\n\nCông an: 113\nTrang web: https://example.org\n\nTrả lời bằng số:\n1. Báo tin\n2. Thôi' },
    ])
    expect(numbered(choices).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('become numbers when an id is too long for a button', () => {
    expect(fit({ text: 'Chọn', choices: [{ id: 'ă'.repeat(33), label: 'Dài' }] }, roomy, words)[0]?.text).toContain('1. Dài')
  })

  test('become numbers when cutting would make two of them look alike', () => {
    const choices = [{ id: 'a', label: 'Phường Long Xuyên' }, { id: 'b', label: 'Phường Long Thạnh' }]
    expect(fit({ text: 'Ở đâu?', choices }, { ...roomy, buttonLabel: 10 }, words)[0]?.text).toContain('2. Phường Long Thạnh')
  })

  test('none is ever lost, whatever the channel', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 20, max: 200 }), (n, buttons, text) => {
      const parts = fit({ text: 'Chọn một mục', choices: some(n) }, { ...roomy, buttons, text }, words)
      const shown = parts.flatMap((part) => part.choices?.map(({ label }) => label) ?? [])
      const written = parts.map((part) => part.text).join('\n')
      for (const { label } of some(n)) expect(shown.includes(label) || written.replace(/\s+/g, ' ').includes(label)).toBe(true)
      expect(parts.every((part) => (part.choices?.length ?? 0) <= buttons && part.text.length <= text)).toBe(true)
    }), { numRuns: 200 })
  })
})
