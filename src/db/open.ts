// Opens the database: connected, guarded, and with its schema up to date; or a sentence that says why not.
import { MikroORM, type Options } from '@mikro-orm/sql'
import { migrate } from './migrate.ts'
import { refuseQueriesOutside } from './transaction.ts'

/** @throws Error with a sentence for the operator when the database is away, or the error of a migration that failed */
export async function openDatabase (options: Options): Promise<MikroORM> {
  const orm = await MikroORM.init(options)
  try {
    await orm.em.getConnection().execute('select 1')
    refuseQueriesOutside(orm)
    await migrate(orm)
    return orm
  } catch (error) {
    await orm.close().catch(() => {})
    throw whyNot(error, String(options.dbName ?? ''))
  }
}

/** Never repeats the address of a server: it may hold a password. */
function whyNot (error: unknown, file: string): unknown {
  const code = codeOf(error)
  switch (code) {
    case 'ECONNREFUSED': case 'ECONNRESET': case 'ENOTFOUND': case 'EAI_AGAIN': case 'ETIMEDOUT': case 'EHOSTUNREACH': case 'ENETUNREACH': case 'ENOENT':
    case '57P03':
      return new Error(`PostgreSQL can't be reached (${code}). Start it, or check host and port in DATABASE_URL. Without DATABASE_URL, SQLite in DATA_DIR is used.`, { cause: error })
    case '28P01': case '28000':
      return new Error('PostgreSQL refuses the user or the password in DATABASE_URL. Check both, and its pg_hba.conf.', { cause: error })
    case '3D000':
      return new Error('PostgreSQL has no database of the name in DATABASE_URL. Create it (createdb), or check the name.', { cause: error })
    case '42501':
      return new Error('The user in DATABASE_URL may not make tables. Make it the owner of the database.', { cause: error })
    case 'sqlite 14': case 'sqlite 8': case 'sqlite 10':
      return new Error(`The database file ${file} can't be opened or written. Check that it and its folder belong to the user this program runs as.`, { cause: error })
    case 'sqlite 13':
      return new Error(`There is no room left for the database file ${file}. Free some space on its disk.`, { cause: error })
    case 'sqlite 5':
      return new Error(`Another program keeps the database file ${file} to itself. Stop it, and start again.`, { cause: error })
    case 'sqlite 11': case 'sqlite 26':
      return new Error(`${file} is not a database, or it is damaged. Move it away (keep it) and bring back the newest backup.`, { cause: error })
    default: return error
  }
}

/** The code of the system, of PostgreSQL (SQLSTATE) or of SQLite; libraries hide it one or two causes down. */
function codeOf (error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause ?? ('previous' in at ? at.previous : null), depth++) {
    // Extended codes have the plain one in their lowest byte.
    if ('errcode' in at && typeof at.errcode === 'number') return `sqlite ${at.errcode & 255}`
    if ('code' in at && typeof at.code === 'string' && /^(E[A-Z_]+|[0-9A-Z]{5})$/.test(at.code) && !at.code.startsWith('ERR_')) return at.code
    // Several addresses of one name were tried.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0])
  }
  return null
}
