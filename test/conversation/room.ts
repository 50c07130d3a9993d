// A conversation with everything real but the clock, and with parts that a test can break: for what happens when things go wrong.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import type { Address, Content, Incoming } from '../../src/channels/message.ts'
import { telegramChannel } from '../../src/channels/telegram/telegram.ts'
import { telegramTexts } from '../../src/channels/telegram/texts.ts'
import { dayInVietnam } from '../../src/clock.ts'
import { makePlaces } from '../../src/conversation/places.ts'
import { Reply } from '../../src/conversation/reply.ts'
import type { ConversationRoom } from '../../src/conversation/room.ts'
import { openReply } from '../../src/conversation/say.ts'
import { count, type Counted } from '../../src/db/counter.ts'
import { makeAct, makeWorkFirst } from '../../src/flows/do.ts'
import { script } from '../../src/flows/script.ts'
import { boundaries } from '../../src/localities/boundaries.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'
import { markLeft, markReturned } from '../../src/subscribers/subscribe.ts'
import type { TipRoom } from '../../src/tips/room.ts'
import { readRecipients } from '../../src/tips/recipients.ts'
import type { TestDatabase } from '../database.ts'

export const lan: Address = { channel: 'telegram', id: '501000001' }
export const hien: Address = { channel: 'telegram', id: '501000002' }

export interface TestRoom extends ConversationRoom {
  /** Moves the clock, also back. */
  pass (ms: number): void
  /** While set, every act and every look for a place throws this. */
  broken: string | null
  /** What waits to be said to somebody, oldest first. */
  said (to?: Address): Promise<string[]>
  logged (): string
  outcomes: string[]
  rings: number
}

/** A public key of nobody: what is sealed to it here is never opened. */
const somebody = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'

export function aRoom (database: TestDatabase): TestRoom {
  let now = new Date('2026-11-24T03:00:00Z')
  const lines: string[] = []
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } }))
  const random = (n: number): Uint8Array => randomBytes(n)
  // Kept beside the stolen disk.
  const { keys } = loadOrCreateServerKeys(join(`${database.dataDir}-elsewhere`, 'server.key'), random)
  const clock = (): Date => now
  const tips: TipRoom = { keys, recipients: readRecipients(somebody), clock, dataDir: database.dataDir, random, say: language => says[language], brings: async () => true }
  const workFirst = makeWorkFirst({ tips })
  const act = makeAct({ tips, forgetLines: async () => {}, forgetWindow: async () => {} })
  const places = makePlaces(() => boundaries)
  // Nobody listens there: only what the channel can show, and its webhook, are of use here.
  const telegram = telegramChannel({
    token: '1:x', apiRoot: 'http://127.0.0.1:9', updates: 'webhook', webhookSecret, publicUrl: 'https://tinbao.example', rate: 1000, clock, log, texts: telegramTexts(says),
  })
  function check (): void {
    if (room.broken !== null) throw new Error(room.broken)
  }
  const room: TestRoom = {
    orm: database.orm, keys, script, clock, log,
    say: language => says[language],
    places: { ...places, find: text => { check(); return places.find(text) } },
    webUrl: 'https://tinbao.example/',
    channel: () => telegram,
    act: async (...asked) => { check(); return await act(...asked) },
    workFirst,
    reachable: async (em, address, yes) => { await (yes ? markReturned : markLeft)(em, keys, address, clock()) },
    count: async (em, what) => { await count(em, what as Counted, dayInVietnam(clock())) },
    ring: () => { room.rings++ },
    handled: (_channel, outcome) => { room.outcomes.push(outcome) },
    pass (ms) { now = new Date(now.getTime() + ms) },
    broken: null,
    async said (to) {
      const replies = await database.orm.em.fork().find(Reply, {}, { orderBy: { id: 'asc' } })
      return replies.map(reply => openReply(keys, reply)).filter(({ address }) => to === undefined || address.id === to.id).map(({ message }) => message.text)
    },
    logged: () => lines.join(''),
    outcomes: [],
    rings: 0,
  }
  return room
}

export const webhookSecret = 'a-secret-of-the-webhook'

let number = 0
/** Something somebody does, with an id of its own. */
export function from (address: Address, content: Content | string, at = new Date('2026-11-24T03:00:00Z')): Incoming {
  return { address, updateId: String(++number), at, language: 'vi', content: typeof content === 'string' ? { kind: 'text', text: content } : content }
}
