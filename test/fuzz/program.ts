// The whole program with every door open, its clock in our hand, and an ear on what it logs as broken.
import { mkdtemp, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import pino from 'pino'
import { startApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { sign } from '../../src/tips/webhook.ts'
import { oaId } from './readers.ts'
import { agencySecret, freePort, webhookSecret } from '../world.ts'

export interface Program {
  url: string
  /** Whom tips are sealed to. */
  recipients: string[]
  now (): Date
  pass (ms: number): void
  /** What was logged as an error since the last call. */
  broken (): string[]
  /** The headers that make a body believed at a door. */
  signed (path: string, body: Uint8Array): Record<string, string>
  stop (): Promise<void>
}

const zaloOa = { appId: '360846524940903967', secretKey: 'oa-secret-key-of-the-fuzz' }

/** Platforms and the agency are away: nothing that is sent arrives anywhere. */
export async function startProgram (): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tin-bao-fuzz-'))
  const port = await freePort()
  const recipients = [await identityToRecipient(await generateX25519Identity())]
  const away = 'http://127.0.0.1:9'
  const config = readConfig({
    PORT: String(port), DATA_DIR: dataDir, PUBLIC_URL: `http://127.0.0.1:${port}`, ROLE: 'web', TIP_RECIPIENTS: recipients.join(' '),
    TELEGRAM_BOT_TOKEN: '7000000001:stub-token-stub-token-stub-token-00', TELEGRAM_API_ROOT: away, TELEGRAM_UPDATES: 'webhook', TELEGRAM_WEBHOOK_SECRET: webhookSecret,
    ZALO_APP_ID: zaloOa.appId, ZALO_APP_SECRET: 'app-secret-of-the-fuzz', ZALO_OA_ID: oaId, ZALO_OA_SECRET_KEY: zaloOa.secretKey, ZALO_OPENAPI_BASE: away, ZALO_OAUTH_BASE: away,
    ZALO_BOT_TOKEN: '1234567890123456789:stub-token-of-the-fuzz', ZALO_BOT_BASE: away, ZALO_BOT_UPDATES: 'webhook', ZALO_BOT_WEBHOOK_SECRET: webhookSecret,
    AGENCY_URL: away, AGENCY_SECRET: agencySecret,
  })
  let now = new Date('2026-11-24T03:00:00Z')
  const errors: string[] = []
  const log = pino({ level: 'error' }, new Writable({ write (chunk, _, done) { errors.push(String(chunk).slice(0, 1500)); done() } }))
  const app = await startApp(config, { log, clock: () => now })
  return {
    url: app.url,
    recipients,
    now: () => now,
    pass (ms) { now = new Date(now.getTime() + ms) },
    broken: () => errors.splice(0),
    signed (path, body) {
      if (path === '/webhooks/telegram') return { 'x-telegram-bot-api-secret-token': webhookSecret }
      if (path === '/webhooks/zalo-bot') return { 'x-bot-api-secret-token': webhookSecret }
      if (path === '/webhooks/zalo-oa') return { 'x-zevent-signature': `mac=${createHash('sha256').update(zaloOa.appId).update(body).update(timestampIn(body)).update(zaloOa.secretKey).digest('hex')}` }
      if (path === '/agency/events') return { ...sign(agencySecret, `ev_${++events}`, now, body) }
      return {}
    },
    async stop () {
      await app.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

let events = 0

/** As Zalo signs: with the time that stands in the body. */
function timestampIn (body: Uint8Array): string {
  return /"timestamp":"?(\d{1,30})/.exec(Buffer.from(body).toString())?.[1] ?? ''
}
