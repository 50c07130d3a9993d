// Marks find a repeat and tell nobody anything else: not a person, not a plate, and not for longer than a month.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Address } from '../../src/channels/message.ts'
import { days } from '../../src/clock.ts'
import { moveTip } from '../../src/tips/answer.ts'
import { countMarks, forgetMarks, Pattern } from '../../src/tips/pattern.ts'
import type { PatternNote } from '../../src/tips/pattern-rules.ts'
import { receiveSealed } from '../../src/tips/receive.ts'
import { expire } from '../../src/tips/retention.ts'
import type { Draft } from '../../src/tips/story.ts'
import { Tip } from '../../src/tips/tip.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { sealedReport } from './sealed-report.ts'
import { hien, makeWorld, story, type World } from './tip-room.ts'

const lan: Address = { channel: 'telegram', id: '501000001' }

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => { database = await withDatabase(kind) })
  beforeEach(async () => {
    await database.empty()
    world = await makeWorld(database)
  })
  afterAll(async () => {
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true, force: true })
  })
  const em = () => database.orm.em.fork()
  const marks = async (): Promise<Pattern[]> => await em().find(Pattern, {}, { orderBy: { day: 'asc', tag: 'asc' } })

  let told = 0
  /** What is noted on a tip; each tells something else unless `change` says what. */
  async function notes (change: Partial<Draft> = {}, from = hien): Promise<PatternNote[]> {
    const before = new Set((await em().findAll(Tip, { fields: ['id'] })).map(({ id }) => id))
    await world.tell({ what: `Chuyện thứ ${++told} ở hẻm Cây Me, không giống chuyện nào khác`, ...change }, from)
    return (await em().findAll(Tip)).find(({ id }) => !before.has(id))?.patterns ?? []
  }

  test('five tips of one sender in seven days are noted, five in eight are not', async () => {
    for (let n = 0; n < 3; n++) expect(await notes()).toEqual([])
    world.pass(days(6))
    expect(await notes()).toEqual([])
    expect(await notes()).toEqual([{ rule: 'many-from-one', tips: 5, days: 7 }])
    world.pass(days(1))
    expect(await notes()).toEqual([])
    expect(await notes({}, lan)).toEqual([])
  })

  test('what two reporters say of one plate is not brought together; what one says is, for a month', async () => {
    const plate = { own: { marks: 'xe 67A-123.45', unconscious: null, minors: null } }
    expect(await notes(plate)).toEqual([])
    expect(await notes(plate, lan)).toEqual([])
    expect(await notes(plate, lan)).toEqual([])
    world.pass(days(29))
    expect(await notes(plate)).toEqual([])
    expect(await notes({ place: { ...story.place, detail: 'chỗ chiếc 67a 12345 đậu' } })).toEqual([{ rule: 'same-subject', tips: 3, days: 30 }])
    world.pass(days(1))
    expect(await notes(plate, lan)).toEqual([])
    // Nothing of a plate is the same in the marks of two people.
    const tags = (await marks()).filter(({ kind }) => kind === 'subject')
    expect(new Set(tags.map(({ tag }) => tag)).size).toBe(2)
  })

  test('the same long story is noted at the third time, a short one that many would write is not', async () => {
    for (const from of [hien, lan]) expect(await notes({ what: 'Có đánh bạc!' }, from)).toEqual([])
    expect(await notes({ what: 'có ĐÁNH BẠC' }, { channel: 'zalo-oa', id: '3' })).toEqual([])
    for (const from of [hien, lan]) expect(await notes({ what: story.what }, from)).toEqual([])
    expect(await notes({ what: `  ${story.what.toUpperCase()}.` }, { channel: 'zalo-oa', id: '3' })).toEqual([{ rule: 'same-story', tips: 3, days: 7 }])
  })

  test('a reporter’s own way to be reached is no subject', async () => {
    for (let n = 0; n < 3; n++) expect(await notes({ contact: { name: 'Hiền', phone: '0912345678', safeTime: null } })).toEqual([])
    expect((await marks()).filter(({ kind }) => kind === 'subject')).toEqual([])
  })

  test('what is kept is tags, kinds and days; a thief of the disk can not tell who, what or when', async () => {
    const subject = 'Xe 67A-123.45, số 0987 654 321, tài khoản 19036789012345, trang vay-nhanh.top'
    await world.tell({ what: subject })
    const rows = await marks()
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['sender', 'story', 'subject', 'subject', 'subject', 'subject'])
    for (const row of rows) {
      expect(Object.keys({ ...row }).toSorted()).toEqual(['day', 'kind', 'tag', 'tipId'])
      expect(row).toMatchObject({ tag: expect.stringMatching(/^[\w-]{22}$/) as string, day: '2026-11-24' })
    }
    const disk = await database.stolen()
    for (const secret of ['67A-123.45', '67a12345', '0987654321', '0987 654 321', '19036789012345', 'vay-nhanh', hien.id]) expect(disk.includes(secret), secret).toBe(false)
    // The link to the chat is under another tag: the two tables can't be laid side by side.
    const links = JSON.stringify(await em().getConnection().execute('select link_key from address_link'))
    for (const { tag } of rows) expect(links).not.toContain(tag)
  })

  test('marks die after thirty days, with an erased tip, and when their sender wants to be forgotten', async () => {
    await notes({ what: 'Xe 67A-123.45 chở hàng lậu qua bến mỗi tối' })
    await notes({ what: 'Xe 67A-123.45 chở hàng lậu qua bến mỗi sáng' }, lan)
    expect(await marks()).toHaveLength(6)
    await world.within(async em => { await forgetMarks(em, world.room.keys, hien) })
    expect([await countMarks(em(), world.room.keys, hien), await countMarks(em(), world.room.keys, lan)]).toEqual([0, 1])
    // What was told keeps its own: it leads to nobody.
    expect((await marks()).map(({ kind }) => kind).toSorted()).toEqual(['sender', 'story', 'story', 'subject'])

    world.pass(days(29))
    await notes()
    expect((await expire(database.orm, world.room, world.room.clock())).marks).toBe(0)
    world.pass(days(1))
    expect((await expire(database.orm, world.room, world.room.clock())).marks).toBe(4)

    const tipId = (await marks())[0]?.tipId ?? ''
    for (const to of ['acknowledged', 'triaged', 'declined_out_of_scope', 'notified', 'archived', 'erased'] as const) {
      await world.within(async em => { await moveTip(em, world.room, tipId, to, 'officer') })
    }
    expect(await marks()).toEqual([])
  })

  test('a tip sealed in a browser without a chat leaves no mark, and the same upload twice counts once', async () => {
    const session: Address = { channel: 'web-chat', id: 'abcdefghijklmnopqrstuvwx' }
    const upload = await sealedReport([world.duty])
    const take = async (from: Address | null): Promise<void> => { await world.within(async em => { await receiveSealed(em, world.room, upload, from) }) }
    await take(session)
    await take(session)
    expect(await countMarks(em(), world.room.keys, session)).toBe(1)
    await database.empty()
    await take(null)
    expect(await marks()).toEqual([])
  })

  test('a rule met is told to whoever counts, by its name alone', async () => {
    const seen: string[] = []
    world.room.patternSeen = rule => { seen.push(rule) }
    for (let n = 0; n < 6; n++) await notes()
    expect(seen).toEqual(['many-from-one', 'many-from-one'])
  })
})
