// Files chosen for a report, on this device only: in memory, and in the browser's own database so that a reload loses none.
import { keptFor } from '../../conversation/turn.ts'

const database = 'tin-bao'
const table = 'files'
const inMemory = new Map<string, File>()

/** @param lasting also after a reload; not for what is added with a code */
export async function keepFile (ref: string, file: File, lasting: boolean, now: Date): Promise<void> {
  inMemory.set(ref, file)
  if (lasting) await inTable('readwrite', store => store.put({ file, at: now.getTime() }, ref))
}

/** Null when it is not here any more. */
export async function fileOf (ref: string): Promise<File | null> {
  const held = inMemory.get(ref)
  if (held !== undefined) return held
  const row = await inTable('readonly', store => store.get(ref))
  const file: unknown = typeof row === 'object' && row !== null && 'file' in row ? row.file : null
  if (!(file instanceof File)) return null
  inMemory.set(ref, file)
  return file
}

export async function forgetFiles (): Promise<void> {
  inMemory.clear()
  await inTable('readwrite', store => store.clear())
}

export async function forgetOldFiles (now: Date): Promise<void> {
  const rows = await inTable('readonly', store => store.getAll())
  const at = (row: unknown): number => typeof row === 'object' && row !== null && 'at' in row && typeof row.at === 'number' ? row.at : 0
  if (Array.isArray(rows) && rows.some(row => now.getTime() - at(row) > keptFor)) await forgetFiles()
}

/** Undefined when this browser keeps nothing (private window, storage off): then memory has to do. */
async function inTable (mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  try {
    const db = await opened()
    try {
      return await done(work(db.transaction(table, mode).objectStore(table)))
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}

async function opened (): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1)
  request.onupgradeneeded = () => { request.result.createObjectStore(table) }
  return await done(request)
}

async function done<T> (request: IDBRequest<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(request.error ?? new Error('The browser’s database refused.')) }
  })
}

/** For the quick exit. */
export function forgetDatabase (): void {
  try {
    indexedDB.deleteDatabase(database)
  } catch {
    // There is none.
  }
}
