// One channel's line in the plan of a bulletin: how many people, by what will become of them.
import type { ChannelName } from '../channels/message.ts'

export interface PlanRow {
  channel: ChannelName
  /** Reached as soon as it is their turn. */
  now: number
  /** After their quiet hours. */
  later: number
  /** In their daily or weekly letter. */
  digest: number
  /** Zalo would bring them nothing; an article can reach them. */
  window: number
  /** A quota of the account is spent, or the platform ordered a pause: after it. */
  quota: number
  /** They stopped us on the platform. */
  blocked: number
}
