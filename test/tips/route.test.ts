import { expect, test } from 'vitest'
import { categoryIds, externals } from '../../src/tips/category.ts'
import { provincialUnits, routeOf, unitNameKey } from '../../src/tips/route.ts'
import vi from '../../locales/vi/categories.json' with { type: 'json' }
import en from '../../locales/en/categories.json' with { type: 'json' }
import km from '../../locales/km/categories.json' with { type: 'json' }

test('a tip about drugs goes to the commune first, then to those who know drugs, and the duty desk can open it', () => {
  expect(routeOf({ category: 'drugs', commune: '30307', aboutPolice: false }))
    .toEqual({ units: ['commune:30307', 'province:drugs', 'province:duty'], external: [] })
})

test('trafficking goes to the criminal police first; border guard and child line are named to the officer only', () => {
  expect(routeOf({ category: 'trafficking', commune: '30307', aboutPolice: false }))
    .toEqual({ units: ['province:criminal', 'province:duty'], external: ['border_guard', 'child_helpline_111'] })
})

test('whoever does not know the commune reaches the duty desk', () => {
  for (const commune of [null, '', 'Châu Đốc', '3030', 'province:drugs']) {
    expect(routeOf({ category: 'theft_robbery', commune, aboutPolice: false }).units).toEqual(['province:duty'])
  }
})

test('a tip about police never comes near the commune unit, whatever its category', () => {
  for (const category of categoryIds) {
    for (const commune of ['30307', null]) {
      expect(routeOf({ category, commune, aboutPolice: true })).toEqual({ units: ['province:inspectorate'], external: [] })
    }
  }
})

test('no other tip reaches the inspectorate, and none is without a unit or with one twice', () => {
  for (const category of categoryIds) {
    const { units } = routeOf({ category, commune: '31078', aboutPolice: false })
    expect(units.length, category).toBeGreaterThan(0)
    expect(new Set(units).size, category).toBe(units.length)
    expect(units, category).not.toContain('province:inspectorate')
  }
})

test('every unit and outside body has a name in three languages', () => {
  for (const texts of [vi, en, km]) {
    const names: Record<string, string> = texts.units
    const outside: Record<string, string> = texts.external
    for (const unit of [...provincialUnits(), 'commune:30307']) {
      const key = unitNameKey(unit)?.replace('units.', '') ?? ''
      expect(names[key]?.length, unit).toBeGreaterThan(3)
    }
    for (const external of externals) expect(outside[external]?.length, external).toBeGreaterThan(1)
  }
  expect(unitNameKey('province:secret')).toBeNull()
  expect(unitNameKey('commune:1')).toBeNull()
})
