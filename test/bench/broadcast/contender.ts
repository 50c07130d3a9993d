// What is compared: each in a process of its own, asked to prepare a round, then told to go. Both sides of that talk.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Round {
  /** Deliveries with their outcome. */
  n: number
  ms: number
  /** Processor milliseconds of the process; what its database or Redis used is not in it. */
  cpu: number
  /** Resident bytes at the end. */
  rss: number
}

export interface Contender {
  name: string
  /** Prepared before the clock runs. */
  round (many: number): Promise<Round>
  stop (): Promise<void>
}

type Told = { many: number } | 'go'

/** @param env `SINK` is where it sends to */
export async function contender (name: string, file: string, env: Record<string, string>): Promise<Contender> {
  const child = fork(join(import.meta.dirname, file), { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(option => option !== '') })
  const end = (): void => { child.kill('SIGKILL') }
  process.once('exit', end)
  let said = ''
  child.stderr?.on('data', part => { said = `${said}${String(part)}`.slice(-2000) })
  const heard = async (): Promise<unknown> => await Promise.race([once(child, 'message').then(([message]: unknown[]) => message), gone(child).then(() => { throw new Error(`${name} ended: ${said}`) })])
  await heard()
  return {
    name,
    async round (many) {
      child.send({ many } satisfies Told)
      await heard()
      child.send('go' satisfies Told)
      // Said by `contends` below.
      return await heard() as Round
    },
    async stop () {
      process.off('exit', end)
      const over = gone(child)
      child.disconnect()
      const timer = setTimeout(end, 5000)
      await over
      clearTimeout(timer)
    },
  }
}

async function gone (child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** In the process itself. `prepare` returns the work, which resolves when every delivery has its outcome. */
export function contends (prepare: (many: number) => Promise<() => Promise<void>>): void {
  let work = async (): Promise<void> => {}
  let n = 0
  process.on('disconnect', () => { process.exit() })
  process.on('unhandledRejection', error => { throw error })
  process.on('message', (told: Told) => {
    void (async () => {
      if (told !== 'go') {
        n = told.many
        work = await prepare(n)
        process.send?.('prepared')
        return
      }
      const [began, cpu] = [performance.now(), process.cpuUsage()]
      await work()
      const [ms, used] = [performance.now() - began, process.cpuUsage(cpu)]
      process.send?.({ n, ms, cpu: (used.user + used.system) / 1000, rss: process.memoryUsage.rss() } satisfies Round)
    })()
  })
  process.send?.('ready')
}
