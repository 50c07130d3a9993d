// A PostgreSQL of the tests' own: a throw-away cluster on a spare port, for what needs two connections.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './world.ts'

const run = promisify(execFile)

/** The folder of the server's programs, newest version first; null when there is none on this machine. */
export function postgresPrograms (): string | null {
  const debian = '/usr/lib/postgresql'
  const folders = [
    ...(existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map(version => join(debian, version, 'bin')) : []),
    '/usr/local/bin', '/usr/bin',
  ]
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

export interface Cluster {
  /** A database of its own, empty. */
  newDatabase (): Promise<string>
  stop (): Promise<void>
}

/** @param durable what is committed survives a power cut, which takes time; for measurements */
export async function startCluster (programs: string, { durable = false } = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tin-bao-postgres-'))
  const port = await freePort()
  // PostgreSQL refuses to run as root; Debian's package brings a user for it.
  const asRoot = userInfo().uid === 0
  if (asRoot) await run('chown', ['postgres', folder])
  await chmod(folder, 0o700)
  const as = (program: string, ...args: string[]): [string, string[]] =>
    asRoot ? ['runuser', ['-u', 'postgres', '--', join(programs, program), ...args]] : [join(programs, program), args]
  await run(...as('initdb', '-D', folder, '-U', 'tester', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'), { cwd: '/' })
  const server: ChildProcess = spawn(...as('postgres', '-D', folder, '-p', String(port), '-k', folder, '-h', '127.0.0.1', ...(durable ? [] : ['-F'])), { stdio: 'ignore', cwd: '/' })
  const url = (name: string): string => `postgresql://tester@127.0.0.1:${port}/${name}`
  const sql = async (statement: string): Promise<void> => { await run(join(programs, 'psql'), ['-X', '-q', url('postgres'), '-c', statement]) }
  for (let tries = 0; ; tries++) {
    try {
      await sql('select 1')
      break
    } catch (error) {
      if (tries > 100) throw error
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  let count = 0
  return {
    async newDatabase () {
      const name = `test_${++count}`
      await sql(`create database ${name}`)
      return url(name)
    },
    async stop () {
      const ended = new Promise(resolve => server.once('exit', resolve))
      // Fast shutdown: sessions are cut.
      if (asRoot) await run(...as('pg_ctl', 'stop', '-D', folder, '-m', 'fast', '-w'), { cwd: '/' })
      else server.kill('SIGINT')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
