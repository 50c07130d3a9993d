// Sealing: only the right key opens, only in the right place.
import fc from 'fast-check'
import { Decrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { beforeAll, describe, expect, test } from 'vitest'
import { fileSealer } from '../../src/tips/seal-in-worker.ts'
import { ageRecipients, isAgeFile, isRecipient, keyId, open, openBytes, openFile, parseRecipients, readSealed, seal, SealError, sealFile } from '../../src/tips/sealing.ts'

interface Person { identity: string, recipient: string }
let unit: Person
let province: Person
let stranger: Person
const about = { row: 'tip-1', field: 'story' }

beforeAll(async () => {
  const person = async (): Promise<Person> => {
    const identity = await generateX25519Identity()
    return { identity, recipient: await identityToRecipient(identity) }
  }
  unit = await person()
  province = await person()
  stranger = await person()
})

async function failure (work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'opened'
  } catch (error) {
    return error instanceof SealError ? error.failure : String(error)
  }
}

describe('a sealed text', () => {
  test('whatever a resident writes comes out as it went in', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 600 }), async (text) => {
      const story = `${text} Ẫ ស្ត្រី 🙂`
      expect(await open(await seal(story, [unit.recipient], about), [unit.identity], about)).toBe(story)
    }), { numRuns: 25 })
  })

  test('opens for each of its recipients, whatever other keys they hold', async () => {
    const sealed = await seal('xe máy đua', [unit.recipient, province.recipient, unit.recipient], about)
    expect(await open(sealed, [stranger.identity, province.identity], about)).toBe('xe máy đua')
    expect(await open(sealed, ['AGE-SECRET-KEY-1NONSENSE', unit.identity], about)).toBe('xe máy đua')
    expect(sealed).toMatch(new RegExp(`^tb1:${keyId(unit.recipient)},${keyId(province.recipient)}:`))
    expect(readSealed(sealed)?.keyIds).toEqual([keyId(unit.recipient), keyId(province.recipient)])
  })

  test('bytes come back as bytes, and not as a text', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 255)
    const sealed = await seal(bytes, [unit.recipient], about)
    expect(await openBytes(sealed, [unit.identity], about)).toEqual(bytes)
    expect(await failure(open(sealed, [unit.identity], about))).toBe('damaged')
  })

  test('tells nothing by its length: yes is as long as no', async () => {
    const [yes, no, name] = await Promise.all(['có', 'không', 'Nguyễn Văn An'].map((text) => seal(text, [unit.recipient], about)))
    expect(yes).toHaveLength(no?.length ?? 0)
    expect(name).toHaveLength(no?.length ?? 0)
  })

  test('moved to another row or another field, it is refused', async () => {
    const sealed = await seal('chuyện', [unit.recipient], about)
    expect(await failure(open(sealed, [unit.identity], { ...about, row: 'tip-2' }))).toBe('elsewhere')
    expect(await failure(open(sealed, [unit.identity], { ...about, field: 'contact' }))).toBe('elsewhere')
  })

  test('does not open for a stranger, nor without any key', async () => {
    const sealed = await seal('chuyện', [unit.recipient], about)
    expect(await failure(open(sealed, [stranger.identity], about))).toBe('no-key')
    expect(await failure(open(sealed, [], about))).toBe('no-key')
    expect(await failure(open(sealed, ['nonsense'], about))).toBe('no-key')
  })

  test('changed anywhere, it is never opened as something else', async () => {
    const sealed = await seal('chuyện', [unit.recipient], about)
    const start = sealed.lastIndexOf(':') + 1
    for (let at = start; at < sealed.length; at += 7) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
      const result = await failure(open(changed, [unit.identity], about))
      expect(result, `at ${at}`).toBe('damaged')
    }
  })

  test.each(['', 'tb1', 'tb1::', 'tb2:0123456789ab:AAAA', 'tb1:0123456789ab:AAAA', 'tb1:zz:AAAA', 'nonsense', 'tb1:0123456789ab:A'])('%j is damaged, not a crash', async (text) => {
    expect(await failure(open(text, [unit.identity], about))).toBe('damaged')
  })

  test('cut short, it is damaged', async () => {
    const sealed = await seal('chuyện '.repeat(100), [unit.recipient], about)
    expect(await failure(open(sealed.slice(0, -8), [unit.identity], about))).toBe('damaged')
  })

  test('the error says nothing of the content, the row or the key', async () => {
    const sealed = await seal('chuyện bí mật', [unit.recipient], about)
    const error = await open(sealed, [unit.identity], { row: 'tip-99', field: 'x' }).catch((e: unknown) => e)
    expect(String(error)).not.toMatch(/bí mật|tip-\d|story|age1/)
  })

  test('can be opened with the plain age format, without our program', async () => {
    const sealed = readSealed(await seal('chuyện', [unit.recipient], about))
    const decrypter = new Decrypter()
    decrypter.addIdentity(unit.identity)
    const inside: unknown = JSON.parse(await decrypter.decrypt(sealed?.file ?? new Uint8Array(), 'text'))
    expect(inside).toEqual({ v: 1, row: 'tip-1', field: 'story', value: 'chuyện' })
  })

  test('is never made without a recipient, or for something that is none', async () => {
    await expect(seal('x', [], about)).rejects.toThrow(/without a recipient/)
    await expect(seal('x', ['age1nonsense'], about)).rejects.toThrow(/not an age recipient/)
    await expect(seal('x', [unit.identity], about)).rejects.toThrow(/not an age recipient/)
  })
})

describe('a sealed file', () => {
  test('is an age file that opens to the same bytes', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) & 255)
    const file = await sealFile(bytes, [unit.recipient, province.recipient])
    expect(ageRecipients(file)).toBe(2)
    expect(isAgeFile(file)).toBe(true)
    expect(Buffer.compare(await openFile(file, [province.identity]), bytes)).toBe(0)
    expect(await failure(openFile(file, [stranger.identity]))).toBe('no-key')
    expect(await failure(openFile(file.subarray(0, -1), [unit.identity]))).toBe('damaged')
  })

  test('an empty file can be sealed too', async () => {
    const file = await sealFile(new Uint8Array(), [unit.recipient])
    expect(await openFile(file, [unit.identity])).toHaveLength(0)
  })

  test('what is not an age file is not taken for one', async () => {
    const file = await sealFile(new TextEncoder().encode('x'), [unit.recipient])
    const header = new TextDecoder('latin1').decode(file).indexOf('--- ') + 48
    for (const other of [new Uint8Array(), new TextEncoder().encode('age-encryption.org/v1\n'), file.subarray(0, header + 31), file.subarray(1),
      new TextEncoder().encode('age-encryption.org/v1\n' + '-> X25519 a\n'.repeat(10_000))]) {
      expect(isAgeFile(other)).toBe(false)
      expect(await failure(openFile(other, [unit.identity]))).toBe('damaged')
    }
  })

  test('post-quantum recipients work as well', async () => {
    const identity = await generateHybridIdentity()
    const recipient = await identityToRecipient(identity)
    const sealed = await seal('chuyện', [recipient], about)
    expect(await open(sealed, [identity], about)).toBe('chuyện')
  })
})

describe('a list of recipients', () => {
  test('may be written with commas, lines and comments, each counted once', () => {
    expect(parseRecipients(`# unit\n${unit.recipient}, ${province.recipient}\n\n${unit.recipient} # again`)).toEqual([unit.recipient, province.recipient])
  })

  test('a private key given by mistake is refused and not repeated', () => {
    expect(() => parseRecipients(`${unit.recipient},${stranger.identity}`)).toThrow(/Entry 2 .*private key/)
    try {
      parseRecipients(stranger.identity)
    } catch (error) {
      expect(String(error)).not.toContain(stranger.identity.slice(20, 40))
    }
  })

  test('a typing mistake and an empty list are refused', () => {
    expect(() => parseRecipients(unit.recipient.slice(0, -1))).toThrow(/Entry 1 .*not an age recipient/)
    expect(() => parseRecipients(' # nothing\n')).toThrow(/no recipient/)
    expect(isRecipient(unit.recipient)).toBe(true)
    expect(isRecipient(unit.identity)).toBe(false)
    expect(isRecipient('')).toBe(false)
  })
})

describe('a large file on the server', () => {
  test('is sealed aside while others are served', async () => {
    const sealer = fileSealer()
    const bytes = new Uint8Array(4 * 1024 * 1024).fill(7)
    let served = 0
    const others = setInterval(() => { served++ }, 1)
    const [file, second] = await Promise.all([sealer.sealFile(bytes, [unit.recipient]), sealer.sealFile(bytes, [unit.recipient])])
    clearInterval(others)
    expect(served).toBeGreaterThan(5)
    expect(Buffer.compare(await openFile(file, [unit.identity]), bytes)).toBe(0)
    expect(Buffer.compare(file, second)).not.toBe(0)
    expect(bytes[0]).toBe(7)
    await sealer.stop()
  })

  test('is refused when the sealer stops in between, and taken again afterwards', async () => {
    const sealer = fileSealer()
    const bytes = new Uint8Array(300_000)
    const jobs = Promise.allSettled([sealer.sealFile(bytes, [unit.recipient]), sealer.sealFile(bytes, [unit.recipient])])
    await sealer.stop()
    expect((await jobs).map((job) => job.status)).toEqual(['rejected', 'rejected'])
    expect(isAgeFile(await sealer.sealFile(bytes, [unit.recipient]))).toBe(true)
    await sealer.stop()
  })

  test('a small one and a wrong recipient need no worker', async () => {
    const sealer = fileSealer()
    expect(ageRecipients(await sealer.sealFile(new Uint8Array(10), [unit.recipient, province.recipient]))).toBe(2)
    await expect(sealer.sealFile(new Uint8Array(300_000), ['age1x'])).rejects.toThrow(/not an age recipient/)
    await expect(sealer.sealFile(new Uint8Array(300_000), [])).rejects.toThrow(/without a recipient/)
    await sealer.stop()
  })
})
