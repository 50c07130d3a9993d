// A tip is taken in sealed, once, and whoever steals the disk learns nothing from it.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessHash, deriveKeys, makeCode, parseCode } from '../../src/tips/code.ts'
import { AddressLink } from '../../src/tips/address-link.ts'
import { Attachment } from '../../src/tips/attachment.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { TipHistory } from '../../src/tips/history.ts'
import { aboutPlace, storyPlace } from '../../src/tips/inside.ts'
import { receiveSealed } from '../../src/tips/receive.ts'
import { readStory } from '../../src/tips/read-inside.ts'
import { Refused } from '../../src/tips/refused.ts'
import { newId } from '../../src/tips/room.ts'
import { routeOf } from '../../src/tips/route.ts'
import { storeSealedUpload } from '../../src/tips/sealed-files.ts'
import { open, seal, sealFile } from '../../src/tips/sealing.ts'
import { Tip } from '../../src/tips/tip.ts'
import type { Addition, TipUpload } from '../../src/tips/upload.ts'
import { Counter } from '../../src/db/counter.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { hien, makeWorld, story, type World } from './tip-room.ts'

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

  describe('a tip told in a chat', () => {
    test('gives a code and the dates of the law, and lies there with history, link, handoff and count', async () => {
      const receipt = await world.tell()
      expect(parseCode(receipt.code)).not.toBeNull()
      expect(receipt).toMatchObject({ transferBy: '2026-11-25', noticeBy: '2026-11-27', decideBy: '2026-12-14', linked: true })
      const tip = await em().findOneOrFail(Tip, { receivedOn: '2026-11-24' })
      expect(tip).toMatchObject({ status: 'submitted', category: 'drugs', commune: '30307', source: 'telegram', unit: 'commune:30307', units: ['commune:30307', 'province:drugs', 'province:duty'] })
      expect(await em().find(TipHistory, {})).toMatchObject([{ tipId: tip.id, from: null, to: 'submitted', by: 'reporter' }])
      expect(await em().find(AddressLink, {})).toMatchObject([{ tipId: tip.id, expiresOn: '2027-11-24' }])
      expect(await em().find(Handoff, {})).toMatchObject([{ tipId: tip.id, type: 'tip.received', state: 'waiting', lane: tip.id }])
      expect((await world.one(Handoff)).webhookId).toMatch(/^msg_[0-9a-f]{32}$/)
      expect(await em().find(Counter, {})).toMatchObject([{ day: '2026-11-24', what: 'tip-received', count: 1 }])
    })

    test('opens for the duty desk with all that was told, the place to a hundred metres', async () => {
      await world.tell({ files: [{ ref: 'file-1', kind: 'voice' }] })
      const tip = await world.one(Tip)
      const inside = readStory(await open(tip.sealed, [world.duty], storyPlace(tip.id)))
      expect(inside).toMatchObject({ what: story.what, contact: story.contact, place: { point: { lat: 10.386, lng: 105.435 } }, files: [{ kind: 'voice' }] })
      expect(await em().find(Attachment, {})).toMatchObject([{ publicId: inside?.files[0]?.id, tipId: tip.id, state: 'waiting' }])
    })

    test('about police, it cannot be opened by the duty desk', async () => {
      await world.tell({ aboutPolice: true })
      const tip = await world.one(Tip)
      expect(tip.units).toEqual(['province:inspectorate'])
      await expect(open(tip.sealed, [world.duty], storyPlace(tip.id))).rejects.toMatchObject({ failure: 'no-key' })
      expect(await open(tip.sealed, [world.inspectorate], storyPlace(tip.id))).toContain(story.what)
    })

    test('on an island, the police have a day more to pass it on', async () => {
      const receipt = await world.tell({ place: { ...story.place, commune: '31105' } })
      expect(receipt.transferBy).toBe('2026-11-26')
    })

    test('leaves nothing of the story, the code, the address or the phone number on a stolen disk', async () => {
      const receipt = await world.tell({ files: [{ ref: 'AgACAgUAAx-secret-file-ref', kind: 'photo', name: 'nha-toi.jpg' }] })
      const disk = await database.stolen()
      const { secret = '', locator = '' } = parseCode(receipt.code) ?? {}
      for (const secretText of [story.what, 'Cây Me', 'Hiền', '0912345678', hien.id, receipt.code, secret, 'secret-file-ref', 'nha-toi']) {
        expect(disk.includes(secretText), secretText).toBe(false)
        expect(disk.includes(Buffer.from(secretText).toString('base64').slice(0, -4)), secretText).toBe(false)
      }
      // It is the right disk: what may be there is.
      expect(disk.includes(locator)).toBe(true)
    })
  })

  describe('a tip sealed in the browser', () => {
    test('is taken as it is, and the same upload again gives the same receipt and no second tip', async () => {
      const { upload } = await sealedInBrowser()
      const receipt = await take(upload)
      expect(receipt).toEqual({ transferBy: '2026-11-25', noticeBy: '2026-11-27', decideBy: '2026-12-14', linked: false })
      expect(await take(upload)).toEqual(receipt)
      expect(await em().find(Tip, {})).toMatchObject([{ id: upload.id, sealed: upload.sealed, source: 'web-chat' }])
      expect(await em().count(Handoff, {})).toBe(1)
      expect((await world.one(Counter)).count).toBe(1)
    })

    test('with the id of another tip is refused', async () => {
      const { upload } = await sealedInBrowser()
      await take(upload)
      const other = (await sealedInBrowser()).upload
      expect(await refusal({ ...other, id: upload.id })).toBe('conflict')
    })

    test('whose locator is taken is told to make another code', async () => {
      const { upload } = await sealedInBrowser()
      await take(upload)
      expect(await refusal({ ...(await sealedInBrowser()).upload, locator: upload.locator })).toBe('locator')
    })

    test('sealed to other keys than those of its units is refused, also when it is about police', async () => {
      const { upload } = await sealedInBrowser()
      expect(await refusal({ ...upload, aboutPolice: true })).toBe('recipients')
      expect(await em().count(Tip, {})).toBe(0)
    })

    test('brings its files along, which are handed over each', async () => {
      const publicId = newId(world.room.random)
      const { upload } = await sealedInBrowser([publicId])
      expect(await refusal(upload)).toBe('files')
      const recipients = world.room.recipients.for(['province:duty'])
      await storeSealedUpload(database.dataDir, publicId, 'original', stream(await sealFile(new Uint8Array(1000), recipients)))
      await storeSealedUpload(database.dataDir, publicId, 'copy', stream(await sealFile(new Uint8Array(900), recipients)))
      await take(upload)
      const attachment = await em().findOneOrFail(Attachment, { publicId })
      expect(attachment).toMatchObject({ state: 'sealed', dueAt: null, tipId: upload.id })
      expect(attachment.originalBytes).toBeGreaterThan(attachment.copyBytes)
      expect(await em().find(Handoff, {}, { orderBy: { id: 'asc' } })).toMatchObject([{ type: 'tip.received' }, { type: 'tip.added', attachmentId: attachment.id }])
      expect(await refusal((await sealedInBrowser([publicId])).upload)).toBe('conflict')
    })

    test.each([
      ['nothing', () => undefined], ['a number', () => NaN], ['a list', () => []], ['an empty object', () => ({})],
      ['an unknown category', (upload: TipUpload) => ({ ...upload, category: 'opinion' })],
      ['an unknown commune', (upload: TipUpload) => ({ ...upload, commune: '99999' })],
      ['plain text in place of a sealed one', (upload: TipUpload) => ({ ...upload, sealed: 'chuyện' })],
      ['a private key as recipient', (upload: TipUpload) => ({ ...upload, reporterRecipient: world.duty })],
      ['eleven files', (upload: TipUpload) => ({ ...upload, files: Array.from({ length: 11 }, () => ({ publicId: newId(world.room.random), sealedAbout: upload.sealed })) })],
      ['a path as the id of a file', (upload: TipUpload) => ({ ...upload, files: [{ publicId: '../../../../etc/passwd', sealedAbout: upload.sealed }] })],
      ['something more than it should hold', (upload: TipUpload) => ({ ...upload, units: ['province:duty'] })],
    ])('that is %s is refused and harms nothing', async (_, change) => {
      const { upload } = await sealedInBrowser()
      expect(await refusal(change(upload))).toBe('malformed')
      expect(await em().count(Tip, {})).toBe(0)
    })
  })

  async function sealedInBrowser (publicIds: string[] = []): Promise<{ upload: TipUpload }> {
    const code = makeCode(world.room.random)
    const keys = await deriveKeys(code)
    const id = newId(world.room.random)
    const recipients = world.room.recipients.for(routeOf({ category: 'drugs', commune: '30307', aboutPolice: false }).units)
    const files: Addition['files'] = []
    for (const publicId of publicIds) files.push({ publicId, sealedAbout: await seal('{}', recipients, aboutPlace(publicId)) })
    return {
      upload: {
        id, locator: code.locator, accessHash: accessHash(keys.access), reporterRecipient: keys.recipient,
        category: 'drugs', commune: '30307', aboutPolice: false, language: 'vi', files,
        sealed: await seal(JSON.stringify({ v: 1, ...story, files: publicIds.map(id => ({ id, kind: 'photo' })) }), recipients, storyPlace(id)),
      },
    }
  }

  async function take (upload: unknown) {
    return await world.within(async em => await receiveSealed(em, world.room, upload, null))
  }

  async function refusal (upload: unknown): Promise<string> {
    try {
      await take(upload)
      return 'taken'
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return error.because
    }
  }
})

async function * stream (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 300) yield bytes.subarray(from, from + 300)
}
