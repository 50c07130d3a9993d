// The server key: made once, refused when it is wrong, replaced without losing what is sealed.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadOrCreateServerKeys, rotateServerKeys, ServerKeyError } from '../src/server-key.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'server-key-'))
  file = join(folder, 'keys', 'server.key')
})
afterEach(() => { rmSync(folder, { recursive: true }) })

const load = (): ReturnType<typeof loadOrCreateServerKeys> => loadOrCreateServerKeys(file, randomBytes)
function write (text: string, mode = 0o600): void {
  mkdirSync(join(folder, 'keys'), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
}

describe('the key file', () => {
  test('is made at the first start, for its owner only, and read at the next', () => {
    const first = load()
    expect(first.created).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'utf8')).toMatch(/^# .*\ntb-server-key-1 [0-9a-f]{8} [\w+/]{43}= # first key\n$/)
    expect(readdirSync(join(folder, 'keys'))).toEqual(['server.key'])
    const second = load()
    expect(second.created).toBe(false)
    expect(second.keys.open(first.keys.seal('nháp', 'draft/answers/1'), 'draft/answers/1')).toBe('nháp')
  })

  test('a newer key on top seals what is new; the old one still opens, and addresses keep their names', () => {
    const { keys: old } = load()
    const sealed = old.seal('nháp', 'p')
    const tag = old.tag('telegram:42', 'address')
    const id = rotateServerKeys(file, randomBytes, 'after the move\n# tb')
    const { keys } = load()
    expect(keys.ids).toEqual([id, ...old.ids])
    expect(keys.seal('x', 'p').startsWith(`sk1:${id}:`)).toBe(true)
    expect(keys.open(sealed, 'p')).toBe('nháp')
    expect(keys.tag('telegram:42', 'address')).toBe(tag)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(() => old.open(keys.seal('x', 'p'), 'p')).toThrow(new RegExp(id))
  })

  test('is refused when others may read it, and says what to run', () => {
    load()
    chmodSync(file, 0o644)
    expect(load).toThrow(/chmod 600/)
    chmodSync(file, 0o620)
    expect(load).toThrow(ServerKeyError)
  })

  test.each([
    ['empty', ''],
    ['only comments', '# nothing\n\n'],
  ])('is refused when it is %s, instead of made anew over what was stored', (_, text) => {
    write(text)
    expect(load).toThrow(/is empty/)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  const good = `tb-server-key-1 0123abcd ${randomBytes(32).toString('base64')}`
  test.each([
    ['a word too few', 'tb-server-key-1 0123abcd', /Line 1/],
    ['a key too short', `tb-server-key-1 0123abcd ${randomBytes(31).toString('base64')}`, /Line 1/],
    ['another version', good.replace('key-1', 'key-2'), /Line 1/],
    ['half a second line', `${good}\ntb-server`, /Line 2/],
    ['the same id twice', `${good}\n${good}`, /twice/],
    ['zeros', `tb-server-key-1 0123abcd ${Buffer.alloc(32).toString('base64')}`, /zeros/],
  ])('is refused with %s, without showing a key', (_, text, sentence) => {
    write(text)
    expect(load).toThrow(sentence)
    try {
      load()
    } catch (error) {
      expect(String(error)).not.toMatch(/[\w+/]{43}=/)
    }
  })

  test('lines of Windows, comments and empty lines do no harm', () => {
    write(`# a\r\n\r\n${good} # home\r\n`)
    expect(load().keys.ids).toEqual(['0123abcd'])
  })

  test('a folder in its place is refused', () => {
    mkdirSync(file, { recursive: true })
    expect(load).toThrow(/folder/)
  })

  test('a place where nothing can be written is refused with a sentence', () => {
    writeFileSync(join(folder, 'keys'), 'a file where a folder should be')
    expect(load).toThrow(/can't be (read|written)/)
  })

  test('a mounted secret (a link) is read, but not rotated here', () => {
    write(good)
    const link = join(folder, 'link')
    symlinkSync(file, link)
    expect(loadOrCreateServerKeys(link, randomBytes).keys.ids).toEqual(['0123abcd'])
    expect(() => rotateServerKeys(link, randomBytes)).toThrow(/is a link/)
  })

  test('there is nothing to rotate without a file', () => {
    expect(() => rotateServerKeys(file, randomBytes)).toThrow(/no server key/)
  })

  test('is never made from too little randomness', () => {
    expect(() => loadOrCreateServerKeys(file, () => new Uint8Array(3))).toThrow(/too few/)
  })
})

describe('what is sealed with it', () => {
  test('comes back as it was, texts and bytes alike', () => {
    const { keys } = load()
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
      const story = `${text} Ẫ ស្ត្រី 🙂`
      expect(keys.open(keys.seal(story, place), place)).toBe(story)
    }), { numRuns: 40 })
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(Buffer.compare(keys.openBytes(keys.sealBytes(bytes, 'p'), 'p'), bytes)).toBe(0)
    }), { numRuns: 40 })
  })

  test('shows nothing, and never the same twice', () => {
    const { keys } = load()
    const one = keys.seal('telegram:123456789', 'p')
    expect(Buffer.from(one.slice(13), 'base64url').toString('latin1')).not.toContain('123456789')
    expect(Buffer.from(keys.sealBytes(Buffer.from('telegram:123456789'), 'p')).toString('latin1')).not.toContain('123456789')
    expect(keys.seal('telegram:123456789', 'p')).not.toBe(one)
  })

  test('does not open in another place', () => {
    const { keys } = load()
    expect(() => keys.open(keys.seal('x', 'draft/answers/1'), 'draft/answers/2')).toThrow(/moved/)
    expect(() => keys.openBytes(keys.sealBytes(Buffer.from('x'), 'a'), 'b')).toThrow(/moved/)
  })

  test('does not open when one bit is changed, anywhere', () => {
    const { keys } = load()
    const sealed = keys.sealBytes(Buffer.from('chuyện'), 'p')
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => keys.openBytes(changed, 'p'), `byte ${at}`).toThrow(ServerKeyError)
    }
  })

  test.each(['', 'sk1:', 'sk1:0123abcd:', 'sk1:0123abcd:AAAA', 'x'.repeat(100)])('%j is refused with a sentence', (text) => {
    expect(() => load().keys.open(text, 'p')).toThrow(ServerKeyError)
    expect(() => load().keys.openBytes(Buffer.from(text), 'p')).toThrow(ServerKeyError)
  })

  test('cut short, it is refused', () => {
    const { keys } = load()
    const sealed = keys.seal('', 'p')
    expect(keys.open(sealed, 'p')).toBe('')
    expect(() => keys.open(sealed.slice(0, -4), 'p')).toThrow(/changed/)
  })
})

describe('a tag', () => {
  test('is the same for the same text and purpose, and for nothing else', () => {
    const { keys } = load()
    expect(keys.tag('telegram:42', 'address')).toMatch(/^[\w-]{22}$/)
    expect(keys.tag('telegram:42', 'address')).toBe(load().keys.tag('telegram:42', 'address'))
    expect(keys.tag('telegram:43', 'address')).not.toBe(keys.tag('telegram:42', 'address'))
    expect(keys.tag('telegram:42', 'flood')).not.toBe(keys.tag('telegram:42', 'address'))
    rmSync(file)
    expect(load().keys.tag('telegram:42', 'address')).not.toBe(keys.tag('telegram:42', 'address'))
  })
})
