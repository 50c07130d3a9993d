// The settings: what they are when nothing is said, and what a person is told who set them wrong.
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, type Environment } from '../src/config.ts'

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const token = '7000000001:stub-token-stub-token-stub-token-00'
const publicUrl = 'https://baotin.example'
const oa = { ZALO_APP_ID: '1234567890123456789', ZALO_APP_SECRET: 'app-secret', ZALO_OA_ID: '3886132808788086450', ZALO_OA_SECRET_KEY: 'oa-secret', PUBLIC_URL: publicUrl }
const page = { FACEBOOK_PAGE_ID: '102312345678901', FACEBOOK_PAGE_TOKEN: 'EAAGpagetokenfortests0001' }
const bot = { ZALO_BOT_TOKEN: '1234567890:bot-secret-for-tests' }

function refusals (env: Environment): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.refusals
    throw error
  }
}

test('with no settings at all, the program runs on this machine, with its data beside it', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1', port: 3000, publicUrl: 'http://127.0.0.1:3000', role: 'all', logLevel: 'info', tipRecipients: null,
    dataDir: expect.stringMatching(/\/data$/), database: { kind: 'sqlite', file: expect.stringMatching(/\/data\/tin-bao\.sqlite$/) }, serverKeyFile: expect.stringMatching(/\/data\/server\.key$/),
    telegram: null, zaloOa: null, zaloArticle: null, zaloBot: null, facebook: null, agency: null,
    webPush: { contact: null, hosts: ['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com', '*.notify.windows.com'] },
  })
})

test('what is empty or blank is not set', () => {
  expect(readConfig({ PORT: ' ', TELEGRAM_BOT_TOKEN: '', ZALO_APP_ID: ' ', AGENCY_URL: '', FACEBOOK_PAGE_ID: '', WEB_PUSH_HOSTS: ' ', ZALO_OA_BROADCAST: '' })).toEqual(readConfig({}))
})

test('the plain settings are taken as they are, and addresses without their last slash', () => {
  expect(readConfig({ HOST: '::1', PORT: '0', LOG_LEVEL: 'DEBUG', ROLE: 'worker', TIP_RECIPIENTS: 'duty=age1x', DATA_DIR: '/srv/x', SERVER_KEY_FILE: '/run/secrets/key', PUBLIC_URL: 'https://baotin.example/' })).toMatchObject({
    publicUrl, port: 0, logLevel: 'debug', role: 'worker', tipRecipients: 'duty=age1x', dataDir: '/srv/x', serverKeyFile: '/run/secrets/key', database: { file: '/srv/x/tin-bao.sqlite' },
  })
  expect(readConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000')
})

describe('the database', () => {
  test.each([
    ['postgres://u:p@db/tin', { kind: 'postgresql', url: 'postgres://u:p@db/tin' }], ['postgresql://db/tin', { kind: 'postgresql', url: 'postgresql://db/tin' }],
    ['sqlite:///srv/tin.sqlite', { kind: 'sqlite', file: '/srv/tin.sqlite' }], ['sqlite:/srv/tin.sqlite', { kind: 'sqlite', file: '/srv/tin.sqlite' }],
  ])('%s', (url, database) => {
    expect(readConfig({ DATABASE_URL: url }).database).toEqual(database)
  })

  test('of another kind is refused, without showing its password', () => {
    const [refusal = ''] = refusals({ DATABASE_URL: 'mysql://u:hunter2@db/tin' })
    expect(refusal).toMatch(/^DATABASE_URL must begin with postgresql/)
    expect(refusal).not.toContain('hunter2')
  })
})

test.each<[string, Environment, RegExp]>([
  ['a port that is none', { PORT: '70000' }, /^PORT must be a whole number from 0 to 65535\.$/],
  ['a port with letters', { PORT: '3000a' }, /^PORT/],
  ['a role nobody has', { ROLE: 'boss' }, /^ROLE must be one of: all, web, worker\.$/],
  ['a level nobody knows', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of: fatal, /],
  ['an address without its beginning', { PUBLIC_URL: 'baotin.example' }, /^PUBLIC_URL must be a whole address, beginning with http:\/\/ or https:\/\/\.$/],

  ['Telegram without its token', { TELEGRAM_RATE: '5', TELEGRAM_UPDATES: 'polling' }, /^TELEGRAM_RATE, TELEGRAM_UPDATES is set but TELEGRAM_BOT_TOKEN is missing\./],
  ['a token that is none', { TELEGRAM_BOT_TOKEN: 'hunter2' }, /^TELEGRAM_BOT_TOKEN does not look like a token/],
  ['Telegram by a way it does not have', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_UPDATES: 'post' }, /^TELEGRAM_UPDATES must be one of: polling, webhook/],
  ['a rate of nothing', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_RATE: '0' }, /^TELEGRAM_RATE must be a whole number from 1/],
  ['a Bot API server that is no address', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: 'localhost:8081' }, /^TELEGRAM_API_ROOT must be a whole address/],
  ['a Telegram webhook without a secret', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_UPDATES: 'webhook', PUBLIC_URL: publicUrl }, /TELEGRAM_WEBHOOK_SECRET is missing/],
  ['a Telegram webhook without an address', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_UPDATES: 'webhook', TELEGRAM_WEBHOOK_SECRET: 's'.repeat(32) }, /PUBLIC_URL is missing/],
  ['a Telegram secret that Telegram refuses', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_WEBHOOK_SECRET: 'ở đây' }, /^TELEGRAM_WEBHOOK_SECRET may hold 16 to 256/],

  ['a channel by its link', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_POST_CHATS: '@conganangiang https://t.me/baotin' }, /^TELEGRAM_POST_CHATS must be a list of chat ids such as -1001234567890, or names such as @/],
  ['a channel by its title', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_POST_CHATS: 'Công an tỉnh' }, /^TELEGRAM_POST_CHATS must be a list/],
  ['paying by another word', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_PAID_BROADCAST: 'yes' }, /^TELEGRAM_PAID_BROADCAST must be one of: off, on\.$/],
  ['paying for what is free', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_PAID_RATE: '29' }, /^TELEGRAM_PAID_RATE must be a whole number from 30 to 1000\.$/],
  ['paying for what Telegram does not sell', { TELEGRAM_BOT_TOKEN: token, TELEGRAM_PAID_RATE: '1001' }, /^TELEGRAM_PAID_RATE must be a whole number from 30 to 1000\.$/],
  ['channels without a bot', { TELEGRAM_POST_CHATS: '@conganangiang' }, /^TELEGRAM_POST_CHATS is set but TELEGRAM_BOT_TOKEN is missing\./],

  ['an Official Account without its id', { ...oa, ZALO_OA_ID: '' }, /but ZALO_OA_ID is missing: the number of the Official Account/],
  ['an Official Account without its app', { ...oa, ZALO_APP_ID: '' }, /but ZALO_APP_ID is missing/],
  ['an Official Account without the app\'s secret', { ...oa, ZALO_APP_SECRET: '' }, /but ZALO_APP_SECRET is missing/],
  ['an Official Account without the key that signs', { ...oa, ZALO_OA_SECRET_KEY: '' }, /but ZALO_OA_SECRET_KEY is missing: the OA Secret Key, on the webhook page.*not the app’s secret/],
  ['an Official Account that nobody can reach', { ...oa, PUBLIC_URL: '' }, /^A Zalo Official Account is set but PUBLIC_URL is missing/],
  ['an app id that is a name', { ...oa, ZALO_APP_ID: 'my-app' }, /^ZALO_APP_ID must be a number/],
  ['an account id that is a name', { ...oa, ZALO_OA_ID: 'congan' }, /^ZALO_OA_ID must be a number/],
  ['a verifier that is too short', { ...oa, ZALO_OA_CODE_VERIFIER: 'short' }, /^ZALO_OA_CODE_VERIFIER must be 43 to 128/],
  ['an address of Zalo that is none', { ...oa, ZALO_OPENAPI_BASE: 'zalo' }, /^ZALO_OPENAPI_BASE must be a whole address/],
  ['another one', { ...oa, ZALO_OAUTH_BASE: 'ftp://zalo' }, /^ZALO_OAUTH_BASE must be a whole address/],
  ['a yes where on is meant', { ...oa, ZALO_OA_PAID: 'yes' }, /^ZALO_OA_PAID must be one of: off, on\.$/],
  ['proof of another kind', { ...oa, ZALO_OA_SECRET_PROOF: '1' }, /^ZALO_OA_SECRET_PROOF must be one of/],
  ['buttons of another kind', { ...oa, ZALO_OA_BUTTONS: 'list' }, /^ZALO_OA_BUTTONS must be one of: plain, template, off\.$/],
  ['a way of signing nobody knows', { ...oa, ZALO_OA_SIGNATURES: 'app-id.body.oa-secret, hmac' }, /^ZALO_OA_SIGNATURES must be a list of names such as/],
  ['hosts that are addresses', { ...oa, ZALO_OA_MEDIA_HOSTS: 'https://zdn.vn/' }, /^ZALO_OA_MEDIA_HOSTS must be a list of host names/],
  ['a rate beyond sense', { ...oa, ZALO_OA_RATE: '5000' }, /^ZALO_OA_RATE must be a whole number from 1 to 1000\.$/],

  ['a broadcast to names', { ...oa, ZALO_OA_BROADCAST_CITIES: 'An Giang' }, /^ZALO_OA_BROADCAST_CITIES must be a list of Zalo’s codes of the old provinces, 0 to 63/],
  ['a broadcast to a province that Zalo does not have', { ...oa, ZALO_OA_BROADCAST_CITIES: '12,91' }, /^ZALO_OA_BROADCAST_CITIES must be a list/],
  ['a broadcast by another word', { ...oa, ZALO_OA_BROADCAST: 'no' }, /^ZALO_OA_BROADCAST must be one of: on, off\.$/],
  ['a cover that Zalo would fetch in clear', { ...oa, ZALO_OA_ARTICLE_COVER: 'http://baotin.example/cover.jpg' }, /^ZALO_OA_ARTICLE_COVER must be a whole address, beginning with https:\/\/\.$/],

  ['a page without its token', { FACEBOOK_PAGE_ID: page.FACEBOOK_PAGE_ID }, /^FACEBOOK_PAGE_ID is set but FACEBOOK_PAGE_TOKEN is missing: an access token of the page with pages_manage_posts/],
  ['a page without its number', { FACEBOOK_PAGE_TOKEN: page.FACEBOOK_PAGE_TOKEN, FACEBOOK_GRAPH_BASE: 'https://graph.example' }, /^FACEBOOK_PAGE_TOKEN, FACEBOOK_GRAPH_BASE are set but FACEBOOK_PAGE_ID is missing: the number of the page/],
  ['a page by its name', { ...page, FACEBOOK_PAGE_ID: 'CongAnAnGiang' }, /^FACEBOOK_PAGE_ID must be the number of the page, not its name\.$/],
  ['a page\'s token that is none', { ...page, FACEBOOK_PAGE_TOKEN: 'hunter2 hunter2 hunter2' }, /^FACEBOOK_PAGE_TOKEN does not look like an access token/],
  ['a Graph API at no address', { ...page, FACEBOOK_GRAPH_BASE: 'graph.facebook.com' }, /^FACEBOOK_GRAPH_BASE must be a whole address/],

  ['a contact without its kind', { WEB_PUSH_CONTACT: 'truc-ban@conganangiang.example' }, /^WEB_PUSH_CONTACT must be mailto: and an e-mail address/],
  ['a contact that is no address', { WEB_PUSH_CONTACT: 'mailto:truc-ban' }, /^WEB_PUSH_CONTACT must be mailto:/],
  ['a contact in clear', { WEB_PUSH_CONTACT: 'http://baotin.example' }, /^WEB_PUSH_CONTACT must be mailto:/],
  ['push hosts that are addresses', { WEB_PUSH_HOSTS: 'https://fcm.googleapis.com' }, /^WEB_PUSH_HOSTS must be a list of host names such as/],
  ['push hosts that are everything', { WEB_PUSH_HOSTS: '*' }, /^WEB_PUSH_HOSTS must be a list/],

  ['a Zalo Bot without its token', { ZALO_BOT_UPDATES: 'polling' }, /^ZALO_BOT_UPDATES is set but ZALO_BOT_TOKEN is missing\./],
  ['a bot\'s token that is none', { ZALO_BOT_TOKEN: 'hunter2', ZALO_BOT_UPDATES: 'polling' }, /^ZALO_BOT_TOKEN does not look like a token/],
  ['a Zalo Bot\'s webhook without a secret', { ...bot, PUBLIC_URL: publicUrl }, /ZALO_BOT_WEBHOOK_SECRET is missing/],
  ['a Zalo Bot\'s webhook without an address', { ...bot, ZALO_BOT_WEBHOOK_SECRET: 's'.repeat(32) }, /^ZALO_BOT_UPDATES is webhook but PUBLIC_URL is missing/],
  ['a Zalo Bot\'s secret that can be guessed', { ...bot, ZALO_BOT_UPDATES: 'polling', ZALO_BOT_WEBHOOK_SECRET: 'short' }, /^ZALO_BOT_WEBHOOK_SECRET may hold 16 to 256/],
  ['a Zalo Bot by a way it does not have', { ...bot, ZALO_BOT_UPDATES: 'push', ZALO_BOT_WEBHOOK_SECRET: 's'.repeat(32), PUBLIC_URL: publicUrl }, /^ZALO_BOT_UPDATES must be one of: webhook, polling\.$/],
  ['a Zalo Bot at no address', { ...bot, ZALO_BOT_UPDATES: 'polling', ZALO_BOT_BASE: 'x' }, /^ZALO_BOT_BASE must be a whole address/],

  ['an agency without a secret', { AGENCY_URL: 'https://agency.example' }, /^AGENCY_URL is set but AGENCY_SECRET is missing/],
  ['a secret without an agency', { AGENCY_SECRET: secret }, /^AGENCY_SECRET is set but AGENCY_URL is missing/],
  ['a secret of another kind', { AGENCY_URL: 'https://agency.example', AGENCY_SECRET: 'hunter2hunter2hunter2hunter2' }, /^AGENCY_SECRET must be whsec_/],
  ['a secret too short to be one', { AGENCY_URL: 'https://agency.example', AGENCY_SECRET: 'whsec_aGk=' }, /^AGENCY_SECRET must be whsec_/],

  ['a name misspelt', { TELEGRAM_BOT_TOKN: 'x', TELEGRAM_BOT_TOKEN: token }, /^TELEGRAM_BOT_TOKN is not a setting of this version/],
  ['a name of Zalo misspelt', { ZALO_OA_SECRET: 'x' }, /^ZALO_OA_SECRET is not a setting of this version/],
  ['a name of Facebook misspelt', { FACEBOOK_TOKEN: 'x' }, /^FACEBOOK_TOKEN is not a setting/],
  ['a name of push misspelt', { WEB_PUSH_MAIL: 'x' }, /^WEB_PUSH_MAIL is not a setting/],
  ['a name for tips misspelt', { TIP_RECIPIENT: 'x' }, /^TIP_RECIPIENT is not a setting/],
  ['a name for the agency misspelt', { AGENCY_TOKEN: 'x' }, /^AGENCY_TOKEN is not a setting/],
])('%s is refused in a sentence', (_, env, sentence) => {
  const said = refusals(env)
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(sentence)
  expect(said.join()).not.toContain('hunter2')
})

test('everything that is wrong is told at once', () => {
  expect(refusals({ PORT: 'x', ROLE: 'x', TELEGRAM_RATE: '1', ZALO_OA_ID: '1', ZALO_BOT_BASE: 'x', AGENCY_SECRET: secret })).toHaveLength(9)
})

test('Telegram with its token is on, by polling, at its own address', () => {
  expect(readConfig({ TELEGRAM_BOT_TOKEN: token }).telegram).toEqual({ token, apiRoot: 'https://api.telegram.org', updates: 'polling', webhookSecret: null, rate: 30, postChats: [], paidBroadcast: false, paidRate: 1000 })
  expect(readConfig({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_POST_CHATS: '@conganangiang, -1001234567890', TELEGRAM_PAID_BROADCAST: 'on', TELEGRAM_PAID_RATE: '200' }).telegram).toMatchObject({ postChats: ['@conganangiang', '-1001234567890'], paidBroadcast: true, paidRate: 200 })
})

test('an Official Account needs four things and an address; the rest has a value that costs nothing and trusts nobody', () => {
  expect(readConfig(oa).zaloOa).toEqual({
    appId: oa.ZALO_APP_ID, appSecret: 'app-secret', oaId: oa.ZALO_OA_ID, oaSecretKey: 'oa-secret', refreshToken: null, codeVerifier: null,
    openapiBase: 'https://openapi.zalo.me', oauthBase: 'https://oauth.zaloapp.com', paid: false, buttons: 'plain', proof: false,
    signatures: ['app-id.body.oa-secret'], mediaHosts: [], rate: 10,
  })
  expect(readConfig({ ...oa, ZALO_OA_PAID: 'on', ZALO_OA_BUTTONS: 'off', ZALO_OA_SECRET_PROOF: 'on', ZALO_OA_SIGNATURES: 'app-id.body.oa-secret oa-id.header.oa-secret', ZALO_OA_MEDIA_HOSTS: 'zdn.vn,zadn.vn', ZALO_OA_REFRESH_TOKEN: 'r' }).zaloOa).toMatchObject({
    paid: true, buttons: 'off', proof: true, signatures: ['app-id.body.oa-secret', 'oa-id.header.oa-secret'], mediaHosts: ['zdn.vn', 'zadn.vn'], refreshToken: 'r',
  })
})

test('articles of an Official Account go to the followers of both old provinces, unless somebody says otherwise', () => {
  expect(readConfig(oa).zaloArticle).toEqual({ broadcast: true, cities: ['12', '28'], cover: null })
  expect(readConfig({ ...oa, ZALO_OA_BROADCAST: 'off', ZALO_OA_BROADCAST_CITIES: '0 63', ZALO_OA_ARTICLE_COVER: 'https://baotin.example/bia.jpg' }).zaloArticle).toEqual({ broadcast: false, cities: ['0', '63'], cover: 'https://baotin.example/bia.jpg' })
})

test('a Facebook page is a number and a token', () => {
  expect(readConfig(page).facebook).toEqual({ pageId: page.FACEBOOK_PAGE_ID, pageToken: page.FACEBOOK_PAGE_TOKEN, graphBase: 'https://graph.facebook.com/v26.0' })
  expect(readConfig({ ...page, FACEBOOK_GRAPH_BASE: 'http://127.0.0.1:9/v26.0/' }).facebook?.graphBase).toBe('http://127.0.0.1:9/v26.0')
})

test('push needs somebody whom its makers can reach, and may go to other hosts', () => {
  expect(readConfig({ WEB_PUSH_CONTACT: 'mailto:truc-ban@conganangiang.example', WEB_PUSH_HOSTS: 'push.example, *.push.example' }).webPush).toEqual({ contact: 'mailto:truc-ban@conganangiang.example', hosts: ['push.example', '*.push.example'] })
  expect(readConfig({ WEB_PUSH_CONTACT: 'https://baotin.example/lien-he' }).webPush.contact).toBe('https://baotin.example/lien-he')
})

test('a Zalo Bot is one thing and an Official Account another: either runs without the other', () => {
  expect(readConfig({ ...bot, ZALO_BOT_UPDATES: 'polling' })).toMatchObject({ zaloOa: null, zaloBot: { token: bot.ZALO_BOT_TOKEN, base: 'https://bot-api.zaloplatforms.com', updates: 'polling', webhookSecret: null } })
  expect(readConfig({ ...bot, PUBLIC_URL: publicUrl, ZALO_BOT_WEBHOOK_SECRET: 's'.repeat(32) }).zaloBot).toMatchObject({ updates: 'webhook', webhookSecret: 's'.repeat(32) })
  expect(readConfig(oa).zaloBot).toBeNull()
})

test('an agency is an address and a secret', () => {
  expect(readConfig({ AGENCY_URL: 'https://agency.example/tips/', AGENCY_SECRET: secret }).agency).toEqual({ url: 'https://agency.example/tips', secret })
})
