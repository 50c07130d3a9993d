// The small world that journeys happen in: the whole program on a real database, a pretended Telegram, a sample agency, and people.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { defineConfig as pglite } from '@mikro-orm/pglite'
import type { Options } from '@mikro-orm/sql'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import pino from 'pino'
import { shared } from '../mikro-orm.config.ts'
import { startApp, type App } from '../src/app.ts'
import { readConfig, type Config } from '../src/config.ts'
import { startSampleAgency, type SampleAgency } from './stubs/agency.ts'
import { startZaloOaStub, type ZaloOaStub } from './stubs/zalo-oa.ts'
import { startTelegramStub, type TelegramStub } from './stubs/telegram.ts'
import { startZaloBotStub, type ZaloBotStub } from './stubs/zalo-bot.ts'

export type DatabaseName = 'sqlite' | 'postgresql'
export const databases: readonly DatabaseName[] = ['sqlite', 'postgresql']

export interface World {
  app: App
  config: Config
  telegram: TelegramStub
  zaloBot: ZaloBotStub
  zaloOa: ZaloOaStub
  agency: SampleAgency
  /** Private keys of the units, as the agency holds them. */
  keys: { duty: string, inspectorate: string }
  dataDir: string
  url: string
  /** The environment, for a process of its own. */
  environment: Record<string, string>
  /** Every line logged so far. */
  logged (): string
  /** Stops the program and starts it again on the same data. */
  restart (): Promise<void>
  stop (): Promise<void>
}

export const agencySecret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
export const webhookSecret = 'a-secret-of-the-webhook-0123456789'

export async function aWorld ({ database = 'sqlite', updates = 'polling', environment = {}, clock }: {
  database?: DatabaseName
  updates?: 'polling' | 'webhook'
  environment?: Record<string, string>
  clock?: () => Date
} = {}): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-world-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const telegram = await startTelegramStub({ retryUnit: 20 })
  const zaloBot = await startZaloBotStub({ retryUnit: 20 })
  const zaloOa = await startZaloOaStub()
  const keys = { duty: await generateX25519Identity(), inspectorate: await generateX25519Identity() }
  const agency = await startSampleAgency({ secret: agencySecret, identities: Object.values(keys), answerTo: url, ...(clock === undefined ? {} : { clock }) })
  const env: Record<string, string> = {
    PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: url,
    TIP_RECIPIENTS: `duty=${await identityToRecipient(keys.duty)} inspectorate=${await identityToRecipient(keys.inspectorate)}`,
    TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot, TELEGRAM_UPDATES: updates, TELEGRAM_RATE: '1000',
    ...(updates === 'webhook' ? { TELEGRAM_WEBHOOK_SECRET: webhookSecret } : {}),
    ZALO_BOT_TOKEN: zaloBot.token, ZALO_BOT_BASE: zaloBot.base, ZALO_BOT_UPDATES: updates,
    ...(updates === 'webhook' ? { ZALO_BOT_WEBHOOK_SECRET: webhookSecret } : {}),
    ZALO_APP_ID: zaloOa.app.id, ZALO_APP_SECRET: zaloOa.app.secret, ZALO_OA_ID: zaloOa.oa.id, ZALO_OA_SECRET_KEY: zaloOa.oa.secretKey, ZALO_OA_REFRESH_TOKEN: zaloOa.refreshToken(),
    ZALO_OPENAPI_BASE: zaloOa.base, ZALO_OAUTH_BASE: zaloOa.base, ZALO_OA_MEDIA_HOSTS: zaloOa.host, ZALO_OA_RATE: '1000',
    AGENCY_URL: agency.url, AGENCY_SECRET: agencySecret,
    ...environment,
  }
  const config = readConfig(env)
  const lines: string[] = []
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } }))
  const start = async (): Promise<App> => await startApp(config, { log, ...(clock === undefined ? {} : { clock }), ...(database === 'postgresql' ? { database: pgliteIn(dataDir) } : {}) })

  const world: World = {
    app: await start(),
    config, telegram, zaloBot, zaloOa, agency, keys, dataDir, url,
    environment: env,
    logged: () => lines.join(''),
    async restart () {
      await world.app.stop()
      world.app = await start()
    },
    async stop () {
      await world.app.stop()
      await telegram.stop()
      await zaloBot.stop()
      await zaloOa.stop()
      await agency.goesDown()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  await zaloOa.setWebhook(`${url}/webhooks/zalo-oa`)
  return world
}

/** On disk, so that a restart finds what was there. */
function pgliteIn (dataDir: string): Options {
  return pglite({ ...shared('postgresql'), dbName: join(dataDir, 'pglite') }) as Options
}

export async function freePort (): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Waits until `what` is true, looking often. @throws when it is not within `ms` */
export async function until (what: () => boolean | Promise<boolean>, ms = 25_000): Promise<void> {
  for (const end = Date.now() + ms; !await what();) {
    if (Date.now() > end) throw new Error(`Not so within ${ms} ms: ${what.toString()}`)
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}
