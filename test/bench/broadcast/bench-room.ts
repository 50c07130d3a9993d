// A room of bulletins for the bench: no pages, no officers; and a bulletin in it that is about to be sent.
import { randomBytes } from 'node:crypto'
import type { MikroORM } from '@mikro-orm/sql'
import { Bulletin } from '../../../src/bulletins/bulletin.ts'
import type { Audience, Content } from '../../../src/bulletins/content.ts'
import { fanOut } from '../../../src/bulletins/fan-out.ts'
import type { BulletinRoom } from '../../../src/bulletins/room.ts'
import type { Channel } from '../../../src/channels/channel.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import { says } from '../../../src/locales.ts'
import type { ServerKeys } from '../../../src/server-key.ts'
import { everybody, lesson } from '../../bulletins/newsroom.ts'
import { log } from './the-send.ts'

export function benchRoom (orm: MikroORM, keys: ServerKeys, channels: readonly Channel[], rate: number, counted: BulletinRoom['counted'] = () => {}): BulletinRoom {
  return {
    orm, keys, channels, counted, log,
    clock: () => new Date(),
    random: n => randomBytes(n),
    say: language => says[language],
    publicUrl: 'https://tinbao.example',
    tariff: () => ({ rate, stars: 0 }),
    zaloPaid: false,
    places: [],
    ring: () => {},
    wake: async () => {},
  }
}

/** A bulletin whose audience is to be written down. Returns its id. */
export async function newBulletin (orm: MikroORM, state: 'sending' | 'paused', content: Content, audience: Audience): Promise<number> {
  return await inTransaction(orm, async em => {
    const now = new Date()
    const bulletin = em.create(Bulletin, {
      code: randomBytes(6).toString('hex'), kind: content.kind, state, training: false, content, audience, version: 1, writtenBy: 1, approvedBy: 2, timesSent: 1, fanOutAfter: '',
      createdAt: now, changedAt: now, publishedAt: now,
    })
    await em.persist(bulletin).flush()
    return bulletin.id
  })
}

/** Written down for everybody, and held until the returned function is called. */
export async function sendingBulletin (room: BulletinRoom): Promise<() => Promise<void>> {
  const id = await newBulletin(room.orm, 'paused', lesson(), everybody)
  await fanOut(room, id)
  return async () => { await room.orm.em.fork().nativeUpdate(Bulletin, { id }, { state: 'sending', changedAt: new Date() }) }
}
