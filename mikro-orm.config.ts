// The database by its URL, and every entity by name; used by the program and by the migration commands.
import { Migrator } from '@mikro-orm/migrations'
import type { Options } from '@mikro-orm/sql'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from './src/config.ts'
import { Pause } from './src/channels/pace.ts'
import { Seen } from './src/channels/seen.ts'
import { ZaloSignature } from './src/channels/zalo-oa/signature-count.ts'
import { ZaloToken } from './src/channels/zalo-oa/token.ts'
import { ZaloWindow } from './src/channels/zalo-oa/window.ts'
import { ChatLine } from './src/channels/web-chat/line.ts'
import { Conversation } from './src/conversation/conversation.ts'
import { Reply } from './src/conversation/reply.ts'
import { SetAside } from './src/conversation/set-aside.ts'
import { Lease } from './src/queue/lease.ts'
import { Run } from './src/queue/run.ts'
import { Counter } from './src/db/counter.ts'
import { PushSubscription } from './src/subscribers/push.ts'
import { Subscriber, SubscriberPlace } from './src/subscribers/subscriber.ts'
import { OfficerMessage } from './src/staff/officer-message.ts'
import { Officer } from './src/staff/officer.ts'
import { Bulletin } from './src/bulletins/bulletin.ts'
import { Delivery, DeliveryCount } from './src/bulletins/delivery.ts'
import { BulletinHistory } from './src/bulletins/history.ts'
import { BulletinPost } from './src/bulletins/post.ts'
import { AddressLink } from './src/tips/address-link.ts'
import { Attachment } from './src/tips/attachment.ts'
import { Handoff } from './src/tips/handoff.ts'
import { TipHistory } from './src/tips/history.ts'
import { Pattern } from './src/tips/pattern.ts'
import { ThreadMessage } from './src/tips/thread.ts'
import { Tip } from './src/tips/tip.ts'
import { WrongCode } from './src/tips/wrong-code.ts'

export const entities = [
  Pause, Seen, ChatLine, Conversation, Reply, SetAside, Lease, Run, Counter, Subscriber, SubscriberPlace, PushSubscription, Officer, OfficerMessage,
  Bulletin, BulletinHistory, BulletinPost, Delivery, DeliveryCount,
  AddressLink, Attachment, Handoff, Pattern, TipHistory, ThreadMessage, Tip, WrongCode, ZaloSignature, ZaloToken, ZaloWindow,
]

export type Dialect = Config['database']['kind']

/** What both databases share. Each has its own migrations: they hold SQL of one dialect and nothing of ours. */
export const shared = (dialect: Dialect) => ({
  entities,
  extensions: [Migrator],
  forceUtcTimezone: true,
  // Contexts are made at the door (one per update, request or job); a global one would leak between people.
  allowGlobalContext: false,
  // The migrator would talk on the terminal; what fails is thrown.
  logger: () => {},
  migrations: {
    path: new URL(`./src/db/migrations/${dialect}`, import.meta.url).pathname,
    emit: 'ts' as const,
    glob: '!(*.d).{js,ts}',
    // The default name follows the database file: every database would leave a snapshot of its own.
    snapshotName: 'snapshot',
    // Else a start in production writes into the source tree.
    snapshotOnMigrate: false,
  },
})

/** MikroORM's options for a database, with its driver and not the other; makes the folder of an SQLite file if it is missing. */
export async function ormOptions (database: Config['database']): Promise<Options> {
  // The two drivers' options differ in types only that no caller looks at: everybody takes them as SQL.
  if (database.kind === 'postgresql') {
    const { defineConfig } = await import('@mikro-orm/postgresql')
    return defineConfig({ ...shared('postgresql'), clientUrl: database.url, pool: { min: 0, max: 10 } }) as Options
  }
  const { defineConfig } = await import('@mikro-orm/sqlite')
  const { NodeSqlite } = await import('./src/db/node-sqlite.ts')
  if (database.file !== ':memory:') mkdirSync(dirname(database.file), { recursive: true, mode: 0o700 })
  return defineConfig({ ...shared('sqlite'), dbName: database.file, driverOptions: new NodeSqlite(database.file) }) as Options
}
