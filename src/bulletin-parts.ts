// The bulletins' part of the composition: what their verbs are given, who sends them, and the work behind that.
import type { Channel } from './channels/channel.ts'
import type { ChannelName } from './channels/message.ts'
import type { Place } from './channels/place.ts'
import { bulletinSender } from './bulletins/deliver.ts'
import { writeSome } from './bulletins/fan-out.ts'
import { changeSent } from './bulletins/follow.ts'
import { readPicture } from './bulletins/picture.ts'
import { runPosts } from './bulletins/posts.ts'
import type { BulletinRoom, Tariff } from './bulletins/room.ts'
import { startDue, sweepStopped } from './bulletins/run.ts'
import type { Config } from './config.ts'
import { describeError, type Log } from './log.ts'
import type { Bell } from './queue/bell.ts'
import { startLoop, type Loop } from './queue/loop.ts'

/** How fast and at what price each channel sends bulletins. The web chat's lines are rows of our own. */
export function tariffsOf (config: Pick<Config, 'telegram' | 'zaloOa'>): Record<ChannelName, Tariff> {
  const { telegram, zaloOa } = config
  return {
    'web-chat': { rate: 1000, stars: 0 },
    // Telegram charges a tenth of a Star for each message above the free pace (telegram.md 1.2).
    telegram: telegram?.paidBroadcast === true ? { rate: telegram.paidRate, stars: 0.1 } : { rate: telegram?.rate ?? 30, stars: 0 },
    'zalo-oa': { rate: zaloOa?.rate ?? 10, stars: 0 },
    'zalo-bot': { rate: 10, stars: 0 },
  }
}

/** Lines of web chats are rows of our own: more at once would only wait for each other, and residents behind them. */
const linesAtOnce = 32
/** So long audiences are written down before somebody looks what else is due; milliseconds. */
const audiencesMs = 100

export interface BulletinWork {
  /** Sends on one channel until stopped; begun by whoever is elected for it. */
  startSender (channel: Channel): Loop
  /** Starts what is due, writes audiences down, changes and ends; begun by one process. */
  startClerk (): Loop
  startPosting (places: readonly Place[]): Loop
}

export function bulletinWork (room: BulletinRoom, bell: Bell, dataDir: string, log: Log): BulletinWork {
  return {
    startSender (channel) {
      const sender = bulletinSender(room, channel, channel.name === 'web-chat' ? linesAtOnce : undefined)
      const loop = startLoop(`bulletins on ${channel.name}`, async signal => await sender.round(signal), bell, 250, log)
      return { async stop () { await loop.stop(); await sender.finished().catch((error: unknown) => { log.error({ channel: channel.name, err: describeError(error) }, 'what became of some deliveries could not be recorded; they count as unknown') }) } }
    },
    startClerk () {
      const loops = [
        startLoop('bulletins', async signal => {
          const started = await startDue(room)
          const wrote = await writeSome(room, audiencesMs, signal)
          // Whoever had nothing to send has now.
          if (wrote) room.ring()
          return started > 0 || wrote
        }, bell, 250, log),
        // Apart: a million rows that are stopped must not keep an alarm from beginning.
        startLoop('bulletins stopped or changed', async () => {
          const swept = await sweepStopped(room)
          return await changeSent(room) || swept
        }, bell, 500, log),
      ]
      return { async stop () { await Promise.all(loops.map(async loop => { await loop.stop() })) } }
    },
    startPosting: places => startLoop('posts', async () => await runPosts(room, places, async file => await readPicture(dataDir, file)) > 0, bell, 1000, log),
  }
}

