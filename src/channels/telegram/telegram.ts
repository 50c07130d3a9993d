// The Telegram channel: one bot, by polling or by webhook.
import { Api } from 'grammy/web'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Channel, Health, Shows } from '../channel.ts'
import { fetchFile, mostFileBytes } from './fetch-file.ts'
import { fetchForGrammy, forGrammy } from './for-grammy.ts'
import { textLimits } from '../text-limits.ts'
import { makeGate } from '../gate.ts'
import { poll } from './poll.ts'
import type { Me } from './read.ts'
import { telegramSender } from './sender.ts'
import { tellCommands, tellWebhook, untilDone, watchWebhook, webhookAt } from './set-up.ts'
import type { Webhook } from './set-up.ts'
import { updateTaker } from './take-update.ts'
import type { TakesUpdates } from './take-update.ts'
import type { TelegramTexts } from './texts.ts'
import { addWebhook } from './webhook.ts'

export interface TelegramSettings {
  token: string
  /** `https://api.telegram.org`, or an own Bot API server; no slash at the end. */
  apiRoot: string
  updates: 'polling' | 'webhook'
  /** Needed for `webhook`. */
  webhookSecret?: string | null
  /** Needed for `webhook`: where Telegram reaches this server. */
  publicUrl?: string | null
  /** Messages a second for the whole bot, at most. */
  rate: number
  /** Bulletins are sent with `allow_paid_broadcast`: Telegram charges for those above the free pace. */
  paid?: boolean
  clock: Clock
  log: Logger
  texts: TelegramTexts
  /** Milliseconds that pauses after trouble are counted in; 1000 but in tests. */
  second?: number
}

/**
 * Telegram allows 4096 characters and 100 buttons. Room is left for what only `write.ts` knows: phone numbers written
 * out because `tel:` links can't be buttons. Labels have no limit, but phones show about forty letters in one row.
 */
const shows: Shows = { text: textLimits.telegram, buttons: 90, buttonBytes: 64, buttonLabel: 60, askLocation: true, fileBytes: mostFileBytes }

export function telegramChannel (settings: TelegramSettings): Channel {
  const { token, apiRoot, clock, log, texts, second = 1000 } = settings
  const webhook = settings.updates === 'webhook' ? webhookOf(settings) : undefined
  const api = new Api(token, { apiRoot, timeoutSeconds: 30, fetch: fetchForGrammy })
  // A press or a group that is not answered matters little; it must not hold up a stop.
  const courtesyApi = new Api(token, { apiRoot, timeoutSeconds: 5, fetch: fetchForGrammy })
  // Kept apart, so that one thing going well does not hide that another does not.
  const reading: Health = { lastSuccess: null, trouble: null }
  const sending: Health = { lastSuccess: null, trouble: null }
  const menu: Health = { lastSuccess: null, trouble: null }
  const gate = makeGate(settings.rate)
  const sender = telegramSender({ api, texts, clock, log, health: sending, gate, paid: settings.paid === true })
  const working = new Set<Promise<void>>()
  let me: Me | undefined

  const takes: TakesUpdates = {
    api: courtesyApi, texts, clock, log,
    me: () => me,
    meanwhile (work) {
      working.add(work)
      void work.finally(() => working.delete(work))
    },
  }

  return {
    name: 'telegram',
    gate,
    shows,
    health: together([reading, sending, menu]),
    routes (app, receive) {
      if (!webhook) return
      addWebhook(app, { secret: webhook.secret, take: updateTaker(takes, receive), log, done: () => { reading.lastSuccess = clock() } })
    },
    async listen (receive) {
      const stop = new AbortController()
      const { signal } = stop
      const retries = { health: reading, clock, log, second }
      async function run (): Promise<void> {
        await untilDone(async () => { me = await api.getMe(forGrammy(signal)) }, retries, signal)
        await untilDone(() => webhook ? tellWebhook(api, webhook, signal) : api.deleteWebhook({}, forGrammy(signal)), retries, signal)
        const commands = untilDone(() => tellCommands(api, texts, signal), { ...retries, health: menu }, signal)
        if (webhook) {
          await watchWebhook(api, webhook, retries, signal)
        } else {
          // Telegram holds a poll open for 30 s; a sender's patience would cut it short.
          const pollApi = new Api(token, { apiRoot, timeoutSeconds: 45, fetch: fetchForGrammy })
          await poll({ api: pollApi, take: updateTaker(takes, receive), health: reading, clock, log, second }, signal)
        }
        await commands
      }
      // Telegram may be away when we start; everything else must start all the same.
      const running = run()
      return async () => {
        stop.abort()
        await running
        await Promise.all(working)
      }
    },
    ...sender,
    async fetchFile (ref) {
      return await fetchFile({ api, apiRoot, token, clock }, ref)
    },
  }
}

function webhookOf ({ webhookSecret, publicUrl }: TelegramSettings): Webhook {
  if (!webhookSecret || !publicUrl) throw new Error('TELEGRAM_UPDATES=webhook needs TELEGRAM_WEBHOOK_SECRET and PUBLIC_URL.')
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
