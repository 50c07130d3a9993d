// A shared position leads to its commune, or asks when it lies near a border.
import data from '../../src/localities/an-giang.json' with { type: 'json' }
import { localityAt, type Boundaries } from '../../src/localities/at-point.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

test.each([
  ['Long Xuyên market', 10.3838, 105.4410, 'Phường Long Xuyên'],
  ['Châu Đốc market', 10.7085, 105.1190, 'Phường Châu Đốc'],
  ['Rạch Giá centre', 10.0125, 105.0809, 'Phường Rạch Giá'],
  ['Tri Tôn centre', 10.4175, 105.0010, 'Xã Tri Tôn'],
  ['Dương Đông on Phú Quốc', 10.2170, 103.9600, 'Đặc khu Phú Quốc'],
  ['Hà Tiên centre', 10.3830, 104.4880, 'Phường Hà Tiên'],
  ['Tịnh Biên border gate', 10.6050, 104.9450, 'Phường Tịnh Biên'],
])('somebody at %s is placed there', (_, lat, lng, fullName) => {
  expect(localityAt(lat, lng, boundaries)?.locality.fullName).toBe(fullName)
})

test('the inner point of every place falls in that place and in no other', () => {
  const wrong = data.communes.filter(({ code, point: [lng = NaN, lat = NaN] }) => {
    const found = localityAt(lat, lng, boundaries)
    const others = { scale: boundaries.scale, units: Object.fromEntries(Object.entries(boundaries.units).filter(([unit]) => unit !== code)) }
    const other = localityAt(lat, lng, others)
    return found?.locality.code !== code || (found.sure && other !== null) || other?.sure === true
  })
  expect(wrong.map(({ fullName }) => fullName)).toEqual([])
  expect(Object.keys(boundaries.units)).toHaveLength(102)
})

test('nobody outside the province is placed in it', () => {
  for (const [lat, lng] of [[10.0452, 105.7469], [11.5564, 104.9282], [10.7769, 106.7009], [9.9, 104.5], [0, 0]] as const) {
    expect(localityAt(lat, lng, boundaries)).toBeNull()
  }
})

test('what is no position is nowhere', () => {
  for (const [lat, lng] of [[NaN, 105], [10, NaN], [Infinity, 105], [10, -Infinity], [91, 105], [10, 465]] as const) {
    expect(localityAt(lat, lng, boundaries)).toBeNull()
  }
})

describe('on a map of two squares, one with a hole, about 1.1 km wide', () => {
  // Long Xuyên from 105.00 to 105.01 with a hole in its middle, Bình Đức from 105.01 to 105.02, both from 10.00 to 10.01.
  const squares: Boundaries = {
    scale: 1000,
    units: { 30307: [[[105_000, 10_000, 10, 0, 0, 10, -10, 0], [105_004, 10_004, 2, 0, 0, 2, -2, 0]]], 30292: [[[105_010, 10_000, 10, 0, 0, 10, -10, 0]]] },
  }
  const at = (lat: number, lng: number): string => {
    const found = localityAt(lat, lng, squares)
    return found === null ? 'nowhere' : `${found.locality.name}${found.sure ? '' : '?'}`
  }

  test('well inside one it is sure, also beside the border of the province', () => {
    expect(at(10.005, 105.0025)).toBe('Long Xuyên')
    expect(at(10.005, 105.018)).toBe('Bình Đức')
    expect(at(10.0001, 105.002)).toBe('Long Xuyên')
  })

  test('within 150 metres of a neighbour it asks', () => {
    expect(at(10.002, 105.009)).toBe('Long Xuyên?')
    expect(at(10.002, 105.011)).toBe('Bình Đức?')
    // 149 and 151 metres: a degree of longitude is shorter than one of latitude.
    expect(at(10.002, 105.00864)).toBe('Long Xuyên?')
    expect(at(10.002, 105.00862)).toBe('Long Xuyên')
  })

  test('just outside it asks, further out it is nowhere', () => {
    expect(at(9.999, 105.003)).toBe('Long Xuyên?')
    expect(at(9.9985, 105.003)).toBe('nowhere')
    expect(at(10.0115, 105.018)).toBe('nowhere')
  })

  test('a hole is outside', () => {
    expect(at(10.005, 105.005)).toBe('Long Xuyên?')
  })
})

test('no pair of numbers makes it throw', () => {
  fc.assert(fc.property(fc.double(), fc.double(), (lat, lng) => {
    const found = localityAt(lat, lng, boundaries)
    expect(found === null || found.locality.code.length === 5).toBe(true)
  }))
})
