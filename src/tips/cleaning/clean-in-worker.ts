// The server's way to clean: pictures by sharp, documents in a worker thread that is ended when one keeps it too long.
import { jobPort, oneWorker, type WorkerAnswer } from '../one-worker.ts'
import { Cannot, whys } from './cannot.ts'
import { cleanFile, type Cleaned } from './clean.ts'
import { cleanDocument } from './document.ts'
import { cleanImage } from './image-server.ts'

export interface FileCleaner {
  /** As `cleanFile` in clean.ts: never throws. */
  clean (bytes: Uint8Array, mime: string): Promise<Cleaned>
  /** Ends the worker; what was under way comes back as `could-not`. */
  stop (): Promise<void>
}

interface Job {
  bytes: Uint8Array
  mime: string
}

/** One for the whole program. `time`: milliseconds for one document. */
export function fileCleaner (time = 20_000): FileCleaner {
  const worker = oneWorker<Job>(new URL(import.meta.url), { time, memory: 800_000_000 })
  const document = async (bytes: Uint8Array, mime: string): Promise<Uint8Array> => {
    try {
      return await worker.run({ bytes, mime })
    } catch (error) {
      const said = error instanceof Error ? error.message : ''
      // Not a reason of ours: the worker itself was ended.
      throw new Cannot(whys.find((why) => why === said) ?? 'too-slow')
    }
  }
  return {
    clean: (bytes, mime) => cleanFile(bytes, mime, { image: cleanImage, document }),
    stop: worker.stop,
  }
}

const port = jobPort(import.meta.url)
if (port !== null) {
  port.on('message', ({ bytes, mime }: Job) => {
    cleanDocument(bytes, mime).then((clean) => {
      const own = new Uint8Array(clean)
      const answer: WorkerAnswer = { bytes: own }
      port.postMessage(answer, [own.buffer])
    }).catch((error: unknown) => {
      const answer: WorkerAnswer = { error: error instanceof Cannot ? error.why : 'broken' }
      port.postMessage(answer)
    })
  })
}
