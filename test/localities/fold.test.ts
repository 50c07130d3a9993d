// Folding is what every search in Vietnamese stands on.
import { fold } from '../../src/localities/fold.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('the same words fold alike, however they were typed', () => {
  for (const typed of ['tố giác', 'to giac', 'TO GIAC', 'tố giác'.normalize('NFD'), '  Tố-giác! ']) expect(fold(typed)).toBe('to giac')
  expect(fold('hoà thuỷ ĐƯỜNG')).toBe(fold('hòa thủy đường'))
})

test('what nobody sees in a copied text parts no words', () => {
  expect(fold('Long\u200b Xu\u200dyên\ufeff')).toBe('long xuyen')
  expect(fold('❤️')).toBe('')
})

test('Khmer keeps its vowel signs and its digits become ours', () => {
  expect(fold('អានយ៉ាង ១២៣៤៥៦៧៨៩០')).toBe('អានយ៉ាង 1234567890')
})

/** Lone surrogates, unassigned code points and control characters among them. */
const anyCodeUnits = fc.array(fc.nat({ max: 0xffff }), { maxLength: 40 }).map(units => String.fromCharCode(...units))

test('folding twice changes nothing, whatever was typed', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), anyCodeUnits), text => {
    expect(fold(fold(text))).toBe(fold(text))
  }))
})

test('a heap of marks on one letter is folded at once, not after minutes', () => {
  const start = performance.now()
  fold('a' + '\u0301\u0323\u05b0\u0591'.repeat(50_000))
  expect(performance.now() - start).toBeLessThan(1000)
})
