// From the start of the process to the first answered chat message, on a checkout that is ready.
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { says } from '../../src/locales.ts'
import { endProcess, freePort, launch, usageOf } from './measured.ts'
import { digits, median } from './numbers.ts'
import { heading, table, target } from './table.ts'

/** Stands only in the answer to "help". */
const answer = says.vi('chat.help.what').slice(0, 25)

export async function start (dir: string): Promise<void> {
  heading('Start: to the first answered message in the web chat')
  const first: Took[] = []
  const later: Took[] = []
  for (let round = 0; round < 3; round++) {
    const dataDir = await mkdtemp(join(dir, 'start-'))
    first.push(await untilAnswered(dataDir))
    later.push(await untilAnswered(dataDir))
  }
  const [firstMs, laterMs] = [first, later].map(all => median(all.map(took => took.ms))) as [number, number]
  table(['', 'ms', 'of which CPU ms'], [
    ['the very first start (makes keys and tables)', digits(firstMs), digits(median(first.map(took => took.cpu)))],
    ['a later start', digits(laterMs), digits(median(later.map(took => took.cpu)))],
  ])
  console.log('\nMuch more than its CPU time: the machine was busy with something else.')
  target(`first answer within 2 s: ${digits(laterMs)} ms (very first start ${digits(firstMs)} ms)`, laterMs < 2000 && firstMs < 2000)
}

interface Took { ms: number, cpu: number }

async function untilAnswered (dataDir: string): Promise<Took> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const began = performance.now()
  const child = launch('src/main.ts', { PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn' })
  try {
    for (; performance.now() - began < 30_000; await new Promise(resolve => setTimeout(resolve, 5))) {
      const sent = await fetch(`${url}/chat`, { method: 'POST', body: new URLSearchParams({ text: 'trợ giúp' }), redirect: 'manual', headers: { Origin: url } }).catch(() => null)
      if (sent === null) continue
      const cookie = sent.headers.getSetCookie().map(set => set.split(';')[0]).join('; ')
      const page = await (await fetch(url, { headers: { Cookie: cookie } })).text()
      if (!page.includes(answer)) throw new Error(`The message was not answered (${sent.status}).`)
      return { ms: performance.now() - began, cpu: (await usageOf(child)).cpu / 1000 }
    }
    throw new Error('No answer within 30 s.')
  } finally {
    await endProcess(child)
  }
}
