// The program as an operator starts it: a process of its own, its terminal, and its end.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../world.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Program {
  process: ChildProcess
  /** All it has said on its terminal so far. */
  terminal (): string
  /** Waits for it to say that it runs. @throws with its terminal when it ends or takes too long */
  runs (): Promise<void>
  /** The exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>
}

/** By `npm start`, as the README says; `NODE_ENV` and the like of the test runner are kept away. */
export function byNpm (settings: Record<string, string>, options: readonly string[] = []): Program {
  return run('npm', ['start', ...options.length === 0 ? [] : ['--', ...options]], settings, root)
}

export function byNode (settings: Record<string, string>, { cwd = root, node = process.execPath }: { cwd?: string, node?: string } = {}): Program {
  return run(node, ['--import', join(root, 'src/require-node.js'), join(root, 'src/main.ts')], settings, cwd)
}

function run (command: string, args: string[], settings: Record<string, string>, cwd: string): Program {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, args, { cwd, env: { PATH, HOME, npm_config_update_notifier: 'false', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', part => { said += String(part) })
  child.stderr.on('data', part => { said += String(part) })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => { resolve(code ?? signal ?? 'nothing') })
  })
  const program: Program = {
    process: child,
    terminal: () => said,
    ended,
    async runs () {
      const end = await Promise.race([ended, until(() => said.includes('Tin Báo is running at'), 60_000).then(() => 'runs').catch(() => 'is late')])
      if (end !== 'runs') throw new Error(`The program ${end === 'is late' ? 'did not start in time' : `ended with ${end}`}:\n${said}`)
    },
  }
  started.push(program)
  return program
}

const started: Program[] = []

/** Ends what a failed test left running; a test that went well has ended its own. */
export async function endAll (): Promise<void> {
  for (const { process: child, ended } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended.catch(() => {})
  }
}

export async function aFolder (): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tin-bao-process-'))
  folders.push(folder)
  return folder
}

const folders: string[] = []

export async function removeFolders (): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
}

export async function isTaken (port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { resolve(false) })
  })
}
