// The town around the program: the platforms and the agency, which never go down, and the program itself, which does.
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { aFolder, byNode, type Program } from '../process/program.ts'
import { startSampleAgency, type SampleAgency } from '../stubs/agency.ts'
import { startTelegramStub, type TelegramStub } from '../stubs/telegram.ts'
import { startZaloBotStub, type ZaloBotStub } from '../stubs/zalo-bot.ts'
import { startZaloOaStub, type ZaloOaStub } from '../stubs/zalo-oa.ts'
import { agencySecret, freePort, webhookSecret } from '../world.ts'

export interface Town {
  url: string
  telegram: TelegramStub
  zaloBot: ZaloBotStub
  zaloOa: ZaloOaStub
  agency: SampleAgency
  /** Starts the program on what is on the disk. */
  starts (more?: Record<string, string>): Program
  /** As `starts`, before the Official Account is connected. */
  startsUnconnected (): Program
  /** Moves the agency's clock, as `later.ts` moves the program's; milliseconds. */
  passes (ms: number): void
  /** Called once, when the agency takes the next thing: before it answers. */
  onceTaken (then: () => void): void
  /** The Zalo platforms bring everything twice, or once. */
  bringsTwice (twice: boolean): void
  /** So many events were tried so often by Zalo that it gives up, and switches the webhook off, if it fails only once or twice more. */
  lastTries (): number
  stop (): Promise<void>
}

/**
 * Milliseconds that stand for a second between Zalo's tries: six in twenty-six seconds in place of two hours,
 * longer than a busy machine takes to start again.
 * Telegram tries for a day, and for how long the Zalo Bot Platform does nobody says: here without end.
 */
const zaloSecond = 4

/** @param updates how Telegram's updates come */
export async function startTown ({ databaseUrl, updates }: { databaseUrl: string | null, updates: 'polling' | 'webhook' }): Promise<Town> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const telegram = await startTelegramStub({ retryUnit: 20 })
  const zaloBot = await startZaloBotStub({ retryUnit: 20, ways: { webhookRetries: Infinity } })
  const zaloOa = await startZaloOaStub({ retryUnit: zaloSecond })
  const keys = [await generateX25519Identity(), await generateX25519Identity()] as const
  let ahead = 0
  let taken = (): void => {}
  const agency = await startSampleAgency({
    secret: agencySecret, identities: keys, answerTo: url, clock: () => new Date(Date.now() + ahead),
    heard () {
      taken()
      taken = () => {}
    },
  })
  const settings = {
    PORT: String(port), DATA_DIR: join(await aFolder(), 'data'), PUBLIC_URL: url, LOG_LEVEL: 'warn', ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    TIP_RECIPIENTS: `duty=${await identityToRecipient(keys[0])} inspectorate=${await identityToRecipient(keys[1])}`,
    TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot, TELEGRAM_UPDATES: updates, TELEGRAM_RATE: '1000',
    ...(updates === 'webhook' ? { TELEGRAM_WEBHOOK_SECRET: webhookSecret } : {}),
    ZALO_BOT_TOKEN: zaloBot.token, ZALO_BOT_BASE: zaloBot.base, ZALO_BOT_UPDATES: 'webhook', ZALO_BOT_WEBHOOK_SECRET: webhookSecret,
    AGENCY_URL: agency.url, AGENCY_SECRET: agencySecret,
  }
  const connected = {
    ZALO_APP_ID: zaloOa.app.id, ZALO_APP_SECRET: zaloOa.app.secret, ZALO_OA_ID: zaloOa.oa.id, ZALO_OA_SECRET_KEY: zaloOa.oa.secretKey, ZALO_OA_REFRESH_TOKEN: zaloOa.refreshToken(),
    ZALO_OPENAPI_BASE: zaloOa.base, ZALO_OAUTH_BASE: zaloOa.base, ZALO_OA_MEDIA_HOSTS: zaloOa.host, ZALO_OA_RATE: '1000',
  }
  return {
    url, telegram, zaloBot, zaloOa, agency,
    starts: (more = {}) => byNode({ ...settings, ...connected, ...more }),
    startsUnconnected: () => byNode(settings),
    passes (ms) { ahead += ms },
    onceTaken (then) { taken = then },
    bringsTwice (twice) { zaloOa.webhook.copies = zaloBot.ways.deliveries = twice ? 2 : 1 },
    lastTries () {
      const { delivered } = zaloOa.webhook
      return delivered.filter(({ tries, status }) => tries === 3 && status !== 200).length - delivered.filter(({ tries, status }) => (tries === 4 && status === 200) || tries === 5).length
    },
    async stop () {
      await Promise.all([telegram.stop(), zaloBot.stop(), zaloOa.stop(), agency.goesDown()])
    },
  }
}
