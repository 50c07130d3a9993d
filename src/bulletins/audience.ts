// Who is meant by an audience, as conditions on the subscribers' table; and how many they are, in groups that share everything counted.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { isSqlite } from '../db/migrate.ts'
import { run, type Value } from '../db/statement.ts'
import type { Frequency } from '../subscribers/topics.ts'
import { topicBits } from '../subscribers/topics.ts'
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

export interface Condition { sql: string, values: Value[] }

/**
 * The subscribers `s` that a bulletin is for, but for their channel. An alarm goes to everybody in its places, whatever they asked for.
 * Who wants the whole province's news is meant by each commune's.
 */
export function meant (em: Pick<EntityManager, 'getPlatform'>, kind: Kind, { topics, localities }: Pick<Audience, 'topics' | 'localities'>): Condition {
  const level = levels.indexOf(levelOf[kind])
  const wants: Condition = level === 2
    ? { sql: '1 = 1', values: [] }
    : { sql: `s.level <= ? and (s.topic_bits & ${topicBits(topics)}) <> 0`, values: [level] }
  if (localities.length === 0) return wants
  const communes = isSqlite({ em: em as EntityManager }) ? { sql: 'select value from json_each(?)', values: [JSON.stringify(localities)] } : { sql: 'select jsonb_array_elements_text(?::jsonb)', values: [JSON.stringify(localities)] }
  return {
    sql: `${wants.sql} and (s.everywhere = ${isSqlite({ em: em as EntityManager }) ? '1' : 'true'} or s.address_key in (select address_key from subscriber_place where commune in (${communes.sql})))`,
    values: [...wants.values, ...communes.values],
  }
}

interface Row { channel: ChannelName, frequency: Frequency, quiet_from: number, quiet_to: number, topic_bits: number, level: number, n: number | string, gone: number | string }

/** Everybody meant, on all channels of the audience. Reads the index of audiences and no row of it but for those of single communes. */
export async function countAudience (em: EntityManager, kind: Kind, audience: Audience): Promise<Group[]> {
  const yes = isSqlite({ em }) ? '1' : 'true'
  const columns = 's.channel, s.everywhere, s.frequency, s.level, s.quiet_from, s.quiet_to, s.topic_bits'
  const everywhere = audience.localities.length === 0 ? '' : `where s.everywhere = ${yes}`
  const groups = await run<Row>(em, `select ${columns}, count(*) as n, count(s.left_at) as gone from subscriber s ${everywhere} group by ${columns}`)
  if (audience.localities.length > 0) {
    const communes = isSqlite({ em }) ? 'select value from json_each(?)' : 'select jsonb_array_elements_text(?::jsonb)'
    groups.push(...await run<Row>(em, `
      select ${columns}, count(*) as n, count(s.left_at) as gone
      from (select distinct address_key from subscriber_place where commune in (${communes})) as p join subscriber s on s.address_key = p.address_key
      group by ${columns}`, [JSON.stringify(audience.localities)]))
  }
  const bits = topicBits(audience.topics)
  const level = levels.indexOf(levelOf[kind])
  return groups
    .filter(({ channel }) => audience.channels.includes(channel))
    .filter(group => level === 2 || (group.level <= level && (group.topic_bits & bits) !== 0))
    .map(({ channel, frequency, quiet_from, quiet_to, n, gone }) => ({ channel, frequency, quietFrom: quiet_from, quietTo: quiet_to, n: Number(n), left: Number(gone) }))
}

/** True in the hours somebody does not want to be written to. `hour` is Vietnam's; equal hours mean none are quiet. */
export function isQuiet (hour: number, from: number, to: number): boolean {
  return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to)
}
