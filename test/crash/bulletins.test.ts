// A short form of the crash run of bulletins on both databases; `npm run crash -- --bulletins` is the long one.
import { afterAll, describe, expect, test } from 'vitest'
import { endAll, removeFolders } from '../process/program.ts'
import { postgresPrograms, startCluster } from '../postgres.ts'
import { crashBulletins } from './bulletins.ts'

const programs = postgresPrograms()

afterAll(async () => {
  await endAll()
  await removeFolders()
})

describe.concurrent('killed again and again while bulletins are sent', () => {
  test('on SQLite: everybody has one outcome, nobody gets one twice, and what nobody knows was on the wire', async () => {
    expect((await crashBulletins({ seed: 20_261_124, kills: 3, residents: 200, workers: 1, databaseUrl: null })).violations).toEqual([])
  }, 300_000)

  // Said out loud where it is left out: see test/db/postgres.test.ts.
  test.runIf(programs !== null)('on PostgreSQL, by one of two programs, the other goes on: the same, also when the first was only frozen', async () => {
    const cluster = await startCluster(programs ?? '')
    try {
      expect((await crashBulletins({ seed: 20_261_125, kills: 3, residents: 200, workers: 2, databaseUrl: await cluster.newDatabase() })).violations).toEqual([])
    } finally {
      await cluster.stop()
    }
  }, 300_000)
})
