// How many an audience is, in groups that share everything a plan is made from.
import { setImmediate as turn } from 'node:timers/promises'
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { openSince } from '../channels/zalo-oa/window.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { frequencies, topicBits, type Frequency } from '../subscribers/topics.ts'
import { isProvince, meant, wanting, words } from './audience.ts'
import { levelOf, levels, type Audience, type Kind } from './content.ts'

/** Subscribers that don't differ in anything an audience asks for. */
export interface Group {
  channel: ChannelName
  frequency: Frequency
  quietFrom: number
  quietTo: number
  n: number
  /** How many of them stopped us on the platform. */
  left: number
}

interface Row { channel: ChannelName, frequency: Frequency, quiet_from: number, quiet_to: number, n: number | string, gone: number | string }

/**
 * Everybody meant, on all channels of the audience. Reads the index of audiences, and no rows but those of single communes. On SQLite
 * in many small questions with a turn for others between them: a million are counted in a tenth of a second, and nobody waits for it.
 */
export async function countAudience (em: EntityManager, kind: Kind, audience: Audience): Promise<Group[]> {
  if (audience.channels.length === 0) return []
  const rows = isSqlite({ em }) ? await countInSlices(em, kind, audience) : await countAtOnce(em, kind, audience)
  const groups = new Map<string, Group>()
  for (const { channel, frequency, quiet_from, quiet_to, n, gone } of rows) {
    const key = `${channel} ${frequency} ${quiet_from} ${quiet_to}`
    const group = groups.get(key) ?? { channel, frequency, quietFrom: quiet_from, quietTo: quiet_to, n: 0, left: 0 }
    group.n += Number(n)
    group.left += Number(gone)
    groups.set(key, group)
  }
  return [...groups.values()]
}

const counted = 'count(*) as n, count(s.left_at) as gone'
const shared = 's.channel, s.frequency, s.quiet_from, s.quiet_to'

/** A server counts on its own processors. */
async function countAtOnce (em: EntityManager, kind: Kind, audience: Audience): Promise<Row[]> {
  const wants = wanting(kind, audience.topics)
  const channels = audience.channels.map(() => '?').join(', ')
  const [whole, { yes, no, chosen }] = [isProvince(audience.localities), words(em)]
  const rows = await run<Row>(em, `
    select ${shared}, ${counted} from subscriber s where s.channel in (${channels}) and ${wants.sql} ${whole ? '' : `and s.everywhere = ${yes}`} group by ${shared}`, [...audience.channels, ...wants.values])
  if (whole) return rows
  return [...rows, ...await run<Row>(em, `
    select ${shared}, ${counted} from (select distinct address_key from subscriber_place where commune in (${chosen})) p join subscriber s on s.address_key = p.address_key
    where s.everywhere = ${no} and s.channel in (${channels}) and ${wants.sql} group by ${shared}`, [JSON.stringify(audience.localities), ...audience.channels, ...wants.values])]
}

async function countInSlices (em: EntityManager, kind: Kind, { channels, topics, localities }: Audience): Promise<Row[]> {
  const whole = isProvince(localities)
  const bits = levelOf[kind] === 'alarm' ? null : topicBits(topics)
  const wanted = levels.map((_, level) => level).filter(level => bits === null || level <= levels.indexOf(levelOf[kind]))
  const rows: Row[] = []
  // All columns before the quiet hours are given, so that the groups stand one after the other in the index.
  for (const channel of channels) for (const everywhere of whole ? [1, 0] : [1]) for (const frequency of frequencies) for (const level of wanted) {
    rows.push(...(await run<Omit<Row, 'channel' | 'frequency'>>(em, `
      select s.quiet_from, s.quiet_to, ${counted} from subscriber s
      where s.channel = ? and s.everywhere = ? and s.frequency = ? and s.level = ? ${bits === null ? '' : 'and (s.topic_bits & ?) <> 0'} group by s.quiet_from, s.quiet_to`,
    [channel, everywhere, frequency, level, ...(bits === null ? [] : [bits])])).map(row => ({ ...row, channel, frequency })))
    await turn()
  }
  if (whole) return rows
  const [wants, all] = [wanting(kind, topics), JSON.stringify(localities)]
  for (const commune of localities) {
    // Whoever has several of these communes counts in the first.
    rows.push(...await run<Row>(em, `
      select ${shared}, ${counted} from subscriber_place p cross join subscriber s indexed by subscriber_fan_out_index on s.address_key = p.address_key
      where p.commune = ? and s.everywhere = 0 and s.channel in (select value from json_each(?)) and ${wants.sql}
        and not exists (select 1 from subscriber_place q where q.address_key = p.address_key and q.commune < p.commune and q.commune || '' in (select value from json_each(?)))
      group by ${shared}`, [commune, JSON.stringify(channels), ...wants.values, all]))
    await turn()
  }
  return rows
}

/** Windows that opened within so many milliseconds are looked at together. */
const windowSlice = 30 * 60_000

/** Those of them whom Zalo would bring something now: found from the few windows that are open, not from the many subscribers. */
export async function countOpenOnZalo (em: EntityManager, kind: Kind, audience: Audience, paid: boolean, at: Date): Promise<Omit<Group, 'left' | 'channel'>[]> {
  const [open, wanted, sqlite] = [openSince(paid, at), meant(em, kind, audience), isSqlite({ em })]
  const groups: Omit<Group, 'left' | 'channel'>[] = []
  const earliest = open.values[0] ?? at
  for (let from = earliest, last = false; !last; from = new Date(from.getTime() + windowSlice)) {
    last = !sqlite || from > at
    const rows = await run<Omit<Row, 'channel' | 'gone'>>(em, `
      select s.frequency, s.quiet_from, s.quiet_to, count(*) as n
      from zalo_window w ${sqlite ? 'cross' : ''} join subscriber s ${sqlite ? 'indexed by subscriber_fan_out_index' : ''} on s.address_key = w.address_key
      where ${open.sql} and w.last_interaction_at >= ? ${last ? '' : 'and w.last_interaction_at < ?'} and s.channel = 'zalo-oa' and s.left_at is null and ${wanted.sql}
      group by s.frequency, s.quiet_from, s.quiet_to`, [...open.values, from, ...(last ? [] : [new Date(from.getTime() + windowSlice)]), ...wanted.values])
    groups.push(...rows.map(({ frequency, quiet_from, quiet_to, n }) => ({ frequency, quietFrom: quiet_from, quietTo: quiet_to, n: Number(n) })))
    await turn()
  }
  return groups
}
