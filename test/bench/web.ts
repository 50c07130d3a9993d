// Reports through the web chat: sealed in the browser and uploaded, and through forms without a script.
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { accessHash, deriveKeys, makeCode } from '../../src/tips/code.ts'
import { storyPlace, type StoryInside } from '../../src/tips/inside.ts'
import { routeOf } from '../../src/tips/route.ts'
import { seal } from '../../src/tips/sealing.ts'
import type { TipUpload } from '../../src/tips/upload.ts'
import { recipientsFor, type UnitKeys } from '../../src/site/browser/recipients.ts'
import { ourAnswers, ourCode } from './bots.ts'
import { freePort, start, type Measured } from './measured.ts'
import { digits, percentile } from './numbers.ts'
import { heading, table, target } from './table.ts'

interface Run { done: number, ms: number, cpu: number, times: number[] }

export async function web (dir: string, full: boolean): Promise<void> {
  heading('Web chat: reports an hour, sealed and durable')
  const port = await freePort()
  const program = await start('Tin Báo', 'src/main.ts', { PORT: String(port), DATA_DIR: join(dir, 'web'), LOG_LEVEL: 'warn' }, port)
  try {
    // The door takes 100 a second from everybody together and lets a thousand pass at once; a short run stays below that.
    const sealed = await prepare(program, full ? 900 : 300)
    const warm = sealed.splice(0, 50)
    await atOnce(program, 8, warm, async upload => { await send(program, upload) })
    const doorRun = await atOnce(program, 8, sealed, async upload => { await send(program, upload) })
    const formRun = await atOnce(program, 8, Array.from({ length: full ? 160 : 32 }), async () => { await byForms(program) })
    table(['', 'reports/h', 'p50 ms', 'p95 ms', 'CPU ms/report'], [['sealed upload', doorRun], ['ten forms, no script', formRun]].map(([name, run]) => rowOf(String(name), run as Run)))
    console.log('\n8 people at once; each upload from an address and a chat of its own, nothing to seal left on the server. Forms: a whole report, from the story to the code;')
    console.log('each form waits until its answer stands. LOG_LEVEL=warn.')
    const perHour = doorRun.done / doorRun.ms * 3_600_000
    const p95 = percentile(doorRun.times, 95)
    target(`at least 10 000 sealed reports an hour, p95 ≤ 500 ms: ${digits(perHour)}, ${digits(p95)} ms`, perHour >= 10_000 && p95 <= 500)
  } finally {
    await program.stop()
  }
}

function rowOf (name: string, run: Run): string[] {
  return [name, digits(run.done / run.ms * 3_600_000), digits(percentile(run.times, 50)), digits(percentile(run.times, 95)), digits(run.cpu / run.done)]
}

async function atOnce<T> (program: Measured, many: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<Run> {
  const run: Run = { done: 0, ms: 0, cpu: 0, times: [] }
  const [left, cpu, began] = [[...all], (await program.usage()).cpu, performance.now()]
  await Promise.all(Array.from({ length: many }, async () => {
    while (left.length > 0) {
      const [one] = left.splice(0, 1) as [T]
      const from = performance.now()
      await work(one)
      run.times.push(performance.now() - from)
      run.done++
    }
  }))
  return { ...run, ms: performance.now() - began, cpu: ((await program.usage()).cpu - cpu) / 1000 }
}

/** What browsers would seal, made before the clock runs. */
async function prepare (program: Measured, many: number): Promise<TipUpload[]> {
  const { recipients: keys } = await (await fetch(`${program.url}/chat/keys`)).json() as { recipients: UnitKeys }
  const recipients = recipientsFor(keys, routeOf({ category: 'other', commune: '30577', aboutPolice: false }).units)
  return await Promise.all(Array.from({ length: many }, async (): Promise<TipUpload> => {
    const id = randomUUID()
    const code = makeCode(n => randomBytes(n))
    const holder = await deriveKeys(code)
    const story: StoryInside = {
      v: 1, category: 'other', aboutPolice: false, what: ourAnswers[0], own: { unsafe: null }, place: { commune: '30577', name: 'Xã Ô Lâm', detail: null, point: null },
      when: { choice: 'today', text: null }, contact: null, language: 'vi', files: [],
    }
    return {
      id, locator: code.locator, accessHash: accessHash(holder.access), reporterRecipient: holder.recipient, category: 'other', commune: '30577', aboutPolice: false, language: 'vi', files: [],
      sealed: await seal(JSON.stringify(story), recipients, storyPlace(id)),
    }
  }))
}

async function send (program: Measured, upload: TipUpload): Promise<void> {
  const response = await fetch(`${program.url}/chat/tips`, {
    method: 'POST', body: JSON.stringify(upload), headers: { 'Content-Type': 'application/json', ...someone(program), Cookie: `chat=${randomBytes(18).toString('base64url')}` },
  })
  if (response.status !== 200) throw new Error(`POST /chat/tips: ${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

async function byForms (program: Measured): Promise<void> {
  const from = someone(program)
  let cookie = ''
  for (const text of ourAnswers) {
    const response = await fetch(`${program.url}/chat`, { method: 'POST', body: new URLSearchParams({ text }), redirect: 'manual', headers: { ...from, ...(cookie === '' ? {} : { Cookie: cookie }) } })
    if (response.status !== 303) throw new Error(`POST /chat: ${response.status} ${await response.text()}`)
    cookie = response.headers.getSetCookie().map(set => set.split(';')[0]).find(pair => pair?.startsWith('chat=')) ?? cookie
  }
  const page = await (await fetch(program.url, { headers: { ...from, Cookie: cookie } })).text()
  if (!ourCode.test(page)) throw new Error('A report by forms ended without a code.')
}

/** An address of its own, as our proxy would tell it. */
function someone (program: Measured): Record<string, string> {
  return { Origin: program.url, 'X-Forwarded-For': [10, ...randomBytes(3)].join('.') }
}
