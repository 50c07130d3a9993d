// A short form of the crash run on both databases; `npm run crash` is the long one.
import { afterAll, describe, expect, test } from 'vitest'
import { endAll, removeFolders } from '../process/program.ts'
import { postgresPrograms, startCluster } from '../postgres.ts'
import { crash } from './run.ts'

const programs = postgresPrograms()

afterAll(async () => {
  await endAll()
  await removeFolders()
})

describe.concurrent('killed again and again while four channels talk to it', () => {
  test('on SQLite: no code is lost, every tip arrives once, everybody is answered, nothing is done twice', async () => {
    expect((await crash({ seed: 20_261_124, kills: 12, each: 2, databaseUrl: null, updates: 'polling' })).violations).toEqual([])
  }, 300_000)

  // Said out loud where it is left out: see test/db/postgres.test.ts.
  test.runIf(programs !== null)('on PostgreSQL: the same', async () => {
    const cluster = await startCluster(programs ?? '')
    try {
      expect((await crash({ seed: 20_261_125, kills: 8, each: 2, databaseUrl: await cluster.newDatabase(), updates: 'webhook' })).violations).toEqual([])
    } finally {
      await cluster.stop()
    }
  }, 300_000)
})
