// Our sender of bulletins on one channel, with its database: DATABASE_URL, or SQLite in DATA_DIR.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ormOptions } from '../../../mikro-orm.config.ts'
import { bulletinWork } from '../../../src/bulletin-parts.ts'
import { openDatabase } from '../../../src/db/open.ts'
import { makeBell } from '../../../src/queue/bell.ts'
import { loadOrCreateServerKeys } from '../../../src/server-key.ts'
import { contends } from './contender.ts'
import { benchRoom, sendingBulletin } from './bench-room.ts'
import { fillResidents } from './residents.ts'
import { channelTo, firstChat, log } from './the-send.ts'

const { DATA_DIR: dataDir = '', DATABASE_URL: url, SINK: sink = '' } = process.env
const orm = await openDatabase(await ormOptions(url === undefined ? { kind: 'sqlite', file: join(dataDir, 'tin-bao.sqlite') } : { kind: 'postgresql', url }))
const { keys } = loadOrCreateServerKeys(join(dataDir, 'server.key'), n => randomBytes(n))
const channel = channelTo(sink)
let recorded = 0
let expected = Infinity
let [all, tenth] = [(): void => {}, (): void => {}]
const room = benchRoom(orm, keys, [channel], Infinity, (_, outcome, n) => {
  if (outcome !== 'delivered') return
  const before = Math.floor(recorded / expected * 10)
  recorded += n
  for (let tenths = Math.floor(recorded / expected * 10); tenths > before; tenths--) tenth()
  if (recorded >= expected) all()
})
const bell = makeBell()
const sender = bulletinWork(room, bell, dataDir, log).startSender(channel)
let filled = Number(process.env.FILLED ?? 0)

contends(async many => {
  if (filled < many) await fillResidents(orm, keys, { many: many - filled, like: 'telegram', firstChat: firstChat + filled })
  filled = Math.max(filled, many)
  const begin = await sendingBulletin(room)
  return async passed => {
    tenth = passed
    recorded = 0
    expected = filled
    const over = new Promise<void>(resolve => { all = resolve })
    await begin()
    bell.ring()
    await over
  }
})
process.once('disconnect', () => { void sender.stop() })
