// What stands between a draft and its approval: the parts of a good warning, the law, and nobody accused in public.
import { describe, expect, test } from 'vitest'
import { accusationsIn } from '../../src/bulletins/accuses.ts'
import { problemsOf } from '../../src/bulletins/check.ts'
import type { Audience, Content } from '../../src/bulletins/content.ts'
import { library } from '../../src/bulletins/library.ts'
import { sayProblems } from '../../src/bulletins/refused.ts'
import { textLimits } from '../../src/channels/text-limits.ts'
import { says } from '../../src/locales.ts'
import { alarm, everybody, lesson, warning, words } from './newsroom.ts'

const now = new Date('2026-11-24T03:00:00Z')
const channels = (['web-chat', 'telegram', 'zalo-oa', 'zalo-bot'] as const).map(name => ({ name, shows: { text: textLimits[name], buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: 0 } }))
const problems = (content: Content, audience: Audience = everybody): string[] => problemsOf(content, audience, { channels, say: language => says[language], publicUrl: 'https://tinbao.example.vn', now }).map(({ key }) => key.replace('officer.check.', ''))
const text = (change: Partial<typeof words.vi>): Content['texts'] => ({ vi: { ...words.vi, ...change } })
const picture = { file: 'a.jpg', width: 800, height: 600, alt: 'Bản chụp quyết định' }
const notice = { number: '12/QĐ', issuedBy: 'Công an tỉnh An Giang', issuedOn: '2026-11-01', expiresOn: '2026-12-31' }

test.each<[string, Content]>([['a lesson', lesson()], ['a warning', warning(now)], ['an alarm', alarm(now)]])('%s with all its parts can be submitted', (_, content) => {
  expect(problems(content)).toEqual([])
})

test('every bulletin of the starter library can be submitted as it is', () => {
  for (const { kind, texts, law, source, id, topics } of library) {
    expect(problems(lesson({ kind, texts, law, source }), { ...everybody, topics: [...topics] }), id).toEqual([])
  }
})

test.each<[string, Content, string[]]>([
  ['no headline, no text and nothing to do', lesson({ texts: text({ headline: ' ', body: '', toDo: '' }) }), ['headlineMissing', 'bodyMissing', 'toDoMissing']],
  ['a headline like a story', lesson({ texts: text({ headline: 'a'.repeat(141) }) }), ['headlineLong']],
  ['5000 characters', lesson({ texts: text({ body: 'dài '.repeat(1250) }) }), ['tooLong', 'tooLong', 'tooLong']],
  ['a text that turns itself around', lesson({ texts: text({ body: 'gọi \u202e311 ngay' }) }), ['control']],
  ['a warning of what, where, until when and by whom?', warning(now, { hazard: '', place: ' ', validUntil: null, source: '' }), ['sourceMissing', 'hazardMissing', 'placeMissing', 'untilMissing']],
  ['a warning that is over', warning(now, { validUntil: '2026-11-24T02:00:00Z' }), ['untilPast']],
  ['a lesson without a law', lesson({ law: null }), ['lawMissing']],
  ['a law nobody looked at for over a year', lesson({ law: { name: 'BLHS 174', verifiedOn: '2025-11-01' } }), ['lawOld']],
  ['a law looked at tomorrow', lesson({ law: { name: 'BLHS 174', verifiedOn: '2026-12-24' } }), ['lawFuture']],
  ['a picture that says nothing to the blind', lesson({ picture: { ...picture, alt: '' } }), ['altMissing']],
  ['an alarm with no way back', alarm(now, { prepared: null }), ['preparedMissing']],
  ['a notice about a person without the decision', warning(now, { kind: 'wanted', picture, notice: null }), ['noticeMissing']],
  ['a decision that has expired', warning(now, { kind: 'wanted', picture, notice: { ...notice, expiresOn: '2026-11-23' } }), ['noticeExpired']],
  ['a decision about a person under a lesson', lesson({ notice }), ['noticeOnly']],
])('%s is sent back with a word for each', (_, content, expected) => {
  expect(problems(content)).toEqual(expected)
})

test('a lawful notice may name the person it is about', () => {
  expect(problems(warning(now, { kind: 'wanted', picture, notice, texts: text({ body: 'Nguyễn Văn An, sinh năm 1990.' }) }))).toEqual([])
})

test('no topic, and a commune that does not exist, are told', () => {
  expect(problems(lesson(), { topics: [], channels: [], localities: ['99999'] })).toEqual(['topicMissing', 'placeUnknown'])
})

describe('nobody is accused in public', () => {
  test.each([
    ['a name', 'Đối tượng Nguyễn Văn An ở xã bên', 'name'],
    ['a Khmer name', 'Người tên Chau Sóc đã lấy tiền', 'name'],
    ['a phone number', 'Kẻ gian dùng số 0912 345 678 để nhắn', 'phone'],
    ['a number plate', 'Xe 67-A1 123.45 chạy ngang', 'plate'],
    ['an account', 'Tiền vào tài khoản 1903 4567 8901 234', 'number'],
  ])('%s is found', (_, sentence, kind) => {
    expect(accusationsIn(sentence).map(found => found.kind)).toEqual([kind])
    expect(problems(lesson({ texts: text({ body: sentence }) }))).toContain('accuses')
  })

  test.each([
    'Gọi 113, 114, 115 hoặc 111.',
    'Trực ban công an xã: 0296 3852 123.',
    'Họp tại trường Nguyễn Trãi, đường Trần Hưng Đạo.',
    'Số 09xx xxx 123 đã lừa nhiều người; mất 900.000.000 đồng ngày 12/05/2025.',
  ])('"%s" accuses nobody', sentence => {
    expect(accusationsIn(sentence)).toEqual([])
  })
})

test('a word that is itself a text is said in the officer\'s language', () => {
  const [problem] = problemsOf(lesson({ texts: text({ body: 'Đối tượng Nguyễn Văn An' }) }), everybody, { channels, say: language => says[language], publicUrl: 'https://tinbao.example.vn', now })
  expect(problem).toBeDefined()
  if (problem === undefined) return
  expect(sayProblems(says.vi, [problem])[0]).toContain('tên người: “Nguyễn Văn An”')
  expect(sayProblems(says.en, [problem])[0]).toContain('a name: “Nguyễn Văn An”')
})
