// The 102 places and which of them are remote.
import data from '../../src/localities/an-giang.json' with { type: 'json' }
import { allLocalities, localityByCode, localityName } from '../../src/localities/locality.ts'
import { isRemote } from '../../src/localities/remote.ts'
import { fold } from '../../src/localities/fold.ts'
import { expect, test } from 'vitest'

const ofType = (type: string): number => allLocalities.filter(locality => locality.type === type).length

test('An Giang has 85 communes, 14 wards and 3 special zones', () => {
  expect([allLocalities.length, ofType('xa'), ofType('phuong'), ofType('dac_khu')]).toEqual([102, 85, 14, 3])
  expect(new Set(allLocalities.map(({ code }) => code)).size).toBe(102)
  expect(new Set(allLocalities.map(({ name }) => fold(name))).size).toBe(102)
})

test('54 of them come from the old An Giang and 48 from Kiên Giang', () => {
  expect(data.communes.filter(({ province }) => province === 'An Giang')).toHaveLength(54)
  expect(data.communes.filter(({ province }) => province === 'Kiên Giang')).toHaveLength(48)
})

test('298 old units and Đông Xuyên lead to them; six stayed as they were and three were split', () => {
  expect(data.before).toHaveLength(299)
  expect(data.districts).toHaveLength(26)
  expect(data.before.filter(({ extent }) => extent === 'unchanged').map(({ fullName }) => fullName).sort())
    .toEqual(['Xã Bình Giang', 'Xã Bình Sơn', 'Xã Hòn Nghệ', 'Xã Mỹ Hòa Hưng', 'Xã Sơn Hải', 'Xã Tiên Hải'])
  expect(data.before.filter(({ to }) => to.length > 1).map(({ code }) => code)).toEqual(['30334', '30355', '30358'])
  expect(data.before.flatMap(({ to }) => to).filter(code => localityByCode(code) === null)).toEqual([])
  expect(new Set(data.before.flatMap(({ to }) => to)).size).toBe(102)
})

test('a place is called by its full name in Vietnamese and English, and an unknown code by itself', () => {
  expect(localityName('30307', 'vi')).toBe('Phường Long Xuyên')
  expect(localityName('30307', 'en')).toBe('Long Xuyen Ward')
  expect(localityName('31078', 'en')).toBe('Phu Quoc Special Zone')
  expect(localityName('30307', 'km')).toBe('Phường Long Xuyên')
  expect(localityName('00000', 'vi')).toBe('00000')
})

test('a merged ward has no present code of its own', () => {
  expect(localityByCode('30280')).toBeNull()
  expect(localityByCode('30307')).toMatchObject({ type: 'phuong', name: 'Long Xuyên', nameEn: 'Long Xuyen' })
})

test('police on the islands have 48 hours, all others 24', () => {
  expect(allLocalities.filter(({ code }) => isRemote(code)).map(({ name }) => name).sort())
    .toEqual(['Hòn Nghệ', 'Kiên Hải', 'Phú Quốc', 'Sơn Hải', 'Thổ Châu', 'Tiên Hải'].sort())
  expect(isRemote('nonsense')).toBe(false)
})
