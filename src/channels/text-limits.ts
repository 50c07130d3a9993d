// Characters of one message on each channel; room is left for what a channel's writer adds by itself.
import type { ChannelName } from './message.ts'

/**
 * Telegram takes 4096 (phone numbers are written out because `tel:` links can't be buttons), Zalo's Official Accounts 2000 (room for short
 * lists, so that most questions stay one message), its bots 2000; a page of ours has room for everything.
 */
export const textLimits: Record<ChannelName, number> = { 'web-chat': 20_000, telegram: 3600, 'zalo-oa': 1900, 'zalo-bot': 2000 }
