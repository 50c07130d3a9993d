// Coming back with a code: the holder is let in, and guessing gets slower and teaches nothing.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { minutes } from '../../src/clock.ts'
import { addSealed, addToTip } from '../../src/tips/add.ts'
import { AddressLink, countLinks, forgetLinks, wayBackOf } from '../../src/tips/address-link.ts'
import { writeToReporter } from '../../src/tips/answer.ts'
import { deriveKeys, formatCode, makeCode, parseCode } from '../../src/tips/code.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { messagePlace } from '../../src/tips/inside.ts'
import { openSealed, openTip } from '../../src/tips/open.ts'
import { readMessage } from '../../src/tips/read-inside.ts'
import { newId } from '../../src/tips/room.ts'
import { open, seal } from '../../src/tips/sealing.ts'
import { ThreadMessage } from '../../src/tips/thread.ts'
import { Tip } from '../../src/tips/tip.ts'
import { WrongCode } from '../../src/tips/wrong-code.ts'
import { Counter } from '../../src/db/counter.ts'
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
  const come = async (code: string, who = 'hien') => await world.within(async em => await openTip(em, world.room, code, who))
  const wrongCode = (): string => formatCode(makeCode(world.room.random))

  test('whoever holds the code sees the status and what officers wrote, however they type it', async () => {
    const { code } = await world.tell()
    const { id } = await world.one(Tip)
    await world.within(async em => await writeToReporter(em, world.room, id, { kind: 'request-information', text: 'Nhà màu gì?' }, 'agency'))
    expect(await come(`mã của tôi là ${code.toLowerCase().replaceAll('-', ' ')}`)).toEqual({
      found: true, tipId: id, status: 'received', receivedOn: '2026-11-24', decideBy: '2026-12-14',
      messages: [{ on: '2026-11-24', kind: 'request-information', text: 'Nhà màu gì?' }],
    })
  })

  test('a browser gets the same, still sealed, and opens it with what it derives from the code', async () => {
    const { code } = await world.tell()
    const { id } = await world.one(Tip)
    await world.within(async em => await writeToReporter(em, world.room, id, { kind: 'message', text: 'Cảm ơn bạn' }, 'agency'))
    const keys = await keysOf(code)
    const opened = await world.within(async em => await openSealed(em, world.room, { locator: keys.locator, access: keys.access }, 'web'))
    if (!opened.found) throw new Error('not found')
    const [message] = opened.messages
    expect(await open(message?.forReporter ?? '', [keys.identity], messagePlace(id, message?.publicId ?? '', 'reporter'))).toBe('Cảm ơn bạn')
    expect(opened.recipients).toEqual(world.room.recipients.for(['province:duty']))
  })

  test('a message somebody put into another tip is shown as one that cannot be opened', async () => {
    const first = await world.tell()
    const [tip] = await em().find(Tip, {})
    await world.tell()
    const other = await em().findOneOrFail(Tip, { id: { $ne: tip?.id ?? '' } })
    await world.within(async em => await writeToReporter(em, world.room, other.id, { kind: 'message', text: 'cho người khác' }, 'agency'))
    await em().nativeUpdate(ThreadMessage, {}, { tipId: tip?.id ?? '' })
    expect(await come(first.code)).toMatchObject({ found: true, messages: [{ text: null }] })
  })

  test('a code of no tip, and a wrong code of a real one, get the same answer by the same work', async () => {
    const { code } = await world.tell()
    const { locator = '' } = parseCode(code) ?? {}
    const halfRight = formatCode({ ...makeCode(world.room.random), locator })
    await come(wrongCode(), 'warm')
    database.statements()
    const answers = []
    const work = []
    for (const [who, wrong] of [['a', wrongCode()], ['b', halfRight]] as const) {
      answers.push(await come(wrong, who))
      work.push(database.statements().map(line => line.replace(/'[^']*'|\b\d+\b/g, '?').replace(/\[took.*/, '')))
    }
    expect(answers[0]).toEqual({ found: false, waitMinutes: 0 })
    expect(answers[1]).toEqual(answers[0])
    expect(work[0]?.length).toBeGreaterThan(4)
    expect(work[1]).toEqual(work[0])
  })

  test('after five wrong codes the wait grows, and until it is over the right one is not looked at either', async () => {
    const { code } = await world.tell()
    const waits = []
    for (let i = 0; i < 12; i++) {
      const answer = await come(wrongCode())
      const wait = answer.found ? -1 : answer.waitMinutes
      waits.push(wait)
      if (wait > 0) {
        expect(await come(code)).toEqual({ found: false, waitMinutes: wait })
        world.pass(minutes(wait))
      }
    }
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60])
    expect(await come(code)).toMatchObject({ found: true })
    expect(await come(code, 'somebody else')).toMatchObject({ found: true })
    expect((await em().findOneOrFail(Counter, { what: 'wrong-code' })).count).toBe(12)
    world.pass(minutes(61))
    expect(await come(wrongCode())).toEqual({ found: false, waitMinutes: 0 })
  })

  test('while many guess from many addresses, each waits after its first wrong code, and real holders are let in', async () => {
    const { code } = await world.tell()
    await come(wrongCode(), 'first of many')
    await em().nativeUpdate(WrongCode, { who: 'everybody' }, { tries: 100 })
    expect(await come(wrongCode(), 'next')).toEqual({ found: false, waitMinutes: 1 })
    expect(await come(code, 'holder')).toMatchObject({ found: true })
  })

  test('what is no code at all is not counted', async () => {
    for (let i = 0; i < 9; i++) expect(await come('tôi quên mã rồi')).toEqual({ found: false, waitMinutes: 0 })
    expect(await em().count(WrongCode, {})).toBe(0)
  })

  describe('who has opened a tip', () => {
    test('adds to it, and answers come to the chat they are in now', async () => {
      await world.tell()
      const { id } = await world.one(Tip)
      const other = { channel: 'web-chat' as const, id: 'session-9' }
      await world.within(async em => await addToTip(em, world.room, { tipId: id, text: 'Hôm nay lại có\0 xe đến', files: [{ ref: 'f', kind: 'photo' }], language: 'km' }, other))
      const message = await world.one(ThreadMessage)
      expect(message).toMatchObject({ from: 'reporter', kind: 'added', forReporter: null })
      const inside = readMessage(await open(message.forUnits, [world.duty], messagePlace(id, message.publicId, 'units')))
      expect(inside).toMatchObject({ text: 'Hôm nay lại có xe đến', files: [{ kind: 'photo' }] })
      expect(await em().find(Handoff, { type: 'tip.added' })).toMatchObject([{ messageId: message.id }])
      expect(await wayBackOf(em(), world.room.keys, id, world.room.clock())).toEqual({ address: other, language: 'km' })
      expect((await world.one(Tip)).status).toBe('submitted')
    })

    test('with nothing, is told so', async () => {
      await world.tell()
      const { id } = await world.one(Tip)
      await expect(world.within(async em => { await addToTip(em, world.room, { tipId: id, text: ' \0', files: [], language: 'vi' }, hien) })).rejects.toMatchObject({ because: 'empty' })
    })

    test('in a browser, adds what it sealed, once', async () => {
      const { code } = await world.tell()
      const { id, units } = await world.one(Tip)
      const { locator, access } = await keysOf(code)
      const publicId = newId(world.room.random)
      const sealed = await seal(JSON.stringify({ v: 1, text: 'thêm', files: [] }), world.room.recipients.for(units), messagePlace(id, publicId, 'units'))
      const upload = { locator, access, publicId, sealed, files: [], language: 'vi' }
      const add = async (body: unknown) => await world.within(async em => await addSealed(em, world.room, body, null, 'web'))
      expect(await add(upload)).toEqual({ added: true })
      expect(await add(upload)).toEqual({ added: true })
      expect(await em().count(ThreadMessage, {})).toBe(1)
      expect(await add({ ...upload, access: access.split('').reverse().join('') })).toEqual({ added: false, waitMinutes: 0 })
      await expect(add({ ...upload, publicId: newId(world.room.random), sealed: await seal('x', [(await keysOf(code)).recipient], messagePlace(id, publicId, 'units')) })).rejects.toMatchObject({ because: 'recipients' })
    })

    test('and asks to forget the chat, leaves no link and keeps the tip', async () => {
      const { code } = await world.tell()
      await world.tell()
      expect(await countLinks(em(), world.room.keys, hien, world.room.clock())).toBe(2)
      expect(await world.within(async em => await forgetLinks(em, world.room.keys, hien))).toBe(2)
      expect(await em().count(AddressLink, {})).toBe(0)
      expect(await come(code)).toMatchObject({ found: true })
    })
  })

  async function keysOf (code: string) {
    const parts = parseCode(code)
    if (parts === null) throw new Error('no code')
    return await deriveKeys(parts)
  }
})
