// The reporter's code: what people may type and what they can't get wrong unnoticed.
import { randomBytes } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { accessHash, deriveKeys, formatCode, looksLikeCode, makeCode, parseCode } from '../../src/tips/code.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const code = { locator: '7K3QXM2', secret: '9ZB4TRWN8CV0HJ1D' }
const written = formatCode(code)

describe('a code', () => {
  test('is six groups of four characters nobody mistakes for another', () => {
    for (let i = 0; i < 200; i++) {
      const made = makeCode(randomBytes)
      expect(formatCode(made)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}$/)
      expect(made.locator).toHaveLength(7)
      expect(made.secret).toHaveLength(16)
      expect(parseCode(formatCode(made))).toEqual(made)
    }
  })

  test('uses all five bits of each random byte', () => {
    const made = makeCode((n) => Uint8Array.from({ length: n }, (_, i) => i + 9 + 224))
    expect(made.locator + made.secret).toBe(alphabet.slice(9, 32))
  })

  test('is never made from too little randomness', () => {
    expect(() => makeCode(() => new Uint8Array(22))).toThrow(/random/)
  })

  test.each([
    ['lower case', written.toLowerCase()],
    ['no dashes', written.replaceAll('-', '')],
    ['spaces', written.replaceAll('-', ' ')],
    ['long dashes', written.replaceAll('-', '—')],
    ['minus signs and spaces', written.replaceAll('-', ' − ')],
    ['lines', written.replaceAll('-', '\n')],
    ['O for zero', written.replaceAll('0', 'O')],
    ['I for one', written.replaceAll('1', 'I')],
    ['l for one', written.replaceAll('1', 'l')],
    ['U for V', written.replaceAll('V', 'u')],
    ['full-width characters', [...written].map((c) => c === '-' ? '-' : String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('')],
    ['invisible characters', [...written].join('\u200b')],
    ['a NUL inside', written.replace('-', '\0-')],
    ['odd groups', '7K3QXM2 9ZB4TRWN8CV0HJ1D' + written.slice(-1)],
    ['a sentence around it', `mã của tôi là ${written}, xin cảm ơn!`],
    ['a sentence without marks around it', `ma cua toi la ${written} nhe ban`],
    ['a sentence around one piece', `Ma so: ${written.replaceAll('-', '')}.`],
    ['quotes and stars', `**"${written}"**`],
    ['a word of four letters before it', `manh ${written} manh`],
    ['the same code twice', `${written} ${written}`],
  ])('is found when typed with %s', (_, text) => {
    expect(parseCode(text)).toEqual(code)
  })

  test('is not guessed when two different ones are there', () => {
    expect(parseCode(`${written} ${formatCode({ ...code, locator: '0000000' })}`)).toBeNull()
  })

  test.each(['', '0'.repeat(24), 'O'.repeat(24), 'xin chào', written.slice(0, -1), written + 'A', '1'.repeat(100_000), 'A '.repeat(50_000)])(
    'is not found where there is none (%#)', (text) => {
      expect(parseCode(text)).toBeNull()
    })
})

describe('the check character', () => {
  const plain = written.replaceAll('-', '')
  const accepted = (text: string): boolean => parseCode(text) !== null

  test('notices every single wrong character', () => {
    for (const start of [plain, formatCode(makeCode(randomBytes)).replaceAll('-', '')]) {
      for (let at = 0; at < 24; at++) {
        for (const other of alphabet) {
          if (other === start[at]) continue
          expect(accepted(start.slice(0, at) + other + start.slice(at + 1)), `${at} ${other}`).toBe(false)
        }
      }
    }
  })

  test('notices every exchange of two different characters, at every distance and with every pair of values', () => {
    for (let a = 0; a < 23; a++) {
      for (let b = a + 1; b < 23; b++) {
        for (const [x, y] of [['0', 'Z'], ['A', 'B'], ['7', 'K'], ['1', 'S']] as const) {
          const data = Array.from(plain).slice(0, 23)
          data[a] = x
          data[b] = y
          const right = formatCode({ locator: data.slice(0, 7).join(''), secret: data.slice(7).join('') }).replaceAll('-', '')
          expect(accepted(right)).toBe(true)
          expect(accepted(swap(right, a, b)), `${a} ${b}`).toBe(false)
        }
      }
    }
  })

  test('notices every exchange of neighbours with every pair of values, the check character included', () => {
    for (let at = 0; at < 22; at++) {
      for (const x of alphabet) {
        for (const y of alphabet) {
          if (x === y) continue
          const data = plain.slice(0, at) + x + y + plain.slice(at + 2, 23)
          const right = formatCode({ locator: data.slice(0, 7), secret: data.slice(7) }).replaceAll('-', '')
          if (accepted(swap(right, at, at + 1))) throw new Error(`${at} ${x}${y} was not noticed`)
        }
      }
    }
    if (plain[22] !== plain[23]) expect(accepted(swap(plain, 22, 23))).toBe(false)
  })

  test('notices a doubled character typed as another doubled one', () => {
    for (const x of alphabet) {
      if (x === '9') continue
      const right = formatCode({ ...code, secret: '99' + code.secret.slice(2) }).replaceAll('-', '')
      expect(accepted(right.slice(0, 7) + x + x + right.slice(9))).toBe(false)
    }
  })

  function swap (text: string, a: number, b: number): string {
    const characters = [...text]
    const kept = characters[a] ?? ''
    characters[a] = characters[b] ?? ''
    characters[b] = kept
    return characters.join('')
  }
})

describe('somebody seems to be typing a code', () => {
  test.each([
    written,
    written.slice(0, -2),
    written.slice(0, -1) + (written.endsWith('0') ? '2' : '0'),
    written.slice(0, 14),
    written.replaceAll('-', '').slice(0, 20),
    `mã của tôi là ${written.slice(0, -1)}`,
    written.replace('7K3Q', '7K3Đ'),
    written.replace('9ZB4', 'Á4B9').toLowerCase(),
  ])('when they write %s', (text) => {
    expect(looksLikeCode(text)).toBe(true)
  })

  test.each([
    '', 'xin chào', '113', '0912345678', '0912 345 678', 'số tài khoản 1234 5678 9012 3456', 'xe biển số 67A1-123.45',
    'hai xe 67A1-123.45 và 67B2-678.90 đua nhau', 'tôi thấy lúc 21h30 ở chợ', 'ngày 12/11/2026 lúc 20:15', 'con nha chi lam gi vay',
    'https://example.com/a/b', 'chúng tôi ở Phường Long Xuyên',
  ])('but not when they write %s', (text) => {
    expect(looksLikeCode(text)).toBe(false)
  })
})

describe('what follows from a code', () => {
  test('the same code always gives the same keys, and they are these (a change would lock every reporter out)', async () => {
    const keys = await deriveKeys(code)
    expect(await deriveKeys({ ...code })).toEqual(keys)
    expect(keys).toMatchInlineSnapshot(`
      {
        "access": "GmdsJmnjw7K9EBXa6w_nj06ZPDHAOqUdxarDHqn5Z5M",
        "identity": "AGE-SECRET-KEY-1CFWSSZU26C0CJ0CA33FSJZJYMLZFR8HJVLY0MMAMVX92S92F90MQG7N8XG",
        "locator": "7K3QXM2",
        "recipient": "age1f8jr7t69exy37tlayudvhfc24axgzrupcxu5gumfl3fjnx9ppfxqsq5zdx",
      }
    `)
  })

  test('the keys have the forms they promise and open what is sealed to them', async () => {
    const keys = await deriveKeys(makeCode(randomBytes))
    expect(keys.access).toMatch(/^[\w-]{43}$/)
    expect(keys.identity).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]+$/)
    const encrypter = new Encrypter()
    encrypter.addRecipient(keys.recipient)
    const decrypter = new Decrypter()
    decrypter.addIdentity(keys.identity)
    expect(await decrypter.decrypt(await encrypter.encrypt('chào'), 'text')).toBe('chào')
  })

  test('another locator or another secret gives other keys, and the access is not the identity', async () => {
    const one = await deriveKeys(code)
    for (const other of [{ ...code, locator: '0000000' }, { ...code, secret: '0'.repeat(16) }]) {
      const keys = await deriveKeys(other)
      expect(keys.access).not.toBe(one.access)
      expect(keys.recipient).not.toBe(one.recipient)
    }
  })

  test('the server can recognize the holder without being able to be one', async () => {
    const { access } = await deriveKeys(code)
    expect(accessHash(access)).toMatch(/^[\w-]{43}$/)
    expect(accessHash(access)).not.toBe(access)
    expect(accessHash(access)).not.toBe(accessHash(access.slice(1)))
    expect(accessHash('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
