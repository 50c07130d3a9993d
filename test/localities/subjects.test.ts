// The same plate, number or link is known however it was typed, and what is no name of anything is left alone.
import { expect, test } from 'vitest'
import { subjectsIn } from '../../src/localities/subjects.ts'

test.each([
  ['Xe 67A-123.45 chở hàng lậu', ['plate:67a12345']],
  ['xe 67a 12345 và xe 67a12345', ['plate:67a12345']],
  ['xe máy 67-B1 234.56', ['plate:67b123456']],
  ['xe máy điện 67-MĐ1 234.56', ['plate:67md123456']],
  ['biển cũ 67A-1234', ['plate:67a1234']],
  ['gọi số 0912 345 678, hoặc +84 912.345.678, (0912)-345-678', ['phone:0912345678']],
  ['số bàn 0296 3 841 234', ['phone:02963841234']],
  ['STK 0123 4567 8901 23 Vietcombank', ['number:01234567890123']],
  ['chuyển vào 19036789012345 của nó', ['number:19036789012345']],
  ['CCCD 089203004567', ['number:089203004567']],
  ['vào https://www.Vay-Nhanh.top/dang-ky?id=7. rồi', ['link:vay-nhanh.top/dang-ky?id=7']],
  ['trang facebook.com/ong.sau và m.facebook.com/ong.sau/', ['link:facebook.com/ong.sau']],
  ['ស្លាកលេខ ៦៧A-១២៣.៤៥', ['plate:67a12345']],
])('%s', (text, subjects) => {
  expect(subjectsIn(text)).toEqual(subjects)
})

test.each([
  'Nó lấy 50.000.000 đồng của tôi', 'hôm 24.11.2026 lúc 20 giờ', 'ngày 24-11-2026', 'từ 7h30 đến 11h45', 'nhà số 7 hẻm 12', 'gọi 113 mà không ai đến', 'abc.def', 'Có người bán ma túy', '', '67',
])('nothing in: %s', text => {
  expect(subjectsIn(text)).toEqual([])
})

test('a text of nothing but numbers takes no time and gives no more than ten', () => {
  expect(subjectsIn(Array.from({ length: 2000 }, (_, n) => String(10_000_000 + n)).join(', '))).toHaveLength(10)
  expect(subjectsIn('0'.repeat(100_000))).toEqual([])
  expect(subjectsIn('0 '.repeat(50_000)).length).toBeLessThan(10)
  expect(subjectsIn('a.'.repeat(50_000))).toEqual([])
})
