// Fills a database with subscribers as a province would have them, or with people of one channel who want everything at once.
import { randomBytes } from 'node:crypto'
import type { MikroORM } from '@mikro-orm/sql'
import { isSqlite } from '../../../src/db/migrate.ts'
import { run } from '../../../src/db/statement.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import { allLocalities } from '../../../src/localities/locality.ts'
import type { ServerKeys } from '../../../src/server-key.ts'

export interface Residents {
  many: number
  /**
   * - `province`: all channels, quiet hours, topics, places, levels and letters as people would choose them. Their addresses open for nobody.
   * - `telegram`: everybody on Telegram, at once and at any hour. Real sealed addresses: they can be sent to.
   */
  like: 'province' | 'telegram'
  /** Of `telegram`: the first chat's id; the others follow. */
  firstChat?: number
}

const batch = 10_000
/** A number from 0 to `below` - 1 for row `i`: the same on every run, and as good as thrown. `n` names the throw. */
const thrown = (n: number, below: number): string => `((i * ${(7919 * (n + 3) ** 5) % 1_000_003} + ${104_729 * n}) % 1000003 % ${below})`
/** One of several texts or numbers, by their share of a hundred. */
function shared (n: number, shares: readonly (readonly [value: string | number, percent: number])[]): string {
  let upTo = 0
  const cases = shares.map(([value, percent]) => `when ${thrown(n, 100)} < ${upTo += percent} then ${typeof value === 'number' ? value : `'${value}'`}`)
  return `case ${cases.join(' ')} end`
}
/** Of a hundred people, so many chose the topic; in the order of `topics`. */
const wanted = [80, 50, 30, 40, 25, 70, 40, 20]

export async function fillResidents (orm: MikroORM, keys: ServerKeys, { many, like, firstChat = 1_000_000_000 }: Residents): Promise<void> {
  const sealed = keys.seal(JSON.stringify({ channel: 'telegram', id: '1000000000' }), 'bench')
  const person = (n: number): [key: string, sealed: string] => {
    if (like === 'province') return [randomBytes(16).toString('base64url'), sealed]
    const address = { channel: 'telegram', id: String(firstChat + n) }
    const key = keys.tag(`telegram:${address.id}`, 'address')
    return [key, keys.seal(JSON.stringify(address), `subscriber/sealed/${key}`)]
  }
  // Only while filling: what is lost by a power cut here is made anew.
  const quick = async (yes: boolean): Promise<void> => {
    if (isSqlite(orm)) for (const pragma of yes ? ['synchronous = off', 'cache_size = -400000'] : ['cache_size = -2000', 'synchronous = full', 'wal_checkpoint(truncate)']) await orm.em.fork().execute(`pragma ${pragma}`)
  }
  await quick(true)
  for (let from = 0; from < many; from += batch) {
    const people = Array.from({ length: Math.min(batch, many - from) }, (_, n) => person(from + n))
    await inTransaction(orm, async em => { await run(em, insert(orm, like, from), [JSON.stringify(people)]) })
  }
  if (like === 'province') await placesAndWindows(orm)
  // What a database in use has seen to long ago.
  await orm.em.fork().execute(isSqlite(orm) ? 'analyze' : 'vacuum analyze')
  await quick(false)
}

function insert (orm: MikroORM, like: Residents['like'], from: number): string {
  const sqlite = isSqlite(orm)
  const [ago, yes] = sqlite ? [String(Date.now() - 1e9), '1'] : ['now() - interval \'12 days\'', 'true']
  const source = sqlite
    ? `(select key + 1 + ${from} as i, value ->> 0 as address_key, value ->> 1 as sealed from json_each(?))`
    : `(select i + ${from} as i, e ->> 0 as address_key, e ->> 1 as sealed from jsonb_array_elements(?::jsonb) with ordinality as p (e, i)) as p`
  const columns: Record<string, string> = like === 'telegram'
    ? { channel: '\'telegram\'', language: '\'vi\'', topic_bits: '255', everywhere: yes, level: '0', frequency: '\'at-once\'', quiet_from: '0', quiet_to: '0', left_at: 'null' }
    : {
        channel: shared(1, [['telegram', 60], ['zalo-oa', 20], ['web-chat', 15], ['zalo-bot', 5]]),
        language: shared(2, [['vi', 90], ['km', 7], ['en', 3]]),
        topic_bits: wanted.map((percent, n) => `case when ${thrown(20 + n, 100)} < ${percent} then ${1 << n} else 0 end`).join(' + '),
        everywhere: `${thrown(3, 100)} < 35`,
        level: shared(4, [[0, 75], [1, 20], [2, 5]]),
        frequency: shared(5, [['at-once', 75], ['daily', 20], ['weekly', 5]]),
        quiet_from: shared(6, [[21, 70], [0, 10], [22, 10], [20, 5], [12, 5]]),
        quiet_to: shared(6, [[7, 70], [0, 10], [6, 10], [8, 5], [13, 5]]),
        left_at: `case when ${thrown(7, 100)} < 3 then ${ago} end`,
      }
  return `insert into subscriber (address_key, sealed, topics, localities, agreed_at, agreed_to, ${Object.keys(columns).join(', ')})
    select address_key, sealed, '["scams"]', '[]', ${ago}, '2026-11', ${Object.values(columns).join(', ')} from ${source}`
}

/** One commune for most who did not want the whole province, two or three for others; and 5 of 100 on Zalo wrote within two days. */
async function placesAndWindows (orm: MikroORM): Promise<void> {
  const sqlite = isSqlite(orm)
  const number = sqlite ? 'rowid' : 'row_number() over (order by address_key)'
  const communes = allLocalities.map(({ code }) => code)
  const commune = sqlite ? `json_array(${communes.map(code => `'${code}'`).join()}) ->> cast(` : `(array[${communes.map(code => `'${code}'`).join()}])[1 + `
  const [no, end] = sqlite ? ['0', ' as integer)'] : ['false', ']']
  await inTransaction(orm, async em => {
    for (const [n, percent] of [[0, 100], [1, 20], [2, 5]] as const) {
      await run(em, `
        insert into subscriber_place (commune, address_key)
        select ${commune}${thrown(10 + n, communes.length)}${end}, address_key
        from (select ${number} as i, address_key from subscriber where everywhere = ${no}) as s where ${thrown(15, 100)} < ${percent}
        on conflict do nothing`)
    }
    const hoursAgo = (sql: string): string => sqlite ? `${Date.now()} - (${sql}) * 3600000` : `now() - (${sql}) * interval '1 hour'`
    await run(em, `
      insert into zalo_window (address_key, last_interaction_at)
      select address_key, case when ${thrown(16, 100)} < 5 then ${hoursAgo(thrown(17, 46))} else ${hoursAgo(`50 + ${thrown(17, 600)}`)} end
      from (select ${number} as i, address_key from subscriber where channel = 'zalo-oa') as s where ${thrown(16, 100)} < 35`)
  })
}
