// One worker thread for work that would make everybody else wait: started when first needed, one job at a time, stopped when idle or stuck.
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads'

export interface OneWorker<Job> {
  /**
   * Does one job and gives its bytes. Jobs wait for each other.
   * @throws Error with what the worker said; or when the job took too long, took too much memory, or `stop` was called
   */
  run (job: Job): Promise<Uint8Array>
  /** Ends the worker and refuses what still waits. The next `run` starts a new one. */
  stop (): Promise<void>
}

export interface WorkerLimits {
  /** Milliseconds one job may take; then the worker is ended. */
  time: number
  /** Bytes the process may grow during one job; then the worker is ended. Looked at ten times a second. */
  memory: number
}

/** What the other side must answer to each posted job. */
export type WorkerAnswer = { bytes: Uint8Array<ArrayBuffer> } | { error: string }

/** For the worker's script: where its jobs arrive; null where the script was only imported, also in somebody else's worker. */
export function jobPort (script: string): MessagePort | null {
  return !isMainThread && workerData === script ? parentPort : null
}

/**
 * A worker running `script`, which answers each posted job with a `WorkerAnswer`.
 * It never keeps the process alive by itself; a job under way does.
 */
export function oneWorker<Job> (script: URL, limits: WorkerLimits): OneWorker<Job> {
  let worker: Worker | undefined
  let before: Promise<unknown> = Promise.resolve()
  let round = 0

  async function stop (): Promise<void> {
    round++
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  async function runNow (job: Job, myRound: number): Promise<Uint8Array> {
    if (myRound !== round) throw new Error('The worker was stopped before this was done.')
    // No flags of the parent: a debugger's would stop in there. `workerData` tells the script that it is meant (see `jobPort`).
    const running = worker ??= new Worker(script, {
      execArgv: [],
      workerData: script.href,
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.memory / 1_000_000) },
    })
    running.ref()
    const rest: (() => void)[] = []
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        const on = (event: string, listener: (value: unknown) => void): void => {
          running.once(event, listener)
          rest.push(() => { running.off(event, listener) })
        }
        on('message', (value) => {
          const answer = value as WorkerAnswer // what our own script posts
          if ('bytes' in answer) resolve(answer.bytes)
          else reject(new Error(answer.error))
        })
        on('error', () => { giveUp('The worker failed.') })
        on('exit', () => { giveUp('The worker was stopped before this was done.') })
        const giveUp = (why: string): void => {
          if (worker === running) worker = undefined
          void running.terminate()
          reject(new Error(why))
        }
        const tooLong = setTimeout(() => { giveUp('This took too long.') }, limits.time)
        const atStart = process.memoryUsage.rss()
        const watch = setInterval(() => {
          if (process.memoryUsage.rss() - atStart > limits.memory) giveUp('This took too much memory.')
        }, 100)
        rest.push(() => { clearTimeout(tooLong) }, () => { clearInterval(watch) })
        running.postMessage(job)
      })
    } finally {
      for (const undo of rest) undo()
      running.unref()
    }
  }

  return {
    run (job) {
      const myRound = round
      const done = before.then(() => runNow(job, myRound))
      before = done.catch(() => undefined)
      return done
    },
    stop,
  }
}
