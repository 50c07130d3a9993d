// Fills a database with as many conversations, tips and what belongs to them as years would, in seconds.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ormOptions } from '../../mikro-orm.config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { loadOrCreateServerKeys } from '../../src/server-key.ts'

/** SQL for a value of `length` characters that no two rows share. */
const random = (length: number): string => `substr(hex(randomblob(${Math.ceil(length / 2)})), 1, ${length})`

/**
 * `many` of each: conversations, tips with history, handoff and address link, marks of updates seen, subscribers.
 * The sealed values have the form and length of real ones and open for nobody.
 */
export async function fill (dataDir: string, many: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'tin-bao.sqlite')
  const orm = await openDatabase(await ormOptions({ kind: 'sqlite', file }))
  await orm.close()
  const { keys } = loadOrCreateServerKeys(join(dataDir, 'server.key'), n => randomBytes(n))
  const memory = keys.seal(JSON.stringify({ language: 'vi', turn: 12, lastPress: null, lastAt: 1_795_500_000_000 }), 'bench')
  const address = keys.seal(JSON.stringify({ channel: 'telegram', id: '5000000021' }), 'bench')
  const story = `tb1:0123456789ab,0123456789cd:${randomBytes(900).toString('base64')}`
  const now = Date.now()
  const day = new Date(now).toISOString().slice(0, 10)

  const db = new DatabaseSync(file)
  // Only while filling: what is lost by a power cut here is made anew.
  db.exec('pragma synchronous = off')
  db.exec('begin')
  const insert = (into: string, values: string): void => {
    db.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${many}) insert into ${into} select ${values} from n`)
  }
  insert('conversation (address_key, memory, memory_until, standing, standing_until)', `${random(22)}, '${memory}', ${now + 1e10}, null, null`)
  insert('seen (source, update_id, at)', `'telegram', cast(i as text), ${now}`)
  insert(
    'tip (id, locator, access_hash, reporter_recipient, status, category, commune, source, received_on, transfer_by, notice_by, decide_by, unit, units, patterns, sealed)',
    `lower(printf('%s-%s-4%s-8%s-%s', ${random(8)}, ${random(4)}, ${random(3)}, ${random(3)}, ${random(12)})), substr(printf('%07X', i), 1, 7), ${random(43)}, 'age1' || lower(${random(58)}), 'acknowledged', 'other', '30577', 'telegram', '${day}', '${day}', '${day}', '${day}', 'commune:30577', '["commune:30577"]', '[]', '${story}'`,
  )
  db.exec(`insert into tip_history (tip_id, "on", "from", "to", "by", reason) select id, received_on, null, 'submitted', 'reporter', null from tip`)
  db.exec(`insert into handoff (webhook_id, type, "on", tip_id, lane, due_at, attempts, state) select 'msg_' || lower(hex(randomblob(16))), 'tip.received', received_on, id, id, null, 1, 'acknowledged' from tip`)
  db.exec(`insert into pattern (tag, tip_id, kind, day) select ${random(22)}, id, 'sender', '${day}' from tip`)
  db.exec(`insert into address_link (tip_id, link_key, sealed, expires_on) select id, ${random(22)}, '${address}', '2099-01-01' from tip`)
  insert('subscriber (address_key, channel, sealed, language, topics, localities, quiet_from, quiet_to, agreed_at, agreed_to)', `${random(22)}, 'telegram', '${address}', 'vi', '["scams"]', '[]', 21, 6, ${now}, '2026-11'`)
  db.exec('commit')
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}
