// Starting and stopping, as an operator does it.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { says } from '../../src/locales.ts'
import { onTelegram } from '../people.ts'
import { startTelegramStub } from '../stubs/telegram.ts'
import { freePort, until, type World } from '../world.ts'
import { aFolder, byNode, byNpm, endAll, isTaken, removeFolders, type Program } from './program.ts'

// A busy machine takes its time to start a process.
vi.setConfig({ testTimeout: 90_000 })
afterEach(endAll)
afterAll(removeFolders)

async function settings (more: Record<string, string> = {}): Promise<{ PORT: string, DATA_DIR: string } & Record<string, string>> {
  return { PORT: String(await freePort()), DATA_DIR: join(await aFolder(), 'data'), ...more }
}

/** Through npm: code 0, the port is free, and nobody is left behind. */
async function stopsCleanly (program: Program, signal: 'SIGTERM' | 'SIGINT', env: { PORT: string, DATA_DIR: string }): Promise<void> {
  expect(processesWith(env.DATA_DIR).length).toBeGreaterThan(0)
  program.process.kill(signal)
  expect(await program.ended).toBe(0)
  expect(await isTaken(Number(env.PORT))).toBe(false)
  expect(processesWith(env.DATA_DIR)).toEqual([])
}

/** Lines of the small table: what, on or off. */
function table (terminal: string): Record<string, string> {
  return Object.fromEntries([...terminal.matchAll(/^ {2}(\S.*?) {2,}(on|off) {1,}/gm)].map(([, name, state]) => [name, state]))
}

test('the first start with no settings says what was made, where, and what to do with it, and stops at SIGTERM through npm; the second says it no more', async () => {
  const env = await settings()
  const first = byNpm(env)
  await first.runs()
  const files = ['server.key', 'tip-keys/duty.txt', 'tip-keys/inspectorate.txt'].map(file => join(env.DATA_DIR, file))
  for (const file of files) {
    expect(first.terminal()).toContain(file)
    expect(statSync(file).mode & 0o077, file).toBe(0)
  }
  expect(first.terminal()).toMatch(/first start, so keys were made/)
  expect(first.terminal()).toMatch(/Keep a copy, but never beside a copy of the database/)
  expect(first.terminal()).toMatch(/Move it off this server/)
  expect(table(first.terminal())).toMatchObject({ 'web chat': 'on', Telegram: 'off', agency: 'off', database: 'on' })
  expect(first.terminal()).toContain(`http://127.0.0.1:${env.PORT}/`)

  // No secret: neither the whole of one nor its telling part.
  for (const file of files) {
    const secrets = readFileSync(file, 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('#')).flatMap(line => line.split(' ')).filter(word => word.length > 30)
    expect(secrets.length, file).toBeGreaterThan(0)
    for (const secret of secrets) expect(first.terminal()).not.toContain(secret.slice(0, 30))
  }
  const page = await fetch(`http://127.0.0.1:${env.PORT}/`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Tin Báo')
  expect((await fetch(`http://127.0.0.1:${env.PORT}/readyz`)).status).toBe(200)

  await stopsCleanly(first, 'SIGTERM', env)

  const second = byNode(env)
  await second.runs()
  expect(second.terminal()).not.toMatch(/keys were made/)
  // But it goes on saying that private keys are where they should not be.
  expect(second.terminal()).toContain(join(env.DATA_DIR, 'tip-keys/duty.txt'))
  second.process.kill('SIGTERM')
  expect(await second.ended).toBe(0)
})

test('what is on is told without its secrets', async () => {
  const telegram = await startTelegramStub()
  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
  const program = byNode(await settings({ TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot, AGENCY_URL: 'http://127.0.0.1:9/tips', AGENCY_SECRET: secret, LOG_LEVEL: 'trace' }))
  await program.runs()
  await until(() => telegram.askedOf('getUpdates').length > 0)
  expect(table(program.terminal())).toMatchObject({ Telegram: 'on', agency: 'on' })
  program.process.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  expect(program.terminal()).not.toContain(telegram.token.slice(11))
  expect(program.terminal()).not.toContain(secret.slice(6))
  await telegram.stop()
})

describe('stopping', () => {
  test('ctrl-c through npm stops it as well', async () => {
    const env = await settings()
    const program = byNpm(env)
    await program.runs()
    await stopsCleanly(program, 'SIGINT', env)
  })

  test('an impatient second signal does no harm, also with a page open', async () => {
    const env = await settings()
    const program = byNode(env)
    await program.runs()
    const events = await fetch(`http://127.0.0.1:${env.PORT}/chat/events`)
    expect(events.status).toBe(200)
    program.process.kill('SIGINT')
    program.process.kill('SIGINT')
    program.process.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    await events.body?.cancel().catch(() => {})
  })
})

describe('a start that can not be: code 1, and a sentence that says what to do', () => {
  async function refuses (program: Program): Promise<string> {
    expect(await program.ended, program.terminal()).toBe(1)
    expect(program.terminal()).toMatch(/did not start/)
    expect(program.terminal()).not.toMatch(/^\s+at /m)
    expect(program.terminal()).not.toMatch(/Error:/)
    return program.terminal()
  }

  test('a half-configured channel and bad settings are all named at once, and nothing is made', async () => {
    const env = await settings({ TELEGRAM_UPDATES: 'webhook', AGENCY_URL: 'http://127.0.0.1:9', ROLE: 'boss', TELEGRAM_BOT_TOKN: 'x' })
    const said = await refuses(byNode(env))
    expect(said).toMatch(/TELEGRAM_BOT_TOKEN is missing/)
    expect(said).toMatch(/AGENCY_SECRET is missing/)
    expect(said).toMatch(/ROLE must be one of: all, web, worker/)
    expect(said).toMatch(/TELEGRAM_BOT_TOKN is not a setting/)
    expect(existsSync(env.DATA_DIR)).toBe(false)
  })

  test('a webhook without its secret and address', async () => {
    const said = await refuses(byNode(await settings({ TELEGRAM_BOT_TOKEN: '7000000001:stub-token-stub-token-stub', TELEGRAM_UPDATES: 'webhook' })))
    expect(said).toMatch(/TELEGRAM_WEBHOOK_SECRET is missing/)
    expect(said).toMatch(/PUBLIC_URL is missing/)
    expect(said).not.toContain('stub-token-stub')
  })

  test('a port in use', async () => {
    const env = await settings()
    const other = createServer().listen(Number(env.PORT), '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    expect(await refuses(byNode(env))).toMatch(new RegExp(`Port ${env.PORT} .* already in use\\. Stop the program .* or set PORT`))
    other.close()
  })

  test('a key file that others may read, one that is a folder, and one that was damaged', async () => {
    const folder = await aFolder()
    const key = join(folder, 'server.key')
    writeFileSync(key, 'tb-server-key-1 00000000 broken\n', { mode: 0o600 })
    expect(await refuses(byNode(await settings({ SERVER_KEY_FILE: key })))).toMatch(/Bring the file back from your copy/)
    chmodSync(key, 0o644)
    expect(await refuses(byNode(await settings({ SERVER_KEY_FILE: key })))).toMatch(/chmod 600/)
    expect(await refuses(byNode(await settings({ SERVER_KEY_FILE: folder })))).toMatch(/is a folder; it must be a file/)
  })

  test('recipients that are no recipients', async () => {
    expect(await refuses(byNode(await settings({ TIP_RECIPIENTS: 'age1notakey' })))).toMatch(/not an age recipient/)
  })

  test('a database that is away', async () => {
    const port = await freePort()
    const said = await refuses(byNode(await settings({ DATABASE_URL: `postgresql://tinbao:a-secret-word@127.0.0.1:${port}/tinbao` })))
    expect(said).toMatch(/PostgreSQL.*can't be reached.*DATABASE_URL/)
    expect(said).not.toContain('a-secret-word')
  })

  test('a database file that is none, and a folder that can not be made', async () => {
    const env = await settings()
    mkdirSync(env.DATA_DIR)
    writeFileSync(join(env.DATA_DIR, 'tin-bao.sqlite'), 'this is no database, it is a letter to somebody. '.repeat(100))
    expect(await refuses(byNode(env))).toMatch(/tin-bao\.sqlite.*not a database.*backup/)

    const file = join(await aFolder(), 'file')
    writeFileSync(file, '')
    expect(await refuses(byNode(await settings({ DATA_DIR: join(file, 'data') })))).toMatch(/server key at .* can't be read \(ENOTDIR\)\./)
  })

  test('an older Node is told which one is needed', async () => {
    const old = olderNode()
    const guard = readFileSync(new URL('../../src/require-node.js', import.meta.url), 'utf8')
    if (old !== null) {
      const program = byNode(await settings(), { node: old })
      expect(await program.ended).toBe(1)
      expect(program.terminal()).toMatch(/needs Node 22\.18 or newer, and this is Node \d+\.\d+\.\d+\. Run npm ci, then start it with npm start/)
      expect(program.terminal()).not.toMatch(/^\s+at /m)
    }
    // The same file in this Node, told that it is another one.
    for (const [version, says] of [['20.20.2', 1], ['22.17.0', 1], ['22.18.0', 0], ['24.0.0', 0], ['18.0.0', 1]] as const) {
      const code = codeOf(`Object.defineProperty(process, 'versions', { value: { node: '${version}' } })\n${guard}`)
      expect(code, version).toBe(says)
    }
  })
})

test('it runs the same when started from another folder, and what it keeps lies in that folder', async () => {
  const elsewhere = await aFolder()
  const port = await freePort()
  const program = byNode({ PORT: String(port) }, { cwd: elsewhere })
  await program.runs()
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  const script = /src="(\/[^"]+\.js)"/.exec(page)?.[1]
  expect((await fetch(`http://127.0.0.1:${port}${script ?? '/none'}`)).status).toBe(200)
  program.process.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  expect(readdirSync(join(elsewhere, 'data'))).toContain('tin-bao.sqlite')
})

test('one process for the pages and one for the work serve a resident together, on one SQLite file', async () => {
  const telegram = await startTelegramStub()
  const env = await settings({ TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot, TELEGRAM_RATE: '1000' })
  // Both at once on an empty folder: keys and tables are made once.
  const web = byNode({ ...env, ROLE: 'web' })
  const worker = byNode({ ...env, ROLE: 'worker', PORT: String(await freePort()) })
  await Promise.all([web.runs(), worker.runs()])
  expect(table(worker.terminal())['web chat']).toBe('off')

  const lan = onTelegram({ telegram } as Pick<World, 'telegram'> as World, 5001)
  await lan.writes('báo tin')
  await lan.presses(says.vi('chat.report.dangerNo'))
  await lan.hears(/Chuyện gì vậy/)

  // Meanwhile the pages are served by the other one, which writes its own lines.
  const body = new URLSearchParams({ text: 'menu' })
  const origin = `http://127.0.0.1:${env.PORT}`
  const answer = await fetch(`${origin}/chat`, { method: 'POST', body, redirect: 'manual', headers: { Origin: origin } })
  expect(answer.status).toBe(303)
  const cookie = answer.headers.getSetCookie().map(set => set.split(';')[0]).join('; ')
  expect(await (await fetch(`${origin}/`, { headers: { Cookie: cookie } })).text()).toContain(says.vi('chat.menu.report'))

  // The pages go away; Telegram does not notice.
  web.process.kill('SIGTERM')
  expect(await web.ended).toBe(0)
  await lan.writes('Quán cà phê đầu hẻm bán ma túy mỗi tối')
  await lan.hears(new RegExp(says.vi('chat.report.suggested')))
  worker.process.kill('SIGTERM')
  expect(await worker.ended).toBe(0)
  await telegram.stop()
})

/** Processes whose environment names this folder: the server, and whatever it or npm left behind. */
function processesWith (folder: string): string[] {
  return readdirSync('/proc').filter(id => /^\d+$/.test(id)).filter(id => {
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(`DATA_DIR=${folder}`)
    } catch {
      return false
    }
  })
}

/** A Node too old for this program, of this machine's own; null when there is none. */
function olderNode (): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, 'node')
    if (folder.includes('node_modules') || !existsSync(node)) continue
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' })
    if (Number(/^v(\d+)/.exec(version)?.[1]) < 22) return node
  }
  return null
}

/** The exit code of a script. */
function codeOf (script: string): number {
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    return 0
  } catch (error) {
    return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number' ? error.status : -1
  }
}
