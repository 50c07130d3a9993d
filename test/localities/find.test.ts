// People type places as they always have: old names, no marks, districts that are gone. They are understood, never guessed at.
import data from '../../src/localities/an-giang.json' with { type: 'json' }
import { findLocality } from '../../src/localities/find.ts'
import { allLocalities } from '../../src/localities/locality.ts'
import { fold } from '../../src/localities/fold.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** What was understood, in one line: the name; `A | B` when it asks which; `A?` when it only suggests. */
function heard (text: string): string {
  const found = findLocality(text)
  if (found.kind === 'one') return found.locality.name
  if (found.kind === 'several') return found.candidates.map(({ locality }) => locality.name).sort().join(' | ')
  return found.near.map(({ name }) => `${name}?`).join(' ')
}

function codes (text: string): string[] {
  const found = findLocality(text)
  if (found.kind === 'none') return []
  return found.kind === 'one' ? [found.locality.code] : found.candidates.map(({ locality }) => locality.code).sort()
}

const districtOf = (code: string): string => data.districts.find(district => district.code === code)?.fullName ?? ''

describe('every name leads home', () => {
  test('each of the 102 places is among those its name may mean, with or without marks', () => {
    const lost = allLocalities.filter(({ code, name, fullName }) => [name, fold(name), fullName, fold(fullName)].some(typed => {
      const found = findLocality(typed)
      return found.kind === 'none' || (!codes(typed).includes(code) && !('more' in found))
    }))
    expect(lost).toEqual([])
  })

  test('each old unit, by its full name and district, leads to its new ones and to no others', () => {
    const wrong = data.before.filter(({ fullName, district, to }) => {
      const typed = `${fullName}, ${districtOf(district)}`
      return [typed, fold(typed)].some(text => !to.every(code => codes(text).includes(code)))
        || (codes(typed).join() !== [...to].sort().join() && !sharedWithToday.has(fullName))
    })
    expect(wrong.map(({ fullName }) => fullName)).toEqual([])
  })

  // The old commune went one way, and today's of that name was made of its neighbours in the same district.
  const sharedWithToday = new Set(['Xã Thạnh Đông', 'Xã Đông Hưng'])

  test('each old unit, by its full name alone or the name of 2019, has its new ones among the answers', () => {
    const wrong = data.before.filter(({ fullName, also, to }) => [fullName, fold(fullName), ...also].some(text => !to.every(code => codes(text).includes(code))))
    expect(wrong.map(({ fullName }) => fullName)).toEqual([])
  })

  test('twenty names were used more than once; where they lead apart the answer is a question that tells them apart', () => {
    const bare = (fullName: string): string => fold(fullName.replace(/^(?:Xã|Phường|Thị trấn) /, ''))
    const units = new Map<string, string[][]>()
    for (const { fullName, to } of data.before) units.set(bare(fullName), [...units.get(bare(fullName)) ?? [], to])
    const twice = [...units].filter(([, list]) => list.length > 1)
    expect(twice).toHaveLength(20)
    for (const [name, list] of twice) {
      const found = findLocality(name)
      if (new Set(list.flat()).size === 1) continue
      expect(found.kind, name).toBe('several')
      if (found.kind === 'several') expect(new Set(found.candidates.map(({ because }) => because)).size, name).toBeGreaterThan(1)
    }
  })
})

test.each([
  ['Mỹ Bình', 'Long Xuyên'], ['my binh', 'Long Xuyên'], ['Mĩ Bình', 'Long Xuyên'], ['Đông Xuyên', 'Long Xuyên'],
  ['xa vinh xuong, tan chau', 'Vĩnh Xương'], ['vinh xuong tan chau', 'Vĩnh Xương'], ['P.Mỹ Bình, TP. Long Xuyên', 'Long Xuyên'],
  ['tt. tri ton', 'Tri Tôn'], ['x. my duc chau phu', 'Mỹ Đức'], ['Hoà Hưng', 'Hòa Hưng'], ['Hòa Hưng', 'Hòa Hưng'], ['Hòa Hưng'.normalize('NFD'), 'Hòa Hưng'],
  ['My Duc commune', 'Mỹ Đức'], ['Long Xuyen ward', 'Long Xuyên'], ['ward Long Xuyen', 'Long Xuyên'], ['phường Long Xuyên, tỉnh An Giang', 'Long Xuyên'],
  ['dương đông', 'Phú Quốc'], ['đặc khu Phú Quốc', 'Phú Quốc'], ['kien hai', 'Kiên Hải'], ['Rạch Giá, An Hòa', 'Rạch Giá'], ['Chợ Vàm', 'Chợ Vàm'],
  ['số 12 đường Trần Hưng Đạo, phường Mỹ Bình', 'Long Xuyên'], ['Vĩnh\u200b Ngươn', 'Châu Đốc'], ['ba chuc nha', 'Ba Chúc'], ['Vĩnh Xương ạ', 'Vĩnh Xương'],
])('"%s" is understood as %s', (typed, name) => {
  expect(heard(typed)).toBe(name)
})

test.each([
  ['châu đốc', 'Châu Đốc | Vĩnh Tế'], ['thị xã Tịnh Biên', 'An Cư | Chi Lăng | Núi Cấm | Thới Sơn | Tịnh Biên'],
  ['an phú', 'An Phú | Khánh Bình | Nhơn Hội | Phú Hữu | Tịnh Biên | Vĩnh Hậu'], ['xã An Phú', 'An Phú | Tịnh Biên'],
  ['Vĩnh Châu', 'Châu Đốc | Vĩnh Tế'], ['phu hoi', 'An Phú | Nhơn Hội'], ['xã Phước Hưng', 'An Phú | Nhơn Hội | Phú Hữu'],
  ['Vĩnh Hòa', 'Vĩnh Hòa | Vĩnh Xương'], ['Thạnh Đông', 'Thạnh Đông | Tân Hiệp'], ['chau thanh kien giang', 'Bình An | Châu Thành | Thạnh Lộc'],
])('"%s" may be several places, so it asks: %s', (typed, names) => {
  expect(heard(typed)).toBe(names)
})

test('an old name tells what it was, so that the person sees they were understood', () => {
  expect(findLocality('Mỹ Bình')).toMatchObject({ kind: 'one', formerly: 'Phường Mỹ Bình, Thành phố Long Xuyên' })
  expect(findLocality('phường Long Xuyên')).not.toHaveProperty('formerly')
  expect(findLocality('Vĩnh Hòa')).toMatchObject({ candidates: [{ because: 'Xã Vĩnh Hòa, Huyện U Minh Thượng' }, { because: 'Xã Vĩnh Hòa, Thị xã Tân Châu' }] })
})

test('the old district, the new ward or the type settles an ambiguous name', () => {
  expect(heard('Vĩnh Hòa, U Minh Thượng')).toBe('Vĩnh Hòa')
  expect(heard('vinh hoa tan chau')).toBe('Vĩnh Xương')
  expect(heard('An Phú, Tịnh Biên')).toBe('Tịnh Biên')
  expect(heard('phường An Phú')).toBe('Tịnh Biên')
  expect(heard('Vĩnh Châu, phường Châu Đốc')).toBe('Châu Đốc')
  expect(heard('thạnh lộc giồng riềng')).toBe('Thạnh Hưng')
})

test('marks that were typed are meant: Tân Thành is not Tân Thạnh', () => {
  expect(heard('Tân Thành')).toBe('Tân Hội')
  expect(heard('Tân Thạnh')).toBe('Tân An | Tân Thạnh')
  expect(heard('tan thanh')).toBe('Tân An | Tân Hội | Tân Thạnh')
})

test('old Châu Thành was two districts: six are shown and it says that there are more', () => {
  const found = findLocality('Châu Thành')
  expect(found).toMatchObject({ kind: 'several', more: true })
  expect(codes('Châu Thành')).toHaveLength(6)
  expect(found).toHaveProperty('candidates.0.because', 'Huyện Châu Thành, Kiên Giang')
  expect(found).toHaveProperty('candidates.1.because', 'Huyện Châu Thành, An Giang')
  expect(findLocality('châu đốc')).not.toHaveProperty('more')
})

test('of an old district, the commune that kept its name is offered first', () => {
  // The Châu Thành of old An Giang has none: today's commune of that name is in Kiên Giang.
  for (const { fullName } of data.districts.filter(({ code }) => code !== '892' && code !== '905')) {
    const name = fullName.replace(/^(?:Huyện|Thị xã|Thành phố) /, '')
    const found = findLocality(fullName)
    if (found.kind === 'several') expect(found.candidates[0]?.locality.name).toBe(name)
    else expect(found).toMatchObject({ kind: 'one', locality: { name: 'Kiên Hải' } })
  }
})

describe('a name inside a sentence', () => {
  test('counts when its type or its district stands with it', () => {
    expect(heard('ở gần chợ Mỹ Bình Long Xuyên')).toBe('Long Xuyên')
    expect(heard('nhóm thanh niên ở xã Mỹ Đức huyện Châu Phú đang đánh bạc')).toBe('Mỹ Đức')
    expect(heard('mong được bình an, tôi ở xã Mỹ Đức, huyện Châu Phú')).toBe('Mỹ Đức')
  })

  test('is only suggested when it may be an accident', () => {
    expect(heard('gia đình tôi không hoà thuận')).toBe('Hòa Thuận?')
    expect(heard('chợ Ba Chúc')).toBe('Ba Chúc?')
  })

  test('does not have its type in "xa", which is far, when marks were typed', () => {
    expect(heard('cách nhà không xa Vĩnh Xương')).toBe('Vĩnh Xương?')
    expect(heard('cách nhà không đến xã Vĩnh Xương')).toBe('Vĩnh Xương')
  })

  test('may follow a street whose name we do not know', () => {
    expect(heard('số 12 đường Trần Hưng Đạo, Mỹ Bình')).toBe('Long Xuyên')
    expect(heard('Trần Hưng Đạo, Mỹ Bình')).toBe('Long Xuyên?')
  })

  test('does not go across a comma', () => {
    expect(findLocality('Vĩnh Xương').kind).toBe('one')
    expect(findLocality('Vĩnh, Xương').kind).toBe('none')
  })

  test('is not taken from a street, a hamlet or another province', () => {
    expect(heard('ấp Bình Hòa, xã Vĩnh Xương')).toBe('Vĩnh Xương')
    expect(heard('đường Tri Tôn, phường Mỹ Bình')).toBe('Long Xuyên')
    expect(findLocality('ấp Bình Hòa').kind).toBe('none')
    expect(findLocality('Châu Thành, Tiền Giang').kind).toBe('none')
  })

  test('is not made of everyday words: "xã hội, an ninh" is no Xã Hội An', () => {
    expect(heard('mất an ninh trật tự xã hội an toàn giao thông')).toBe('')
    expect(heard('tệ nạn xã hội An Giang')).toBe('')
    expect(heard('tệ nạn ở xã Hội An')).toBe('Hội An')
  })

  test('does not hide that two places were named', () => {
    expect(heard('từ Vĩnh Xương đến Ba Chúc')).toBe('Ba Chúc | Vĩnh Xương')
  })

  test('may share letters with a name across its end: "Mỹ Bình, Long Xuyên" holds no Bình Long', () => {
    expect(heard('Mỹ Bình Long Xuyên')).toBe('Long Xuyên')
    expect(heard('Bình Long')).not.toBe('Long Xuyên')
  })
})

test('a slip of one letter or a lost space is a suggestion, never an answer', () => {
  for (const typed of ['vinh xuongg', 'vinh xuang', 'vih xuong', 'vinh xuogn', 'vinhxuong']) expect(heard(typed), typed).toMatch(/^Vĩnh Xương\?/)
  expect(heard('long xuyn')).toMatch(/^Long Xuyên\?/)
  for (const typed of ['', '   ', '?', '12', 'không biết', 'an giang', 'អានយ៉ាង', 'Vĩnh']) expect(heard(typed), typed).toBe('')
})

test('letters that happen to meet across the words of a sentence suggest nothing', () => {
  expect(heard('họ chở vi nh gia về')).toBe('')
})

test('no text makes it throw, and there are never too many answers', () => {
  const anyCodeUnits = fc.array(fc.nat({ max: 0xffff }), { maxLength: 40 }).map(units => String.fromCharCode(...units))
  const pieces = fc.constantFrom('xã ', 'tt.', 'Tân ', 'An ', 'Phú', ' hoi ', 'châu đốc', ', ', ' Long Xuyên', 'chợ ', 'ấp ', 'Cần Thơ', '\0', '៣', '\u0301')
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), anyCodeUnits, fc.array(pieces).map(list => list.join(''))), text => {
    const found = findLocality(text)
    if (found.kind === 'several') expect(found.candidates.length).toSatisfy((n: number) => n >= 2 && n <= 6)
    if (found.kind === 'none') expect(found.near.length).toBeLessThanOrEqual(3)
  }))
})

test('a hundred thousand characters are cut before they are read', () => {
  const start = performance.now()
  for (const piece of ['x', 'an phu ', 'xã ', 'a\u0301', ', ', 'tan an phu hoi an ']) findLocality(piece.repeat(Math.ceil(100_000 / piece.length)))
  expect(performance.now() - start).toBeLessThan(500)
})
