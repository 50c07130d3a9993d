// The bulletins that are being sent, and when something of each is due next on one channel; their texts are read again only when they changed.
import type { MikroORM } from '@mikro-orm/sql'
import type { ChannelName } from '../channels/message.ts'
import { run } from '../db/statement.ts'
import { Bulletin } from './bulletin.ts'

export interface Running {
  bulletin: Bulletin
  /** When the first delivery is due that goes out by itself; null: none waits. */
  due: Date | null
  /** The same of those that wait for a letter. */
  letters: Date | null
}

/** Remembers texts between two looks. */
export function runningOn (orm: MikroORM, channel: ChannelName): () => Promise<Running[]> {
  let known = new Map<number, Bulletin>()
  return async () => {
    interface Row { id: number, version: number, changed_at: number | string | Date, due: number | string | Date | null, letters: number | string | Date | null }
    const first = (state: string): string => `(select min(d.due_at) from delivery d where d.bulletin_id = b.id and d.channel = ? and d.state = '${state}')`
    const rows = await run<Row>(orm.em, `
      select b.id, b.version, b.changed_at, ${first('due')} as due, ${first('digest')} as letters
      from bulletin b where b.state = 'sending' order by b.published_at, b.id`, [channel, channel])
    const isKnown = ({ id, version, changed_at }: Row): boolean => {
      const bulletin = known.get(id)
      return bulletin?.version === version && bulletin.changedAt.getTime() === new Date(changed_at).getTime()
    }
    const unknown = rows.filter(row => !isKnown(row)).map(({ id }) => id)
    const read = unknown.length === 0 ? [] : await orm.em.fork().find(Bulletin, { id: { $in: unknown } })
    const all = new Map([...known, ...read.map(bulletin => [bulletin.id, bulletin] as const)])
    // What is over is forgotten.
    known = new Map(rows.flatMap(({ id }) => { const bulletin = all.get(id); return bulletin === undefined ? [] : [[id, bulletin]] }))
    return rows.flatMap(({ id, due, letters }) => {
      const bulletin = known.get(id)
      return bulletin === undefined ? [] : [{ bulletin, due: dateOf(due), letters: dateOf(letters) }]
    })
  }
}

const dateOf = (value: number | string | Date | null): Date | null => value === null ? null : new Date(value)
