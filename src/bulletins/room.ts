// What the verbs of bulletins are given.
import type { MikroORM } from '@mikro-orm/sql'
import type { Channel } from '../channels/channel.ts'
import type { ChannelName } from '../channels/message.ts'
import type { Clock } from '../clock.ts'
import type { Language, Say } from '../i18n.ts'
import type { Log } from '../log.ts'
import type { Random, ServerKeys } from '../server-key.ts'
import type { Level } from './content.ts'

export interface BulletinRoom {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Log
  random: Random
  say: (language: Language) => Say
  /** Without a trailing slash. */
  publicUrl: string
  channels: readonly Channel[]
  /** How fast and at what price each channel sends bulletins. */
  tariff: (channel: ChannelName) => Tariff
  /** May Zalo be sent what it charges for (48 hours to 7 days after somebody wrote). */
  zaloPaid: boolean
  /** Places that bulletins are posted to, by name. */
  places: readonly string[]
  /** Work was decided: whoever waits for it looks now. */
  ring: () => void
  /** Wakes the browsers of a web chat; returns when that was tried. */
  wake: (addressKey: string, notice: { title: string, body: string, url: string, tag: string, level: Level, language: Language }) => Promise<void>
  /** For the metrics. */
  counted: (channel: ChannelName, outcome: string, n: number) => void
}

export interface Tariff {
  /** Messages a second. */
  rate: number
  /** Telegram Stars for each message above the free pace; 0: nothing is paid. */
  stars: number
}
