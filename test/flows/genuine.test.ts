// "Is this really from you?" in any chat: what is taken for a bulletin's code, and what never is.
import { describe, expect, test } from 'vitest'
import { bulletinCode, writeBulletinCode } from '../../src/bulletins/code.ts'
import { commandIn } from '../../src/conversation/commands.ts'
import { genuineAsked, genuineAskedAlone, wholeCode } from '../../src/flows/genuine.ts'
import { languages } from '../../src/i18n.ts'
import { allLocalities } from '../../src/localities/locality.ts'
import { says } from '../../src/locales.ts'
import { formatCode, makeCode } from '../../src/tips/code.ts'
import { aChat } from '../conversation/chat.ts'

let seed = 3
const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (seed = (seed * 16_807) % 2_147_483_647) >> 8)
const codes = Array.from({ length: 2000 }, () => bulletinCode(random))
const written = codes.map(writeBulletinCode)
const example = written[0] ?? ''

describe.each(languages)('in %s', language => {
  test('the word alone asks for the code, and whatever it is, is looked up', () => {
    for (const word of ['/genuine', '/that', 'kiểm tra tin', 'kiem tra tin', 'tin này thật không']) {
      const chat = aChat({ language, acts: { genuine: () => ['KHÔNG CÓ TIN NÀO', 'Xem lại mã.'] } })
      chat.sends({ kind: 'start' })
      chat.says(word)
      expect(chat.heard()).toContain(says[language]('officer.genuineAsk.code'))
      chat.says('mã gì đó')
      expect(chat.acts).toEqual([{ name: 'genuine', give: { code: 'mã gì đó', url: 'https://tinbao.example' } }])
      expect(chat.heard()).toContain('KHÔNG CÓ TIN NÀO\nXem lại mã.')
    }
  })

  test('a tip\'s code is no bulletin\'s, and who types one there is told where it belongs', () => {
    const chat = aChat({ language })
    chat.sends({ kind: 'start' })
    chat.says('/genuine')
    chat.says(formatCode(makeCode(random)))
    expect(chat.heard()).toContain(says[language]('officer.genuineAsk.tipCode'))
    expect(chat.acts).toEqual([])
  })
})

test('a code marked with TB is asked about in the middle of a report, which goes on afterwards', () => {
  const chat = aChat({ acts: { genuine: () => ['TIN THẬT'] } })
  chat.sends({ kind: 'start' })
  chat.says('báo tin')
  chat.presses(says.vi('chat.report.dangerNo'))
  chat.says(example)
  expect(chat.heard()).toContain('TIN THẬT')
  chat.presses(says.vi('chat.menu.resume'))
  expect(chat.state.standing?.step).toBe('kind')
})

test('it is understood however it is written, and a link can carry it', () => {
  for (const text of [example, example.toLowerCase(), example.replaceAll('-', ' '), `  ${example}.`, example.replace('TB-', 'TB'), example.replaceAll('-', '–')]) expect(genuineAsked(text), text).not.toBeNull()
  for (const text of [`/genuine ${example}`, `/that ${example}`, `kiểm tra tin ${example}`, `Kiem tra tin ${example.slice(3)}`, `check bulletin ${example}`]) expect(genuineAsked(text)?.code, text).toContain(example.slice(-3))
  const chat = aChat({ acts: { genuine: () => ['TIN THẬT'] } })
  chat.sends({ kind: 'start', payload: example })
  expect(chat.heard()).toContain('TIN THẬT')
})

test('all codes are known with their mark, and nearly all without it by somebody who is in the middle of nothing', () => {
  expect(written.filter(code => wholeCode(code)?.marked !== true)).toEqual([])
  const bare = codes.filter(code => /\d/.test(code) && /[A-Z]/.test(code))
  expect(bare.length).toBeGreaterThan(codes.length * 0.9)
  expect(bare.filter(code => genuineAskedAlone(`${code.slice(0, 4)}-${code.slice(4)}`) === null)).toEqual([])
  expect(bare.filter(code => genuineAsked(code) !== null)).toEqual([])
})

test('no tip\'s code, no place, no phone, plate or account number and no everyday word is taken for one', () => {
  const tips = Array.from({ length: 500 }, () => formatCode(makeCode(random)))
  const numbers = Array.from({ length: 3000 }, (_, n) => String(1_000_000 + n * 2777))
  const phrases = ['danh bac', 'toi muon', 'bao tin', 'cam on', 'ma tuy', 'co trom', 'xin chao', 'alo alo', 'morning', 'good day', 'tb danh bac', 'TB DANH BAC', 'kiểm tra tin tôi đã gửi', 'kiểm tra tin giùm tôi', '113', 'menu', '67A-123.45', '0909 123 456']
  const everyday = [...tips, ...tips.map(tip => `mã ${tip}`), ...numbers, ...allLocalities.flatMap(({ name, fullName, nameEn }) => [name, fullName, nameEn]), ...phrases]
  expect(everyday.filter(text => genuineAsked(text) !== null || genuineAskedAlone(text) !== null)).toEqual([])
})

test('none of its words means something else already', () => {
  expect(['/genuine', '/that', 'kiểm tra tin', 'kiểm tra thật giả', 'check bulletin'].filter(word => commandIn(word) !== null)).toEqual([])
})
