// A pretended Telegram that remembers every request for ever, and treats some of them badly. It never goes down.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseBulletinCode } from '../../src/bulletins/code.ts'
import type { Dice } from './dice.ts'

/** One message that reached the platform. */
export interface Arrival {
  chat: number
  /** Code of its bulletin. */
  code: string
  /** The program that sent it, by the address of its pages. */
  from: string
  at: number
  /**
   * `accepted`: the chat has it. `lost`: the chat has it, and nobody was told so (500, or the connection broke).
   * `left` (403) and `later` (429): the chat has not got it.
   */
  was: 'accepted' | 'lost' | 'left' | 'later'
  /** When the answer had left this machine; null: not yet, or never. */
  answeredAt: number | null
}

export interface BulletinSink {
  apiRoot: string
  arrivals: Arrival[]
  /** Reached us and were not answered, to nobody's knowledge but ours. */
  inFlight (): Arrival[]
  /** Called with each message before it is answered. */
  onArrival: (arrival: Arrival) => void
  stop (): Promise<void>
}

/** Of a thousand requests, so many are answered with 429, with 500, by cutting the connection; and chats that stopped the bot, of a hundred. */
const often = { later: 2, broken: 4, cut: 4, left: 3 }
/** Milliseconds until an answer. */
const [soonest, latest] = [5, 120]

export async function startBulletinSink (dice: Dice): Promise<BulletinSink> {
  const arrivals: Arrival[] = []
  const open = new Set<Arrival>()
  const server = createServer((request, response) => { void take(request, response) })
  server.keepAliveTimeout = 60_000

  async function take (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const method = request.url?.split('/').at(-1) ?? ''
    if (method !== 'sendMessage') return answer(response, 200, { ok: true, result: method === 'getMe' ? me : true })
    // The program's own requests.
    const { chat_id, text } = JSON.parse(Buffer.concat(parts).toString()) as { chat_id: number, text: string }
    const arrival: Arrival = { chat: Number(chat_id), code: parseBulletinCode(text) ?? '', from: /http:\/\/[\d.:]+/.exec(text)?.[0] ?? '', at: Date.now(), was: 'accepted', answeredAt: null }
    const fate = dice.below(1000)
    if (arrival.chat % 100 < often.left) arrival.was = 'left'
    else if (fate < often.later) arrival.was = 'later'
    else if (fate < often.later + often.broken + often.cut) arrival.was = 'lost'
    arrivals.push(arrival)
    open.add(arrival)
    // A dead program hears nothing; for the sink it was on the wire then.
    response.once('close', () => { open.delete(arrival) })
    sink.onArrival(arrival)
    await new Promise(resolve => setTimeout(resolve, dice.between(soonest, latest)))
    if (response.destroyed) return
    response.once('finish', () => { arrival.answeredAt = Date.now() })
    if (arrival.was === 'left') return answer(response, 403, { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' })
    if (arrival.was === 'later') return answer(response, 429, { ok: false, error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } })
    if (arrival.was === 'accepted') return answer(response, 200, { ok: true, result: { message_id: arrivals.length, date: 0, chat: { id: arrival.chat, type: 'private', first_name: 'B' }, text: '' } })
    if (fate < often.later + often.broken) return answer(response, 500, { ok: false, error_code: 500, description: 'Internal Server Error' })
    response.destroy()
  }

  const sink: BulletinSink = {
    apiRoot: '',
    arrivals,
    inFlight: () => [...open].filter(({ answeredAt }) => answeredAt === null),
    onArrival: () => {},
    async stop () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  sink.apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return sink
}

const me = { id: 7000000001, is_bot: true, first_name: 'Tin Báo', username: 'TinBaoTestBot', can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false }

function answer (response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}
