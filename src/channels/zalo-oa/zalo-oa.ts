// The Zalo OA channel: one Official Account, by webhook.
import { setTimeout as pause } from 'node:timers/promises'
import type { Address } from '../message.ts'
import type { Channel, Health, Shows } from '../channel.ts'
import { textLimits } from '../text-limits.ts'
import { makeGate } from '../gate.ts'
import { mediaStore, mostFileBytes } from './media.ts'
import { zaloOaSender } from './sender.ts'
import type { ZaloOaSettings } from './settings.ts'
import { signatureCounts } from './signature-count.ts'
import { eventTaker } from './take-event.ts'
import { makeTokens, type Tokens } from './tokens.ts'
import { addWebhook } from './webhook.ts'
import { wireTo } from './wire.ts'
import { expireWindows, reachOf, windowOf, type Reach } from './window.ts'

export interface ZaloOaChannel extends Channel {
  /** Whether a message could reach this person now, as far as we know; for telling an officer beforehand. */
  reach (address: Address): Promise<Reach>
  /** For articles of the same account. */
  tokens: Tokens
}

/**
 * `buttons` is far above Zalo's five: `write.ts` puts them on several messages, and every choice into the text. Room is left in `text`
 * for short lists, so that most questions stay one message.
 */
const shows: Shows = { text: textLimits['zalo-oa'], buttons: 90, buttonBytes: 64, buttonLabel: 100, askLocation: false, fileBytes: mostFileBytes }

/** How often tokens are looked at, in minutes (zalo.md 1.4), and counts and old rows in between. */
const lookEvery = 30

export function zaloOaChannel (settings: ZaloOaSettings): ZaloOaChannel {
  const { orm, keys, clock, log, second = 1000 } = settings
  // Kept apart, so that one thing going well does not hide that another does not.
  const connected: Health = { lastSuccess: null, trouble: null }
  const sending: Health = { lastSuccess: null, trouble: null }
  const hearing: Health = { lastSuccess: null, trouble: null }
  const counts = signatureCounts()
  const media = mediaStore({ dataDir: settings.dataDir, keys, hosts: settings.mediaHosts })
  const tokens = makeTokens({
    store: { orm, keys, oaId: settings.oaId },
    app: { http: wireTo(settings.oauthBase), appId: settings.appId, appSecret: settings.appSecret, clock },
    seed: settings.refreshToken, clock, log, second, health: connected,
  })
  const gate = makeGate(settings.rate)
  const send = zaloOaSender({ ...settings, gate, http: wireTo(settings.openapiBase), tokens, health: sending })

  return {
    name: 'zalo-oa',
    tokens,
    gate,
    shows,
    health: together([connected, sending, hearing]),
    routes (app, receive) {
      const take = eventTaker({ orm, keys, oaId: settings.oaId, health: hearing, clock, log, media, withdrawn: settings.withdrawn, cameBack: settings.cameBack }, receive)
      const counted = (name: string): void => {
        counts.saw(name, clock())
        // They matter less than the event.
        void counts.storeSometimes(orm).catch(() => undefined)
      }
      addWebhook(app, { secrets: settings, believed: settings.signatures, counted, take, health: hearing, clock, log })
    },
    async listen () {
      const stop = new AbortController()
      const { signal } = stop
      async function run (): Promise<void> {
        while (!signal.aborted) {
          await tokens.keepFresh()
          await Promise.all([expireWindows(orm, clock()), media.expire(clock())]).catch(() => { log.warn('old rows and files of zalo could not be deleted yet') })
          const soon = connected.trouble === null ? lookEvery * 60 : 60
          await pause(soon * second, undefined, { signal }).catch(() => undefined)
        }
      }
      // Zalo may be away when we start; everything else must start all the same.
      const running = run()
      return async () => {
        stop.abort()
        await running
        await media.stop()
        await counts.store(orm).catch(() => undefined)
      }
    },
    send,
    async fetchFile (ref) {
      return await media.fetch(ref)
    },
    async letGo (ref) {
      await media.letGo(ref.ref)
    },
    async reach (address) {
      return reachOf(await windowOf(orm, keys, address), clock())
    },
  }
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
