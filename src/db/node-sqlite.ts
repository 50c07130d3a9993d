// The built-in node:sqlite for MikroORM's SQLite driver: no native package, one connection, full durability.
import { setImmediate as turn } from 'node:timers/promises'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { CompiledQuery, SqliteDialect, type DatabaseConnection, type Driver } from 'kysely'

const pragmas = [
  'pragma journal_mode = wal',
  // FULL: what we answered for must survive a power cut, not only a crash.
  'pragma synchronous = full',
  'pragma foreign_keys = on',
  // A deleted draft or reply must not linger in free pages.
  'pragma secure_delete = on',
]

export class NodeSqlite extends SqliteDialect {
  constructor (file: string) {
    super({
      database: async () => {
        const db = new DatabaseSync(file, { timeout: 5000 })
        for (const pragma of pragmas) db.exec(pragma)
        return {
          prepare (sql: string) {
            const statement = db.prepare(sql)
            return {
              reader: statement.columns().length > 0,
              all: (values: readonly unknown[]) => statement.all(...inputs(values)),
              run: (values: readonly unknown[]) => statement.run(...inputs(values)),
              iterate: (values: readonly unknown[]) => statement.iterate(...inputs(values)),
            }
          },
          close: () => { db.close() },
        }
      },
    })
  }

  override createDriver (): Driver {
    const driver = super.createDriver()
    driver.beginTransaction = async (connection: DatabaseConnection) => {
      // node:sqlite answers at once, so a loop of transactions is a chain of microtasks: nothing else in the process would
      // ever get its turn. Every transaction begins by letting timers and sockets go first.
      await turn()
      // IMMEDIATE: a BEGIN that reads first and writes later fails at once when another process wrote in between,
      // whatever the busy timeout.
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    }
    return driver
  }
}

/** MikroORM writes values into the SQL text; the few that Kysely binds (migrations' own table) are plain ones. */
function inputs (values: readonly unknown[]): SQLInputValue[] {
  return values.map(value => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
    throw new TypeError(`node:sqlite cannot bind a ${typeof value}`)
  })
}
