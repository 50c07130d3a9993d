// npm run zalo: connects the Zalo Official Account on the command line, and shows how the connection stands. Also while the server runs.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { MikroORM, type Options } from '@mikro-orm/sql'
import { ormOptions } from '../mikro-orm.config.ts'
import { SendError } from './channels/send-error.ts'
import { consentLink, exchangeCode, OauthRefusal, type OauthApp } from './channels/zalo-oa/oauth.ts'
import { documented, signatureNames } from './channels/zalo-oa/signature.ts'
import { ZaloSignature } from './channels/zalo-oa/signature-count.ts'
import { forgetRefusal, readPair, replacePair, takeSeed, type TokenStore } from './channels/zalo-oa/token-store.ts'
import { howToConnect, makeTokens } from './channels/zalo-oa/tokens.ts'
import { webhookPath } from './channels/zalo-oa/webhook.ts'
import { wireTo } from './channels/zalo-oa/wire.ts'
import { days, hours, minutes, systemClock } from './clock.ts'
import { ConfigError, readConfig, type Config, type ZaloOaConfig } from './config.ts'
import { describeError, makeLog } from './log.ts'
import { loadOrCreateServerKeys, type ServerKeys } from './server-key.ts'
import { writeWholeFile } from './whole-file.ts'

const help = `
npm run zalo                                   how the connection stands; no secrets are shown
npm run zalo -- link [--redirect <address>]    the link an admin of the Official Account opens to agree
npm run zalo -- connect <code or address>      what the browser was sent to after that, within ten minutes
npm run zalo -- seed                           takes a refresh token from the input, e.g. from the API Explorer
npm run zalo -- renew                          renews the tokens now, also when Zalo refused before

The same settings as for the server are used (ZALO_…, DATA_DIR, DATABASE_URL, SERVER_KEY_FILE). A running server takes up new tokens by itself.
`.trim()

/** Something the person at the keyboard can put right. */
class Wrong extends Error {}

interface Room {
  config: Config
  zalo: ZaloOaConfig
  keys: ServerKeys
  orm: MikroORM
  store: TokenStore
  app: OauthApp
}

async function main (args: string[]): Promise<void> {
  const { positionals: [command = 'status', ...rest], values } = parsed(args)
  if (values.help === true) return print(help)
  if (!['status', 'link', 'connect', 'seed', 'renew'].includes(command)) throw new Wrong(`"${command}" is no command. There are: link, connect, seed, renew. --help tells more.`)
  const config = readConfig(process.env)
  const zalo = config.zaloOa
  if (zalo === null) throw new Wrong('No Zalo Official Account is set. Set ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_ID and ZALO_OA_SECRET_KEY first.')
  if (!existsSync(config.serverKeyFile)) throw new Wrong(`There is no server key at ${config.serverKeyFile}. Start the server once, or set DATA_DIR or SERVER_KEY_FILE to where its data is.`)
  if (config.database.kind === 'sqlite' && !existsSync(config.database.file)) throw new Wrong(`There is no database at ${config.database.file}. Start the server once, or set DATA_DIR to where its data is.`)

  const { keys } = loadOrCreateServerKeys(config.serverKeyFile, randomBytes)
  const orm = await MikroORM.init(await ormOptions(config.database) as Options)
  try {
    // Else the first query of a transaction would find itself connecting, on a second connection.
    await orm.connect()
    const app = { http: wireTo(zalo.oauthBase), appId: zalo.appId, appSecret: zalo.appSecret, clock: systemClock }
    const room: Room = { config, zalo, keys, orm, app, store: { orm, keys, oaId: zalo.oaId } }
    if (command === 'status') return print(await status(room))
    if (command === 'link') return print(link(room, values.redirect))
    if (command === 'connect') return print(await connect(room, rest[0]))
    if (command === 'seed') return print(await seed(room))
    return print(await renew(room))
  } finally {
    await orm.close()
  }
}

function parsed (args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' }, redirect: { type: 'string' } } })
  } catch (error) {
    throw new Wrong(error instanceof Error ? error.message : 'The options are not understood.')
  }
}

async function status ({ zalo, orm, store, config }: Room): Promise<string> {
  const now = Date.now()
  const pair = await readPair(store)
  const seen = await orm.em.fork().find(ZaloSignature, {})
  const count = (name: string): string => {
    const row = seen.find(one => one.name === name)
    return row === undefined ? '0' : `${row.count}, last ${age(now - row.lastAt.getTime())} ago`
  }
  return [
    `Official Account ${zalo.oaId}, app ${zalo.appId}`,
    `Webhook address for the developer console: ${config.publicUrl}${webhookPath}`,
    '',
    ...pair === null
      ? [`Not connected. ${zalo.refreshToken === null ? howToConnect : 'The refresh token of ZALO_OA_REFRESH_TOKEN will be used at the next start.'}`]
      : [
          pair.refusedAt === null ? 'Connected.' : `To be reconnected: Zalo refused the refresh token ${age(now - pair.refusedAt.getTime())} ago. ${howToConnect}`,
          `  access token   ${pair.accessUntil === null ? 'none yet' : pair.accessUntil.getTime() < now ? `dead for ${age(now - pair.accessUntil.getTime())}` : `lives for ${age(pair.accessUntil.getTime() - now)} more`}`,
          `  refresh token  ${age(now - pair.since.getTime())} old, of 90 days; pair number ${pair.version}`,
          ...pair.begunAt === null ? [] : [`  a renewal begun ${age(now - pair.begunAt.getTime())} ago has no answer yet`],
        ],
    '',
    'Webhook events by the way they were signed:',
    ...[...signatureNames, 'none'].map(name => `  ${name.padEnd(24)} ${count(name)}${zalo.signatures.includes(name) ? '  (believed)' : name === documented ? '  (documented)' : ''}`),
  ].join('\n')
}

function link ({ config, zalo, keys }: Room, redirect: string | undefined): string {
  const redirectUri = redirect ?? `${config.publicUrl}/`
  if (URL.parse(redirectUri) === null) throw new Wrong('--redirect must be a whole address, the one saved as callback in the developer console.')
  const verifier = zalo.codeVerifier ?? randomBytes(32).toString('base64url')
  if (zalo.codeVerifier === null) writeWholeFile(verifierFile(config), keys.seal(verifier, 'zalo/verifier'), 'replace')
  return [
    'Let an admin of the Official Account open this link and agree to everything the bot needs (messages, and receiving message and user events):',
    '',
    consentLink({ oauthBase: zalo.oauthBase, appId: zalo.appId, redirectUri, verifier, state: randomBytes(8).toString('hex') }),
    '',
    `The callback address in the developer console must be exactly ${redirectUri}`,
    'Then copy the address the browser was sent to, and within ten minutes: npm run zalo -- connect "<address>"',
    ...zalo.codeVerifier === null ? ['If Zalo refuses the code: the console may want its own code challenge. Make the pair there and set ZALO_OA_CODE_VERIFIER.'] : [],
  ].join('\n')
}

async function connect ({ config, zalo, keys, store, app }: Room, pasted: string | undefined): Promise<string> {
  if (pasted === undefined) throw new Wrong('Give the address the browser was sent to, in quotes, or the code in it.')
  const query = URL.parse(pasted)?.searchParams
  const code = query === undefined ? pasted : query.get('code')
  if (code === null || !/^[\w.~%+/=-]{4,2000}$/.test(code)) throw new Wrong('There is no code in this address. Copy it whole, as it stands after an admin agreed.')
  const granted = query?.get('oa_id') ?? zalo.oaId
  if (granted !== zalo.oaId) throw new Wrong('The admin agreed for another Official Account than ZALO_OA_ID. Open the link again and choose this one, or correct ZALO_OA_ID.')
  const verifier = zalo.codeVerifier ?? verifierIn(config, keys)
  if (verifier === null) throw new Wrong('Make a link first: npm run zalo -- link')
  const pair = await exchangeCode(app, code, verifier)
  await replacePair(store, pair, new Date(), zalo.refreshToken)
  rmSync(verifierFile(config), { force: true })
  return 'Connected. A running server uses the new tokens from now on.'
}

async function seed ({ store }: Room): Promise<string> {
  const token = (await readAll(process.stdin)).trim()
  if (!/^\S{20,4000}$/.test(token)) throw new Wrong('Give the refresh token on the input: npm run zalo -- seed < file. An argument would stay in the history of the shell.')
  if (!await takeSeed(store, token, new Date())) throw new Wrong('This refresh token was taken before, and works only once. Get a new one from the API Explorer.')
  return 'Taken. It is used at the next renewal: npm run zalo -- renew does it now.'
}

async function renew ({ zalo, store, app }: Room): Promise<string> {
  await forgetRefusal(store)
  const tokens = makeTokens({ store, app, seed: zalo.refreshToken, clock: systemClock, log: makeLog('silent'), health: { lastSuccess: null, trouble: null }, second: 1000 })
  // Newer than any version: the pair there is, is renewed however fresh.
  const before = await readPair(store)
  await (before?.access == null ? tokens.current() : tokens.after(before.version))
  return 'Renewed. A running server takes up the new tokens by itself.'
}

function verifierIn (config: Config, keys: ServerKeys): string | null {
  return existsSync(verifierFile(config)) ? keys.open(readFileSync(verifierFile(config), 'utf8'), 'zalo/verifier') : null
}

const verifierFile = (config: Config): string => join(config.dataDir, 'zalo-verifier.sealed')

function age (ms: number): string {
  if (ms < hours(2)) return `${Math.max(0, Math.round(ms / minutes(1)))} minutes`
  return ms < days(3) ? `${Math.round(ms / hours(1))} hours` : `${Math.round(ms / days(1))} days`
}

function print (text: string): void {
  console.log(text)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const sentences = error instanceof ConfigError ? error.refusals
    : error instanceof OauthRefusal ? [`Zalo refused: ${error.message}. ${howToConnect}`]
      : error instanceof SendError ? [error.message] : [describeError(error).message]
  console.error(sentences.join('\n'))
  process.exitCode = error instanceof Wrong ? 2 : 1
}
