// Seals files without making anybody wait: small ones at once, large ones in a worker thread.
import { jobPort, oneWorker, type WorkerAnswer } from './one-worker.ts'
import { isRecipient, sealFile } from './sealing.ts'

export interface FileSealer {
  /**
   * As `sealFile` in sealing.ts; anything above 256 KiB is sealed aside.
   * @throws Error when there is no recipient, one is not an age recipient, or the sealer was stopped
   */
  sealFile (bytes: Uint8Array, recipients: readonly string[]): Promise<Uint8Array>
  /** Ends the worker. What was under way is refused; a later call starts again. */
  stop (): Promise<void>
}

interface Job {
  bytes: Uint8Array
  recipients: string[]
}

const small = 256 * 1024

/** One for the whole program; the worker starts with the first large file. */
export function fileSealer (): FileSealer {
  const worker = oneWorker<Job>(new URL(import.meta.url), { time: 60_000, memory: 1_000_000_000 })
  return {
    async sealFile (bytes, recipients) {
      if (bytes.length <= small || recipients.length === 0 || !recipients.every(isRecipient)) return sealFile(bytes, recipients)
      return worker.run({ bytes, recipients: [...recipients] })
    },
    stop: worker.stop,
  }
}

const port = jobPort(import.meta.url)
if (port !== null) {
  port.on('message', (job: Job) => {
    sealFile(job.bytes, job.recipients).then((sealed) => {
      // Its own buffer, so that it can be handed over instead of copied.
      const bytes = sealed.byteLength === sealed.buffer.byteLength ? sealed as Uint8Array<ArrayBuffer> : new Uint8Array(sealed)
      const answer: WorkerAnswer = { bytes }
      port.postMessage(answer, [bytes.buffer])
    }).catch((error: unknown) => {
      const answer: WorkerAnswer = { error: error instanceof Error ? error.message : 'unknown' }
      port.postMessage(answer)
    })
  })
}
