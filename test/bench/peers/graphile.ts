// graphile-worker on PostgreSQL: a job for each recipient; what became of each is a row that its job writes.
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { contends } from '../broadcast/contender.ts'
import { firstChat, sendsTo } from '../broadcast/the-send.ts'

const { DATABASE_URL: connectionString = '', SINK = '' } = process.env
const send = sendsTo(SINK)
const pool = new pg.Pool({ connectionString, max: 30 })
const logger = new Logger(() => () => {})
await runMigrations({ pgPool: pool, logger })
await pool.query('create table if not exists outcome (chat bigint primary key, state text not null, message_id text, done_at timestamptz not null)')
const utils = await makeWorkerUtils({ pgPool: pool, logger })

contends(async many => {
  await pool.query('truncate outcome')
  for (let from = 0; from < many; from += 5000) {
    await utils.addJobs(Array.from({ length: Math.min(5000, many - from) }, (_, n) => ({ identifier: 'deliver', payload: { chat: firstChat + from + n } })))
  }
  await pool.query('analyze')
  return async () => {
    let left = many
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const runner = await run({
      pgPool: pool, logger, concurrency: 24, noHandleSignals: true,
      preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList: {
        async deliver (payload, { withPgClient }) {
          // As `addJobs` has it.
          const { chat } = payload as { chat: number }
          const [state, messageId] = await send(chat).then(id => ['delivered', id], () => ['refused', null])
          await withPgClient(async client => await client.query('insert into outcome (chat, state, message_id, done_at) values ($1, $2, $3, now())', [chat, state, messageId]))
          if (--left === 0) resolve()
        },
      },
    })
    await over
    await runner.stop()
  }
})
