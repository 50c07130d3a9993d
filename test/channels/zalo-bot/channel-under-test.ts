// A Zalo Bot channel against the pretended platform, as the tests of this room use it.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import pino from 'pino'
import type { Channel, Receive } from '../../../src/channels/channel.ts'
import type { Incoming } from '../../../src/channels/message.ts'
import { zaloBotChannel } from '../../../src/channels/zalo-bot/zalo-bot.ts'
import type { ZaloBotSettings } from '../../../src/channels/zalo-bot/zalo-bot.ts'
import type { ZaloBotStub } from '../../stubs/zalo-bot.ts'

export const secret = 'a-secret-of-the-webhook-0123456789'
export const groupLine = 'Mình không nhận tin báo trong nhóm: https://tinbao.example/'
export const lanId = '6ede9afa66b88fe6d6a9'

export interface Running {
  channel: Channel
  /** Everything handed on and taken, in order. */
  received: Incoming[]
  /** Called before an update counts as taken; throws to refuse it. */
  onReceive: { now: (incoming: Incoming) => void | Promise<void> }
  /** Every line logged, as text. */
  logged (): string
  /** Where the webhook is. */
  url: string
  stop (): Promise<void>
}

/** Pauses are 5 ms to the second. */
export async function startChannel (zalo: ZaloBotStub, { updates = 'webhook', base = zalo.base, clock = () => new Date(), ...more }: Partial<ZaloBotSettings> = {}): Promise<Running> {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } }))
  const app = new Hono()
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const channel = zaloBotChannel({ token: zalo.token, base, updates, webhookSecret: secret, publicUrl: url, groupLine, rate: 1000, clock, log, second: 5, ...more })
  const received: Incoming[] = []
  const onReceive: Running['onReceive'] = { now: () => undefined }
  const receive: Receive = async (incoming) => {
    await onReceive.now(incoming)
    received.push(incoming)
  }
  channel.routes(app, receive)
  const stopListening = await channel.listen(receive)
  return {
    channel, received, onReceive, url,
    logged: () => lines.join(''),
    async stop () {
      await stopListening()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Waits until something is so. @throws when it is not within three seconds */
export async function until (what: () => boolean): Promise<void> {
  for (const end = Date.now() + 3000; !what();) {
    if (Date.now() > end) throw new Error(`not so within three seconds: ${what.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The texts received, in order. */
export function textsOf (received: Incoming[]): string[] {
  return received.map(({ content }) => content.kind === 'text' ? content.text : content.kind)
}
