// The key that push services know us by: made once, kept by its owner, and never quietly replaced.
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadOrCreatePushKeys } from '../../src/subscribers/push-keys.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'push-keys-')) })
afterEach(async () => { await rm(folder, { recursive: true }) })
const file = (): string => join(folder, 'vapid.json')

test('the first start makes one for its owner’s eyes, and every later start finds the same', async () => {
  const first = loadOrCreatePushKeys(folder)
  expect([first.created, Buffer.from(first.keys.publicKey, 'base64url').length, Buffer.from(first.keys.privateKey, 'base64url').length]).toEqual([true, 65, 32])
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect(loadOrCreatePushKeys(folder)).toEqual({ keys: first.keys, created: false })
})

test('keys are long enough also when they begin with zeros', () => {
  for (let n = 0; n < 600; n++) {
    const { keys } = loadOrCreatePushKeys(join(folder, String(n)))
    expect(keys.privateKey).toHaveLength(43)
  }
})

test('one that others may read is refused, with what to do', async () => {
  loadOrCreatePushKeys(folder)
  await chmod(file(), 0o644)
  expect(() => loadOrCreatePushKeys(folder)).toThrow(/chmod 600/)
})

test.each([
  ['half a file', async (text: string) => text.slice(0, 60)],
  ['another key in one half', async (text: string) => JSON.stringify({ ...JSON.parse(text) as object, publicKey: 'BLc4xRzKlKORKWlbdgFaBrrPK3ydWAHo4M0gs0i1oEKgPpWC5cW8OCzVrOQRv-1npXRWk8udnW3oYhIO4475rds' })],
  ['zeros', async (text: string) => JSON.stringify({ ...JSON.parse(text) as object, privateKey: 'A'.repeat(43) })],
  ['a list', async () => '[]'],
  ['null', async () => 'null'],
])('a damaged one (%s) is not replaced, because people would have to allow notifications again', async (_, damage) => {
  loadOrCreatePushKeys(folder)
  const damaged = await damage(await readFile(file(), 'utf8'))
  await writeFile(file(), damaged)
  expect(() => loadOrCreatePushKeys(folder)).toThrow(/damaged\. Bring it back from your copy/)
  expect(await readFile(file(), 'utf8')).toBe(damaged)
})

test('a folder that can not be written is told in a sentence', async () => {
  await writeFile(join(folder, 'no-folder'), '')
  expect(() => loadOrCreatePushKeys(join(folder, 'no-folder'))).toThrow(/can't be (read|written)/)
})
