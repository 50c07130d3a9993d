// What the world saw of a bulletin, version by version, as warning systems must find it for ever.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { capMessages } from '../../src/bulletins/cap-messages.ts'
import { capProblems } from '../../src/bulletins/cap-check.ts'
import { approve, submit } from '../../src/bulletins/approve.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { editDraft, writeDraft } from '../../src/bulletins/compose.ts'
import { editionsByCode } from '../../src/bulletins/editions.ts'
import { editSent, withdraw } from '../../src/bulletins/follow.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { startDue } from '../../src/bulletins/run.ts'
import { publishedByCode } from '../../src/bulletins/shelf.ts'
import { says } from '../../src/locales.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aNewsroom, bulletinRoom, everybody, subscribes, warning, words, type Newsroom } from './newsroom.ts'

const start = new Date('2026-11-24T03:00:00Z')

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
    room = bulletinRoom(database, () => now)
    newsroom = await aNewsroom(room)
    await subscribes(room, { channel: 'telegram', id: '1' })
  })

  const minutesLater = (n: number): Date => now = new Date(now.getTime() + n * 60_000)
  const fresh = async (id: number): Promise<Bulletin> => await room.orm.em.fork().findOneOrFail(Bulletin, { id })

  /** Written, changed while a draft, approved, begun. */
  async function publish (): Promise<Bulletin> {
    const { id } = await newsroom.within(async em => {
      const written = await writeDraft(em, room, newsroom.writer, { content: warning(now), audience: { ...everybody, localities: ['30307'] } })
      minutesLater(1)
      await editDraft(em, room, newsroom.writer, written, 1, { content: warning(now, { source: 'Công an phường Long Xuyên' }) })
      await submit(em, room, newsroom.writer, written)
      await approve(em, room, newsroom.lead, written)
      return written
    })
    minutesLater(1)
    expect(await startDue(room)).toBe(1)
    return await fresh(id)
  }

  test('a draft has none; what was approved is the first, at the moment it was published', async () => {
    const draft = await newsroom.within(async em => await writeDraft(em, room, newsroom.writer, { content: warning(now), audience: everybody }))
    expect(await editionsByCode(room.orm, draft.code)).toEqual([])
    const bulletin = await publish()
    expect(await editionsByCode(room.orm, bulletin.code)).toEqual([{ version: 1, at: bulletin.publishedAt, content: bulletin.content, audience: { topics: ['scams'], localities: ['30307'] } }])
    expect(bulletin.content.source).toBe('Công an phường Long Xuyên')
  })

  test('words put right are one more, and the first stays as it was; warning systems are told of both, and of the end', async () => {
    const { id, code, content } = await publish()
    minutesLater(30)
    await newsroom.within(async em => {
      const one = await em.findOneOrFail(Bulletin, { id })
      await editSent(em, room, newsroom.lead, one, one.version, { vi: { ...words.vi, body: 'Lời đã sửa.' } })
    })
    const edited = now
    minutesLater(30)
    await newsroom.within(async em => { await withdraw(em, room, newsroom.lead, await em.findOneOrFail(Bulletin, { id }), 'Tin sai') })
    const editions = await editionsByCode(room.orm, code)
    expect(editions.map(({ version, at, content: { texts } }) => [version, at, texts.vi.body])).toEqual([[1, new Date('2026-11-24T03:02:00Z'), content.texts.vi.body], [2, edited, 'Lời đã sửa.']])

    const published = await publishedByCode(room.orm, code)
    if (published === null) throw new Error('It is not there.')
    const messages = capMessages({ published, editions }, [], { sender: 'a@example.vn', publicUrl: 'https://example.vn', say: language => says[language], boundaries: null })
    expect(messages.map(({ alert }) => [alert.identifier, alert.msgType, alert.references.length])).toEqual([[`${code}-1`, 'Alert', 0], [`${code}-2`, 'Update', 1], [`${code}-withdrawn`, 'Cancel', 2]])
    expect(messages.flatMap(({ alert }) => capProblems(alert))).toEqual([])
  })

  test('a code nobody has, has none', async () => {
    expect(await editionsByCode(room.orm, 'K7M2Q49')).toEqual([])
  })
})
