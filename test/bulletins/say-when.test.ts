// "18h hôm nay", "thứ hai hằng tuần 7:30", "every 19 August": read as people write it in three languages, and told back before it counts.
import { describe, expect, test } from 'vitest'
import { momentIn } from '../../src/bulletins/moment-words.ts'
import { ruleInWords, whenIn } from '../../src/bulletins/say-when.ts'
import type { Rule } from '../../src/bulletins/schedule.ts'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'

/** A Tuesday, ten o'clock. */
const now = new Date('2026-11-24T10:00:00+07:00')
const clock = (at: Date | null): string | null => at === null ? null : new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
const rule = (text: string): Rule => {
  const said = whenIn(text, now)
  if (said.kind !== 'rule') throw new Error(`"${text}" was not understood: ${JSON.stringify(said)}`)
  return said.rule
}

describe('until when something holds', () => {
  test.each([
    ['18h hôm nay', '2026-11-24 18:00'], ['đến 18 giờ hôm nay', '2026-11-24 18:00'], ['18g30 hom nay', '2026-11-24 18:30'], ['tối nay', '2026-11-24 23:59'], ['20h tối nay', '2026-11-24 20:00'],
    ['ngày mai', '2026-11-25 23:59'], ['hết ngày mai', '2026-11-25 23:59'], ['sáng mai', '2026-11-25 11:30'], ['3 giờ chiều mai', '2026-11-25 15:00'], ['7h rưỡi tối mai', '2026-11-25 19:30'], ['tới mai', '2026-11-25 23:59'], ['ngày kia', '2026-11-26 23:59'],
    ['24/12 17:00', '2026-12-24 17:00'], ['17h 24/12', '2026-12-24 17:00'], ['24-12-2026', '2026-12-24 23:59'], ['24 tháng 12 năm 2026', '2026-12-24 23:59'], ['thứ năm 24/12', '2026-12-24 23:59'], ['2/1', '2027-01-02 23:59'], ['2026-12-31 07:30', '2026-12-31 07:30'],
    ['48 giờ', '2026-11-26 10:00'], ['trong 12 giờ', '2026-11-24 22:00'], ['12 tiếng nữa', '2026-11-24 22:00'], ['3 ngày', '2026-11-27 10:00'], ['2 tuần', '2026-12-08 10:00'],
    ['18h', '2026-11-24 18:00'], ['9h', '2026-11-25 09:00'], ['thứ sáu', '2026-11-27 23:59'], ['thứ ba', '2026-11-24 23:59'], ['thứ ba 9h', '2026-12-01 09:00'], ['thứ sáu tuần sau', '2026-12-04 23:59'], ['chủ nhật', '2026-11-29 23:59'],
    ['6pm today', '2026-11-24 18:00'], ['tomorrow', '2026-11-25 23:59'], ['by friday 5pm', '2026-11-27 17:00'], ['December 24', '2026-12-24 23:59'], ['24 december 17:00', '2026-12-24 17:00'], ['48 hours', '2026-11-26 10:00'], ['for 2 days', '2026-11-26 10:00'], ['day after tomorrow', '2026-11-26 23:59'],
    ['ថ្ងៃនេះ ម៉ោង 18', '2026-11-24 18:00'], ['ថ្ងៃនេះ ម៉ោង ១៨', '2026-11-24 18:00'], ['ថ្ងៃស្អែក', '2026-11-25 23:59'], ['48 ម៉ោង', '2026-11-26 10:00'], ['ថ្ងៃទី 24 ខែ 12 ម៉ោង 17:00', '2026-12-24 17:00'], ['ថ្ងៃសុក្រ ម៉ោង ៧:៣០ ព្រឹក', '2026-11-27 07:30'],
  ])('"%s"', (text, moment) => {
    expect(clock(momentIn(text, now, 'its-end'))).toBe(moment)
  })

  test.each(['', 'mai mốt tính', 'xe màu đỏ', '31/2', '25h hôm nay', '18h99', '12 12 12', 'thứ hai thứ ba', '24/12 25/12', 'khi nào hết nước', 'hôm qua', '9'.repeat(500)])('"%s" is not taken for a moment', text => {
    expect(momentIn(text, now, 'its-end')).toBeNull()
  })

  test('a moment that has passed is understood, so that it can be told', () => {
    expect(clock(momentIn('8h hôm nay', now, 'its-end'))).toBe('2026-11-24 08:00')
  })
})

describe('when something goes out', () => {
  test.each(['ngay', 'Gửi ngay', 'bây giờ', 'now', 'ឥឡូវ', 'ភ្លាមៗ'])('"%s" is at once', text => {
    expect(whenIn(text, now)).toEqual({ kind: 'now' })
  })

  test.each([
    ['18h hôm nay', '2026-11-24 18:00'], ['mai', '2026-11-25 07:30'], ['tối nay', '2026-11-24 19:00'], ['24/12', '2026-12-24 07:30'], ['thứ hai', '2026-11-30 07:30'], ['6:30 pm tomorrow', '2026-11-25 18:30'], ['ថ្ងៃស្អែក ម៉ោង 8', '2026-11-25 08:00'],
  ])('"%s" is once, and a day alone is its morning', (text, moment) => {
    const once = rule(text)
    expect(once.kind === 'once' ? clock(new Date(once.at)) : once).toBe(moment)
  })

  test.each([
    ['thứ hai hằng tuần 7:30', '30 7 * * 1'], ['mỗi thứ hai 7h30', '30 7 * * 1'], ['thu 2, thu 5 hang tuan luc 7 gio', '0 7 * * 1,4'], ['chủ nhật hàng tuần', '30 7 * * 0'], ['hằng ngày 6h', '0 6 * * *'], ['mỗi ngày', '30 7 * * *'],
    ['ngày 5 hằng tháng 8:00', '0 8 5 * *'], ['các ngày làm việc 7h', '0 7 * * 1-5'], ['every monday 7:30', '30 7 * * 1'], ['daily at 6:00', '0 6 * * *'], ['every weekday 7:30 am', '30 7 * * 1-5'], ['monthly on the 5th', '30 7 5 * *'],
    ['រៀងរាល់ថ្ងៃចន្ទ ម៉ោង 7:30', '30 7 * * 1'], ['រៀងរាល់ថ្ងៃ ម៉ោង 6', '0 6 * * *'], ['30 7 * * 1', '30 7 * * 1'], ['cron 0 8 1 1 1', '0 8 1 1 1'],
  ])('"%s" comes again', (text, cron) => {
    expect(rule(text)).toMatchObject({ kind: 'cron', cron })
  })

  test.each([['19/8, 10/10 hằng năm 7h', ['08-19', '10-10'], '07:00'], ['hàng năm 2/9', ['09-02'], '07:30'], ['every 19 august', ['08-19'], '07:30'], ['រៀងរាល់ឆ្នាំ 19/8 ម៉ោង 7', ['08-19'], '07:00'], ['29/2 hằng năm', ['02-29'], '07:30']])('"%s" comes every year', (text, days, time) => {
    expect(rule(text)).toMatchObject({ kind: 'yearly', days, time })
  })

  test.each([
    ['hằng tuần', 'whenUnclear'], ['hằng năm', 'whenUnclear'], ['30/2 hằng năm', 'whenUnclear'], ['khi nào rảnh', 'whenUnclear'], ['8h hôm nay', 'whenPast'], ['24/12/2040', 'whenFar'], ['*/5 * * * *', 'whenOften'], ['61 7 * * *', 'whenUnclear'],
  ])('"%s" is refused with what to write instead', (text, because) => {
    expect(whenIn(text, now)).toEqual({ kind: 'problem', because: `officer.broadcast.${because}` })
  })
})

describe.each(languages)('told back in %s', language => {
  const words = (text: string): string => ruleInWords(says[language], language, rule(text), now)

  test('what repeats names its next two times', () => {
    const told = words('thứ hai hằng tuần 7:30')
    expect(told.match(/07:30/g)?.length).toBe(3)
    expect(told).toContain(says[language]('officer.broadcast.weekday.monday'))
    expect(told).toMatch(/30(\/11\/| Nov )2026/)
    expect(told).toMatch(/0?7(\/12\/| Dec )2026/)
  })

  test('what comes once names its weekday, so that a slip is seen', () => {
    expect(words('24/12 17:00')).toContain(says[language]('officer.broadcast.weekday.thursday'))
  })

  test('holidays that are left out are told', () => {
    const daily = rule('hằng ngày 6h')
    expect(ruleInWords(says[language], language, { ...daily, skipHolidays: true } as Rule, now)).toContain(says[language]('officer.broadcast.whenNoHolidays'))
    expect(words('30 7 * 3-5 1')).toContain('30 7 * 3-5 1')
    expect(words('19/8, 10/10 hằng năm 7h')).toContain('19/08, 10/10')
  })
})
