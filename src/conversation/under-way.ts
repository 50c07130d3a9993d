// Who is in the middle of something: for the flood gate, which remembers nothing of the process before.
import type { MikroORM } from '@mikro-orm/sql'
import { run } from '../db/statement.ts'

/** More than this would not be remembered for long in a crowd. */
const most = 50_000

/** The addresses with a half-told story, under their keyed hashes; the newest last. */
export async function addressesUnderWay (orm: MikroORM, now: Date): Promise<string[]> {
  const rows = await run<{ address_key: string }>(orm.em, `select address_key from conversation where standing_until > ? order by standing_until desc limit ${most}`, [now])
  return rows.map(row => row.address_key).reverse()
}
