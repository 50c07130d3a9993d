// What becomes of a bulletin for each subscriber `s`, decided in SQL where the rows are: at once, later, in a letter, or not at all.
import type { EntityManager } from '@mikro-orm/sql'
import { closedFor } from '../channels/zalo-oa/window.ts'
import { isSqlite } from '../db/migrate.ts'
import type { Condition } from './audience.ts'
import type { Bulletin } from './bulletin.ts'
import { levelOf } from './content.ts'
import { hourInVietnam, letterInTime, startOfHour } from './when-due.ts'

/** What is due at once was due long ago: a clock that is set back holds nobody up. */
const longAgo = new Date(0)

/** The state, why and moment of a new delivery. */
export function dueColumns (em: EntityManager, { kind, content }: Pick<Bulletin, 'kind' | 'content'>, zaloPaid: boolean, now: Date): Record<'state' | 'why' | 'at', Condition> {
  const sqlite = isSqlite({ em })
  const moment = sqlite ? '?' : '?::timestamptz'
  const closed = closedFor(zaloPaid, now)
  const shut: Condition = { sql: `s.channel = 'zalo-oa' and ${closed.sql}`, values: closed.values }
  const letters = (levelOf[kind] === 'information' ? ['daily', 'weekly'] as const : []).flatMap(frequency => {
    const at = letterInTime(frequency, now, content.validUntil)
    return at === null ? [] : [{ frequency, at }]
  })
  const hour = hourInVietnam(now)
  const quiet = kind === 'alarm' ? '1 = 0' : `(s.quiet_from < s.quiet_to and ${hour} >= s.quiet_from and ${hour} < s.quiet_to or s.quiet_from > s.quiet_to and (${hour} >= s.quiet_from or ${hour} < s.quiet_to))`
  const hoursLater = `((s.quiet_to - ${hour} + 24) % 24)`
  const awake = `${moment} + ${sqlite ? `${hoursLater} * 3600000` : `${hoursLater} * interval '1 hour'`}`
  const inLetters = letters.length === 0 ? '' : `when s.frequency in (${letters.map(({ frequency }) => `'${frequency}'`).join(', ')}) then 'digest'`
  return {
    state: { sql: `case when s.left_at is not null then 'left' when ${shut.sql} then 'refused' ${inLetters} else 'due' end`, values: shut.values },
    why: { sql: `case when s.left_at is null and ${shut.sql} then 'window' end`, values: shut.values },
    at: {
      sql: `case ${letters.map(({ frequency }) => `when s.frequency = '${frequency}' then ${moment}`).join(' ')} when ${quiet} then ${awake} else ${moment} end`,
      values: [...letters.map(({ at }) => at), startOfHour(now), longAgo],
    },
  }
}
