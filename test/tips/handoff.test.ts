// A tip on its way to the agency's own system, whatever state that is in.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hours, minutes, seconds } from '../../src/clock.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { Attachment } from '../../src/tips/attachment.ts'
import { deliverHandoffs, sendAgain } from '../../src/tips/deliver-handoff.ts'
import { Handoff, queueHandoff } from '../../src/tips/handoff.ts'
import { TipHistory } from '../../src/tips/history.ts'
import { Recipients } from '../../src/tips/recipients.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { databases, type TestDatabase, withDatabase } from '../database.ts'
import { anAgency, lan, race, type World } from './agency-world.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  const start = async (): Promise<World> => world = await anAgency(database.orm)
  beforeAll(async () => { database = await withDatabase(kind) }, 60_000)
  beforeEach(async () => { await database.empty() })
  afterEach(async () => { await world.stop() })
  afterAll(async () => { await database.close() })

  test('the agency gets a tip and opens it with its own key; nothing else of it can be read on the way', async () => {
    const { agency, tells, deliver } = await start()
    const { id, code } = await tells()
    expect(await deliver()).toBe(1)

    const known = agency.tips.get(id)
    expect(known?.story).toMatchObject({ v: 1, what: race.what, place: { commune: '30307', detail: 'cầu Hoàng Diệu' }, files: [] })
    expect(known?.clear).toMatchObject({ id, category: 'public_disorder', commune: '30307', source: 'telegram', receivedOn: '2026-11-12', unit: 'commune:30307' })
    const body = agency.requests[0]?.body ?? ''
    for (const secret of ['đua', 'Hoàng Diệu', code, code.slice(0, 9), `"${lan.id}"`, world.secret]) expect(body).not.toContain(secret)
    expect(JSON.parse(body)).toMatchObject({ type: 'tip.received', timestamp: '2026-11-12T00:00:00+07:00' })
  })

  test('what the agency took is acknowledged, with its reference, and the reporter is not disturbed', async () => {
    const { orm, tells, deliver, handoffs, tip } = await start()
    const { id } = await tells()
    await deliver()
    expect(await handoffs()).toMatchObject([{ state: 'acknowledged', dueAt: null, leasedUntil: null, attempts: 1, reference: 'AG-1', lastProblem: null }])
    expect((await tip(id)).status).toBe('acknowledged')
    const history = await orm.em.fork().find(TipHistory, { tipId: id }, { orderBy: { id: 'asc' } })
    expect(history.map(({ to, by, on }) => ({ to, by, on }))).toEqual([{ to: 'submitted', by: 'reporter', on: '2026-11-12' }, { to: 'acknowledged', by: 'agency', on: '2026-11-12' }])
    expect(await orm.em.fork().count(Reply)).toBe(0)
    expect(await deliver()).toBe(0)
  })

  test('a dead agency gets the tip once it is back, once, under the same webhook-id', async () => {
    const { agency, tells, deliver, handoffs, passes } = await start()
    const { id } = await tells()
    await agency.goesDown()
    await deliver()
    const [waiting] = await handoffs()
    expect(waiting).toMatchObject({ state: 'waiting', lastProblem: 'refused', attempts: 1 })
    expect(await deliver()).toBe(0)
    await agency.comesBack()
    passes(seconds(6))
    await deliver()
    await deliver()
    expect(agency.requests.map(request => request.id)).toEqual([waiting?.webhookId])
    expect(agency.tips.get(id)?.story).toMatchObject({ what: race.what })
  })

  test('an agency whose answer was lost is told again, signed anew, and knows that it has it', async () => {
    const { agency, tells, adds, deliver, passes } = await start()
    const { id } = await tells()
    await deliver()
    await adds(id, 'Biển số 67-A1.')
    agency.faults.push('lost')
    await deliver()
    passes(minutes(10))
    await deliver()
    const [, first, again] = agency.requests
    expect(again?.id).toBe(first?.id)
    expect(Number(again?.timestamp) - Number(first?.timestamp)).toBe(600)
    expect(agency.requests.map(request => request.signed)).toEqual([true, true, true])
    expect(agency.tips.get(id)?.added).toEqual([{ v: 1, text: 'Biển số 67-A1.', files: [] }])
  })

  test('what is added arrives after the tip and in its order, while other tips go ahead', async () => {
    const { agency, tells, adds, deliver, passes } = await start()
    const { id } = await tells()
    await adds(id, 'một')
    await adds(id, 'hai')
    agency.faults.push({ status: 500 })
    await deliver()
    expect(agency.requests).toHaveLength(1)
    const other = await tells({ what: 'Đánh bạc.' })
    await deliver()
    expect([...agency.tips.keys()]).toEqual([other.id])
    passes(seconds(6))
    await deliver()
    expect(agency.requests.slice(2).map(request => (JSON.parse(request.body) as { type: string }).type)).toEqual(['tip.received', 'tip.added', 'tip.added'])
    expect(agency.tips.get(id)?.added).toMatchObject([{ text: 'một' }, { text: 'hai' }])
  })

  test('a 200 is an acknowledgement, whatever comes with it', async () => {
    const { agency, tells, deliver, handoffs } = await start()
    for (const fault of ['rubbish', 'endless'] as const) {
      await tells()
      agency.faults.push(fault)
      await deliver({ deadline: 2000 })
    }
    expect((await handoffs()).map(({ state, reference }) => ({ state, reference: reference ?? null }))).toEqual([{ state: 'acknowledged', reference: null }, { state: 'acknowledged', reference: null }])
  })

  test('a failed try is remembered by a word of ours, never by what the server said', async () => {
    const { agency, tells, deliver, handoffs, logged } = await start()
    await tells()
    agency.faults.push({ status: 500 })
    await deliver()
    expect(await handoffs()).toMatchObject([{ state: 'waiting', lastProblem: 'http-500' }])
    expect(JSON.stringify(await handoffs()) + logged()).not.toContain('must not be kept')
  })

  test('a server that hangs is left after the deadline, and the other tips go meanwhile', async () => {
    const { agency, tells, deliver, handoffs } = await start()
    for (let i = 0; i < 3; i++) await tells()
    agency.faults.push('slow')
    const began = performance.now()
    await deliver({ deadline: 400 })
    expect(performance.now() - began).toBeLessThan(5000)
    const outcomes = (await handoffs()).map(({ state, lastProblem }) => lastProblem ?? state).sort()
    expect(outcomes).toEqual(['acknowledged', 'acknowledged', 'timed-out'])
  })

  test('a tip is not led elsewhere by a redirect', async () => {
    const { agency, tells, deliver, handoffs } = await start()
    let elsewhere = 0
    const other = createServer((_, response) => { elsewhere++; response.end() })
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    agency.faults.push({ status: 307, headers: { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/` } })
    await tells()
    await deliver()
    other.close()
    expect(elsewhere).toBe(0)
    expect(await handoffs()).toMatchObject([{ state: 'waiting', lastProblem: 'http-307' }])
  })

  test('an agency that asks for time gets it, in seconds or until a date, and never less than the usual pause', async () => {
    const { agency, tells, deliver, handoffs, at } = await start()
    const tomorrow = new Date(at.now.getTime() + hours(3))
    for (const headers of [{ 'retry-after': '7200' }, { 'retry-after': tomorrow.toUTCString() }, { 'retry-after': '0' }, { 'retry-after': '99999999' }, { 'retry-after': 'soon' }]) {
      await tells()
      agency.faults.push({ status: 429, headers })
      await deliver()
    }
    const pauses = (await handoffs()).map(({ dueAt }) => ((dueAt?.getTime() ?? 0) - at.now.getTime()) / 1000)
    expect(pauses[0]).toBe(7200)
    // Dates have whole seconds.
    expect(Math.abs((pauses[1] ?? 0) - 10_800)).toBeLessThan(1)
    expect(pauses[2]).toBeGreaterThanOrEqual(5)
    expect(pauses[2]).toBeLessThan(6)
    expect(pauses[3]).toBe(86_400)
    expect(pauses[4]).toBeLessThan(6)
  })

  test('an agency that wants no more is asked no more, until an operator sends the tip again', async () => {
    const { orm, agency, tells, adds, deliver, handoffs, passes, at } = await start()
    const { id } = await tells()
    await adds(id, 'thêm')
    agency.faults.push({ status: 410 })
    await deliver()
    const [stuck, added] = await handoffs()
    expect(stuck).toMatchObject({ state: 'stuck', dueAt: null, lastProblem: 'http-410', attempts: 1 })
    // What came later does not wait for it.
    expect(added).toMatchObject({ state: 'acknowledged' })
    passes(hours(200))
    expect(await deliver()).toBe(0)
    expect(await sendAgain(orm.em.fork(), stuck?.id ?? 0, at.now)).toBe(true)
    expect(await deliver()).toBe(1)
    expect(agency.requests.at(-1)?.id).toBe(stuck?.webhookId)
    expect((await handoffs())[0]).toMatchObject({ state: 'acknowledged', lastProblem: null })
    expect(await sendAgain(orm.em.fork(), stuck?.id ?? 0, at.now)).toBe(false)
  })

  test('an agency that is away for days is tried ten times in about 75 hours, then an operator must look', async () => {
    const { agency, tells, deliver, handoffs, at } = await start()
    await tells()
    await agency.goesDown()
    const began = at.now
    const outcomes: string[] = []
    for (let i = 0; i < 20; i++) {
      await deliver({ observe: outcome => outcomes.push(outcome) })
      const due = (await handoffs())[0]?.dueAt
      if (due == null) break
      at.now = due
    }
    const away = (at.now.getTime() - began.getTime()) / hours(1)
    expect(away).toBeGreaterThan(75)
    expect(away).toBeLessThan(84)
    expect(outcomes).toEqual([...Array<string>(9).fill('again'), 'stuck'])
    expect(await handoffs()).toMatchObject([{ state: 'stuck', attempts: 10, lastProblem: 'refused' }])
    await agency.comesBack()
  })

  test('an officer of the agency gets the photo twice: as it came, and without what the phone wrote into it', async () => {
    const { agency, tells, deliver, fileArrives } = await start()
    const { id } = await tells()
    const both = await fileArrives(id, { copy: 'sạch', original: 'ảnh gốc' })
    const bare = await fileArrives(id, { copy: null, original: 'phim' })
    await deliver()
    const files = agency.tips.get(id)?.files.map(({ id, which, about, bytes }) => ({ id, which, name: (about as { name: string }).name, text: new TextDecoder().decode(bytes) }))
    expect(files).toEqual([
      { id: both.publicId, which: 'copy', name: 'IMG_1.jpg', text: 'sạch' },
      { id: both.publicId, which: 'original', name: 'IMG_1.jpg', text: 'ảnh gốc' },
      { id: bare.publicId, which: 'original', name: 'IMG_1.jpg', text: 'phim' },
    ])
  })

  test('a unit that is new to a tip gets its story and all its files', async () => {
    const { orm, agency, tells, deliver, fileArrives, at } = await start()
    const { id } = await tells()
    await fileArrives(id, { copy: 'sạch', original: 'ảnh gốc' })
    await deliver()
    agency.tips.clear()
    await inTransaction(orm, async em => { queueHandoff(em, { type: 'tip.routed', tipId: id, now: at.now }) })
    await deliver()
    expect(agency.tips.get(id)).toMatchObject({ story: { what: race.what }, files: [{ which: 'copy' }, { which: 'original' }] })
  })

  test('a file that was removed before it could be told of is not waited for', async () => {
    const { orm, agency, tells, deliver, fileArrives, handoffs } = await start()
    const { id } = await tells()
    const file = await fileArrives(id, { copy: null, original: 'phim' })
    await orm.em.fork().nativeUpdate(Attachment, { id: file.id }, { state: 'removed', sealedAbout: null })
    await deliver()
    expect(agency.requests).toHaveLength(1)
    expect((await handoffs())[1]).toMatchObject({ state: 'stuck', dueAt: null, lastProblem: 'nothing-to-send' })
  })

  test('two workers at once tell the agency of each tip once', async () => {
    const { agency, tells, deliver } = await start()
    for (let i = 0; i < 6; i++) await tells()
    const made = await Promise.all([deliver(), deliver()])
    expect((made[0] ?? 0) + (made[1] ?? 0)).toBe(6)
    expect(new Set(agency.requests.map(request => request.id)).size).toBe(6)
    expect(agency.requests).toHaveLength(6)
  })

  test('a worker that died in the middle leaves the tip to the next one, after its lease', async () => {
    const { orm, agency, room, tells, deliver, handoffs, passes } = await start()
    await tells()
    // It reads the clock for the last time, and is gone.
    let asked = 0
    const dying = { ...room, clock: () => { if (++asked > 1) throw new Error('power cut'); return room.clock() } }
    await expect(deliverHandoffs(orm, dying, { url: agency.url, secret: world.secret, publicUrl: world.url })).rejects.toThrow('power cut')
    expect(await deliver()).toBe(0)
    passes(minutes(2))
    expect(await deliver()).toBe(1)
    expect(await handoffs()).toMatchObject([{ state: 'acknowledged', attempts: 2 }])
  })

  test('a tip that breaks every worker that takes it up is given up in the end', async () => {
    const { orm, agency, tells, deliver, handoffs } = await start()
    await tells()
    await orm.em.fork().nativeUpdate(Handoff, {}, { attempts: 10 })
    await deliver()
    expect(agency.requests).toHaveLength(0)
    expect(await handoffs()).toMatchObject([{ state: 'stuck', dueAt: null, lastProblem: 'broken' }])
  })

  test('a tip that the agency’s duty desk cannot open is acknowledged all the same', async () => {
    const { agency, room, tells, deliver, handoffs } = await start()
    const stranger = await identityToRecipient(await generateX25519Identity())
    room.recipients = new Recipients([stranger], new Map())
    const { id } = await tells()
    await deliver()
    expect(agency.tips.get(id)).toMatchObject({ story: null, clear: { unit: 'commune:30307' } })
    expect(await handoffs()).toMatchObject([{ state: 'acknowledged' }])
  })

  test('at an orderly stop nothing more is begun', async () => {
    const { agency, tells, deliver } = await start()
    await tells()
    expect(await deliver({ stop: AbortSignal.abort() })).toBe(0)
    expect(agency.requests).toHaveLength(0)
    expect(await deliver()).toBe(1)
  })
})
