// The starter library: what it promises to officers who send from it and to people who read it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { accusationsIn } from '../../src/bulletins/accuses.ts'
import { calendar } from '../../src/bulletins/calendar.ts'
import { kinds, type Words } from '../../src/bulletins/content.ts'
import { library, libraryEntry, series } from '../../src/bulletins/library.ts'
import { topics } from '../../src/subscribers/topics.ts'

const sources = readFileSync(join(import.meta.dirname, '../../src/bulletins/SOURCES.md'), 'utf8')
const marks = /[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]/i
const whole = ({ headline, body, toDo }: Words): string => `${headline}\n${body}\n${toDo}`
const bullets = ({ toDo }: Words): string[] => toDo.split('\n')
/** Numbers of three digits and more, without what stands between thousands: amounts, years, numbers to call. */
const figures = (text: string): string[] => [...new Set(text.replaceAll(/(?<=\d)[.,](?=\d{3}(?!\d))/g, '').match(/\d{3,}/g) ?? [])].sort()
const toCall = (text: string): string[] => [...new Set(text.match(/(?<!\d)11\d(?!\d)/g) ?? [])].sort()

test('an officer finds forty bulletins, each under its number', () => {
  expect(library.map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, i) => `B${String(i + 1).padStart(2, '0')}`))
  expect(libraryEntry('B35')?.texts.en.headline).toContain('first hour')
  expect(libraryEntry('B41')).toBeNull()
})

test('whatever a subscriber chose, there is something for them', () => {
  expect(topics.filter(topic => !library.some(entry => entry.topics.includes(topic)))).toEqual([])
})

describe.each(library.map(entry => [entry.id, entry] as const))('%s', (_, entry) => {
  const { vi, en } = entry.texts

  test('is complete', () => {
    expect(kinds).toContain(entry.kind)
    expect(entry.topics.length).toBeGreaterThan(0)
    expect(entry.topics.filter(topic => !topics.includes(topic))).toEqual([])
    expect(entry.law).toEqual({ name: expect.stringMatching(/\p{L}{3}/u), verifiedOn: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) })
    expect(entry.source).toMatch(/^Tin Báo/)
    expect(entry.check === null || entry.check.length > 20).toBe(true)
  })

  test('is short enough for a phone, and says what to do line by line', () => {
    for (const words of [vi, en]) {
      expect(words.headline.length).toBeLessThanOrEqual(80)
      expect(words.body.length).toBeGreaterThanOrEqual(200)
      expect(words.body.length).toBeLessThanOrEqual(650)
      expect(words.toDo.length).toBeGreaterThanOrEqual(120)
      expect(words.toDo.length).toBeLessThanOrEqual(500)
      expect(bullets(words).length).toBeGreaterThanOrEqual(2)
      expect(bullets(words).length).toBeLessThanOrEqual(5)
      for (const line of bullets(words)) expect(line).toMatch(/^• \S.*[.!?]$/)
    }
  })

  test('is Vietnamese with its marks, and English without them', () => {
    for (const text of [whole(vi), entry.law?.name ?? '', entry.source, entry.season]) expect(text).toBe(text.normalize('NFC'))
    for (const text of Object.values(vi)) expect(text).toMatch(marks)
    expect(whole(en)).not.toMatch(/[^\0-\x7f“”•’]/)
  })

  test('says the same in both languages: as many lines, the same figures, the same numbers to call', () => {
    expect(bullets(en).length).toBe(bullets(vi).length)
    expect(figures(whole(en))).toEqual(figures(whole(vi)))
    expect(toCall(whole(en))).toEqual(toCall(whole(vi)))
  })

  test('sends people only to public emergency numbers, to their own bank, to offices', () => {
    const text = `${whole(vi)}\n${whole(en)}`
    expect(toCall(text).filter(number => !['111', '112', '113', '114', '115'].includes(number))).toEqual([])
    expect(text).not.toMatch(/\d(?:[ .-]?\d){7}/)
    expect(text).not.toMatch(/https?:|www\.|@/)
    expect(text).toMatch(/\b11[1-5]\b|công an xã/)
  })

  test('accuses nobody, and speaks of people as people', () => {
    expect(accusationsIn(`${whole(vi)}\n${whole(en)}`)).toEqual([])
    expect(whole(vi)).not.toMatch(/(?<!\p{L})(đối tượng|tên trộm|con nghiện|bọn|chúng|hắn)(?!\p{L})/iu)
  })

  test('tells where its facts are from, and what is not certain', () => {
    for (const [number] of entry.facts.matchAll(/S\d+/g)) expect(sources).toContain(`| ${number} |`)
    if (entry.facts.includes('GK')) expect(entry.check).not.toBeNull()
  })
})

test('what only general knowledge says is not told in sums of money', () => {
  const amounts = library.filter(({ facts }) => facts === 'GK').filter(({ texts }) => /triệu|million|\d đồng/.test(whole(texts.vi) + whole(texts.en)))
  expect(amounts.map(({ id }) => id)).toEqual([])
})

test('who is caught in something is told how to get help: a victim is no offender, a user can be treated', () => {
  for (const id of ['B17', 'B31']) {
    expect(libraryEntry(id)?.texts.vi.body).toContain('nạn nhân')
    expect(libraryEntry(id)?.texts.en.body).toContain('victim')
  }
  expect(libraryEntry('B22')?.texts.vi.body).toContain('bệnh')
  for (const id of ['B03', 'B16', 'B28', 'B29']) expect(libraryEntry(id)?.texts.vi.toDo).toContain('111')
  for (const { topics: about, texts } of library) if (about.includes('scams')) expect(texts.vi.toDo).toMatch(/ngân hàng|số in sau thẻ|113|điện lực/)
})

describe('series', () => {
  const counts = { vi: ['Ba', 'Bốn', 'Năm', 'Sáu', 'Bảy'], en: ['Three', 'Four', 'Five', 'Six', 'Seven'] }

  test('there are seven short lessons about scams, the first hour last', () => {
    expect(series.length).toBeGreaterThanOrEqual(3)
    const scams = series.find(({ titles }) => titles.vi === 'Bảy bài học ngắn về lừa đảo qua mạng')
    expect(scams?.bulletins.at(-1)).toBe('B35')
    expect(scams?.bulletins.map(id => libraryEntry(id)?.topics.includes('scams'))).toEqual(Array(7).fill(true))
  })

  test.each(series.map(one => [one.titles.en, one] as const))('%s: as many as the title promises, each in the library, none twice', (_, { titles, bulletins }) => {
    expect(counts.vi.indexOf(titles.vi.split(' ')[0] ?? '') + 3).toBe(bulletins.length)
    expect(counts.en.indexOf(titles.en.split(' ')[0] ?? '') + 3).toBe(bulletins.length)
    expect(bulletins.filter(id => libraryEntry(id) === null)).toEqual([])
    expect(new Set(bulletins).size).toBe(bulletins.length)
    expect(titles.en).not.toMatch(marks)
  })

  test('have names of their own', () => {
    expect(new Set(series.map(({ id }) => id)).size).toBe(series.length)
  })
})

test('a day of the calendar proposes only bulletins that are there', () => {
  expect(calendar.flatMap(({ bulletins }) => bulletins).filter(id => libraryEntry(id) === null)).toEqual([])
})
