// Aims at the settings: any environment is read, or refused in sentences that show no secret.
import fc from 'fast-check'
import { ConfigError, readConfig } from '../../src/config.ts'
import { text } from './inputs.ts'
import { aim, must, type Target } from './target.ts'

const names = [
  'HOST', 'PORT', 'PUBLIC_URL', 'DATA_DIR', 'DATABASE_URL', 'ROLE', 'LOG_LEVEL', 'SERVER_KEY_FILE', 'TIP_RECIPIENTS', 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_API_ROOT', 'TELEGRAM_UPDATES',
  'TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_RATE', 'ZALO_APP_ID', 'ZALO_APP_SECRET', 'ZALO_OA_ID', 'ZALO_OA_SECRET_KEY', 'ZALO_OA_REFRESH_TOKEN', 'ZALO_OA_CODE_VERIFIER', 'ZALO_OA_SIGNATURES',
  'ZALO_OA_MEDIA_HOSTS', 'ZALO_OA_RATE', 'ZALO_OA_BUTTONS', 'ZALO_BOT_TOKEN', 'ZALO_BOT_BASE', 'ZALO_BOT_UPDATES', 'ZALO_BOT_WEBHOOK_SECRET', 'AGENCY_URL', 'AGENCY_SECRET', 'AGENCY_URLS', '__proto__', 'constructor',
]
const secrets = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET', 'ZALO_APP_SECRET', 'ZALO_OA_SECRET_KEY', 'ZALO_OA_REFRESH_TOKEN', 'ZALO_BOT_TOKEN', 'ZALO_BOT_WEBHOOK_SECRET', 'AGENCY_SECRET', 'DATABASE_URL', 'AGENCY_URL']
const value = fc.oneof(text, fc.constantFrom(
  '', ' ', '0', '1', '65535', '65536', '-1', '1e3', '0x10', '3000.5', 'all', 'WEB', 'webhook', 'polling', 'on', 'off', 'https://tinbao.example', 'http://', 'https://a b', 'ftp://x', 'postgresql://u:geheim-42@h/d', 'sqlite:', 'sqlite://x',
  '7000000001:stub-token-stub-token-stub-token-00', 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', 'whsec_', 'a-secret-of-the-webhook-0123456789', 'a'.repeat(5000), '::1', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
))

export const settingTargets: Target[] = [{
  name: 'settings', share: 60_000,
  open: () => aim(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12 }), env => {
    try {
      const config = readConfig(env)
      must(Number.isInteger(config.port) && config.port >= 0 && config.port <= 65535, 'The port is none.')
      must(!config.publicUrl.endsWith('/'), 'An address ends in a slash.')
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      must(error.refusals.length > 0 && error.refusals.every(one => one.length > 10), 'A refusal needs its sentence.')
      const said = error.refusals.join('\n')
      // Short ones may be words of the sentence.
      for (const name of secrets) must((env[name] ?? '').trim().length < 12 || !said.includes((env[name] ?? '').trim()), `A refusal shows ${name}.`)
    }
  }),
}]
