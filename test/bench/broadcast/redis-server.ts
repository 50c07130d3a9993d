// A Redis of the bench's own on a spare port, in a folder that goes with it; null where it is not installed.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../measured.ts'

export interface RedisServer {
  port: number
  stop (): Promise<void>
}

/** @param flush `always`: every answer is on disk, as ours is; `everysec`: what Redis recommends, up to a second may be lost */
export async function startRedis (flush: 'always' | 'everysec'): Promise<RedisServer | null> {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'tin-bao-redis-')), await freePort()]
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', flush], { stdio: 'ignore' })
  const end = (): void => { server.kill('SIGKILL') }
  process.once('exit', end)
  while (!await listens(port)) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}.`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    port,
    async stop () {
      process.off('exit', end)
      const gone = once(server, 'exit')
      server.kill('SIGTERM')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listens (port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true) }).on('error', () => { resolve(false) })
  })
}
