// Who can open which tips: read from one setting, or made on the first start.
import { mkdtemp, readFile, rm, stat, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { identitiesIn, loadOrCreateRecipients, readRecipients } from '../../src/tips/recipients.ts'
import { open, seal } from '../../src/tips/sealing.ts'

let a: string, b: string, c: string, d: string
beforeAll(async () => {
  const recipient = async (): Promise<string> => await identityToRecipient(await generateX25519Identity())
  ;[a, b, c, d] = [await recipient(), await recipient(), await recipient(), await recipient()]
})

describe('TIP_RECIPIENTS', () => {
  test('one key without a unit opens everything, and the start can warn of that', () => {
    const recipients = readRecipients(a)
    expect(recipients.for(['commune:30307', 'province:duty'])).toEqual([a])
    expect(recipients.for(['province:inspectorate'])).toEqual([a])
    expect(recipients.policeApart).toBe(false)
  })

  test('a unit’s own key opens its tips beside the general ones; the inspectorate’s opens its tips alone', () => {
    const recipients = readRecipients(`${a}, commune:30307=${b}\ninspectorate=${c} # new key\nprovince:drugs=${d}`)
    expect(recipients.for(['commune:30307', 'province:drugs', 'province:duty'])).toEqual([b, d, a])
    expect(recipients.for(['commune:30310', 'province:duty'])).toEqual([a])
    expect(recipients.for(['province:inspectorate'])).toEqual([c])
    expect(recipients.policeApart).toBe(true)
  })

  test.each([
    ['nothing', () => ' , ', /is empty/],
    ['a private key', () => 'AGE-SECRET-KEY-1QQQ', /private key/],
    ['a private key for a unit', () => `duty=AGE-SECRET-KEY-1QQQ`, /private key/],
    ['a key with a character missing', () => a.slice(0, -1), /Entry 1 .* character may be missing/],
    ['an unknown unit', () => `${a} mayor=${b}`, /Entry 2 .* does not exist/],
    ['an unknown commune', () => `${a} commune:99999=${b}`, /does not exist/],
    ['no key for the duty desk', () => `inspectorate=${a} commune:30307=${b}`, /every tip/],
    ['no key for tips about police', () => `duty=${a}`, /inspectorate/],
  ])('with %s is refused in a sentence that repeats no key', (_, text, sentence) => {
    let message = ''
    try {
      readRecipients(text())
    } catch (error) {
      message = error instanceof Error ? error.message : ''
    }
    expect(message).toMatch(sentence)
    expect(message).not.toMatch(/age1\w{5}|SECRET/)
  })

  test('with more keys than one sealed value can have is refused at the start, not at the first tip', async () => {
    const many = await Promise.all(Array.from({ length: 25 }, async () => await identityToRecipient(await generateX25519Identity())))
    expect(() => readRecipients(many.slice(0, 24).join(' '))).not.toThrow()
    expect(() => readRecipients(many.join(' '))).toThrow(/more than 24/)
    expect(() => readRecipients(`${many.slice(0, 24).join(' ')} commune:30307=${a}`)).toThrow(/more than 24/)
  })
})

describe('without a setting', () => {
  let dataDir: string
  beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-test-')) })
  afterEach(async () => { await rm(dataDir, { recursive: true, force: true }) })

  test('the first start makes two identities nobody else can read, and the public file', async () => {
    const { recipients, made, privateKeysStillHere } = await loadOrCreateRecipients(null, dataDir)
    expect(made.map(({ unit }) => unit)).toEqual(['duty', 'inspectorate'])
    expect(privateKeysStillHere).toEqual(made.map(({ file }) => file))
    for (const { file } of made) expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(join(dataDir, 'tip-recipients.txt'), 'utf8')).not.toMatch(/SECRET/)

    const about = { row: '1', field: 'story' }
    const [duty = '', inspectorate = ''] = await Promise.all(made.map(async ({ file }) => identitiesIn(await readFile(file, 'utf8'))[0] ?? ''))
    const ordinary = await seal('x', recipients.for(['commune:30307', 'province:duty']), about)
    const police = await seal('x', recipients.for(['province:inspectorate']), about)
    expect(await open(ordinary, [duty], about)).toBe('x')
    expect(await open(police, [inspectorate], about)).toBe('x')
    await expect(open(police, [duty], about)).rejects.toMatchObject({ failure: 'no-key' })
    await expect(open(ordinary, [inspectorate], about)).rejects.toMatchObject({ failure: 'no-key' })
  })

  test('later starts use the same keys, also when the private files were taken away', async () => {
    const first = await loadOrCreateRecipients(null, dataDir)
    for (const { file } of first.made) await unlink(file)
    const second = await loadOrCreateRecipients(null, dataDir)
    expect([second.made, second.privateKeysStillHere]).toEqual([[], []])
    expect(second.recipients.for(['province:duty'])).toEqual(first.recipients.for(['province:duty']))
  })

  test('two processes that start at once agree on the keys', async () => {
    const [one, other] = await Promise.all([loadOrCreateRecipients(null, dataDir), loadOrCreateRecipients(null, dataDir)])
    for (const unit of ['province:duty', 'province:inspectorate']) expect(one.recipients.for([unit])).toEqual(other.recipients.for([unit]))
  })

  test('a start that was cut off before the public file goes on with the keys it made', async () => {
    const first = await loadOrCreateRecipients(null, dataDir)
    await unlink(join(dataDir, 'tip-recipients.txt'))
    const second = await loadOrCreateRecipients(null, dataDir)
    expect(second.recipients.for(['province:duty'])).toEqual(first.recipients.for(['province:duty']))
  })

  test('a setting comes first', async () => {
    await loadOrCreateRecipients(null, dataDir)
    expect((await loadOrCreateRecipients(a, dataDir)).recipients.for(['province:duty'])).toEqual([a])
  })
})
