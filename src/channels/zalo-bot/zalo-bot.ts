// The Zalo Bot channel: one bot of the Zalo Bot Platform, by webhook or, for development, by polling.
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Channel, Health, Shows } from '../channel.ts'
import { zaloBotApi } from './api.ts'
import { textLimits } from '../text-limits.ts'
import { makeGate } from '../gate.ts'
import { fetchFile, mostFileBytes } from './fetch-file.ts'
import { poll } from './poll.ts'
import { zaloBotSender } from './sender.ts'
import { tellWebhook, untilDone, watchWebhook, webhookAt } from './set-up.ts'
import type { Webhook } from './set-up.ts'
import { updateTaker } from './take-update.ts'
import type { TakesUpdates } from './take-update.ts'
import { addWebhook } from './webhook.ts'

export interface ZaloBotSettings {
  token: string
  /** `https://bot-api.zaloplatforms.com`, or a simulator's; no slash at the end. */
  base: string
  updates: 'webhook' | 'polling'
  /** Needed for `webhook`: 8 to 256 characters. */
  webhookSecret?: string | null
  /** Needed for `webhook`: where Zalo reaches this server. */
  publicUrl?: string | null
  /** What a group hears: no reports here, write to us elsewhere. */
  groupLine: string
  /** Messages a second, at most; Zalo documents no rate. */
  rate?: number
  /** Shows "is typing" at once; off, since nobody says whether it counts as one of the month's messages. */
  typing?: boolean
  clock: Clock
  log: Logger
  /** Milliseconds that pauses after trouble are counted in; 1000 but in tests. */
  second?: number
}

/** No buttons: choices become numbers to type. Pictures and voice reach us, other files and positions come as `unsupported` (zalo.md 7.3). */
const shows: Shows = { text: textLimits['zalo-bot'], buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: mostFileBytes }

export function zaloBotChannel (settings: ZaloBotSettings): Channel {
  const { token, base, clock, log, groupLine, rate = 10, typing = false, second = 1000 } = settings
  const webhook = settings.updates === 'webhook' ? webhookOf(settings) : undefined
  const api = zaloBotApi(base, token)
  // Zalo documents no limit.
  const gate = makeGate(rate)
  // Kept apart, so that one thing going well does not hide that another does not.
  const reading: Health = { lastSuccess: null, trouble: null }
  const sending: Health = { lastSuccess: null, trouble: null }
  const working = new Set<Promise<void>>()

  const takes: TakesUpdates = {
    api, clock, log, groupLine, typing,
    meanwhile (work) {
      working.add(work)
      void work.finally(() => working.delete(work))
    },
  }

  return {
    name: 'zalo-bot',
    gate,
    shows,
    health: together([reading, sending]),
    routes (app, receive) {
      if (!webhook) return
      addWebhook(app, { secret: webhook.secret, take: updateTaker(takes, receive), log, done: () => { reading.lastSuccess = clock() } })
    },
    async listen (receive) {
      const stop = new AbortController()
      const { signal } = stop
      const retries = { health: reading, clock, log, second }
      async function run (): Promise<void> {
        await untilDone(async () => await api.call('getMe', {}, { signal }), retries, signal)
        if (webhook) {
          await untilDone(async () => { await tellWebhook(api, webhook, signal) }, retries, signal)
          await watchWebhook(api, webhook, retries, signal)
        } else {
          await poll({ api, take: updateTaker(takes, receive), ...retries }, signal)
        }
      }
      // Zalo may be away when we start; everything else must start all the same.
      const running = run()
      return async () => {
        stop.abort()
        await running
        await Promise.all(working)
      }
    },
    send: zaloBotSender({ api, clock, health: sending, gate }),
    async fetchFile (ref) {
      return await fetchFile(ref, { base })
    },
  }
}

function webhookOf ({ webhookSecret, publicUrl }: ZaloBotSettings): Webhook {
  if (!webhookSecret || !publicUrl) throw new Error('ZALO_BOT_UPDATES=webhook needs ZALO_BOT_WEBHOOK_SECRET and PUBLIC_URL.')
  return webhookAt(publicUrl, webhookSecret)
}

/** One health of several: the first trouble in their order, the latest success. */
function together (parts: Health[]): Health {
  return {
    get trouble () { return parts.find(({ trouble }) => trouble !== null)?.trouble ?? null },
    get lastSuccess () {
      const times = parts.flatMap(({ lastSuccess }) => lastSuccess ? [lastSuccess.getTime()] : [])
      return times.length > 0 ? new Date(Math.max(...times)) : null
    },
  }
}
