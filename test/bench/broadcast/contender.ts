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
  /** After each tenth: processor milliseconds so far, and resident bytes. Only of those who count as they go. */
  tenths: { cpu: number, rss: number }[]
}

export interface Contender {
  name: string
  /** Prepared before the clock runs. */
  round (many: number): Promise<Round>
  stop (): Promise<void>
}

type Told = { many: number } | 'go'

/** With the flags of `npm start`. @param env `SINK` is where it sends to */
export async function contender (name: string, file: string, env: Record<string, string>): Promise<Contender> {
  const child = fork(join(import.meta.dirname, file), { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--max-semi-space-size=6', ...(process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(option => option !== '')] })
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

/** In the process itself. `prepare` returns the work, which resolves when every delivery has its outcome; it may call `tenth` after each tenth. */
export function contends (prepare: (many: number) => Promise<(tenth: () => void) => Promise<void>>): void {
  let work: (tenth: () => void) => Promise<void> = async () => {}
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
      const [began, before] = [performance.now(), process.cpuUsage()]
      const used = (): { cpu: number, rss: number } => {
        const { user, system } = process.cpuUsage(before)
        return { cpu: (user + system) / 1000, rss: process.memoryUsage.rss() }
      }
      const tenths: Round['tenths'] = []
      await work(() => { tenths.push(used()) })
      process.send?.({ n, ms: performance.now() - began, ...used(), tenths } satisfies Round)
    })()
  })
  process.send?.('ready')
}
