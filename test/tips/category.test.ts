import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fold } from '../../src/localities/fold.ts'
import { categoryIds, isCategoryId, modeOf, questionsOf, routeFor } from '../../src/tips/category.ts'
import keywords from '../../src/tips/keywords.json' with { type: 'json' }
import vi from '../../locales/vi/categories.json' with { type: 'json' }
import en from '../../locales/en/categories.json' with { type: 'json' }
import km from '../../locales/km/categories.json' with { type: 'json' }

const languages = { vi, en, km }

test('a resident finds every category with a label, a short button and a line about it in three languages', () => {
  for (const texts of Object.values(languages)) {
    for (const id of categoryIds) {
      const { label, short, about, emergency } = texts[id]
      expect([label, about, emergency].every((text) => text.trim().length > 3), id).toBe(true)
      expect(short.length, short).toBeGreaterThan(2)
      expect(short.length, short).toBeLessThanOrEqual(28)
    }
    expect(new Set(categoryIds.map((id) => texts[id].short)).size).toBe(categoryIds.length)
  }
})

test('nobody is asked more than three questions of a category, and each stands in every language as one question', () => {
  for (const id of categoryIds) {
    const questions = questionsOf(id)
    expect(questions.length, id).toBeGreaterThan(0)
    expect(questions.length, id).toBeLessThanOrEqual(3)
    for (const texts of Object.values(languages)) {
      const asked: Record<string, string> = texts[id].questions
      expect(Object.keys(asked).sort(), id).toEqual(questions.map((question) => question.id).sort())
      for (const question of questions) expect(asked[question.id]?.match(/\?/g), question.key).toHaveLength(1)
    }
    for (const question of questions) expect(question.key).toBe(`${id}.questions.${question.id}`)
  }
})

test('a victim is asked about safety first, and then when and how to be answered', () => {
  const protectedOnes = categoryIds.filter((id) => modeOf(id) === 'victim_protective')
  expect(protectedOnes).toEqual(['trafficking', 'domestic_child', 'illegal_crossing', 'cybercrime'])
  for (const id of protectedOnes) {
    const [first, second] = questionsOf(id)
    expect(first?.danger?.numbers, id).toContain('113')
    expect(second?.id, id).toBe('reach')
  }
  expect(modeOf('online_fraud')).toBe('fraud_first_hour')
})

test('a yes to being hurt or to a weapon brings the numbers back', () => {
  expect(questionsOf('theft_robbery').find(({ id }) => id === 'hurt')?.danger).toEqual({ answer: 'yes', numbers: ['115', '113'] })
  expect(questionsOf('gambling').find(({ id }) => id === 'weapon')?.danger?.numbers).toEqual(['113'])
  for (const id of categoryIds) {
    for (const question of questionsOf(id)) if (question.danger) expect(question.answer, question.key).toBe('yesno')
  }
})

test('whoever is asked for an account or a phone number also reads what staff never ask', () => {
  for (const id of categoryIds) {
    for (const question of questionsOf(id)) {
      const asked: Record<string, string> = vi[id].questions
      if (/tài khoản|số điện thoại|ngân hàng/.test(asked[question.id] ?? '')) expect(question.neverAsk, question.key).toBe(true)
    }
  }
  expect(questionsOf('online_fraud').filter(({ neverAsk }) => neverAsk).map(({ id }) => id)).toEqual(['account', 'contact'])
})

test('no label, keyword or question touches opinion, belief, origin, speech, assembly, petition or complaint', () => {
  const words = [
    'quan điểm', 'chính kiến', 'tư tưởng', 'phản động', 'chính trị', 'tín ngưỡng', 'tôn giáo', 'đạo', 'nhà thờ', 'chùa', 'dân tộc', 'sắc tộc', 'phát biểu', 'bài viết', 'báo chí', 'biểu tình', 'đình công',
    'tụ tập', 'lập hội', 'khiếu nại', 'khiếu kiện', 'kiến nghị', 'phản ánh', 'tuyên truyền', 'chống phá', 'xuyên tạc', 'nói xấu', 'an ninh quốc gia', 'opinion', 'belief', 'religion', 'religious',
    'ethnic', 'ethnicity', 'political', 'speech', 'protest', 'strike', 'assembly', 'petition', 'complaint', 'journalist'
  ]
  const khmerWords = ['ទស្សនៈ', 'ជំនឿ', 'សាសនា', 'ជនជាតិភាគតិច', 'នយោបាយ', 'បាតុកម្ម', 'កូដកម្ម', 'ញត្តិ']
  const forbidden = new RegExp(`(?<!\\p{L})(?:${words.join('|')})(?!\\p{L})|${khmerWords.join('|')}`, 'iu')
  const texts = [...categoryIds.flatMap((id) => Object.values(languages).map((language) => JSON.stringify(language[id]))), JSON.stringify(keywords)]
  for (const text of texts) expect(text.match(forbidden)?.[0], text).toBeUndefined()
  expect('Tin về tôn giáo').toMatch(forbidden)
  expect('រឿងសាសនា').toMatch(forbidden)
})

test('the list of categories is closed: seventeen, the same in code, keywords and texts', () => {
  expect(categoryIds).toHaveLength(17)
  expect(Object.keys(keywords).sort()).toEqual([...categoryIds].sort())
  for (const texts of Object.values(languages)) {
    expect(Object.keys(texts).filter((key) => key !== 'units' && key !== 'external').sort()).toEqual([...categoryIds].sort())
  }
  expect(isCategoryId('drugs')).toBe(true)
  for (const stranger of ['opinion', '', 'toString', null, 7, ['drugs']]) expect(isCategoryId(stranger)).toBe(false)
  for (const id of categoryIds) expect(routeFor(id).length, id).toBeGreaterThan(0)
})

test('texts are in composed Unicode, and no two languages were mixed up', () => {
  for (const language of ['vi', 'en', 'km']) {
    const text = readFileSync(new URL(`../../locales/${language}/categories.json`, import.meta.url), 'utf8')
    expect(text).toBe(text.normalize('NFC'))
  }
  for (const id of categoryIds) {
    expect(fold(en[id].about)).toBe(en[id].about.toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim())
    expect(km[id].about).toMatch(/\p{Script=Khmer}/u)
  }
})
