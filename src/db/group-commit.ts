// SQLite's one connection, shared: transactions that wait for each other go to disk together, and nobody hears "done" before.
import { CompiledQuery, type DatabaseConnection, type Driver } from 'kysely'
import { setImmediate as turn } from 'node:timers/promises'

/** A flush to disk takes as long as several updates. A group is flushed when nobody else comes, when it is this large, or this old (ms). */
const mostMembers = 32
const longest = 20

interface Group {
  began: number
  members: number
  flushed: Promise<void>
  settle: (error?: unknown) => void
}

/** One user of the connection, from `acquireConnection` to `releaseConnection`. */
interface Visit extends DatabaseConnection {
  holds: boolean
  /** Set while in a transaction. */
  group: Group | null
}

/**
 * Makes each transaction a savepoint within a real one that several share. Each still fails alone, and one after the other is at
 * work; only the flush is shared. If the flush fails, it fails all of them. What only reads while others wait for their flush is
 * told what it read after it: it may have read what they wrote.
 * @param isOpen whether SQLite is in a transaction; it ends one by itself when the disk is full
 */
export function groupCommits (driver: Driver, isOpen: () => boolean): Driver {
  const { acquireConnection, releaseConnection, destroy } = driver
  const waiting: (() => void)[] = []
  let taken = false
  let looking = false
  let group: Group | null = null
  let sqlite: DatabaseConnection

  const run = async (sql: string): Promise<void> => { await sqlite.executeQuery(CompiledQuery.raw(sql)) }

  async function enter (visit: Visit): Promise<void> {
    if (taken) await new Promise<void>(resolve => { waiting.push(resolve) })
    taken = true
    visit.holds = true
  }

  /** Gives the connection to the next one, who joins the group unless it is full. */
  async function leave (visit: Visit): Promise<void> {
    if (!visit.holds) return
    if (group !== null && (group.members >= mostMembers || performance.now() - group.began > longest)) {
      await turn()
      await flush(group)
    }
    visit.holds = false
    const next = waiting.shift()
    if (next !== undefined) return next()
    taken = false
    // node:sqlite answers at once, so a loop of transactions would be a chain of microtasks, and nothing else in the process would
    // ever get its turn. A group ends only after timers and sockets had theirs, and brought nobody more.
    if (group !== null && !looking) lookAgain(group.members)
  }

  function lookAgain (members: number): void {
    looking = true
    setImmediate(() => {
      looking = false
      if (group !== null && group.members > members && performance.now() - group.began < longest) lookAgain(group.members)
      else void flushIfFree()
    })
  }

  async function flushIfFree (): Promise<void> {
    if (taken || group === null) return
    const visit = newVisit()
    await enter(visit)
    await flush(group)
    await leave(visit)
  }

  async function flush (done: Group): Promise<void> {
    group = null
    try {
      await run('commit')
      done.settle()
    } catch (error) {
      if (isOpen()) await run('rollback').catch(() => {})
      done.settle(error)
    }
  }

  /** In the group that is open, or in a new one. */
  async function join (): Promise<Group> {
    if (group !== null) return group
    // IMMEDIATE: a BEGIN that reads first and writes later fails at once when another process wrote in between,
    // whatever the busy timeout.
    await run('begin immediate')
    const { promise: flushed, resolve, reject } = Promise.withResolvers<void>()
    // Heard by each member that waits; a group of failed ones has none.
    flushed.catch(() => {})
    group = { began: performance.now(), members: 0, flushed, settle: error => { if (error === undefined) resolve(); else reject(error as Error) } }
    return group
  }

  /** This one is done: the next may begin, and this one goes on when the group is on disk. */
  async function settled (visit: Visit, joined: Group): Promise<void> {
    joined.members++
    await leave(visit)
    await joined.flushed
  }

  async function query<R> (visit: Visit, compiled: CompiledQuery) {
    if (visit.group !== null && visit.group !== group) throw new Error('The transaction was ended by an error before.')
    try {
      return await sqlite.executeQuery<R>(compiled)
    } catch (error) {
      if (group !== null && !isOpen()) {
        group.settle(error)
        group = null
      }
      throw error
    }
  }

  function newVisit (): Visit {
    const visit: Visit = {
      holds: false,
      group: null,
      async executeQuery<R> (compiled: CompiledQuery) {
        if (!visit.holds) await enter(visit)
        if (visit.group !== null) return await query<R>(visit, compiled)
        const kind = /^\s*(\w+)/.exec(compiled.sql)?.[1]?.toLowerCase() ?? ''
        // Pragmas and the like do nothing, or are refused, within a transaction.
        if (group !== null && !['select', 'insert', 'update', 'delete', 'with'].includes(kind)) await flush(group)
        const joined = ['insert', 'update', 'delete', 'with'].includes(kind) ? await join() : group
        const result = await query<R>(visit, compiled)
        if (joined !== null) await settled(visit, joined)
        return result
      },
      streamQuery: (compiled, size) => sqlite.streamQuery(compiled, size),
    }
    return visit
  }

  return Object.assign(driver, {
    async acquireConnection () {
      sqlite ??= await acquireConnection.call(driver)
      const visit = newVisit()
      await enter(visit)
      return visit
    },
    async releaseConnection (visit: Visit) {
      await leave(visit)
      await releaseConnection.call(driver, sqlite)
    },
    async beginTransaction (visit: Visit) {
      try {
        visit.group = await join()
        await query(visit, CompiledQuery.raw('savepoint member'))
      } catch (error) {
        // Kysely forgets the connection of a transaction that could not begin; everybody would wait for it for ever.
        visit.group = null
        await leave(visit)
        throw error
      }
    },
    async commitTransaction (visit: Visit) {
      const joined = visit.group
      await query(visit, CompiledQuery.raw('release member'))
      visit.group = null
      if (joined !== null) await settled(visit, joined)
    },
    async destroy () {
      if (group !== null) await flush(group)
      await destroy.call(driver)
    },
    async rollbackTransaction (visit: Visit) {
      const isOver = visit.group !== group
      visit.group = null
      if (isOver) return
      await run('rollback to member')
      await run('release member')
    },
  })
}
