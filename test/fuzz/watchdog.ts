// Ends the process when one input keeps it for ever, and says which it was: nobody else could.
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { writeSync } from 'node:fs'

interface Shared { beats: SharedArrayBuffer, names: string[], seed: number, seconds: number }

export interface Watchdog {
  /** One more input begins. */
  beat (): void
  /** The target with this number is on. */
  now (target: number): void
  stop (): Promise<void>
}

export function watchdog (names: string[], seed: number, seconds = 60): Watchdog {
  const beats = new SharedArrayBuffer(8)
  const view = new Int32Array(beats)
  const worker = new Worker(new URL(import.meta.url), { workerData: { beats, names, seed, seconds } satisfies Shared })
  worker.unref()
  return {
    beat () { Atomics.add(view, 0, 1) },
    now (target) { Atomics.store(view, 1, target) },
    async stop () { await worker.terminate() },
  }
}

function watch ({ beats, names, seed, seconds }: Shared): void {
  const view = new Int32Array(beats)
  let [last, since] = [-1, Date.now()]
  setInterval(() => {
    const beat = Atomics.load(view, 0)
    if (beat !== last) [last, since] = [beat, Date.now()]
    else if (Date.now() - since > seconds * 1000) {
      writeSync(2, `Nothing moves since ${seconds} s: input ${beat} at "${names[Atomics.load(view, 1)] ?? ''}", --seed ${seed}. This is a hang.\n`)
      process.kill(process.pid, 'SIGKILL')
    }
  }, 1000)
}

if (!isMainThread) watch(workerData as Shared)
