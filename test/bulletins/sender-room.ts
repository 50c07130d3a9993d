// A sender of bulletins on a real database, with a pretended Telegram at the other end of the wire and a clock in our hand.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pino from 'pino'
import type { Channel } from '../../src/channels/channel.ts'
import { telegramChannel } from '../../src/channels/telegram/telegram.ts'
import { telegramTexts } from '../../src/channels/telegram/texts.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { bulletinSender, type BulletinSender } from '../../src/bulletins/deliver.ts'
import { fanOut } from '../../src/bulletins/fan-out.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { startDue } from '../../src/bulletins/run.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import type { TestDatabase } from '../database.ts'
import { startTelegramStub, type TelegramStub } from '../stubs/telegram.ts'
import { aNewsroom, subscribes, type Newsroom } from './newsroom.ts'

export interface SenderRoom {
  room: BulletinRoom
  keys: ServerKeys
  newsroom: Newsroom
  telegram: TelegramStub
  channel: Channel
  now (): Date
  /** Moves the clock; a moment in Vietnam, or milliseconds on or back. */
  at (moment: string): void
  passes (ms: number): void
  /** People who talked to the bot once and asked for everything about scams, with these chats. */
  reside (chats: readonly number[], change?: Parameters<typeof subscribes>[2]): Promise<void>
  /** Starts what is due and writes its audience down. */
  begins (): Promise<void>
  /** A sender of its own, as another process has it. */
  aSender (): BulletinSender
  /** Goes on until nothing is left to do just now, by `sender` or a new one. */
  sends (sender?: BulletinSender): Promise<void>
  /** Chats that were asked to show a bulletin, in order; repeats included. */
  asked (): number[]
  /** Texts that a chat has. */
  heard (chat: number): string[]
  /** Rows of a bulletin by state and why, counted from the rows; after they were compared with the sums. @throws when these differ */
  rows (bulletin: Pick<Bulletin, 'id'>): Promise<Record<string, number>>
  stop (): Promise<void>
}

/** @param rate messages a second */
export async function aSenderRoom (database: TestDatabase, rate = 1000): Promise<SenderRoom> {
  const { orm } = database
  const { keys } = loadOrCreateServerKeys(join(database.dataDir, 'server.key'), n => randomBytes(n))
  const telegram = await startTelegramStub()
  const log = pino({ level: 'silent' })
  let shift = 0
  const now = (): Date => new Date(Date.now() + shift)
  const channel = telegramChannel({ token: telegram.token, apiRoot: telegram.apiRoot, updates: 'polling', rate, clock: now, log, texts: telegramTexts(says) })
  const room: BulletinRoom = {
    orm, keys, log, clock: now, channels: [channel],
    random: n => randomBytes(n), say: language => says[language], publicUrl: 'https://tinbao.example',
    tariff: () => ({ rate, stars: 0 }), zaloPaid: false, places: [], ring: () => {}, wake: async () => {}, counted: () => {},
  }
  const newsroom = await aNewsroom(room)
  const stopping = new AbortController()
  return {
    room, keys, newsroom, telegram, channel, now,
    at (moment) { shift = new Date(`${moment}+07:00`).getTime() - Date.now() },
    passes (ms) { shift += ms },
    async reside (chats, change) {
      for (const id of chats) {
        telegram.person({ id }).writes('/start')
        await subscribes(room, { channel: 'telegram', id: String(id) }, change)
      }
    },
    async begins () {
      await startDue(room)
      for (const { id } of await orm.em.fork().find(Bulletin, { fanOutAfter: { $ne: null } })) await fanOut(room, id)
    },
    aSender: () => bulletinSender(room, channel),
    async sends (sender = bulletinSender(room, channel)) {
      for (const end = Date.now() + 20_000; await sender.round(stopping.signal);) if (Date.now() > end) throw new Error('It does not come to an end.')
    },
    asked: () => telegram.askedOf('sendMessage').map(({ chatId }) => chatId ?? 0),
    heard: chat => telegram.person({ id: chat }).heard.map(({ text }) => text),
    async rows ({ id }) {
      const rows = await orm.em.fork().execute<{ state: string, why: string | null, n: number | string }[]>('select state, why, count(*) as n from delivery where bulletin_id = ? group by state, why', [id])
      const found = Object.fromEntries(rows.map(({ state, why, n }) => [why === null ? state : `${state} ${why}`, Number(n)]))
      const sums: Record<string, number> = {}
      for (const [name, n] of Object.entries(await newsroom.sums({ id }))) {
        const [, ...rest] = name.split(' ')
        sums[rest.join(' ')] = (sums[rest.join(' ')] ?? 0) + n
      }
      if (JSON.stringify(Object.entries(found).sort()) !== JSON.stringify(Object.entries(sums).sort())) throw new Error(`The sums say ${JSON.stringify(sums)}, and there are ${JSON.stringify(found)}.`)
      return found
    },
    async stop () {
      stopping.abort()
      await telegram.stop()
    },
  }
}
