// The one sink that all are measured against, over loopback; what it heard is what counts.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Asked = { what: 'forget', delay: number } | { what: 'count' } | { what: 'tell' }

export interface Heard {
  /** Requests since it was told to forget. */
  n: number
  /** Milliseconds that the sink itself stood still, at most: what arrived meanwhile seems to have come at once. */
  stalled: number
  /** When each arrived, in milliseconds since 1970; and for which chat. Only when asked to tell. */
  times: number[]
  chats: number[]
}

export interface Sink {
  /** Where a bot finds it. */
  root: string
  /** Begins anew. @param delay milliseconds until it answers */
  forget (delay?: number): Promise<void>
  count (): Promise<number>
  heard (): Promise<Heard>
  stop (): void
}

export async function startSink (): Promise<Sink> {
  const child = fork(join(import.meta.dirname, 'sink-process.ts'), { serialization: 'advanced' })
  const end = (): void => { child.kill() }
  process.once('exit', end)
  const [port] = await once(child, 'message') as [number]
  const ask = async (asked: Asked): Promise<Heard> => {
    child.send(asked)
    const [heard] = await once(child, 'message') as [Heard]
    return heard
  }
  return {
    root: `http://127.0.0.1:${port}`,
    async forget (delay = 0) { await ask({ what: 'forget', delay }) },
    count: async () => (await ask({ what: 'count' })).n,
    heard: async () => await ask({ what: 'tell' }),
    stop () {
      process.off('exit', end)
      end()
    },
  }
}
