// Who is meant by an audience, as conditions on the subscribers' table.
import type { EntityManager } from '@mikro-orm/sql'
import { isSqlite } from '../db/migrate.ts'
import type { Value } from '../db/statement.ts'
import { allLocalities } from '../localities/locality.ts'
import { topicBits } from '../subscribers/topics.ts'
import { levelOf, levels, type Audience, type Kind } from './content.ts'

export interface Condition { sql: string, values: Value[] }

/**
 * The subscribers `s` that a bulletin is for, but for their channel. An alarm goes to everybody in its places, whatever they asked for.
 * Who wants the whole province's news is meant by each commune's.
 */
export function meant (em: Pick<EntityManager, 'getPlatform'>, kind: Kind, { topics, localities }: Pick<Audience, 'topics' | 'localities'>): Condition {
  const wants = wanting(kind, topics)
  if (isProvince(localities)) return wants
  const { yes, chosen } = words(em)
  // A question about each person, who has one commune or a few, not a list of all who live there: that would be made anew for every
  // slice. The empty text keeps SQLite from asking for each commune on its own.
  return {
    sql: `${wants.sql} and (s.everywhere = ${yes} or exists (select 1 from subscriber_place p where p.address_key = s.address_key and p.commune || '' in (${chosen})))`,
    values: [...wants.values, JSON.stringify(localities)],
  }
}

/** What they asked for, wherever they live. */
export function wanting (kind: Kind, topics: Audience['topics']): Condition {
  const level = levels.indexOf(levelOf[kind])
  return level === 2 ? { sql: '1 = 1', values: [] } : { sql: `s.level <= ? and (s.topic_bits & ${topicBits(topics)}) <> 0`, values: [level] }
}

/** No commune is chosen, or every one of them. */
export const isProvince = (localities: readonly string[]): boolean => localities.length === 0 || allLocalities.every(({ code }) => localities.includes(code))

/** What the two dialects say differently. `chosen` takes a JSON list of communes. */
export function words (em: Pick<EntityManager, 'getPlatform'>): { yes: string, no: string, chosen: string } {
  return isSqlite({ em: em as EntityManager })
    ? { yes: '1', no: '0', chosen: 'select value from json_each(?)' }
    : { yes: 'true', no: 'false', chosen: 'select jsonb_array_elements_text(?::jsonb)' }
}

/** True in the hours somebody does not want to be written to. `hour` is Vietnam's; equal hours mean none are quiet. */
export function isQuiet (hour: number, from: number, to: number): boolean {
  return from < to ? hour >= from && hour < to : from > to && (hour >= from || hour < to)
}
