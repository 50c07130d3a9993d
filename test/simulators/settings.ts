// What the simulators need to know before they start, and the promise that nothing real is touched.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Environment } from '../../src/config.ts'

export interface SimulatorSettings {
  /** The program's own door. */
  port: number
  /** The page's. */
  pagePort: number
  dataDir: string
  logLevel: string | undefined
}

/** Settings that mean a real account, real keys or real data. */
const real = /^(TELEGRAM|ZALO|FACEBOOK|AGENCY|TIP)_|^(DATABASE_URL|SERVER_KEY_FILE|PUBLIC_URL|ROLE)$/
const mark = 'SIMULATED.txt'

/** @throws Error with a sentence when real settings are there, or the folder holds data of something else */
export function simulatorSettings (env: Environment): SimulatorSettings {
  const found = Object.keys(env).filter(name => real.test(name) && env[name]?.trim() !== '')
  if (found.length > 0) throw new Error(`${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} set. Simulators and real accounts are never mixed: start without --with-simulators, or without ${found.length === 1 ? 'this setting' : 'these settings'}.`)
  const dataDir = resolve(env.DATA_DIR?.trim() || './data-simulated')
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0 && !existsSync(join(dataDir, mark))) {
    throw new Error(`${dataDir} holds data that no simulator made, and is left alone. Leave out DATA_DIR, or set it to a new folder.`)
  }
  return { port: portOf(env, 'PORT', 3000), pagePort: portOf(env, 'SIMULATORS_PORT', 3100), dataDir, logLevel: env.LOG_LEVEL }
}

function portOf (env: Environment, name: string, otherwise: number): number {
  const given = env[name]?.trim() || String(otherwise)
  const port = Number(given)
  // Not 0: the platforms must know beforehand where to call.
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${name} must be a whole number from 1 to 65535.`)
  return port
}

/** Makes the folder and puts the mark into it. */
export function prepareFolder (dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dataDir, mark), 'Data of people who do not exist, made by npm start -- --with-simulators. Delete the folder to begin anew.\n')
}

/** The private keys of the sample agency's units: made once, since what is sealed to them should still open after a restart. */
export async function agencyKeys (dataDir: string): Promise<{ duty: Key, inspectorate: Key }> {
  const folder = join(dataDir, 'agency-keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return { duty: await keyIn(join(folder, 'duty.txt')), inspectorate: await keyIn(join(folder, 'inspectorate.txt')) }
}

export interface Key {
  file: string
  identity: string
  recipient: string
}

async function keyIn (file: string): Promise<Key> {
  if (!existsSync(file)) writeFileSync(file, `${await generateX25519Identity()}\n`, { mode: 0o600 })
  const identity = readFileSync(file, 'utf8').trim()
  return { file, identity, recipient: await identityToRecipient(identity) }
}

/** The same settings for commands beside the running program: `node --env-file=…`. Returns the file. */
export function writeEnvironment (dataDir: string, environment: Record<string, string>): string {
  const file = join(dataDir, 'settings.env')
  writeFileSync(file, Object.entries(environment).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 })
  return file
}
