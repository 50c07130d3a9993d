// An officer's word reaches the reporter's chat, or waits for their next visit; in dangerous matters it says nothing by itself.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { days } from '../../src/clock.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { AddressLink, forgetLinks } from '../../src/tips/address-link.ts'
import { moveTip, writeToReporter } from '../../src/tips/answer.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { TipHistory } from '../../src/tips/history.ts'
import { messagePlace } from '../../src/tips/inside.ts'
import { openTip } from '../../src/tips/open.ts'
import { readMessage } from '../../src/tips/read-inside.ts'
import { open } from '../../src/tips/sealing.ts'
import type { TipStatus } from '../../src/tips/status.ts'
import { ThreadMessage } from '../../src/tips/thread.ts'
import { Tip } from '../../src/tips/tip.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { hien, makeWorld, type World } from './tip-room.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => {
    database = await withDatabase(kind)
    world = await makeWorld(database)
  })
  beforeEach(async () => { await database.empty() })
  afterAll(async () => {
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true, force: true })
  })
  const em = () => database.orm.em.fork()
  const write = async (text: string, kind: 'message' | 'request-information' = 'message') => {
    const { id } = await world.one(Tip)
    return await world.within(async em => await writeToReporter(em, world.room, id, { kind, text }, 'agency'))
  }
  const move = async (...steps: TipStatus[]): Promise<void> => {
    const { id } = await world.one(Tip)
    for (const to of steps) await world.within(async em => await moveTip(em, world.room, id, to, 'agency'))
  }

  test('an answer goes to the chat the tip came from, with a way to reply', async () => {
    await world.tell()
    expect(await write('Công an đã xuống kiểm tra.')).toMatchObject({ delivery: 'on-its-way' })
    expect(await world.said()).toEqual([{ address: hien, text: 'Có trả lời cho tin bạn đã gửi ngày 24/11/2026:\n\nCông an đã xuống kiểm tra.', choices: ['go:follow-up'] }])
    await write('Xe màu gì?', 'request-information')
    expect((await world.said())[1]?.text).toMatch(/^Cán bộ hỏi thêm .*\n\nXe màu gì\?$/s)
  })

  test('it is sealed to the units and to the reporter, and lies nowhere in plain', async () => {
    await world.tell()
    await write('Công an đã xuống kiểm tra.')
    const message = await world.one(ThreadMessage)
    expect(readMessage(await open(message.forUnits, [world.duty], messagePlace(message.tipId, message.publicId, 'units')))?.text).toBe('Công an đã xuống kiểm tra.')
    await expect(open(message.forReporter ?? '', [world.duty], messagePlace(message.tipId, message.publicId, 'reporter'))).rejects.toMatchObject({ failure: 'no-key' })
    expect((await database.stolen()).includes('xuống kiểm tra')).toBe(false)
  })

  test('where somebody may be looking at the phone, only a neutral notice comes, also of a new status', async () => {
    await world.tell({ category: 'domestic_child' })
    await write('Chúng tôi sẽ đến nhà chị tối nay.')
    await move('triaged', 'verifying')
    const said = await world.said()
    expect(said).toHaveLength(2)
    for (const { text, choices } of said) {
      expect(text).toBe('Có một tin nhắn mới cho bạn. Khi tiện và an toàn, bấm “Xem” rồi nhập mã của bạn.')
      expect(choices).toEqual(['go:follow-up'])
    }
  })

  test('whose chat was forgotten, or not heard from for a year, reads it at their next visit', async () => {
    const { code } = await world.tell()
    await world.within(async em => await forgetLinks(em, world.room.keys, hien))
    expect(await write('Cảm ơn bạn')).toMatchObject({ delivery: 'next-visit' })
    await world.tell()
    const { tipId } = await world.one(AddressLink)
    const late = async () => await world.within(async em => await writeToReporter(em, world.room, tipId, { kind: 'message', text: 'Muộn rồi' }, 'agency'))
    world.pass(days(366))
    expect(await late()).toMatchObject({ delivery: 'next-visit' })
    world.pass(-days(366))
    expect(await em().count(Reply, {})).toBe(0)
    expect(await late()).toMatchObject({ delivery: 'on-its-way' })
    const opened = await world.within(async em => await openTip(em, world.room, code, 'x'))
    expect(opened).toMatchObject({ found: true, messages: [{ text: 'Cảm ơn bạn' }] })
  })

  test('the first answer acknowledges the tip; the reporter is told of a status only when what they may know changes', async () => {
    await world.tell()
    await write('Đã nhận')
    expect((await world.one(Tip)).status).toBe('acknowledged')
    await move('triaged')
    expect(await world.said()).toHaveLength(1)
    await move('verifying')
    expect((await world.said())[1]?.text).toBe('Tin bạn gửi ngày 24/11/2026: đang xác minh.')
    expect((await em().findAll(TipHistory, { orderBy: { id: 'asc' } })).map(({ to, by }) => `${to} ${by}`)).toEqual(['submitted reporter', 'acknowledged agency', 'triaged agency', 'verifying agency'])
  })

  test('a step that may not follow is refused and leaves no trace', async () => {
    await world.tell()
    await expect(move('archived')).rejects.toMatchObject({ because: 'cannot-follow' })
    expect((await world.one(Tip)).status).toBe('submitted')
    expect(await em().count(TipHistory, {})).toBe(1)
  })

  test.each([['', 'empty'], [' \0\n', 'empty'], ['a'.repeat(4001), 'too-long']])('an answer of no use is refused (%#)', async (text, because) => {
    await world.tell()
    await expect(write(text)).rejects.toMatchObject({ because })
    expect(await em().count(ThreadMessage, {})).toBe(0)
  })

  test('an erased tip has nothing left to open, and nobody can be written to', async () => {
    const { code } = await world.tell({ files: [{ ref: 'f', kind: 'photo' }] })
    await write('Đã nhận')
    await move('triaged', 'verifying', 'initiated', 'notified', 'archived', 'erased')
    expect((await world.one(Tip)).sealed).toBe('')
    expect([await em().count(ThreadMessage, {}), await em().count(AddressLink, {}), await em().count(Handoff, {})]).toEqual([0, 0, 0])
    await expect(write('còn đó không')).rejects.toMatchObject({ because: 'no-such-tip' })
    expect(await world.within(async em => await openTip(em, world.room, code, 'x'))).toMatchObject({ found: true, status: 'finished', messages: [] })
  })
})
