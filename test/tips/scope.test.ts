import { expect, test } from 'vitest'
import { isOutOfScope } from '../../src/tips/scope.ts'
import declined from './negative-set.json' with { type: 'json' }
import taken from './positive-set.json' with { type: 'json' }

const outOfScope = [declined.vi, declined.en, declined.km].map((fields) => Object.values(fields).flat())
const inScope = Object.values(taken).filter((list) => Array.isArray(list)).flat()

test('opinions, belief, speech, protest, petitions and complaints are always out of scope', () => {
  expect(outOfScope.map((list) => list.length >= 15)).toEqual([true, true, true])
  expect(outOfScope[0]?.length).toBeGreaterThanOrEqual(120)
  expect(outOfScope.flat().filter((text) => isOutOfScope(text) === null)).toEqual([])
})

test('nobody who tells of a crime or a danger is turned away', () => {
  expect(inScope.length).toBeGreaterThanOrEqual(150)
  expect(inScope.filter((text) => isOutOfScope(text) !== null)).toEqual([])
})

test('how a text is typed does not decide: capitals, decomposed letters, hidden characters', () => {
  for (const text of outOfScope.flat()) {
    expect(isOutOfScope(text.toUpperCase().normalize('NFD')), text).not.toBeNull()
    expect(isOutOfScope(text.replaceAll(' ', '\u200b ')), text).not.toBeNull()
  }
  for (const text of inScope) expect(isOutOfScope(text.toUpperCase().normalize('NFD')), text).toBeNull()
})

test('a tip stays a tip when an opinion is told along with it', () => {
  for (const opinion of ['Chính quyền ở đây làm việc tệ quá.', 'Tụi nó đi biểu tình về.', 'Nhà đó theo đạo Tin Lành.']) {
    expect(isOutOfScope(opinion), opinion).not.toBeNull()
    for (const text of inScope) if (text !== 'xin chào') expect(isOutOfScope(`${opinion} ${text}`), `${opinion} ${text}`).toBeNull()
    expect(isOutOfScope(`Xin chào. ${opinion} Cảm ơn!`), opinion).not.toBeNull()
  }
})

test('what we don\'t understand is taken, also beside an opinion', () => {
  expect(isOutOfScope('Chính quyền ở đây làm việc tệ quá. Có bao gì màu trắng giấu dưới gốc cây trước trường.')).toBeNull()
})

test('an officer who takes a bribe is a tip; a text about such an officer is a text', () => {
  expect(isOutOfScope('Công an xã nhận hối lộ')).toBeNull()
  expect(isOutOfScope('Nó viết bài nói công an xã nhận hối lộ')).toBe('speech')
  expect(isOutOfScope('Công an xã này thái độ khó chịu với dân')).toBe('complaint')
})

test('a knife is not a faith, and a running car no fire, when typed without marks', () => {
  expect(isOutOfScope('no mang theo dao toi nha tui')).toBeNull()
  expect(isOutOfScope('Nó theo đạo lạ')).toBe('belief')
})

test('a call to burn or beat is taken even when it was written', () => {
  expect(isOutOfScope('Nó đăng bài kêu gọi đốt nhà chủ tịch xã')).toBeNull()
  expect(isOutOfScope('Nó đăng bài chê chủ tịch xã')).toBe('speech')
})

test('an empty, endless or strange text is answered at once', () => {
  for (const text of ['', ' ', '\0', '😀'.repeat(5000), 'bị '.repeat(50_000), 'chê '.repeat(50_000), 'a'.repeat(200_000)]) {
    const started = performance.now()
    isOutOfScope(text)
    expect(performance.now() - started).toBeLessThan(500)
  }
  expect(isOutOfScope('')).toBeNull()
})
