// The channels and places that are set up, as far as a command needs to know them: what they can show, and what they are called.
import type { Channel, Shows } from '../channels/channel.ts'
import type { ChannelName } from '../channels/message.ts'
import { textLimits } from '../channels/text-limits.ts'
import type { Config } from '../config.ts'

/** Channels that are on, without anything behind them: a command never sends. */
export function shownChannels (config: Pick<Config, 'telegram' | 'zaloOa' | 'zaloBot'>): Channel[] {
  const on: Record<ChannelName, boolean> = { 'web-chat': true, telegram: config.telegram !== null, 'zalo-oa': config.zaloOa !== null, 'zalo-bot': config.zaloBot !== null }
  return (Object.keys(on) as ChannelName[]).filter(name => on[name]).map(name => {
    const shows: Shows = { text: textLimits[name], buttons: 0, buttonBytes: 0, buttonLabel: 0, askLocation: false, fileBytes: 0 }
    // Only `name` and `shows` are looked at by what a command calls.
    return { name, shows } as Channel
  })
}

export function placesOf ({ telegram, zaloArticle, facebook }: Pick<Config, 'telegram' | 'zaloArticle' | 'facebook'>): string[] {
  return [...telegram?.postChats.map(chat => `telegram:${chat}`) ?? [], ...(zaloArticle === null ? [] : ['zalo-article']), ...(facebook === null ? [] : ['facebook-page'])]
}
