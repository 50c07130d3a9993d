// A puzzle is good once, at every process of one server, and at nobody else's.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { expect, onTestFinished, test } from 'vitest'
import { makeCrowd } from '../../src/http/crowd.ts'
import { makePuzzles, type Puzzles } from '../../src/http/puzzle.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'

const now = new Date('2026-11-24T03:00:00Z')
const later = (ms: number): Date => new Date(now.getTime() + ms)

async function someKeys (): Promise<ServerKeys> {
  const folder = await mkdtemp(join(tmpdir(), 'tin-bao-key-'))
  onTestFinished(async () => { await rm(folder, { recursive: true }) })
  return loadOrCreateServerKeys(join(folder, 'server.key'), n => randomBytes(n)).keys
}

/** Nodes of one server, which share a memory of what was used, as they share the database. */
function nodes (keys: ServerKeys, many: number): Puzzles[] {
  const used = new Set<string>()
  const once = async (name: string): Promise<boolean> => !used.has(name) && used.add(name).has(name)
  return Array.from({ length: many }, () => makePuzzles(keys, once))
}

async function solved (challenge: Challenge): Promise<string> {
  return Buffer.from(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) })).toString('base64url')
}

test('what one node made another takes, and no third takes it again', async () => {
  const [first, second, third] = nodes(await someKeys(), 3) as [Puzzles, Puzzles, Puzzles]
  const header = await solved(await first.make(now))
  expect(await second.isSolved(header, later(599_000))).toBe(true)
  for (const node of [first, second, third]) expect(await node.isSolved(header, later(599_000))).toBe(false)
})

test('another server’s puzzle, one that is late, and one that was made easier are not taken', async () => {
  const [ours] = nodes(await someKeys(), 1) as [Puzzles]
  const [theirs] = nodes(await someKeys(), 1) as [Puzzles]
  expect(await ours.isSolved(await solved(await theirs.make(now)), now)).toBe(false)
  expect(await ours.isSolved(await solved(await ours.make(now)), later(601_000))).toBe(false)
  const challenge = await ours.make(now)
  expect(await ours.isSolved(await solved({ ...challenge, parameters: { ...challenge.parameters, cost: 1 } }), now)).toBe(false)
})

test('nonsense of any kind is no solution and breaks nothing', async () => {
  const [ours] = nodes(await someKeys(), 1) as [Puzzles]
  const challenge = await ours.make(now)
  const packed = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const header of ['', '{}', 'x'.repeat(5000), packed(null), packed([]), packed({ challenge }), packed({ challenge, solution: { counter: -1, derivedKey: '' } }), packed({ challenge: { ...challenge, parameters: { __proto__: 1 } }, solution: { counter: 1, derivedKey: '00' } })]) {
    expect(await ours.isSolved(header, now)).toBe(false)
  }
})

test('a crowd is a thousand more than the usual, told once, and gone some fifty seconds after the last of it', () => {
  let came = 0
  const crowd = makeCrowd(() => { came++ })
  // Twenty a second for an hour are the usual.
  for (let s = 0; s < 3600; s++) for (let n = 0; n < 20; n++) expect(crowd.knock(later(s * 1000 + n * 50))).toBe(false)
  const storm = later(3_600_000)
  const answers = Array.from({ length: 1500 }, () => crowd.knock(storm))
  expect(answers.indexOf(true)).toBeGreaterThan(990)
  expect(crowd.since(storm)).toEqual(storm)
  // It goes on being one while more than the usual come.
  for (let s = 1; s < 120; s++) for (let n = 0; n < 30; n++) crowd.knock(later(3_600_000 + s * 1000))
  expect(crowd.since(later(3_720_000))).toEqual(storm)
  expect(crowd.since(later(3_760_000))).toEqual(storm)
  expect(crowd.since(later(3_775_000))).toBeNull()
  expect(crowd.knock(later(3_775_000))).toBe(false)
  expect(came).toBe(1)
})

test('a clock set back does not make a crowd last', () => {
  const crowd = makeCrowd()
  for (let n = 0; n < 1500; n++) crowd.knock(later(0))
  expect(crowd.since(later(-3_600_000))).not.toBeNull()
  expect(crowd.since(later(-3_600_000 + 51_000))).toBeNull()
})
