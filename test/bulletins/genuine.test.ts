// Somebody got a message and asks whether it is really from us. The same lines are said on the page and in every chat.
import { describe, expect, test } from 'vitest'
import { genuineAnswer } from '../../src/bulletins/genuine.ts'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { codes, published, scam, scamEn } from './samples.ts'

const [first, second] = codes
const url = `https://tinbao.example.vn/b/${first}`
const say = says.vi

describe('somebody who asks', () => {
  test('hears that it is genuine, who issued it, until when, and is shown the headline to compare', () => {
    const lines = genuineAnswer(say, published('warning', first), url)
    expect(lines).toEqual([
      'TIN THẬT, còn giá trị.',
      'Mã TB-K7M2-Q49, do Công an tỉnh An Giang phát lúc 11:30 ngày 24/11/2026.',
      scam.headline,
      'So lời bạn nhận được với tin gốc: khác nhau thì lời bạn nhận được là giả.',
      'Có giá trị đến 14:30 ngày 26/11/2026.',
      `Đọc tin gốc: ${url}`,
    ])
  })

  test('hears it in their language', () => {
    const lines = genuineAnswer(says.en, published('warning', first), url, 'en')
    expect(lines[0]).toBe('GENUINE, and still valid.')
    expect(lines).toContain(scamEn.headline)
  })

  test.each([
    ['over', 'ĐÃ HẾT HẠN'], ['corrected', 'ĐÃ ĐƯỢC ĐÍNH CHÍNH'], ['withdrawn', 'ĐÃ ĐƯỢC RÚT'],
  ] as const)('hears first that it is %s', (standing, words) => {
    const lines = genuineAnswer(say, published('warning', first, { standing, correctedBy: standing === 'corrected' ? second : null }), url)
    expect(lines[0]).toContain(words)
    expect(lines.join('\n')).not.toContain('Có giá trị đến')
    expect(lines.includes('Tin mới mang mã TB-A1B2-C3X.')).toBe(standing === 'corrected')
  })

  test('hears that an exercise is nothing real, whatever else it is', () => {
    const lines = genuineAnswer(say, published('alarm', first, { training: true }), url)
    expect(lines[0]).toContain('DIỄN TẬP')
    expect(lines.join('\n')).not.toContain(scam.headline)
  })

  test.each(languages)('is warned in %s when nobody issued it', language => {
    const lines = genuineAnswer(says[language], null, url, language)
    expect(lines).toHaveLength(2)
    expect(lines.join('\n')).toContain('113')
    expect(lines.join('\n')).not.toContain(url)
  })

  test('is told no name of a notice about a person that came down', () => {
    const texts = { vi: { headline: 'Truy tìm Nguyễn Văn Ví Dụ', body: '', toDo: '' } }
    expect(genuineAnswer(say, published('wanted', first, { content: { texts } }), url).join('\n')).toContain('Ví Dụ')
    for (const standing of ['over', 'withdrawn', 'corrected'] as const) {
      expect(genuineAnswer(say, published('wanted', first, { content: { texts }, standing }), url).join('\n')).not.toContain('Ví Dụ')
    }
  })
})
