import { expect, test } from 'vitest'
import { categoryIds } from '../../src/tips/category.ts'
import { suggestCategories } from '../../src/tips/suggest.ts'
import told from './positive-set.json' with { type: 'json' }

test('a plain sentence suggests its category, with marks or without', () => {
  expect(suggestCategories('Nhà trọ số 5 bán ma túy mỗi tối')[0]).toBe('drugs')
  expect(suggestCategories('nha tro so 5 ban ma tuy moi toi')[0]).toBe('drugs')
  expect(suggestCategories('NHÀ TRỌ BÁN MA TUÝ'.normalize('NFD'))[0]).toBe('drugs')
})

test('southern and chat spelling is understood', () => {
  expect(suggestCategories('tui bi giut day chuyen ngoai cho')).toContain('theft_robbery')
  expect(suggestCategories('Tụi nó xiết nợ nhà tui')).toContain('loan_shark')
})

test('Telex and VNI keys left in the words do no harm', () => {
  expect(suggestCategories('nos bans ma tuys')).toContain('drugs')
  expect(suggestCategories('no1 ba1n ma tu1y')).toContain('drugs')
})

test('one syllable alone suggests nothing', () => {
  for (const word of ['đá', 'ke', 'đề', 'da', 'súng', 'cướp', 'trộm']) {
    expect(suggestCategories(word), word).toEqual([])
  }
  expect(suggestCategories('cái ke cửa bị hư')).toEqual([])
})

test('what is denied or only asked about is not suggested', () => {
  for (const text of ['không phải ma túy', 'khong phai ma tuy', 'ma túy là gì', 'ma tuy la gi', 'ở đây không có đánh bạc', 'đánh bạc bị phạt bao nhiêu', 'what is phishing']) {
    expect(suggestCategories(text), text).toEqual([])
  }
  expect(suggestCategories('không phải ma túy mà là đánh bạc')).toEqual(['gambling'])
})

test('words with their marks outweigh the same words without', () => {
  // "đánh bạc" as typed; "da ga" could be "đá gà" or "dạ gà".
  expect(suggestCategories('đánh bạc va da ga trong quan, co ban ma tuy')[0]).toBe('gambling')
})

test('English and Khmer are heard too', () => {
  expect(suggestCategories('My motorbike was stolen last night')).toContain('theft_robbery')
  expect(suggestCategories('គេលក់គ្រឿងញៀននៅក្បែរសាលា')).toContain('drugs')
})

test('at most three are offered', () => {
  const much = 'ma túy, đánh bạc, trộm xe bị trộm, buôn lậu, đánh nhau, tiền giả'
  expect(suggestCategories(much)).toHaveLength(3)
  expect(suggestCategories('')).toEqual([])
})

test('of the sentences people might write, most get the right button', () => {
  const cases = categoryIds.filter((id) => id !== 'other').flatMap((id) => told[id].map((text) => ({ id, text })))
  const right = cases.filter(({ id, text }) => suggestCategories(text).includes(id))
  expect(right.length / cases.length).toBeGreaterThan(0.88)
})
