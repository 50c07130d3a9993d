// Two officers, a stack of subscribers and the verbs of bulletins, beside a whole world (or any room of bulletins).
import type { EntityManager } from '@mikro-orm/sql'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pino from 'pino'
import type { Channel } from '../../src/channels/channel.ts'
import type { Address } from '../../src/channels/message.ts'
import { approve, submit } from '../../src/bulletins/approve.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { writeDraft, type Draft } from '../../src/bulletins/compose.ts'
import type { Audience, Content, Texts } from '../../src/bulletins/content.ts'
import { progressOf, type Progress } from '../../src/bulletins/progress.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { textLimits } from '../../src/channels/text-limits.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'
import { addOfficer } from '../../src/staff/officers.ts'
import { Officer } from '../../src/staff/officer.ts'
import { subscribe, type Chosen } from '../../src/subscribers/subscribe.ts'
import type { TestDatabase } from '../database.ts'

export const words: Texts = {
  vi: { headline: 'Giả công an gọi video đòi tiền', body: 'Kẻ gian mặc cảnh phục, gọi video, đọc đúng tên và dọa bắt.', toDo: '• Cúp máy.\n• Ra công an xã hỏi lại.' },
  en: { headline: 'Fake police on video calls', body: 'Criminals in uniform call, know your name and threaten to arrest you.', toDo: '• Hang up.\n• Ask at the commune police.' },
}
const later = (now: Date, hours: number): string => new Date(now.getTime() + hours * 3_600_000).toISOString()

export function lesson (change: Partial<Content> = {}): Content {
  return {
    kind: 'lesson', texts: words, source: 'Công an tỉnh An Giang', hazard: '', place: '', law: { name: 'Bộ luật Hình sự 2015, Điều 174', verifiedOn: '2026-11-01' },
    picture: null, validUntil: null, notice: null, prepared: null, ...change,
  }
}

export function warning (now: Date, change: Partial<Content> = {}): Content {
  return lesson({ kind: 'warning', law: null, hazard: 'Lừa đảo qua điện thoại', place: 'Toàn tỉnh', validUntil: later(now, 48), ...change })
}

export function alarm (now: Date, change: Partial<Content> = {}): Content {
  const texts: Texts = { vi: { headline: 'Cháy kho hóa chất', body: 'Khói độc đang lan về phía chợ.', toDo: '• Đóng cửa, ở trong nhà.\n• Gọi 114.' } }
  return warning(now, {
    kind: 'alarm', texts, hazard: 'Khói độc', place: 'Phường Long Xuyên',
    prepared: { correction: { vi: { headline: 'Tin cháy là nhầm', body: 'Đó là buổi diễn tập.', toDo: '• Không cần làm gì.' } }, allClear: { vi: { headline: 'Đám cháy đã tắt', body: 'Không còn khói.', toDo: '• Có thể ra ngoài.' } } },
    ...change,
  })
}

export const everybody: Audience = { topics: ['scams'], localities: [], channels: ['web-chat', 'telegram', 'zalo-oa', 'zalo-bot'] }

export interface Newsroom {
  writer: Officer
  lead: Officer
  within<T> (work: (em: EntityManager) => Promise<T>): Promise<T>
  /** A bulletin that two officers stand for: due now, or by its rule. */
  approved (draft: Draft): Promise<Bulletin>
  /** As it stands now. */
  fresh (bulletin: Pick<Bulletin, 'id'>): Promise<Bulletin>
  progress (bulletin: Pick<Bulletin, 'id'>): Promise<Progress>
  /** Rows of its sums as `channel state why`: n. */
  sums (bulletin: Pick<Bulletin, 'id'>): Promise<Record<string, number>>
}

export async function aNewsroom (room: BulletinRoom): Promise<Newsroom> {
  const within = async <T>(work: (em: EntityManager) => Promise<T>): Promise<T> => await inTransaction(room.orm, work)
  const writer = await within(async em => await addOfficer(em, { name: `Trần Thị Bé ${randomBytes(3).toString('hex')}`, role: 'duty-officer' }))
  const lead = await within(async em => await addOfficer(em, { name: `Lê Văn Tám ${randomBytes(3).toString('hex')}`, role: 'province-lead' }))
  const newsroom: Newsroom = {
    writer, lead, within,
    async approved (draft) {
      const bulletin = await within(async em => {
        const written = await writeDraft(em, room, writer, draft)
        await submit(em, room, writer, written)
        await approve(em, room, lead, written)
        return written
      })
      room.ring()
      return bulletin
    },
    fresh: async ({ id }) => await room.orm.em.fork().findOneOrFail(Bulletin, { id }),
    progress: async bulletin => await progressOf(room.orm.em.fork(), bulletin, room.clock()),
    async sums (bulletin) {
      const { rows } = await newsroom.progress(bulletin)
      return Object.fromEntries(rows.map(({ channel, state, why, n }) => [[channel, state, why].filter(part => part !== '').join(' '), n]))
    },
  }
  return newsroom
}

/** Somebody who asked for everything about scams, at once and at any hour. */
export async function subscribes (room: Pick<BulletinRoom, 'orm' | 'keys' | 'clock'>, address: Address, change: Partial<Chosen & { language: 'vi' | 'en' | 'km' }> = {}): Promise<void> {
  await inTransaction(room.orm, async em => {
    await subscribe(em, room.keys, address, { topics: ['scams'], places: [], quietFrom: 0, quietTo: 0, level: 0, frequency: 'at-once', language: 'vi', ...change }, room.clock())
  })
}

/** What the verbs are given, over a test's database: all four channels, nothing behind them. */
export function bulletinRoom (database: Pick<TestDatabase, 'orm' | 'dataDir'>, clock: () => Date, change: Partial<BulletinRoom> = {}): BulletinRoom {
  const shows = { buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: 0 }
  return {
    orm: database.orm, clock, random: randomBytes, log: pino({ level: 'silent' }),
    keys: loadOrCreateServerKeys(join(database.dataDir, 'server.key'), randomBytes).keys,
    say: language => says[language],
    publicUrl: 'https://tinbao.example.vn',
    channels: everybody.channels.map(name => ({ name, shows: { text: textLimits[name], ...shows } }) as unknown as Channel),
    tariff: () => ({ rate: 30, stars: 0 }),
    zaloPaid: false, places: [], ring: () => {}, wake: async () => {}, counted: () => {}, ...change,
  }
}
