// A process that is measured: started with the probe in it, asked, and ended by the one who started it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Usage } from './probe.ts'

export const root = join(import.meta.dirname, '../..')

export interface Measured {
  name: string
  url: string
  usage (): Promise<Usage>
  stop (): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

/**
 * Starts a file of this checkout and waits until its port answers.
 * @throws Error with what it said last when it ends or is silent for 20 s
 */
export async function start (name: string, file: string, env: Record<string, string>, port: number): Promise<Measured> {
  const child = launch(file, env)
  let said = ''
  child.stderr?.on('data', data => { said = `${said}${String(data)}`.slice(-2000) })
  const url = `http://127.0.0.1:${port}`
  const end = performance.now() + 20_000
  while (!await answers(`${url}/healthz`)) {
    if (child.exitCode !== null || performance.now() > end) throw new Error(`${name} did not start: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return {
    name,
    url,
    usage: async () => await usageOf(child),
    stop: async () => { await endProcess(child) },
  }
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
/** What stands between `node` and the file in `npm start`. */
const startFlags = scripts.start.split(' ').slice(2, -1)

/** As `npm start` does it, with the probe added. BENCH_NODE_OPTIONS go to the process, e.g. `--cpu-prof --cpu-prof-dir=…`. */
export function launch (file: string, env: Record<string, string>): ChildProcess {
  const options = (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(option => option !== '')
  const child = spawn(process.execPath, [...(file === 'src/main.ts' ? startFlags : []), ...options, '--import', join(import.meta.dirname, 'probe.ts'), join(root, file)], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

export async function usageOf (child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message')
  child.send('usage')
  const [usage] = await answer as [Usage]
  return usage
}

export async function endProcess (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(timer)
}

async function answers (url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1000) })
    return true
  } catch {
    return false
  }
}

export async function freePort (): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // An address of a TCP server; null and text belong to closed ones and pipes.
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
