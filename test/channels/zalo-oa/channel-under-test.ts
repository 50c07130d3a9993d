// A Zalo OA channel against the pretended platform, as the tests of this room use it.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import type { Channel, Receive } from '../../../src/channels/channel.ts'
import type { Address, Incoming, Message } from '../../../src/channels/message.ts'
import type { ZaloOaSettings } from '../../../src/channels/zalo-oa/settings.ts'
import { documented } from '../../../src/channels/zalo-oa/signature.ts'
import { zaloOaTexts } from '../../../src/channels/zalo-oa/texts.ts'
import { zaloOaChannel, type ZaloOaChannel } from '../../../src/channels/zalo-oa/zalo-oa.ts'
import { says } from '../../../src/locales.ts'
import { loadOrCreateServerKeys, type ServerKeys } from '../../../src/server-key.ts'
import type { TestDatabase } from '../../database.ts'
import type { ZaloOaStub } from '../../stubs/zalo-oa.ts'

export const lanId = '2468013579246801357'
export const lan: Address = { channel: 'zalo-oa', id: lanId }

export interface Running {
  channel: ZaloOaChannel
  keys: ServerKeys
  /** Everything handed on and taken, in order. */
  received: Incoming[]
  withdrawn: Address[]
  cameBack: Address[]
  /** Called before an update counts as taken; throws to refuse it. */
  onReceive: { now: (incoming: Incoming) => void | Promise<void> }
  send (message: Message, to?: Address, once?: string): Promise<void>
  /** Every line logged, as text. */
  logged (): string
  /** Where the webhook is. */
  url: string
  stop (): Promise<void>
}

/** A seconds is 20 ms. `listens: false` leaves the tokens alone until somebody sends. */
export async function startChannel (zalo: ZaloOaStub, db: TestDatabase, { listens = false, clock = () => new Date(), ...more }: Partial<ZaloOaSettings> & { listens?: boolean } = {}): Promise<Running> {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } }))
  const { keys } = loadOrCreateServerKeys(join(db.dataDir, 'server.key'), randomBytes)
  const withdrawn: Address[] = []
  const cameBack: Address[] = []
  const channel = zaloOaChannel({
    appId: zalo.app.id, appSecret: zalo.app.secret, oaId: zalo.oa.id, oaSecretKey: zalo.oa.secretKey, refreshToken: zalo.refreshToken(), codeVerifier: null,
    openapiBase: zalo.base, oauthBase: zalo.base, paid: false, buttons: 'plain', proof: false, signatures: [documented], mediaHosts: [zalo.host], rate: 1000,
    orm: db.orm, keys, clock, log, random: randomBytes, dataDir: db.dataDir, texts: zaloOaTexts(says), second: 20,
    withdrawn: async address => { withdrawn.push(address) },
    cameBack: async (_, address) => { cameBack.push(address) },
    ...more,
  })
  const received: Incoming[] = []
  const onReceive: Running['onReceive'] = { now: () => undefined }
  const receive: Receive = async incoming => {
    await onReceive.now(incoming)
    received.push(incoming)
  }
  const app = new Hono()
  channel.routes(app, receive)
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stopListening = listens ? await channel.listen(receive) : async () => {}
  let number = 0
  return {
    channel, keys, received, withdrawn, cameBack, onReceive, url,
    send: async (message, to = lan, once = `once-${number++}`) => { await channel.send(to, message, once) },
    logged: () => lines.join(''),
    async stop () {
      await stopListening()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export async function until (what: () => boolean | Promise<boolean>, ms = 3000): Promise<void> {
  for (const end = Date.now() + ms; !await what();) {
    if (Date.now() > end) throw new Error(`not so within ${ms} ms: ${what.toString()}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** What a call was refused with. @throws when it was not */
export async function failureOf (call: Promise<unknown>): Promise<unknown> {
  return await call.then(() => { throw new Error('it was not refused') }, (error: unknown) => error)
}

export type { Channel }
