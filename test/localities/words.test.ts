// Words of a place name compare alike however they were typed.
import { wordsOf } from '../../src/localities/words.ts'
import { expect, test } from 'vitest'

const marked = (text: string): string => wordsOf(text).map(word => word.marked).join(' ')

test('where the tone stands in a syllable makes no difference, which tone it is does', () => {
  expect(marked('Hoà Thuỷ Mĩ')).toBe(marked('hòa thủy Mỹ'))
  expect(marked('họa')).not.toBe(marked('hòa'))
  expect(marked('thạnh')).not.toBe(marked('thành'))
})

test('a comma, a line end or a free-standing dash parts words, a full stop after "P." does not', () => {
  const broken = (text: string): boolean[] => wordsOf(text).map(({ afterBreak }) => afterBreak)
  expect(broken('P. Mỹ Bình, Long\nXuyên - An')).toEqual([false, false, false, true, true, true])
})
