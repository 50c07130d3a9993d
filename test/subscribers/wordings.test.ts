// What people agreed to can be shown word for word, also when we have long promised something else.
import { expect, test } from 'vitest'
import { languages } from '../../src/i18n.ts'
import { says } from '../../src/locales.ts'
import { agreedText, currentWording, wordings } from '../../src/subscribers/wordings.ts'

test.each(languages)('in %s the words that are asked now are the newest wording on record: who changes them gives them a new name', language => {
  const say = says[language]
  expect(wordings.at(-1)?.texts[language]).toEqual({ intro: say('chat.subscribe.intro'), introWeb: say('chat.subscribe.introWeb'), introZalo: say('chat.subscribe.introZalo') })
})

test('each wording has a name of its own that fits its column, and the day it was first asked', () => {
  expect(new Set(wordings.map(({ name }) => name)).size).toBe(wordings.length)
  for (const { name, since } of wordings) expect([name.length <= 20, since]).toEqual([true, expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/)])
  expect(wordings.map(({ since }) => since)).toEqual(wordings.map(({ since }) => since).toSorted())
})

test('somebody who agreed in the first days is shown what they were asked then, on their channel', () => {
  expect(agreedText('2026-11', 'vi', 'telegram')).toMatch(/nhiều nhất hai tin một tuần, ban ngày, trừ báo động khẩn/)
  expect(agreedText('2026-11', 'en', 'web-chat')).toMatch(/only appear when you open this page[^]*Do you agree/)
  expect(agreedText(currentWording, 'vi', 'zalo-oa')).toMatch(/Ở Zalo[^]*Bạn có đồng ý không/)
  expect(agreedText('never asked', 'vi', 'telegram')).toBeNull()
})
