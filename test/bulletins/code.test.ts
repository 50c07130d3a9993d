// The code of a bulletin is read out at the market, copied by hand, mistyped, and pasted with a sentence around it.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bulletinCode, parseBulletinCode, writeBulletinCode } from '../../src/bulletins/code.ts'
import { formatCode, makeCode, parseCode } from '../../src/tips/code.ts'

const random = (n: number): Uint8Array => randomBytes(n)
const code = 'K7M2Q49'
const bytes = (n: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: n, maxLength: n })

describe('a code', () => {
  test('is short, says whose it is, and is read back as it was written', () => {
    expect(writeBulletinCode(code)).toBe('TB-K7M2-Q49')
    fc.assert(fc.property(bytes(6), six => {
      const made = bulletinCode(() => six)
      expect(made).toMatch(/^[0-9A-HJKMNP-TV-Z]{7}$/)
      expect(parseBulletinCode(writeBulletinCode(made))).toBe(made)
      expect(parseBulletinCode(made.toLowerCase())).toBe(made)
    }))
  })

  test.each([
    'TB-K7M2-Q49', 'tb-k7m2-q49', 'TBK7M2Q49', 'k7m2q49', 'K7M2 Q49', ' tb k7m2 q49 ', 'TB–K7M2—Q49', 'ＴＢ－Ｋ７Ｍ２－Ｑ４９', 'TB-K 7 M 2-Q 4 9',
    'Tin TB-K7M2-Q49 có thật không?', 'mã K7M2-Q49 nhé', 'mã k7m2q49 có thật ko', 'https://tinbao.example.vn/b/K7M2Q49', 'https://tinbao.example.vn/b/TB-K7M2-Q49?lang=km', 'TB-\u200bK7M2-Q49',
  ])('is found in %s', typed => {
    expect(parseBulletinCode(typed)).toBe(code)
  })

  test('with O for 0, I or L for 1 and U for V is the same code', () => {
    const made = bulletinCode(() => new Uint8Array([0, 1, 1, 27, 0, 5]))
    expect(made.slice(0, 6)).toBe('011V05')
    for (const typed of ['OIlu05', 'oILv05', '0I1VO5']) expect(parseBulletinCode(`TB-${typed}${made.at(-1)}`), typed).toBe(made)
  })

  test('with one wrong character, or two exchanged, is no code', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    for (let at = 0; at < code.length; at++) {
      for (const other of alphabet) if (other !== code[at]) expect(parseBulletinCode(`TB-${code.slice(0, at)}${other}${code.slice(at + 1)}`)).toBeNull()
      const [a = '', b = ''] = [code[at], code[at + 1]]
      if (b !== '' && a !== b) expect(parseBulletinCode(`TB-${code.slice(0, at)}${b}${a}${code.slice(at + 2)}`)).toBeNull()
    }
  })

  test.each(['', 'TB', 'TB-', 'TB-K7M2', 'TB-K7M2-Q49A', 'Tôi muốn báo tin về đánh bạc', '0912 345 678', '67A-123.45', 'TB-K7M2-Q49 hay TB-A1B2-C3X?', '💥'.repeat(500)])('is not read out of %s', typed => {
    expect(parseBulletinCode(typed)).toBeNull()
  })

  test('of a bulletin is never a tip\'s, nor the other way round', () => {
    fc.assert(fc.property(bytes(6), bytes(23), (six, many) => {
      const tip = makeCode(() => many)
      expect(parseBulletinCode(formatCode(tip))).toBeNull()
      expect(parseBulletinCode(formatCode(tip).replaceAll('-', ''))).toBeNull()
      expect(parseCode(writeBulletinCode(bulletinCode(() => six)))).toBeNull()
    }))
  })

  test('can not be read out of anything in a way that breaks', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), typed => {
      const read = parseBulletinCode(typed)
      if (read !== null) expect(parseBulletinCode(writeBulletinCode(read))).toBe(read)
    }))
  })

  test('is made of six random bytes, and not of fewer', () => {
    expect(new Set(Array.from({ length: 200 }, () => bulletinCode(random))).size).toBe(200)
    expect(() => bulletinCode(() => new Uint8Array(5))).toThrow('6 random bytes')
  })
})
