// A small agency: takes tips as the contract says, opens them, fetches their files, and answers. For tests, and to try it by hand:
//   AGENCY_SECRET=whsec_… AGENCY_IDENTITY=data/tip-keys/duty.txt npx node test/stubs/agency.ts
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Decrypter } from 'age-encryption'
import type { InboundEvent, OutboundEvent } from '../../src/tips/agency-api.ts'
import { sign, verify } from '../../src/tips/webhook.ts'

/** What it knows of one tip. */
export interface KnownTip {
  id: string
  /** What stands in clear, as last told. */
  clear: Omit<OutboundEvent['data'], 'sealed' | 'attachments'>
  /** Null: sealed to keys of somebody else, as a tip about police is for the duty desk. It is acknowledged all the same. */
  story: unknown
  added: unknown[]
  /** Opened; `about` is name, type, size and checksum. */
  files: { id: string, which: 'copy' | 'original', about: unknown, bytes: Uint8Array }[]
}

export interface TakenRequest {
  id: string
  timestamp: string
  body: string
  /** False: the signature was wrong, and nothing was done. */
  signed: boolean
}

/**
 * What happens to the next request. `slow` never answers; `lost` does the work and cuts the line before answering; `endless` says 200
 * and never stops talking.
 */
export type Fault = 'slow' | 'lost' | 'rubbish' | 'endless' | { status: number, headers?: Record<string, string> }

export type Said = InboundEvent extends infer Event ? Event extends InboundEvent ? Omit<Event, 'timestamp'> : never : never

export interface SampleAgency {
  /** For AGENCY_URL. */
  url: string
  tips: Map<string, KnownTip>
  /** Everything that came, oldest first, repeats and wrongly signed ones too. */
  requests: TakenRequest[]
  /** For the next requests, one each, in this order. */
  faults: Fault[]
  /** Tells the program something; `id` to repeat an earlier event. */
  says (event: Said, how?: { id?: string, secret?: string, at?: Date }): Promise<Response>
  /** Nobody listens at its address any more. */
  goesDown (): Promise<void>
  comesBack (): Promise<void>
}

export interface SampleAgencyOptions {
  secret: string
  /** `AGE-SECRET-KEY-…` of its units. */
  identities: readonly string[]
  /** The program's PUBLIC_URL. */
  answerTo: string
  port?: number
  clock?: () => Date
  /** Told of each event that is new. */
  heard?: (event: OutboundEvent, tip: KnownTip) => void
}

export async function startSampleAgency (options: SampleAgencyOptions): Promise<SampleAgency> {
  const { secret, answerTo, clock = () => new Date() } = options
  const seen = new Map<string, string>()
  const agency = { tips: new Map<string, KnownTip>(), requests: [] as TakenRequest[], faults: [] as Fault[] }

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = agency.faults.shift()
    const parts: Uint8Array[] = []
    for await (const part of request) parts.push(part as Uint8Array) // a request without an encoding gives bytes
    const body = Buffer.concat(parts)
    const header = (name: string): string | undefined => [request.headers[name]].flat()[0]
    const id = verify(secret, header, body, clock())
    agency.requests.push({ id: header('webhook-id') ?? '', timestamp: header('webhook-timestamp') ?? '', body: body.toString(), signed: id !== null })
    if (fault === 'slow') return
    if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end('A text that must not be kept.')
    if (id === null) return void response.writeHead(401).end()

    let reference = seen.get(id)
    if (reference === undefined) {
      await take(JSON.parse(body.toString()) as OutboundEvent) // it is signed; the tests hold it to its schema
      reference = `AG-${seen.size + 1}`
      seen.set(id, reference)
    }
    if (fault === 'lost') return void response.destroy()
    response.writeHead(200, { 'content-type': 'application/json' })
    if (fault === 'rubbish') return void response.end('<html>\0{"reference":')
    if (fault === 'endless') {
      const timer = setInterval(() => { response.write('x'.repeat(1000)) }, 1)
      return void response.on('close', () => { clearInterval(timer) })
    }
    response.end(JSON.stringify({ reference }))
  }

  async function take (event: OutboundEvent): Promise<void> {
    const { sealed, attachments, ...clear } = event.data
    const tip = agency.tips.get(clear.id) ?? { id: clear.id, clear, story: null, added: [], files: [] }
    tip.clear = clear
    const about = new Map<string, unknown>()
    for (const one of sealed) {
      const text = await openText(one, options.identities)
      if (text === null) continue
      if (one.what === 'story') tip.story = JSON.parse(text) as unknown
      else if (one.what === 'added') tip.added.push(JSON.parse(text))
      else about.set(one.id, JSON.parse(text))
    }
    for (const { id, which, url } of attachments) {
      const response = await fetch(url)
      if (!response.ok) throw new Error(`The file could not be fetched: ${response.status}`)
      const bytes = await open(new Uint8Array(await response.arrayBuffer()), options.identities)
      if (bytes !== null) tip.files.push({ id, which, about: about.get(id), bytes })
    }
    agency.tips.set(tip.id, tip)
    options.heard?.(event, tip)
  }

  let server = createServer()
  let port = options.port ?? 0
  async function comesBack (): Promise<void> {
    server = createServer((request, response) => { answer(request, response).catch(() => response.writeHead(500).end()) })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  await comesBack()
  return {
    ...agency,
    url: `http://127.0.0.1:${port}/tips`,
    comesBack,
    async goesDown () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
    async says (event, { id = `ev_${randomUUID()}`, secret: signedWith = secret, at = clock() } = {}) {
      const body = new TextEncoder().encode(JSON.stringify({ ...event, timestamp: at.toISOString() }))
      return await fetch(`${answerTo}/agency/events`, { method: 'POST', headers: { 'content-type': 'application/json', ...sign(signedWith, id, at, body) }, body })
    },
  }
}

/** What is in a sealed text, if it belongs where it was found. */
async function openText ({ age, belongs, what }: OutboundEvent['data']['sealed'][number], identities: readonly string[]): Promise<string | null> {
  const opened = await open(Buffer.from(age, 'base64'), identities)
  if (opened === null) return null
  const inside = JSON.parse(new TextDecoder().decode(opened)) as { row?: unknown, field?: unknown, value?: unknown }
  if (inside.row !== belongs.row || inside.field !== belongs.field || typeof inside.value !== 'string') throw new Error(`This ${what} was sealed for something else.`)
  return inside.value
}

/** Null when it is sealed to other keys than ours. */
async function open (file: Uint8Array, identities: readonly string[]): Promise<Uint8Array | null> {
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  try {
    return await decrypter.decrypt(file)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity matched')) return null
    throw error
  }
}

/** By hand: prints what comes, and sends what is typed to the tip that came last. */
async function byHand (): Promise<void> {
  const { AGENCY_SECRET: secret, AGENCY_IDENTITY: file, AGENCY_PORT: port = '8090', AGENCY_ANSWER_TO: answerTo = 'http://127.0.0.1:3000' } = process.env
  if (secret === undefined || file === undefined) {
    console.error('Set AGENCY_SECRET to the secret that both sides sign with (whsec_…), and AGENCY_IDENTITY to a file with the unit’s private key, such as data/tip-keys/duty.txt.')
    process.exit(1)
  }
  const identities = readFileSync(file, 'utf8').split(/\s+/).filter(word => word.startsWith('AGE-SECRET-KEY-'))
  let last = ''
  const agency = await startSampleAgency({
    secret, identities, answerTo, port: Number(port),
    heard (event, tip) {
      last = tip.id
      const files = tip.files.map(({ id, which, bytes }) => `${which} of ${id}: ${bytes.length} bytes`)
      console.log(`\n${event.type} ${tip.id}`, JSON.stringify({ ...tip.clear, story: tip.story, added: tip.added, files }, null, 2))
    },
  })
  console.log(`The sample agency listens. Start the program with AGENCY_URL=${agency.url} and the same AGENCY_SECRET.`)
  console.log('Type an answer to the last tip; "? …" to ask for more; "= verifying" to set its status.')
  for await (const line of createInterface({ input: process.stdin })) {
    const [, sign = '', rest = ''] = /^([?=]?)\s*(.*)$/.exec(line) ?? []
    if (rest === '' || last === '') continue
    const response = await agency.says(said(sign, last, rest))
    console.log(response.status, await response.text())
  }
  await agency.goesDown()
}

function said (sign: string, id: string, rest: string): Said {
  if (sign === '=') return { type: 'tip.status', data: { id, status: rest } } as Said // typed by hand: the program checks it
  return { type: sign === '?' ? 'tip.request-information' : 'tip.message', data: { id, text: rest } }
}

if (import.meta.main) await byHand()
