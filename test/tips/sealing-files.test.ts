// Files people sent in a chat: fetched, cleaned, sealed and handed over; or lost, and the person told.
import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fetched } from '../../src/channels/channel.ts'
import type { FileRef } from '../../src/channels/message.ts'
import { SendError } from '../../src/channels/send-error.ts'
import { days, hours, minutes, seconds } from '../../src/clock.ts'
import { moveTip } from '../../src/tips/answer.ts'
import { Attachment } from '../../src/tips/attachment.ts'
import { fileCleaner } from '../../src/tips/cleaning/clean-in-worker.ts'
import { runAttachments } from '../../src/tips/files.ts'
import { Handoff } from '../../src/tips/handoff.ts'
import { aboutPlace } from '../../src/tips/inside.ts'
import { readAbout } from '../../src/tips/read-inside.ts'
import { expire } from '../../src/tips/retention.ts'
import { newId } from '../../src/tips/room.ts'
import { fileSealer } from '../../src/tips/seal-in-worker.ts'
import { readSealedFile, sealedSize, storeSealedUpload } from '../../src/tips/sealed-files.ts'
import { open, openFile, sealFile } from '../../src/tips/sealing.ts'
import { Tip } from '../../src/tips/tip.ts'
import { WrongCode } from '../../src/tips/wrong-code.ts'
import { AddressLink } from '../../src/tips/address-link.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'
import { author, docx, has, photo } from './files.ts'
import { hien, makeWorld, type World } from './tip-room.ts'

const tools = { cleaner: fileCleaner(), sealer: fileSealer() }
afterAll(async () => { await Promise.all([tools.cleaner.stop(), tools.sealer.stop()]) })

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  let world: World
  beforeAll(async () => {
    database = await withDatabase(kind)
    world = await makeWorld(database)
  })
  beforeEach(async () => {
    await database.empty()
    await rm(join(database.dataDir, 'attachments'), { recursive: true, force: true })
  })
  afterAll(async () => {
    await database.close()
    await rm(`${database.dataDir}-elsewhere`, { recursive: true, force: true })
  })
  const em = () => database.orm.em.fork()
  const onDisk = async (): Promise<number> => (await readdir(join(database.dataDir, 'attachments')).catch(() => [])).length

  /** The channel's side: what it gives for each file. */
  async function work (give: (file: FileRef) => Fetched | SendError) {
    const telegram = {
      name: 'telegram' as const,
      fetchFile: async (file: FileRef): Promise<Fetched> => {
        const given = give(file)
        if (given instanceof SendError) throw given
        return await Promise.resolve(given)
      },
    }
    return await runAttachments(database.orm, world.room, [telegram], tools, world.room.clock())
  }

  test('a photo is kept sealed as it came, and the officers’ copy tells neither place nor name', async () => {
    await world.tell({ files: [{ ref: 'p', kind: 'photo', name: 'C:\\Users\\An\\IMG_1.jpg' }] })
    const bytes = await photo('jpeg')
    expect(has(bytes, author)).toBe(true)
    expect((await sharp(bytes).metadata()).exif).toBeDefined()
    expect(await work(() => ({ bytes }))).toMatchObject({ sealed: 1, lost: 0, later: 0 })

    const attachment = await world.one(Attachment)
    expect(attachment).toMatchObject({ state: 'sealed', source: null, dueAt: null, leasedUntil: null })
    const original = await readSealedFile(database.dataDir, attachment.publicId, 'original')
    expect(original).toHaveLength(attachment.originalBytes)
    expect(Buffer.compare(await openFile(original, [world.duty]), bytes)).toBe(0)
    const copy = await openFile(await readSealedFile(database.dataDir, attachment.publicId, 'copy'), [world.duty])
    expect(has(copy, author)).toBe(false)
    expect((await sharp(copy).metadata()).exif).toBeUndefined()
    expect(readAbout(await open(attachment.sealedAbout ?? '', [world.duty], aboutPlace(attachment.publicId)))).toMatchObject({
      name: 'IMG_1.jpg', kind: 'photo', original: { mime: 'image/jpeg', bytes: bytes.length }, copy: { bytes: copy.length },
    })
    expect(await em().find(Handoff, { type: 'tip.added' })).toMatchObject([{ attachmentId: attachment.id, tipId: attachment.tipId }])
    expect(has(await database.stolen(), author)).toBe(false)
  })

  test('what cannot be cleaned has no copy, and officers are told', async () => {
    await world.tell({ files: [{ ref: 'd', kind: 'document' }] })
    const bytes = await docx()
    // Cut at the end: recognized, not readable.
    expect(await work(() => ({ bytes: bytes.subarray(0, bytes.length - 30) }))).toMatchObject({ sealed: 1 })
    const { publicId, copyBytes, originalBytes, sealedAbout } = await world.one(Attachment)
    expect([copyBytes, originalBytes > 0, await sealedSize(database.dataDir, publicId, 'copy')]).toEqual([0, true, 0])
    expect(readAbout(await open(sealedAbout ?? '', [world.duty], aboutPlace(publicId)))?.copy).toBeNull()
  })

  test.each([
    ['a program', () => ({ bytes: new Uint8Array(Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0', 'latin1')) }), 'Loại tệp này chưa nhận được'],
    ['empty', () => ({ bytes: new Uint8Array() }), 'hỏng hoặc không tải được'],
    ['larger than 25 MiB', () => ({ bytes: new Uint8Array(25 * 1024 * 1024 + 1) }), 'hỏng hoặc không tải được'],
    ['gone on the platform', () => new SendError('rejected', 'gone'), 'hỏng hoặc không tải được'],
  ])('a file that is %s is given up, and the person is told', async (_, give, words) => {
    await world.tell({ files: [{ ref: 'x', kind: 'document' }] })
    expect(await work(give)).toMatchObject({ sealed: 0, lost: 1, later: 0 })
    expect(await world.one(Attachment)).toMatchObject({ state: 'lost', source: null, dueAt: null })
    const [said] = await world.said()
    expect(said?.address).toEqual(hien)
    expect(said?.text).toContain(words)
    expect(await onDisk()).toBe(0)
    expect(await em().count(Handoff, { type: 'tip.added' })).toBe(0)
  })

  test('a download that fails is tried again later, others do not wait for it, and after a day it is given up', async () => {
    await world.tell({ files: [{ ref: 'bad', kind: 'photo' }, { ref: 'good', kind: 'photo' }] })
    const bytes = await photo('png')
    const give = ({ ref }: FileRef) => ref === 'good' ? { bytes } : new SendError('tryAgain', 'the line is down')
    const first = await work(give)
    expect(first).toMatchObject({ sealed: 1, later: 1 })
    expect(first.troubles).toHaveLength(1)
    expect(await work(give)).toMatchObject({ sealed: 0, later: 0 })
    let rounds = 1
    for (; (await em().count(Attachment, { state: 'waiting' })) > 0 && rounds < 100; rounds++) {
      world.pass(hours(1) + minutes(13))
      await work(give)
    }
    expect(rounds).toBe(25)
    expect((await world.said()).map(({ text }) => text)).toEqual(['Một tệp bạn gửi bị hỏng hoặc không tải được. Phần còn lại của tin vẫn an toàn.'])
  })

  test('when the platform says how long to wait, we wait so long', async () => {
    await world.tell({ files: [{ ref: 'x', kind: 'photo' }] })
    const until = new Date(world.room.clock().getTime() + seconds(300))
    await work(() => new SendError('waitUntil', 'slowly', { until }))
    expect((await world.one(Attachment)).dueAt).toEqual(until)
  })

  describe('a file sealed in a browser', () => {
    const upload = async (bytes: Uint8Array, limit?: number) => {
      const publicId = newId(world.room.random)
      return { publicId, answer: await storeSealedUpload(database.dataDir, publicId, 'original', one(bytes), limit) }
    }

    test('is kept whole, and the same name never written twice', async () => {
      const sealed = await sealFile(new Uint8Array(200_000).fill(7), world.room.recipients.for(['province:duty']))
      const { publicId, answer } = await upload(sealed)
      expect(answer).toBe('stored')
      const other = await sealFile(new Uint8Array(3), world.room.recipients.for(['province:duty']))
      expect(await storeSealedUpload(database.dataDir, publicId, 'original', one(other))).toBe('already')
      expect(Buffer.compare(await readSealedFile(database.dataDir, publicId, 'original'), sealed)).toBe(0)
    })

    test('that is not sealed, too large, or named as a path, leaves nothing behind', async () => {
      const sealed = await sealFile(new Uint8Array(5000), world.room.recipients.for(['province:duty']))
      await expect(upload(await photo('jpeg'))).rejects.toMatchObject({ because: 'malformed' })
      await expect(upload(new Uint8Array())).rejects.toMatchObject({ because: 'malformed' })
      await expect(upload(sealed, 4000)).rejects.toMatchObject({ because: 'too-long' })
      await expect(storeSealedUpload(database.dataDir, '../../x', 'original', one(sealed))).rejects.toMatchObject({ because: 'malformed' })
      expect(await onDisk()).toBe(0)
    })
  })

  describe('what is over', () => {
    test('goes: links after a year, counts of wrong codes, and uploads that no tip came for', async () => {
      await world.tell()
      await em().insert(WrongCode, { who: 'x', tries: 9, waitUntil: world.room.clock(), until: world.room.clock() })
      const publicId = newId(world.room.random)
      await storeSealedUpload(database.dataDir, publicId, 'copy', one(await sealFile(new Uint8Array(9), world.room.recipients.for(['province:duty']))))
      const file = join(database.dataDir, 'attachments', `${publicId}.copy.age`)
      await utimes(file, world.room.clock(), world.room.clock())
      expect(await expire(database.orm, world.room, world.room.clock())).toEqual({ links: 0, wrongCodes: 0, marks: 0, attachments: 0, uploads: 0 })
      const later = new Date(world.room.clock().getTime() + days(366))
      expect(await expire(database.orm, world.room, later)).toEqual({ links: 1, wrongCodes: 1, marks: 2, attachments: 0, uploads: 1 })
      expect([await em().count(AddressLink, {}), await onDisk()]).toEqual([0, 0])
    })

    test('files go 90 days after archiving, but not while the agency still waits for something', async () => {
      await withFile()
      const { id } = await world.one(Tip)
      for (const to of ['acknowledged', 'triaged', 'verifying', 'initiated', 'notified', 'archived'] as const) await world.within(async em => await moveTip(em, world.room, id, to, 'agency'))
      const gone = async (after: number) => (await expire(database.orm, world.room, new Date(world.room.clock().getTime() + days(after)))).attachments
      expect(await gone(89)).toBe(0)
      await em().nativeUpdate(Handoff, {}, { attempts: 3, state: 'stuck' })
      expect(await gone(91)).toBe(0)
      await em().nativeUpdate(Handoff, {}, { state: 'acknowledged' })
      expect(await onDisk()).toBe(2)
      expect(await gone(91)).toBe(1)
      expect(await onDisk()).toBe(0)
      expect(await world.one(Attachment)).toMatchObject({ state: 'removed', sealedAbout: null, originalBytes: 0, copyBytes: 0 })
      expect((await world.one(Tip)).sealed).not.toBe('')
    })

    test('the files of an erased tip go with the next run', async () => {
      await withFile()
      const { id } = await world.one(Tip)
      await em().nativeUpdate(Tip, { id }, { status: 'archived' })
      await world.within(async em => await moveTip(em, world.room, id, 'erased', 'command line'))
      expect(await onDisk()).toBe(2)
      expect((await expire(database.orm, world.room, world.room.clock())).attachments).toBe(1)
      expect(await onDisk()).toBe(0)
    })

    async function withFile (): Promise<void> {
      await world.tell({ files: [{ ref: 'p', kind: 'photo' }] })
      const bytes = await photo('webp')
      await work(() => ({ bytes }))
    }
  })
})

async function * one (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield * await Promise.resolve([bytes])
}
