// One message in an officer's chat that shows how a bulletin is doing: begun once, changed no faster than people read, ended with it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Channel } from '../../src/channels/channel.ts'
import type { Address, Message } from '../../src/channels/message.ts'
import { pausedUntil } from '../../src/channels/pace.ts'
import { SendError } from '../../src/channels/send-error.ts'
import { minutes, seconds } from '../../src/clock.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { openReply } from '../../src/conversation/say.ts'
import { Bulletin } from '../../src/bulletins/bulletin.ts'
import { fanOut } from '../../src/bulletins/fan-out.ts'
import { knowsAlready, liveProgress, watch, type LiveProgress } from '../../src/bulletins/live.ts'
import type { BulletinRoom } from '../../src/bulletins/room.ts'
import { pause, resume, startDue, stop } from '../../src/bulletins/run.ts'
import { OfficerMessage } from '../../src/staff/officer-message.ts'
import { Officer } from '../../src/staff/officer.ts'
import { endOfficer, linkChat, linkCode } from '../../src/staff/officers.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { aNewsroom, bulletinRoom, everybody, lesson, subscribes, type Newsroom } from './newsroom.ts'

const signal = new AbortController().signal
const bee: Address = { channel: 'telegram', id: '71' }

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let room: BulletinRoom
  let newsroom: Newsroom
  let now: Date
  /** What the platform was asked, in order. */
  let asked: { what: 'send' | 'edit', id: string, text: string, choices: string[] }[]
  let fails: SendError | null
  let telegram: Channel
  let live: LiveProgress
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  beforeEach(async () => {
    await database.empty()
    now = new Date('2026-11-24T03:00:00Z')
    room = bulletinRoom(database, () => now)
    newsroom = await aNewsroom(room)
    asked = []
    fails = null
    const ask = (what: 'send' | 'edit', id: string, { text, choices = [] }: Message): void => {
      if (fails !== null) throw fails
      asked.push({ what, id, text, choices: choices.map(({ id }) => id) })
    }
    telegram = {
      name: 'telegram',
      send: async (to: Address, message: Message) => { ask('send', to.id, message); return { id: `m${asked.length}` } },
      edit: async (_to: Address, id: string, message: Message) => { ask('edit', id, message) },
    } as unknown as Channel
    live = liveProgress(room, telegram, 0)
    for (let n = 0; n < 3; n++) await subscribes(room, { channel: 'telegram', id: String(900 + n) })
  })

  const links = async (officer: Officer, address: Address): Promise<void> => {
    await newsroom.within(async em => {
      const fresh = await em.findOneOrFail(Officer, { id: officer.id })
      await linkChat(em, room.keys, await linkCode(em, room.keys, fresh, now, room.random), address, now)
    })
  }
  const begun = async (): Promise<Bulletin> => {
    const bulletin = await newsroom.approved({ content: lesson(), audience: { ...everybody, channels: ['telegram'] } })
    await startDue(room)
    await fanOut(room, bulletin.id)
    return bulletin
  }
  const within = async (bulletin: Bulletin, work: (em: Parameters<typeof stop>[0], room: BulletinRoom, officer: Officer, bulletin: Bulletin) => Promise<unknown>): Promise<void> => {
    await newsroom.within(async em => { await work(em, room, newsroom.lead, await em.findOneOrFail(Bulletin, { id: bulletin.id })) })
  }

  test('it is begun in the chats of the writer and the approver, changed when something changed, and ends without buttons', async () => {
    await links(newsroom.writer, bee)
    await links(newsroom.lead, { channel: 'telegram', id: '72' })
    const bulletin = await begun()
    await live.round(signal)
    expect(asked.map(({ what, id }) => `${what} ${id}`).sort()).toEqual(['send 71', 'send 72'])
    expect(asked[0]?.choices).toEqual([`tin:pause:${bulletin.id}`, `tin:stop:${bulletin.id}`])
    await live.round(signal)
    expect(asked).toHaveLength(2)
    await within(bulletin, pause)
    await live.round(signal)
    expect(asked.slice(2).map(({ what }) => what)).toEqual(['edit', 'edit'])
    expect(asked.at(-1)?.choices).toEqual([`tin:resume:${bulletin.id}`, `tin:stop:${bulletin.id}`])
    await within(bulletin, stop)
    await live.round(signal)
    expect(asked.at(-1)?.text).toContain('đã dừng')
    expect(asked.at(-1)?.choices).toEqual([])
    await live.round(signal)
    expect(asked).toHaveLength(6)
    expect(await room.orm.em.fork().find(OfficerMessage, { state: 'live' })).toEqual([])
  })

  test('after a restart the same message goes on, and what is over stays over', async () => {
    await links(newsroom.writer, bee)
    const bulletin = await begun()
    await live.round(signal)
    await within(bulletin, pause)
    await liveProgress(room, telegram, 0).round(signal)
    expect(asked.map(({ what, id }) => `${what} ${id}`)).toEqual(['send 71', 'edit m1'])
    await within(bulletin, stop)
    await liveProgress(room, telegram, 0).round(signal)
    await liveProgress(room, telegram, 0).round(signal)
    expect(asked).toHaveLength(3)
  })

  test('it is never asked for more often than it may be', async () => {
    const slow = liveProgress(room, telegram, minutes(10))
    await links(newsroom.writer, bee)
    const bulletin = await begun()
    await slow.round(signal)
    await within(bulletin, pause)
    await slow.round(signal)
    expect(asked).toHaveLength(1)
  })

  test('what ended before anybody looked is told once; what ended long ago is not', async () => {
    await links(newsroom.writer, bee)
    const bulletin = await begun()
    await within(bulletin, stop)
    await live.round(signal)
    expect(asked).toHaveLength(1)
    const other = await begun()
    await within(other, stop)
    now = new Date(now.getTime() + minutes(60 * 25))
    await live.round(signal)
    expect(asked).toHaveLength(1)
  })

  test.each(['has left', 'linked another chat'])('an officer who %s sees no more of it', async what => {
    await links(newsroom.writer, bee)
    const bulletin = await begun()
    await live.round(signal)
    if (what === 'has left') await newsroom.within(async em => { await endOfficer(em, await em.findOneOrFail(Officer, { id: newsroom.writer.id }), now) })
    else await links(newsroom.writer, { channel: 'telegram', id: '73' })
    await within(bulletin, pause)
    await live.round(signal)
    expect(asked).toHaveLength(1)
    expect(await room.orm.em.fork().findOneOrFail(OfficerMessage, { bulletinId: bulletin.id })).toMatchObject({ state: 'done' })
  })

  test('whoever asks for it anew gets a new message, which is the one that changes from then on', async () => {
    await links(newsroom.lead, bee)
    const bulletin = await begun()
    await live.round(signal)
    await newsroom.within(async em => { await watch(em, 'telegram', await em.findOneOrFail(Officer, { id: newsroom.lead.id }), bulletin.id, { anew: true }) })
    await live.round(signal)
    await within(bulletin, pause)
    await live.round(signal)
    expect(asked.map(({ what, id }) => `${what} ${id}`)).toEqual(['send 71', 'send 71', 'edit m2'])
  })

  test('a platform that is away is asked again; one that orders a pause is left alone; a message that is gone is not looked for', async () => {
    await links(newsroom.writer, bee)
    const bulletin = await begun()
    fails = new SendError('tryAgain', 'away')
    await live.round(signal)
    fails = null
    await live.round(signal)
    expect(asked).toHaveLength(1)
    await within(bulletin, pause)
    fails = new SendError('waitUntil', 'slow down', { until: new Date(now.getTime() + seconds(30)) })
    await live.round(signal)
    expect(await pausedUntil(room.orm, 'telegram')).toEqual(new Date(now.getTime() + seconds(30)))
    fails = null
    await live.round(signal)
    expect(asked).toHaveLength(1)
    now = new Date(now.getTime() + seconds(31))
    await live.round(signal)
    expect(asked).toHaveLength(2)
    fails = new SendError('rejected', 'message to edit not found')
    await within(bulletin, resume)
    await live.round(signal)
    fails = null
    await live.round(signal)
    expect(asked).toHaveLength(2)
  })

  test('where nothing can be changed only turns of events are told, and not to whoever turned them', async () => {
    const zalo = { name: 'zalo-oa' } as unknown as Channel
    const onZalo = liveProgress(room, zalo, 0)
    const said = async (): Promise<string[]> => (await room.orm.em.fork().find(Reply, {}, { orderBy: { id: 'asc' } })).map(row => openReply(room.keys, row).message.text.split('\n')[0] ?? '')
    await links(newsroom.writer, { channel: 'zalo-oa', id: '246' })
    await links(newsroom.lead, { channel: 'zalo-oa', id: '247' })
    const bulletin = await begun()
    await onZalo.round(signal)
    await onZalo.round(signal)
    expect(await said()).toHaveLength(2)
    await newsroom.within(async em => {
      const one = await em.findOneOrFail(Bulletin, { id: bulletin.id })
      await pause(em, room, newsroom.lead, one)
      await knowsAlready(em, room, zalo, newsroom.lead, one)
    })
    await onZalo.round(signal)
    expect(await said()).toHaveLength(3)
    await within(bulletin, stop)
    await onZalo.round(signal)
    await onZalo.round(signal)
    expect((await said()).slice(3).every(text => text.includes('đã dừng'))).toBe(true)
    expect(await said()).toHaveLength(5)
  })

  test('a stolen disk says nothing of the chats', async () => {
    await links(newsroom.writer, { channel: 'telegram', id: '712345678901' })
    await begun()
    await live.round(signal)
    expect((await database.stolen()).includes('712345678901')).toBe(false)
  })
})
