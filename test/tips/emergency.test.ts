import { expect, test } from 'vitest'
import { dangerIn } from '../../src/tips/emergency.ts'
import declined from './negative-set.json' with { type: 'json' }

test.each([
  ['Cháy nhà ở chợ Châu Đốc', '114'], ['chay nha o cho', '114'], ['there is a fire', '114'], ['ភ្លើងឆេះផ្ទះ', '114'],
  ['đang chém nhau ở quán', '113'], ['dang danh nhau', '113'], ['nó có súng', '113'], ['no co sung', '113'], ['chồng đang đánh vợ', '113'], ['A man with a knife', '113'], ['គេវាយគ្នា', '113'],
  ['Có đứa nhỏ đuối nước ở kênh', '114'], ['duoi nuoc', '114'], ['ba tôi bất tỉnh', '115'], ['ba toi bat tinh', '115'], ['She is unconscious', '115'], ['em muốn chết', '115'], ['nhay cau', '115'],
  ['Em không muốn sống nữa', '111'], ['Trẻ lạc ở bến xe', '111'], ['em bị ba đánh', '111'], ['cứu', '113'], ['cuu toi voi', '113'], ['help', '113'], ['ជួយខ្ញុំផង', '113'], ['dang bi nhot o campuchia', '113']
])('whoever writes "%s" sees %s', (text, number) => {
  expect(dangerIn(text)?.numbers).toContain(number)
})

test('a bare number is answered with that number', () => {
  for (const number of ['111', '112', '113', '114', '115']) expect(dangerIn(number)).toEqual({ numbers: [number] })
  expect(dangerIn('gọi 114')?.numbers).toEqual(['114'])
  expect(dangerIn('Nhà số 113 đường Lê Lợi có sòng bài')).toBeNull()
})

test('each number is named once, police first', () => {
  expect(dangerIn('cháy nhà, có người bất tỉnh, đang đánh nhau, cháy lớn')?.numbers).toEqual(['113', '114', '115'])
})

test('what is denied, over, or merely asked about raises no alarm', () => {
  for (const text of ['không có cháy', 'phòng cháy chữa cháy', 'hôm qua có cháy nhà', 'tuần trước bị cướp', 'no fire', 'bị thương là gì', 'tập huấn cứu người']) expect(dangerIn(text), text).toBeNull()
})

test('what began yesterday and goes on, or hangs over somebody, is danger still', () => {
  for (const text of ['nhà tôi đang cháy từ hôm qua', 'nó dọa giết tôi hôm qua', 'em tôi bị nhốt từ tuần trước']) expect(dangerIn(text), text).not.toBeNull()
})

test('everyday words that look alike without marks raise no alarm', () => {
  for (const text of ['xe dang chay', 'chay xe qua toc do', 'tra cứu', 'tra cuu', 'nghiên cứu', 'cứu trợ bão', 'dang danh bai', 'Tôi bị lừa 5 triệu', 'nha tro ban ma tuy', 'xin chào', '']) {
    expect(dangerIn(text), text).toBeNull()
  }
})

test('opinions and complaints sound no alarm', () => {
  for (const text of [declined.vi, declined.en, declined.km].flatMap((fields) => Object.values(fields).flat())) expect(dangerIn(text), text).toBeNull()
})
