// npm run tips: enough to work without a console, beside a running server.
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MikroORM, type Options } from '@mikro-orm/sql'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ormOptions } from '../../mikro-orm.config.ts'
import { openReply } from '../../src/conversation/say.ts'
import { Reply } from '../../src/conversation/reply.ts'
import { migrate } from '../../src/db/migrate.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { says } from '../../src/locales.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../src/server-key.ts'
import { Attachment } from '../../src/tips/attachment.ts'
import { fileCleaner } from '../../src/tips/cleaning/clean-in-worker.ts'
import { runAttachments } from '../../src/tips/files.ts'
import { receiveTip } from '../../src/tips/receive.ts'
import { loadOrCreateRecipients } from '../../src/tips/recipients.ts'
import type { TipRoom } from '../../src/tips/room.ts'
import { fileSealer } from '../../src/tips/seal-in-worker.ts'
import { Tip } from '../../src/tips/tip.ts'
import { has, author, photo } from './files.ts'
import { hien, story } from './tip-room.ts'

interface Ran { code: number, out: string, err: string }

let dataDir: string
let keys: ServerKeys
/** Stays open all the while, as the server's would. */
let orm: MikroORM
let id: string

async function tips (args: string[], input = '', env: Record<string, string> = {}): Promise<Ran> {
  return await new Promise(resolve => {
    const child = execFile(process.execPath, ['src/tips.ts', ...args], { env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err })
    })
    child.stdin?.end(input)
  })
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-test-'))
  const random = (n: number): Uint8Array => randomBytes(n)
  keys = loadOrCreateServerKeys(join(dataDir, 'server.key'), random).keys
  const { recipients } = await loadOrCreateRecipients(null, dataDir)
  orm = await MikroORM.init(await ormOptions({ kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') }) as Options)
  await migrate(orm)
  const room: TipRoom = { keys, recipients, clock: () => new Date(), dataDir, random, say: language => says[language], brings: async () => true }
  await inTransaction(orm, async em => await receiveTip(em, room, { ...story, what: `${story.what}\u001b[2J\u202e`, files: [{ ref: 'p', kind: 'photo', name: 'nha.jpg' }] }, hien))
  const bytes = await photo('jpeg')
  const tools = { cleaner: fileCleaner(), sealer: fileSealer() }
  await runAttachments(orm, room, [{ name: 'telegram', fetchFile: async () => await Promise.resolve({ bytes }) }], tools, new Date())
  await Promise.all([tools.cleaner.stop(), tools.sealer.stop()])
  id = (await orm.em.fork().findAll(Tip))[0]?.id ?? ''
}, 60_000)
afterAll(async () => {
  await orm.close()
  await rm(dataDir, { recursive: true, force: true })
})

describe('at the command line', { timeout: 60_000 }, () => {
  test('an officer lists tips, opens one with the duty key, and saves its files', async () => {
    const list = await tips(['list'])
    expect(list).toMatchObject({ code: 0, err: '' })
    expect(list.out).toMatch(new RegExp(`${id.slice(0, 8)} .*submitted .*Ma túy .*Phường Long Xuyên .*commune:30307`))
    expect(list.out).not.toContain(story.what)

    const folder = join(dataDir, 'opened')
    const shown = await tips(['show', id.slice(0, 6), '--identity', join(dataDir, 'tip-keys', 'duty.txt'), '--save', folder])
    expect(shown.err).toBe('')
    for (const words of [`Việc gì: ${story.what}`, 'Có trẻ em hoặc học sinh ở trong chuyện này không?: Có', 'Nơi: Phường Long Xuyên', 'Khi nào: Xảy ra nhiều lần', 'Điện thoại: 0912345678', 'nha.jpg', '-> submitted, reporter']) expect(shown.out).toContain(words)
    // oxlint-disable-next-line no-control-regex
    expect(shown.out).not.toMatch(/[\u001b\u202e]/)
    expect(shown.out).not.toContain(hien.id)
    const files = (await readdir(folder)).sort()
    const { publicId } = (await orm.em.fork().findAll(Attachment))[0] ?? { publicId: '' }
    expect(files).toEqual([`${publicId}.copy.jpg`, `${publicId}.original.jpg`])
    expect(has(await readFile(join(folder, files[0] ?? '')), author)).toBe(false)
    expect(has(await readFile(join(folder, files[1] ?? '')), author)).toBe(true)
    expect((await stat(join(folder, files[1] ?? ''))).mode & 0o077).toBe(0)
  })

  test('the inspectorate’s key does not open it, and says so', async () => {
    const shown = await tips(['show', id, '--identity', join(dataDir, 'tip-keys', 'inspectorate.txt')])
    expect(shown.code).toBe(0)
    expect(shown.out).toContain('None of the keys given opens this sealed value.')
    expect(shown.out).not.toContain('Cây Me')
  })

  test('an answer written there reaches the chat, and the status moves', async () => {
    expect(await tips(['answer', id, '--ask'], 'Xe màu gì?\n')).toMatchObject({ code: 0, out: `${id}: on its way to the reporter’s chat.\n` })
    const [reply] = await orm.em.fork().findAll(Reply)
    expect(reply === undefined ? null : openReply(keys, reply)).toMatchObject({ address: hien, message: { text: expect.stringMatching(/Xe màu gì\?$/) as string } })
    expect(await tips(['status', id, 'triaged'])).toMatchObject({ err: '', code: 0, out: `${id}: acknowledged -> triaged\n` })
    expect((await tips(['list', '--status', 'triaged'])).out).toContain(id.slice(0, 8))
  })

  test.each([
    [['show', '12', '--identity', 'KEY'], 2, /first four characters/],
    [['show', 'ffffffff-ffff', '--identity', 'package.json'], 2, /no private key/],
    [['status', 'ID', 'archived'], 2, /cannot become archived. What may follow: /],
    [['status', 'ID', 'verifying', '--reason', 'Nguyen Van A beat me'], 2, /without spaces/],
    [['answer', 'ID', '--text', ''], 2, /The answer is empty/],
    [['answer', 'ffffffff-ffff', '--text', 'x'], 2, /no tip with this id/],
    [['frobnicate'], 2, /is no command/],
    [['list', '--frobnicate'], 2, /--frobnicate/],
  ])('%j is refused in a sentence', async (args, code, sentence) => {
    const ran = await tips(args.map(arg => ({ ID: id, KEY: join(dataDir, 'tip-keys', 'duty.txt') })[arg] ?? arg))
    expect(ran.code).toBe(code)
    expect(ran.err).toMatch(sentence)
    expect(ran.err).not.toMatch(/\n {4}at /)
  })

  test('where no server ever ran, it says so and makes nothing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tin-bao-test-'))
    const ran = await tips(['list'], '', { DATA_DIR: empty })
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/Start the server once/) as string })
    expect(await readdir(empty)).toEqual([])
    await rm(empty, { recursive: true })
  })

  test('a newer server key is put on top, and what was sealed before still opens', async () => {
    const file = join(dataDir, 'server.key')
    const before = await readFile(file, 'utf8')
    expect(await tips(['rotate-server-key'])).toMatchObject({ code: 0, err: '' })
    // The whole old file stands below the new line.
    expect((await readFile(file, 'utf8')).endsWith(before)).toBe(true)
    expect((await tips(['answer', id, '--text', 'Cảm ơn'])).out).toContain('on its way')
    await writeFile(file, before)
  })
})
