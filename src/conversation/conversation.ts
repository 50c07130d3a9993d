// Where one address stands: what we remember of it, and the half-told story, both sealed with the server key.
import { defineEntity, p } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/sql'
import { run } from '../db/statement.ts'

export const Conversation = defineEntity({
  name: 'Conversation',
  properties: {
    /** The address under a keyed hash: finds it, tells nobody who it is. */
    addressKey: p.string().length(40).primary(),
    /** Language and the like; sealed. */
    memory: p.text(),
    memoryUntil: p.datetime(),
    /** Flow, version, step and answers so far; sealed; null when nothing is under way. */
    standing: p.text().nullable(),
    standingUntil: p.datetime().nullable(),
  },
  indexes: [{ properties: ['memoryUntil'] }, { properties: ['standingUntil'] }],
})

/** What is sealed, and until when it is kept. */
export interface Stored {
  addressKey: string
  memory: string
  memoryUntil: Date
  standing: string | null
  standingUntil: Date | null
}

/** Null: nothing is known of this address. */
export async function stored (em: EntityManager, addressKey: string): Promise<Stored | null> {
  interface Row { memory: string, memory_until: Date | number, standing: string | null, standing_until: Date | number | null }
  const [row] = await run<Row>(em, 'select memory, memory_until, standing, standing_until from conversation where address_key = ?', [addressKey])
  if (row === undefined) return null
  return { addressKey, memory: row.memory, memoryUntil: new Date(row.memory_until), standing: row.standing, standingUntil: row.standing_until === null ? null : new Date(row.standing_until) }
}

/** @param before as it was read in this transaction; null: nothing was known */
export async function store (em: EntityManager, { addressKey, memory, memoryUntil, standing, standingUntil }: Stored, before: Stored | null): Promise<void> {
  // Most updates leave both times as they were: then their indexes, which lie all over the file, are not written.
  if (before !== null && before.memoryUntil.getTime() === memoryUntil.getTime() && before.standingUntil?.getTime() === standingUntil?.getTime()) {
    await run(em, 'update conversation set memory = ?, standing = ? where address_key = ?', [memory, standing, addressKey])
    return
  }
  await run(em, `
    insert into conversation (address_key, memory, memory_until, standing, standing_until) values (?, ?, ?, ?, ?)
    on conflict (address_key) do update
    set memory = excluded.memory, memory_until = excluded.memory_until, standing = excluded.standing, standing_until = excluded.standing_until`,
  [addressKey, memory, memoryUntil, standing, standingUntil])
}
