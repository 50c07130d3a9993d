// A Telegram channel against the pretended platform, as the tests of this room use it.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import pino from 'pino'
import type { Channel, Receive } from '../../../src/channels/channel.ts'
import type { Incoming } from '../../../src/channels/message.ts'
import { telegramChannel } from '../../../src/channels/telegram/telegram.ts'
import { languages, speaker } from '../../../src/i18n.ts'
import { telegramTexts } from '../../../src/channels/telegram/texts.ts'
import type { TelegramStub } from '../../stubs/telegram.ts'
import en from '../../../locales/en/telegram.json' with { type: 'json' }
import km from '../../../locales/km/telegram.json' with { type: 'json' }
import vi from '../../../locales/vi/telegram.json' with { type: 'json' }

export const secret = 'a-secret-of-the-webhook-0123456789'

export const texts = telegramTexts(Object.fromEntries(
  languages.map((language) => [language, speaker(language, { telegram: { vi, en, km }[language] } as never)]),
) as Parameters<typeof telegramTexts>[0])

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

/** `start: false` leaves it unstarted. Pauses are 5 ms to the second. */
export async function startChannel (telegram: TelegramStub, { updates = 'polling', apiRoot = telegram.apiRoot, clock = () => new Date() }: { updates?: 'polling' | 'webhook', apiRoot?: string, clock?: () => Date } = {}): Promise<Running> {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, new Writable({ write (chunk, _, done) { lines.push(String(chunk)); done() } }))
  const app = new Hono()
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const channel = telegramChannel({ token: telegram.token, apiRoot, updates, webhookSecret: secret, publicUrl: url, rate: 1000, clock, log, texts, second: 5 })
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
