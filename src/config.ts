// Every setting, read once from an environment: a value, a default, or a refusal in plain words.
import { resolve } from 'node:path'

export interface Config {
  host: string
  port: number
  /** Where people and platforms reach us, without a trailing slash. */
  publicUrl: string
  dataDir: string
  database: { kind: 'sqlite', file: string } | { kind: 'postgresql', url: string }
  role: 'all' | 'web' | 'worker'
  logLevel: LogLevel
  serverKeyFile: string
  /** As written in TIP_RECIPIENTS; null: made on first start. */
  tipRecipients: string | null
  telegram: TelegramConfig | null
  zaloOa: ZaloOaConfig | null
  /** Articles of the same Official Account; null without one. */
  zaloArticle: ZaloArticleConfig | null
  zaloBot: ZaloBotConfig | null
  facebook: FacebookConfig | null
  webPush: WebPushConfig
  agency: { url: string, secret: string } | null
}

export interface TelegramConfig {
  token: string
  apiRoot: string
  updates: 'polling' | 'webhook'
  webhookSecret: string | null
  /** Messages a second for the whole bot. */
  rate: number
  /** Ids, or @names, of the channels and groups that bulletins are posted to. */
  postChats: readonly string[]
  /** Whether bulletins may be sent faster than `rate`, which costs Stars; BotFather must have allowed it. */
  paidBroadcast: boolean
  /** Messages a second while it is paid for. */
  paidRate: number
}

/** An Official Account; each name as in `ZALO_…`, explained in the README. */
export interface ZaloOaConfig {
  appId: string
  appSecret: string
  oaId: string
  /** Signs what Zalo sends us. Not the app secret (zalo.md 1.1). */
  oaSecretKey: string
  /** The first refresh token, put there by hand; later ones are kept in the database. */
  refreshToken: string | null
  /** The fixed PKCE verifier of the console (zalo.md 1.3). */
  codeVerifier: string | null
  openapiBase: string
  oauthBase: string
  /** May we send what Zalo charges for: 48 hours to 7 days after somebody last wrote. */
  paid: boolean
  /** How buttons are written; `template` adds a `template_type`, `off` leaves the numbers alone. */
  buttons: 'plain' | 'template' | 'off'
  /** Send `appsecret_proof` with each call. */
  proof: boolean
  /** Which ways of signing are believed, by name (`signature.ts`). */
  signatures: readonly string[]
  /** Hosts that files may be fetched from, taken as they are written; empty: any name over https. */
  mediaHosts: readonly string[]
  /** Requests a second. */
  rate: number
}

export interface ZaloArticleConfig {
  /** Tell followers of each article. */
  broadcast: boolean
  /** Codes of the provinces whose followers are told, as Zalo counts them: the 63 from before July 2025. */
  cities: readonly string[]
  /** A picture for articles without one. */
  cover: string | null
}

export interface FacebookConfig {
  pageId: string
  pageToken: string
  /** With the version of the Graph API. */
  graphBase: string
}

export interface WebPushConfig {
  /** Where a push service reaches the operator: `mailto:` or `https:`. Null: no push. */
  contact: string | null
  /** Hosts a push subscription may name; `*.` stands for any names in front. */
  hosts: readonly string[]
}

export interface ZaloBotConfig {
  token: string
  base: string
  updates: 'webhook' | 'polling'
  webhookSecret: string | null
}

export type LogLevel = typeof logLevels[number]
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type Environment = Record<string, string | undefined>

/** Settings that make no sense together or can't be read. `refusals` holds one sentence each, saying what to do. */
export class ConfigError extends Error {
  readonly refusals: readonly string[]

  constructor (refusals: readonly string[]) {
    super(refusals.join('\n'))
    this.name = 'ConfigError'
    this.refusals = refusals
  }
}

/**
 * Reads all settings.
 * @throws ConfigError naming every wrong setting at once, never showing a secret's value
 */
export function readConfig (env: Environment): Config {
  const refusals: string[] = []
  const read = reader(env, refusals)

  const host = read.text('HOST', '127.0.0.1')
  const port = read.number('PORT', 3000, 0, 65535)
  const dataDir = resolve(read.text('DATA_DIR', './data'))
  const config: Config = {
    host,
    port,
    publicUrl: read.url('PUBLIC_URL', ['http:', 'https:']) ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    dataDir,
    database: databaseOf(env.DATABASE_URL?.trim() ?? '', dataDir, refusals),
    role: read.oneOf('ROLE', ['all', 'web', 'worker'], 'all'),
    logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info'),
    serverKeyFile: resolve(read.text('SERVER_KEY_FILE', `${dataDir}/server.key`)),
    tipRecipients: read.optional('TIP_RECIPIENTS'),
    telegram: telegramOf(env, read, refusals),
    zaloOa: zaloOaOf(env, read, refusals),
    zaloArticle: zaloArticleOf(env, read),
    zaloBot: zaloBotOf(env, read, refusals),
    facebook: facebookOf(env, read, refusals),
    webPush: webPushOf(read, refusals),
    agency: agencyOf(read, refusals),
  }
  refusals.push(...unknownSettings(env))
  if (refusals.length > 0) throw new ConfigError(refusals)
  return config
}

function databaseOf (url: string, dataDir: string, refusals: string[]): Config['database'] {
  if (url === '') return { kind: 'sqlite', file: `${dataDir}/tin-bao.sqlite` }
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgresql', url }
  if (url.startsWith('sqlite:')) return { kind: 'sqlite', file: resolve(url.replace(/^sqlite:(\/\/)?/, '')) }
  refusals.push('DATABASE_URL must begin with postgresql:// or sqlite:. Leave it out to use SQLite in DATA_DIR.')
  return { kind: 'sqlite', file: '' }
}

function telegramOf (env: Environment, read: Reader, refusals: string[]): TelegramConfig | null {
  const token = read.optional('TELEGRAM_BOT_TOKEN')
  if (token === null) {
    const others = setNames(env, 'TELEGRAM_')
    if (others.length > 0) refusals.push(`${others.join(', ')} is set but TELEGRAM_BOT_TOKEN is missing. Set the token BotFather gave you, or leave out all TELEGRAM_ settings.`)
    return null
  }
  if (!/^\d+:[\w-]{20,}$/.test(token)) refusals.push('TELEGRAM_BOT_TOKEN does not look like a token of BotFather (digits, a colon, then letters). Copy it again.')
  const telegram: TelegramConfig = {
    token,
    apiRoot: read.url('TELEGRAM_API_ROOT', ['http:', 'https:']) ?? 'https://api.telegram.org',
    updates: read.oneOf('TELEGRAM_UPDATES', ['polling', 'webhook'], 'polling'),
    webhookSecret: read.optional('TELEGRAM_WEBHOOK_SECRET'),
    rate: read.number('TELEGRAM_RATE', 30, 1, 10_000),
    postChats: read.list('TELEGRAM_POST_CHATS', [], /^(-?\d{1,16}|@[A-Za-z]\w{3,31})$/, 'chat ids such as -1001234567890, or names such as @conganangiang'),
    paidBroadcast: read.oneOf('TELEGRAM_PAID_BROADCAST', ['off', 'on'], 'off') === 'on',
    // Bot API: at most 1000 a second; 30 are free.
    paidRate: read.number('TELEGRAM_PAID_RATE', 1000, 30, 1000),
  }
  if (telegram.updates === 'webhook') {
    if (telegram.webhookSecret === null) refusals.push('TELEGRAM_UPDATES is webhook but TELEGRAM_WEBHOOK_SECRET is missing. Set it to 32 or more random letters and digits; Telegram sends it back with each update.')
    if (read.optional('PUBLIC_URL') === null) refusals.push('TELEGRAM_UPDATES is webhook but PUBLIC_URL is missing. Set it to the https:// address under which Telegram reaches this server.')
  }
  // Telegram's own rule for secret_token (Bot API, setWebhook).
  if (telegram.webhookSecret !== null && !/^[\w-]{16,256}$/.test(telegram.webhookSecret)) refusals.push('TELEGRAM_WEBHOOK_SECRET may hold 16 to 256 letters, digits, _ and - only.')
  return telegram
}

/** What an Official Account can't do without, and where its owner finds it. */
const zaloOaNeeds = {
  ZALO_APP_ID: 'the number on the app’s page in the developer console',
  ZALO_APP_SECRET: 'the app’s secret, in the settings of the developer console',
  ZALO_OA_ID: 'the number of the Official Account',
  ZALO_OA_SECRET_KEY: 'the OA Secret Key, on the webhook page of the developer console; it is not the app’s secret',
}

function zaloOaOf (env: Environment, read: Reader, refusals: string[]): ZaloOaConfig | null {
  const given = setNames(env, 'ZALO_').filter(name => !name.startsWith('ZALO_BOT_') && known.has(name))
  if (given.length === 0) return null
  const missing = Object.entries(zaloOaNeeds).filter(([name]) => read.optional(name) === null)
  for (const [name, where] of missing) refusals.push(`${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} set but ${name} is missing: ${where}. Set it, or leave out all settings of the Zalo Official Account.`)
  if (read.optional('PUBLIC_URL') === null) refusals.push('A Zalo Official Account is set but PUBLIC_URL is missing. Set it to the https:// address under which Zalo reaches this server.')
  for (const name of ['ZALO_APP_ID', 'ZALO_OA_ID']) {
    if (!/^\d{1,25}$/.test(read.text(name, '0'))) refusals.push(`${name} must be a number, as the console shows it.`)
  }
  const codeVerifier = read.optional('ZALO_OA_CODE_VERIFIER')
  // RFC 7636 4.1.
  if (codeVerifier !== null && !/^[\w.~-]{43,128}$/.test(codeVerifier)) refusals.push('ZALO_OA_CODE_VERIFIER must be 43 to 128 letters, digits and . _ ~ -.')
  return {
    appId: read.text('ZALO_APP_ID', ''),
    appSecret: read.text('ZALO_APP_SECRET', ''),
    oaId: read.text('ZALO_OA_ID', ''),
    oaSecretKey: read.text('ZALO_OA_SECRET_KEY', ''),
    refreshToken: read.optional('ZALO_OA_REFRESH_TOKEN'),
    codeVerifier,
    openapiBase: read.url('ZALO_OPENAPI_BASE', ['http:', 'https:']) ?? 'https://openapi.zalo.me',
    oauthBase: read.url('ZALO_OAUTH_BASE', ['http:', 'https:']) ?? 'https://oauth.zaloapp.com',
    paid: read.oneOf('ZALO_OA_PAID', ['off', 'on'], 'off') === 'on',
    buttons: read.oneOf('ZALO_OA_BUTTONS', ['plain', 'template', 'off'], 'plain'),
    proof: read.oneOf('ZALO_OA_SECRET_PROOF', ['off', 'on'], 'off') === 'on',
    signatures: read.list('ZALO_OA_SIGNATURES', ['app-id.body.oa-secret'], /^(app|oa)-id\.(body|header)\.(oa|app)-secret$/, 'names such as app-id.body.oa-secret, as "npm run zalo" shows them'),
    mediaHosts: read.list('ZALO_OA_MEDIA_HOSTS', [], /^[a-z\d.-]+(:\d+)?$/, 'host names such as zdn.vn'),
    rate: read.number('ZALO_OA_RATE', 10, 1, 1000),
  }
}

/** The names belong to the Official Account: without its own settings `zaloOaOf` says what is missing. */
function zaloArticleOf (env: Environment, read: Reader): ZaloArticleConfig | null {
  const article: ZaloArticleConfig = {
    broadcast: read.oneOf('ZALO_OA_BROADCAST', ['on', 'off'], 'on') === 'on',
    // Zalo knows only the provinces from before July 2025: today's An Giang is 12 (old An Giang) and 28 (Kiên Giang). 63 is "outside Vietnam".
    cities: read.list('ZALO_OA_BROADCAST_CITIES', ['12', '28'], /^([0-9]|[1-5][0-9]|6[0-3])$/, 'Zalo’s codes of the old provinces, 0 to 63, such as 12,28 (old An Giang and Kiên Giang)'),
    cover: read.url('ZALO_OA_ARTICLE_COVER', ['https:']),
  }
  return setNames(env, 'ZALO_OA_').length > 0 ? article : null
}

function facebookOf (env: Environment, read: Reader, refusals: string[]): FacebookConfig | null {
  const given = setNames(env, 'FACEBOOK_').filter(name => known.has(name))
  if (given.length === 0) return null
  const [pageId, pageToken] = [read.optional('FACEBOOK_PAGE_ID'), read.optional('FACEBOOK_PAGE_TOKEN')]
  const are = `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} set but`
  if (pageId === null) refusals.push(`${are} FACEBOOK_PAGE_ID is missing: the number of the page, in its settings under "Page transparency". Set it, or leave out all FACEBOOK_ settings.`)
  else if (!/^\d{1,25}$/.test(pageId)) refusals.push('FACEBOOK_PAGE_ID must be the number of the page, not its name.')
  if (pageToken === null) refusals.push(`${are} FACEBOOK_PAGE_TOKEN is missing: an access token of the page with pages_manage_posts and pages_read_engagement. Set it, or leave out all FACEBOOK_ settings.`)
  // It travels in a header.
  else if (!/^[\w.|~+/=-]{20,1000}$/.test(pageToken)) refusals.push('FACEBOOK_PAGE_TOKEN does not look like an access token (20 or more letters and digits, no spaces). Copy it again.')
  return {
    pageId: pageId ?? '',
    pageToken: pageToken ?? '',
    // Version 26.0 came in July 2026; Facebook keeps each for about two years.
    graphBase: read.url('FACEBOOK_GRAPH_BASE', ['http:', 'https:']) ?? 'https://graph.facebook.com/v26.0',
  }
}

/** Where browsers' makers run their push services: Google, Mozilla, Apple, Microsoft. */
const pushHosts = ['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com', '*.notify.windows.com']

function webPushOf (read: Reader, refusals: string[]): WebPushConfig {
  const contact = read.optional('WEB_PUSH_CONTACT')
  // RFC 8292 2.1: a mailto: or https: address.
  const isContact = contact === null || /^mailto:[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(contact) || (contact.startsWith('https://') && URL.canParse(contact))
  if (!isContact) refusals.push('WEB_PUSH_CONTACT must be mailto: and an e-mail address, or an address beginning with https://, where the push services reach you.')
  return {
    contact: isContact ? contact : null,
    hosts: read.list('WEB_PUSH_HOSTS', pushHosts, /^(\*\.)?[a-z\d-]+(\.[a-z\d-]+)+$/, 'host names such as fcm.googleapis.com, or *.notify.windows.com for all names that end so'),
  }
}

function zaloBotOf (env: Environment, read: Reader, refusals: string[]): ZaloBotConfig | null {
  const token = read.optional('ZALO_BOT_TOKEN')
  if (token === null) {
    const others = setNames(env, 'ZALO_BOT_')
    if (others.length > 0) refusals.push(`${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} set but ZALO_BOT_TOKEN is missing. Set the token Zalo Bot Creator gave you, or leave out all ZALO_BOT_ settings.`)
    return null
  }
  if (!/^\d+:\S{8,}$/.test(token)) refusals.push('ZALO_BOT_TOKEN does not look like a token of Zalo Bot Creator (digits, a colon, then a secret). Copy it again.')
  const bot: ZaloBotConfig = {
    token,
    base: read.url('ZALO_BOT_BASE', ['http:', 'https:']) ?? 'https://bot-api.zaloplatforms.com',
    updates: read.oneOf('ZALO_BOT_UPDATES', ['webhook', 'polling'], 'webhook'),
    webhookSecret: read.optional('ZALO_BOT_WEBHOOK_SECRET'),
  }
  if (bot.updates === 'webhook') {
    if (bot.webhookSecret === null) refusals.push('ZALO_BOT_UPDATES is webhook but ZALO_BOT_WEBHOOK_SECRET is missing. Set it to 32 or more random letters and digits; Zalo sends it back with each update. To try the bot without an address of its own, set ZALO_BOT_UPDATES=polling.')
    if (read.optional('PUBLIC_URL') === null) refusals.push('ZALO_BOT_UPDATES is webhook but PUBLIC_URL is missing. Set it to the https:// address under which Zalo reaches this server.')
  }
  // Zalo takes 8 to 256 characters (setWebhook); fewer than 16 could be guessed.
  if (bot.webhookSecret !== null && !/^[\w-]{16,256}$/.test(bot.webhookSecret)) refusals.push('ZALO_BOT_WEBHOOK_SECRET may hold 16 to 256 letters, digits, _ and - only.')
  return bot
}

function agencyOf (read: Reader, refusals: string[]): Config['agency'] {
  const url = read.url('AGENCY_URL', ['http:', 'https:'])
  const secret = read.optional('AGENCY_SECRET')
  if (url === null && secret === null) return null
  if (secret === null) refusals.push('AGENCY_URL is set but AGENCY_SECRET is missing. Set the whsec_… secret that both sides sign with.')
  if (url === null) refusals.push('AGENCY_SECRET is set but AGENCY_URL is missing. Set the address of the agency’s own system, or leave out both.')
  // Standard Webhooks 1.0.0: whsec_ and 24 to 64 random bytes in base64.
  const bytes = secret === null ? 0 : Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
  if (secret !== null && (!/^whsec_[A-Za-z0-9+/]+=*$/.test(secret) || bytes < 24 || bytes > 64)) refusals.push('AGENCY_SECRET must be whsec_ followed by 24 to 64 random bytes in base64.')
  return url === null || secret === null ? null : { url, secret }
}

const known = new Set([
  'TIP_RECIPIENTS', 'TELEGRAM_BOT_TOKEN', 'TELEGRAM_API_ROOT', 'TELEGRAM_UPDATES', 'TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_RATE',
  'TELEGRAM_POST_CHATS', 'TELEGRAM_PAID_BROADCAST', 'TELEGRAM_PAID_RATE', 'FACEBOOK_PAGE_ID', 'FACEBOOK_PAGE_TOKEN', 'FACEBOOK_GRAPH_BASE', 'WEB_PUSH_CONTACT', 'WEB_PUSH_HOSTS', 'AGENCY_URL', 'AGENCY_SECRET',
  'ZALO_APP_ID', 'ZALO_APP_SECRET', 'ZALO_OA_ID', 'ZALO_OA_SECRET_KEY', 'ZALO_OA_REFRESH_TOKEN', 'ZALO_OA_CODE_VERIFIER', 'ZALO_OPENAPI_BASE', 'ZALO_OAUTH_BASE',
  'ZALO_OA_PAID', 'ZALO_OA_BUTTONS', 'ZALO_OA_SECRET_PROOF', 'ZALO_OA_SIGNATURES', 'ZALO_OA_MEDIA_HOSTS', 'ZALO_OA_RATE',
  'ZALO_OA_BROADCAST', 'ZALO_OA_BROADCAST_CITIES', 'ZALO_OA_ARTICLE_COVER', 'ZALO_BOT_TOKEN', 'ZALO_BOT_BASE', 'ZALO_BOT_UPDATES', 'ZALO_BOT_WEBHOOK_SECRET',
])

/** A misspelt setting would otherwise be a channel that silently stays off. */
function unknownSettings (env: Environment): string[] {
  return ['TIP_', 'TELEGRAM_', 'ZALO_', 'FACEBOOK_', 'WEB_PUSH_', 'AGENCY_']
    .flatMap(prefix => setNames(env, prefix))
    .filter(name => !known.has(name))
    .map(name => `${name} is not a setting of this version. Check its spelling in the README, or leave it out.`)
}

function setNames (env: Environment, prefix: string): string[] {
  return Object.keys(env).filter(name => name.startsWith(prefix) && (env[name] ?? '').trim() !== '')
}

type Reader = ReturnType<typeof reader>

function reader (env: Environment, refusals: string[]) {
  const optional = (name: string): string | null => {
    const value = env[name]?.trim() ?? ''
    return value === '' ? null : value
  }
  return {
    optional,
    text: (name: string, otherwise: string): string => optional(name) ?? otherwise,
    number (name: string, otherwise: number, least: number, most: number): number {
      const value = optional(name)
      if (value === null) return otherwise
      const number = Number(value)
      if (Number.isInteger(number) && number >= least && number <= most) return number
      refusals.push(`${name} must be a whole number from ${least} to ${most}.`)
      return otherwise
    },
    oneOf<const Word extends string> (name: string, words: readonly Word[], otherwise: NoInfer<Word>): Word {
      const value = optional(name)
      if (value === null) return otherwise
      const word = words.find(w => w === value.toLowerCase())
      if (word !== undefined) return word
      refusals.push(`${name} must be one of: ${words.join(', ')}.`)
      return otherwise
    },
    /** Words with commas or spaces between them. @param shape what each must look like; `what` says it in a refusal */
    list (name: string, otherwise: readonly string[], shape: RegExp, what: string): readonly string[] {
      const words = (optional(name) ?? '').split(/[\s,]+/).filter(word => word !== '')
      if (words.length === 0) return otherwise
      if (words.every(word => shape.test(word))) return words
      refusals.push(`${name} must be a list of ${what}.`)
      return otherwise
    },
    /** Without a trailing slash. The value is not repeated in a refusal: an address may hold a password. */
    url (name: string, protocols: readonly string[]): string | null {
      const value = optional(name)
      if (value === null) return null
      const url = URL.parse(value)
      if (url !== null && protocols.includes(url.protocol)) return value.replace(/\/+$/, '')
      refusals.push(`${name} must be a whole address, beginning with ${protocols.map(p => `${p}//`).join(' or ')}.`)
      return null
    },
  }
}
