// An operator with a terminal: every verb of bulletins, beside the running program.
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { onTelegram } from '../people.ts'
import { aWorld, until, type World } from '../world.ts'
import { subscribes, words } from './newsroom.ts'

let world: World
beforeEach(async () => { world = await aWorld() })
afterEach(async () => { await world.stop() })

const run = promisify(execFile)
async function types (...args: string[]): Promise<{ said: string, code: number }> {
  try {
    const { stdout } = await run('node', ['src/bulletins.ts', ...args], { env: { PATH: process.env['PATH'] ?? '', ...world.environment }, timeout: 60_000 })
    return { said: stdout, code: 0 }
  } catch (error) {
    const failed = error as { stdout: string, stderr: string, code: number }
    return { said: `${failed.stdout}${failed.stderr}`, code: failed.code }
  }
}
const codeIn = (said: string): string => /TB-\w{4}-\w{3}/.exec(said)?.[0] ?? ''

test('from an officer\'s name to a bulletin in a resident\'s chat, and what came of it', async () => {
  const lan = onTelegram(world, 6001)
  await lan.writes('menu')
  await lan.hears(/Bạn cần gì/)
  await subscribes(world.app.bulletins, { channel: 'telegram', id: '6001' })
  expect((await types('officer-add', '--name', 'Trần Thị Bé', '--role', 'duty-officer')).said).toContain('Trần Thị Bé is an officer now')
  await types('officer-add', '--name', 'Lê Văn Tám', '--role', 'province-lead')
  expect((await types('library')).said).toMatch(/B01 +scams/)

  const code = codeIn((await types('write', '--by', 'Trần', '--from', 'B01')).said)
  expect((await types('plan', code)).said).toMatch(/telegram +1[^]*It reaches 1 of 1/)
  expect((await types('preview', code, '--channel', 'telegram')).said).toContain(`Mã tin: ${code}`)
  expect((await types('submit', code, '--by', 'Trần')).said).toContain('waits for the approval')
  expect(await types('approve', code, '--by', 'Trần')).toMatchObject({ code: 2, said: expect.stringContaining('Your role') })
  expect((await types('approve', code, '--by', 'Lê')).said).toContain('it goes out now')
  await lan.hears(new RegExp(code))
  await until(async () => (await types('progress', code)).said.includes('sent: 100 %'), 20_000)
  expect((await types('progress', code)).said).toMatch(/telegram +1 +1 +0 +0 +0 +0 +0 +0/)
  expect((await types('history', code)).said).toMatch(/written +Trần Thị Bé[^]*approved +Lê Văn Tám[^]*finished +the program/)
}, 90_000)

test('what is wrong is told in a sentence, and nothing is changed', async () => {
  await types('officer-add', '--name', 'Trần Thị Bé', '--role', 'duty-officer')
  expect(await types('officer-add', '--name', 'A', '--role', 'king')).toMatchObject({ code: 2, said: expect.stringContaining('2 to 120 characters') })
  expect(await types('officer-add', '--name', 'Vua', '--role', 'king')).toMatchObject({ code: 2, said: expect.stringContaining('"king" is no role') })
  expect(await types('write', '--by', 'Trần', '--from', 'B99')).toMatchObject({ code: 2, said: expect.stringContaining('has no "B99"') })
  expect(await types('write', '--by', 'Ai', '--from', 'B01')).toMatchObject({ code: 2, said: expect.stringContaining('No officer is called') })
  expect(await types('write', '--by', 'Trần', '--from', 'B01', '--at', '2020-01-01 07:30')).toMatchObject({ code: 2, said: expect.stringContaining('This time has passed') })
  expect(await types('write', '--by', 'Trần', '--from', 'B01', '--cron', '* * * * *')).toMatchObject({ code: 2, said: expect.stringContaining('more often than once an hour') })
  expect(await types('write', '--by', 'Trần', '--from', 'B01', '--places', 'Vĩnh')).toMatchObject({ code: 2, said: expect.stringMatching(/could be|No commune/) })
  expect(await types('plan', 'TB-0000-000')).toMatchObject({ code: 2 })
  const broken = join(world.dataDir, 'broken.jpg')
  await writeFile(broken, 'no picture at all')
  expect(await types('write', '--by', 'Trần', '--from', 'B01', '--picture', broken, '--alt', 'x')).toMatchObject({ code: 2, said: expect.stringContaining('can’t be read') })
  const draft = join(world.dataDir, 'draft.json')
  await writeFile(draft, JSON.stringify({ kind: 'warning', texts: { vi: { ...words.vi, body: 'Nguyễn Văn An lừa tiền, số 0912345678.' } } }))
  const code = codeIn((await types('write', '--by', 'Trần', '--file', draft, '--topics', 'scams')).said)
  const refused = await types('submit', code, '--by', 'Trần')
  expect(refused.code).toBe(2)
  for (const problem of ['what the danger is', 'say where', 'until when', '“Nguyễn Văn An”', '“0912345678”']) expect(refused.said).toContain(problem)
  await rm(draft)
}, 90_000)
