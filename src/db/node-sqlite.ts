// The built-in node:sqlite for MikroORM's SQLite driver: no native package, one connection, full durability.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteDialect, type DialectAdapter, type Driver, type SqliteStatement } from 'kysely'
import { groupCommits } from './group-commit.ts'

const pragmas = [
  'pragma journal_mode = wal',
  // FULL: what we answered for must survive a power cut, not only a crash.
  'pragma synchronous = full',
  'pragma foreign_keys = on',
  // A deleted draft or reply must not linger in free pages.
  'pragma secure_delete = on',
]

export class NodeSqlite extends SqliteDialect {
  #open: DatabaseSync | undefined

  constructor (file: string) {
    super({
      database: async () => {
        const db = new DatabaseSync(file, { timeout: 5000 })
        for (const pragma of pragmas) db.exec(pragma)
        this.#open = db
        const prepare = (sql: string): SqliteStatement => {
          const statement = db.prepare(sql)
          return {
            reader: statement.columns().length > 0,
            all: values => statement.all(...inputs(values)),
            run: values => statement.run(...inputs(values)),
            iterate: values => statement.iterate(...inputs(values)),
          }
        }
        const prepared = new Map<string, SqliteStatement>()
        return {
          prepare (sql: string) {
            // Texts with values in them (MikroORM's own) hardly come twice; those that bind them, `commit` and the like always do.
            if (!sql.includes('?') && sql.length > 20) return prepare(sql)
            let statement = prepared.get(sql)
            if (statement === undefined) {
              statement = prepare(sql)
              if (prepared.size < mostPrepared) prepared.set(sql, statement)
            }
            return statement
          },
          close: () => { db.close() },
        }
      },
    })
  }

  /** Transactions take turns here, not at Kysely's own lock, so that several can go to disk together. */
  override createAdapter (): DialectAdapter {
    return Object.defineProperty(super.createAdapter(), 'supportsMultipleConnections', { value: true })
  }

  override createDriver (): Driver {
    return groupCommits(super.createDriver(), () => this.#open?.isTransaction === true)
  }
}

/** More than there are statements that bind their values (see statement.ts). */
const mostPrepared = 200

/** MikroORM writes values into the SQL text; statement.ts binds them, and knows SQLite's kinds. */
function inputs (values: readonly unknown[]): SQLInputValue[] {
  return values.map(value => {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
    throw new TypeError(`node:sqlite cannot bind a ${typeof value}`)
  })
}
