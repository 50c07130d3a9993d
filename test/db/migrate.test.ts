import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Migration } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/sql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ormOptions } from '../../mikro-orm.config.ts'
import { migrate } from '../../src/db/migrate.ts'
import { Subscriber, SubscriberPlace } from '../../src/subscribers/subscriber.ts'
import { topicBits } from '../../src/subscribers/topics.ts'
import { Tip } from '../../src/tips/tip.ts'
import { databases, withDatabase, type TestDatabase } from '../database.ts'

describe.each(databases)('on %s', kind => {
  let database: TestDatabase
  beforeAll(async () => { database = await withDatabase(kind) })
  afterAll(async () => { await database.close() })
  const orm = (): MikroORM => database.orm

  test('after the migrations the tables are what the entities need', async () => {
    expect(await orm().migrator.checkSchema()).toBe(false)
  })

  test('migrating twice changes nothing', async () => {
    const before = (await orm().migrator.getExecuted()).length
    await migrate(orm())
    expect((await orm().migrator.getExecuted()).length).toBe(before)
  })

  test('a database of the first version comes up to date, and no tip in it is lost', async () => {
    const executed = await orm().migrator.getExecuted()
    for (let n = executed.length; n > 1; n--) await orm().migrator.down()
    await orm().em.fork().execute(`insert into tip (id, locator, access_hash, reporter_recipient, status, category, source, received_on, transfer_by, notice_by, decide_by, unit, units, sealed)
      values ('tip-1', '0000001', 'a', 'r', 'submitted', 'other', 'telegram', '2026-11-24', '2026-11-24', '2026-11-24', '2026-11-24', 'u', '[]', 'the sealed story')`)
    await orm().em.fork().execute(`insert into subscriber (address_key, channel, sealed, language, topics, localities, quiet_from, quiet_to, agreed_at, agreed_to)
      values ('everywhere', 'telegram', 's', 'vi', '["scams","law"]', '[]', 21, 6, ${kind === 'sqlite' ? '0' : 'now()'}, '2026-11'), ('somewhere', 'telegram', 's', 'vi', '["warnings"]', '["30307","30292"]', 21, 6, ${kind === 'sqlite' ? '0' : 'now()'}, '2026-11')`)
    await migrate(orm())
    // Who subscribed before is in the audience like everybody else.
    expect(await orm().em.fork().find(Subscriber, {}, { orderBy: { addressKey: 'asc' } })).toMatchObject([{ topicBits: topicBits(['scams', 'law']), everywhere: true, level: 0, frequency: 'at-once' }, { topicBits: topicBits(['warnings']), everywhere: false }])
    expect(await orm().em.fork().find(SubscriberPlace, {}, { orderBy: { commune: 'asc' } })).toMatchObject([{ commune: '30292', addressKey: 'somewhere' }, { commune: '30307', addressKey: 'somewhere' }])
    expect(await orm().em.fork().find(Tip, {})).toMatchObject([{ id: 'tip-1', sealed: 'the sealed story', patterns: [] }])
    expect(await orm().migrator.checkSchema()).toBe(false)
  })
})

describe('a migration that has to rebuild a table, on a filled database', () => {
  class Family extends Migration {
    override up (): void {
      this.addSql('create table parent (id integer primary key, name text)')
      this.addSql('create table child (id integer primary key, parent_id integer not null references parent (id) on delete cascade)')
    }
  }
  // What MikroORM writes for SQLite when a column changes.
  class Rebuild extends Migration {
    override up (): void {
      this.addSql('pragma foreign_keys = off')
      this.addSql('create table parent_new (id integer primary key, name text not null default \'\')')
      this.addSql('insert into parent_new select id, coalesce(name, \'\') from parent')
      this.addSql('drop table parent')
      this.addSql('alter table parent_new rename to parent')
      this.addSql('pragma foreign_keys = on')
    }
  }
  class Careless extends Migration {
    override up (): void {
      this.addSql('delete from parent where id = 1')
    }
  }

  let folder: string
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'tin-bao-migrate-')) })
  afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

  async function open (migrations: (typeof Migration)[]): Promise<MikroORM> {
    const options = await ormOptions({ kind: 'sqlite', file: join(folder, 'family.sqlite') })
    return await MikroORM.init({ ...options, migrations: { ...options.migrations, migrationsList: migrations.map((m, n) => ({ name: `Migration${n}`, class: m as never })) } })
  }
  const rows = async (orm: MikroORM, table: string): Promise<number> => (await orm.em.getConnection().execute<{ n: number }[]>(`select count(*) as n from ${table}`))[0]?.n ?? -1

  test('keeps every row that points to it', async () => {
    const before = await open([Family])
    await migrate(before)
    await before.em.getConnection().execute('insert into parent (id, name) values (1, \'a\'), (2, null)')
    await before.em.getConnection().execute('insert into child (id, parent_id) values (1, 1), (2, 1), (3, 2)')
    await before.close()

    const after = await open([Family, Rebuild])
    await migrate(after)
    expect(await rows(after, 'parent')).toBe(2)
    expect(await rows(after, 'child')).toBe(3)
    expect((await after.em.getConnection().execute<{ foreign_keys: number }[]>('pragma foreign_keys'))[0]?.foreign_keys).toBe(1)
    await after.close()
  })

  test('is undone as a whole when it would leave rows that point to nothing', async () => {
    const orm = await open([Family])
    await migrate(orm)
    await orm.em.getConnection().execute('insert into parent (id, name) values (1, \'a\')')
    await orm.em.getConnection().execute('insert into child (id, parent_id) values (1, 1)')
    await orm.close()

    const careless = await open([Family, Careless])
    await expect(migrate(careless)).rejects.toThrow('point to nothing')
    expect(await rows(careless, 'parent')).toBe(1)
    await careless.close()
  })
})
