// What ends by its date, and who is forgotten when they ask.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { Delivery } from '../../src/bulletins/delivery.ts'
import { expireDeliveries, forgetRecipient, takeDownExpired } from '../../src/bulletins/expiry.ts'
import { fanOut } from '../../src/bulletins/fan-out.ts'
import { BulletinHistory } from '../../src/bulletins/history.ts'
import { BulletinPost } from '../../src/bulletins/post.ts'
import { startDue } from '../../src/bulletins/run.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { addressKeyOf } from '../../src/conversation/say.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aNewsroom, bulletinRoom, everybody, lesson, subscribes, warning, type Newsroom } from './newsroom.ts'

const start = new Date('2026-11-24T03:00:00Z')
const ba = { channel: 'telegram' as const, id: '1' }

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let room: BulletinRoom
  let newsroom: Newsroom
  let now: Date
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    now = start
    room = bulletinRoom(database, () => now, { places: ['facebook-page'] })
    newsroom = await aNewsroom(room)
    for (const id of ['1', '2']) await subscribes(room, { channel: 'telegram', id })
  })
  const begun = async (content = lesson()): Promise<Bulletin> => {
    const bulletin = await newsroom.approved({ content, audience: everybody })
    await startDue(room)
    await fanOut(room, bulletin.id)
    return bulletin
  }

  test('a notice about a person comes down on the day after its decision expires, and nobody has to think of it', async () => {
    const notice = { number: '12/QĐ', issuedBy: 'Công an tỉnh', issuedOn: '2026-11-01', expiresOn: '2026-12-01' }
    const wanted = await begun(warning(now, { kind: 'wanted', notice, picture: { file: 'a.jpg', width: 1, height: 1, alt: 'Quyết định' }, validUntil: null }))
    const other = await begun()
    await room.orm.em.fork().nativeUpdate(BulletinPost, {}, { state: 'posted', dueAt: null })
    now = new Date('2026-12-01T16:59:00Z')
    expect(await takeDownExpired(room)).toBe(0)
    now = new Date('2026-12-01T17:01:00Z')
    expect(await takeDownExpired(room)).toBe(1)
    expect(await newsroom.fresh(wanted)).toMatchObject({ withdrawnAt: now, state: 'stopped', changing: 'remove' })
    expect(await room.orm.em.fork().findOneOrFail(BulletinPost, { bulletinId: wanted.id })).toMatchObject({ task: 'remove', state: 'waiting', dueAt: now })
    expect((await newsroom.fresh(other)).withdrawnAt).toBeNull()
    expect(await room.orm.em.fork().findOneOrFail(BulletinHistory, { bulletinId: wanted.id, deed: 'withdrawn' })).toMatchObject({ by: null, note: '2026-12-01' })
    expect(await takeDownExpired(room)).toBe(0)
  })

  test('who wants to be forgotten stands in no delivery any more, and the outcome stays', async () => {
    const bulletin = await begun()
    await newsroom.within(async em => { await forgetRecipient(em, addressKeyOf(room.keys, ba)) })
    const rows = await room.orm.em.fork().find(Delivery, { bulletinId: bulletin.id })
    expect(rows.map(({ addressKey }) => addressKey).toSorted()).toEqual([addressKeyOf(room.keys, { ...ba, id: '2' }), null].toSorted())
    expect((await newsroom.progress(bulletin)).total).toBe(2)
  })

  test('three months after it was done nobody can tell who got a bulletin; how many did is kept', async () => {
    const [old, fresh] = [await begun(), await begun()]
    await room.orm.em.fork().nativeUpdate(Bulletin, { id: old.id }, { state: 'sent', finishedAt: now })
    await expireDeliveries(room.orm, new Date('2027-02-21T03:00:00Z'))
    expect(await room.orm.em.fork().count(Delivery, { bulletinId: old.id })).toBe(2)
    await expireDeliveries(room.orm, new Date('2027-02-23T03:00:00Z'))
    expect(await room.orm.em.fork().count(Delivery, { bulletinId: old.id })).toBe(0)
    expect(await room.orm.em.fork().count(Delivery, { bulletinId: fresh.id })).toBe(2)
    expect((await newsroom.progress(old)).total).toBe(2)
  })
})
