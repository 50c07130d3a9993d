// npm run migration:create: writes what the entities need and the newest migrations lack, for both databases.
import { defineConfig as pglite } from '@mikro-orm/pglite'
import { MikroORM } from '@mikro-orm/sql'
import { ormOptions, shared } from '../../mikro-orm.config.ts'

const databases = {
  sqlite: async () => await MikroORM.init(await ormOptions({ kind: 'sqlite', file: ':memory:' })),
  postgresql: () => MikroORM.init(pglite({ ...shared('postgresql'), dbName: 'memory://' })),
}

for (const [name, connect] of Object.entries(databases)) {
  const orm = await connect()
  await orm.migrator.up()
  const made = await orm.migrator.create()
  console.log(name, made.fileName === '' ? 'needs nothing new' : made.fileName)
  await orm.close()
}
