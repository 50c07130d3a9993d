// Measures the promises of speed and memory: `npm run bench -- [telegram] [start] [memory] [flat] [web] [broadcast [its parts]] [--full]`. Loopback only; ends by itself.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBotApi, type BotApi } from './bot-api.ts'
import { broadcast, broadcastParts } from './broadcast.ts'
import { flat } from './flat.ts'
import { memory } from './memory.ts'
import { start } from './start.ts'
import { missed } from './table.ts'
import { telegram } from './telegram.ts'
import { web } from './web.ts'

const parts: Record<string, (dir: string, api: BotApi, full: boolean) => Promise<void>> = {
  telegram,
  start,
  memory,
  flat,
  web: async (dir, _, full) => { await web(dir, full) },
  broadcast: async (dir, api, full) => { await broadcast(dir, api, full, asked) },
}

const asked = process.argv.slice(2).filter(word => word !== '--full')
const full = process.argv.includes('--full')
const unknown = asked.filter(name => parts[name] === undefined && !(asked.includes('broadcast') && (broadcastParts as readonly string[]).includes(name)))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}; of broadcast ${broadcastParts.join(', ')}; and --full.`)
  process.exit(1)
}

console.log(`Node ${process.version}, ${availableParallelism()} cores shared with the load, load average ${loadavg()[0]?.toFixed(1)} before we began${full ? '' : '; short forms (--full for the long ones)'}`)
const dir = mkdtempSync(join(tmpdir(), 'tin-bao-bench-'))
// Interrupted or not, nothing is left: the processes end with this one (measured.ts), and then their files.
process.on('exit', () => { rmSync(dir, { recursive: true, force: true, maxRetries: 5 }) })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(1) })
const api = await startBotApi()
for (const [name, part] of Object.entries(parts)) {
  if (asked.length === 0 || asked.includes(name)) await part(dir, api, full)
}
await api.stop()
console.log(missed.length === 0 ? '\nAll targets reached.' : `\nMissed: ${missed.join('; ')}.`)
process.exit(0)
