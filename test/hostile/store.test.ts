// A disk that is full and a database that another process keeps: nothing told is lost, and all is well when it is over.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Reply } from '../../src/conversation/reply.ts'
import { says } from '../../src/locales.ts'
import { onTelegram, onWebChat } from '../people.ts'
import { aWorld, until, type World } from '../world.ts'

let world: World
beforeEach(async () => { world = await aWorld() })
afterEach(async () => { await world.stop() })

const menu = /Bạn cần gì/
const execute = async (sql: string): Promise<unknown> => await world.app.orm.em.fork().execute(sql)

/** The file may not grow any more, and what was free in it is taken: SQLite says what it says when the disk is full. */
async function diskFills (): Promise<void> {
  // What was said leaves room behind when it is let go of.
  await until(async () => await world.app.orm.em.fork().count(Reply) === 0)
  await execute('create table filler (bytes blob)')
  await execute('pragma max_page_count = 1')
  for (const size of [100_000, 4000, 400]) {
    await expect((async () => { for (;;) await execute(`insert into filler values (zeroblob(${size}))`) })()).rejects.toThrow(/full/)
  }
}

async function thereIsRoomAgain (): Promise<void> {
  await execute('pragma max_page_count = 1000000')
  await execute('drop table filler')
}

test('what Lan tells while the disk is full is not lost: Telegram keeps it, and she is answered when there is room again', async () => {
  const lan = onTelegram(world, 7201)
  await lan.writes('báo tin')
  await lan.presses(says.vi('chat.report.dangerNo'))
  await lan.hears(/Chuyện gì vậy/)
  await diskFills()
  const before = lan.heard().length
  await lan.writes(`Kho giấu ma túy trong vựa lúa đầu kinh. ${'Chuyện là vậy đó. '.repeat(180)}`)
  await until(() => world.logged().includes('telegram updates can not be kept'), 20_000)
  expect(lan.heard().slice(before)).toEqual([])
  expect(world.telegram.waiting()).toBeGreaterThan(0)
  // Alive, and the operator is told.
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200)
  expect(world.app.channels.find(({ name }) => name === 'telegram')?.health.trouble).toContain('can not be kept')

  await thereIsRoomAgain()
  await lan.hears(/thuộc loại/, 40_000)
  await lan.presses(/^Ma túy$/)
  await lan.hears(/mê man/)
  expect(lan.heard().filter(text => /thuộc loại/.test(text))).toHaveLength(1)
}, 90_000)

test('on the web chat a full disk is told in words, and what was written can be sent again', async () => {
  const minh = onWebChat(world)
  await minh.writes('menu')
  await minh.hears(menu)
  await diskFills()
  const long = `Kho giấu ma túy trong vựa lúa. ${'Chuyện là vậy đó. '.repeat(600)}`
  await expect(minh.writes(long)).rejects.toThrow(/POST \/chat: \d+ .*(Try again|Wait)/)
  await thereIsRoomAgain()
  await minh.writes('113')
  await minh.hears(/113/)
  // What was refused does not stand there as if it had been taken.
  expect(await minh.page()).not.toContain('vựa lúa')
}, 60_000)

test('another process that keeps the database for three seconds makes us slower and loses nothing', async () => {
  const [lan, minh] = [onTelegram(world, 7202), onWebChat(world)]
  await lan.writes('menu')
  await lan.hears(menu)
  const keeps = spawn(process.execPath, ['-e', `
    const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(join(world.dataDir, 'tin-bao.sqlite'))}, { timeout: 5000 })
    db.exec('begin immediate')
    console.log('kept')
    setTimeout(() => { db.exec('rollback'); db.close() }, 3000)`], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise(resolve => { keeps.once('close', resolve) })
  await new Promise(resolve => { keeps.stdout.once('data', resolve) })
  await Promise.all([lan.writes('trợ giúp'), minh.writes('trợ giúp')])
  expect(await ended).toBe(0)
  const help = new RegExp(says.vi('chat.help.what').slice(0, 20))
  await lan.hears(help, 20_000)
  await minh.hears(help, 20_000)
  expect(lan.heard().filter(text => help.test(text))).toHaveLength(1)
  expect(minh.heard().filter(text => help.test(text))).toHaveLength(1)
}, 60_000)
