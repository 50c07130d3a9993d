// npm start -- --with-simulators: both Zalo products, Telegram and an agency, pretended on this machine, and a page to play the people who use them.
import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import type { Environment } from '../../src/config.ts'
import { startSampleAgency } from '../stubs/agency.ts'
import { startTelegramStub } from '../stubs/telegram.ts'
import { startZaloBotStub } from '../stubs/zalo-bot.ts'
import { startZaloOaStub } from '../stubs/zalo-oa.ts'
import { agencyDesk } from './agency-desk.ts'
import { botPhone } from './bot-phone.ts'
import { openDoor } from './door.ts'
import { allFaults } from './faults.ts'
import { oaPhone } from './oa-phone.ts'
import { makePictures } from './pictures.ts'
import { agencyKeys, prepareFolder, simulatorSettings, writeEnvironment } from './settings.ts'
import { telegramPhone } from './telegram-phone.ts'

export interface Simulators {
  /** The settings to start the program with; nothing of the real environment is in them. */
  environment: Record<string, string>
  /** Once the program runs: tells Zalo its webhook. Returns what to say on the terminal. */
  meet (): Promise<string>
  stop (): Promise<void>
}

/**
 * Starts them.
 * @param env as the program was started with
 * @throws Error with a sentence when real settings are there, or a port or a folder can't be had
 */
export async function startSimulators (env: Environment): Promise<Simulators> {
  const settings = simulatorSettings(env)
  const { port, dataDir } = settings
  const url = `http://127.0.0.1:${port}`
  prepareFolder(dataDir)
  const keys = await agencyKeys(dataDir)
  const [agencySecret, webhookSecret] = [`whsec_${randomBytes(32).toString('base64')}`, randomBytes(24).toString('hex')]

  // The program keeps its data from start to start and knows the ids it has seen; a platform never uses one again. Nobody writes a thousand times a second.
  const firstId = Date.now()
  // Pauses between tries of webhooks are twenty times as short as Zalo's.
  const zaloOa = await startZaloOaStub({ retryUnit: 50, firstId })
  Object.assign(zaloOa.switches, { receipts: true, consent: 'asks', stateComesBack: true, callback: `${url}/` } satisfies Partial<typeof zaloOa.switches>)
  const zaloBot = await startZaloBotStub({ retryUnit: 50, firstId, ways: { monthly: 3000 } })
  const telegram = await startTelegramStub({ firstId })
  const agency = await startSampleAgency({ secret: agencySecret, identities: [keys.duty.identity, keys.inspectorate.identity], answerTo: url })

  const environment = {
    PORT: String(port), PUBLIC_URL: url, DATA_DIR: dataDir, ...(settings.logLevel === undefined ? {} : { LOG_LEVEL: settings.logLevel }),
    TIP_RECIPIENTS: `duty=${keys.duty.recipient} inspectorate=${keys.inspectorate.recipient}`,
    TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.apiRoot,
    ZALO_BOT_TOKEN: zaloBot.token, ZALO_BOT_BASE: zaloBot.base, ZALO_BOT_UPDATES: 'webhook', ZALO_BOT_WEBHOOK_SECRET: webhookSecret,
    ZALO_APP_ID: zaloOa.app.id, ZALO_APP_SECRET: zaloOa.app.secret, ZALO_OA_ID: zaloOa.oa.id, ZALO_OA_SECRET_KEY: zaloOa.oa.secretKey,
    ZALO_OA_REFRESH_TOKEN: zaloOa.refreshToken(), ZALO_OA_CODE_VERIFIER: zaloOa.verifier, ZALO_OA_MEDIA_HOSTS: zaloOa.host,
    ZALO_OPENAPI_BASE: zaloOa.base, ZALO_OAUTH_BASE: zaloOa.base,
    AGENCY_URL: agency.url, AGENCY_SECRET: agencySecret,
  }
  const environmentFile = writeEnvironment(dataDir, environment)

  const display = { dropsButtons: false }
  const pictures = makePictures()
  const page = await openDoor({
    port: settings.pagePort, pictures, webChat: `${url}/`,
    phones: [oaPhone(zaloOa, display), botPhone(zaloBot), telegramPhone(telegram)],
    desk: agencyDesk(agency, pictures),
    groups: allFaults({ zaloOa, zaloBot, telegram, agency, display }),
  })

  return {
    environment,
    async meet () {
      if (!await zaloOa.setWebhook(`${url}/webhooks/zalo-oa`)) throw new Error('The program did not answer the pretended Zalo\'s check of its webhook.')
      return screen(page.url, dataDir, environmentFile, keys.duty.file)
    },
    async stop () {
      await page.stop()
      await Promise.all([zaloOa.stop(), zaloBot.stop(), telegram.stop(), agency.goesDown()])
    },
  }
}

function screen (page: string, dataDir: string, environmentFile: string, keyFile: string): string {
  const file = (path: string): string => {
    const near = relative('', path)
    return near.startsWith('..') ? path : near
  }
  return `  All of it is simulated: both Zalo products, Telegram, and an agency that opens tips. No account is used.

  Play a Zalo or Telegram user at ${page}/

  What is kept lies in ${dataDir} and nowhere else; delete the folder to begin anew.
  Commands work beside it with the same settings:
    npx node --env-file=${file(environmentFile)} src/tips.ts show <id> --identity ${file(keyFile)}
    npx node --env-file=${file(environmentFile)} src/zalo.ts link
`
}
