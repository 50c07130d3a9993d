// The post-only places that are set up: Telegram channels, Zalo articles, a Facebook page. Each client is loaded only where it is on.
import type { Gate } from './channels/gate.ts'
import type { Place } from './channels/place.ts'
import { telegramPlace } from './channels/telegram/post.ts'
import type { Tokens } from './channels/zalo-oa/tokens.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'

/** @param gate the bot's: its posts and messages share one pace */
export function telegramPlaces ({ telegram }: Pick<Config, 'telegram'>, gate: Gate, clock: Clock, log: Log): Place[] {
  if (telegram === null) return []
  const { token, apiRoot, postChats } = telegram
  return postChats.map(chat => telegramPlace({ token, apiRoot, chat, clock, log, pace: async () => { await gate.pass('bulletin') } }))
}

/** @param tokens the account's own: a refresh token is good for one use */
export async function zaloPlaces ({ zaloOa, zaloArticle }: Pick<Config, 'zaloOa' | 'zaloArticle'>, tokens: Tokens, clock: Clock): Promise<Place[]> {
  if (zaloOa === null || zaloArticle === null) return []
  const [{ zaloArticlePlace }, { wireTo }] = await Promise.all([import('./channels/zalo-oa/article.ts'), import('./channels/zalo-oa/wire.ts')])
  return [zaloArticlePlace({ ...zaloArticle, http: wireTo(zaloOa.openapiBase), tokens, appSecret: zaloOa.appSecret, proof: zaloOa.proof, clock })]
}

export async function facebookPlaces ({ facebook }: Pick<Config, 'facebook'>, clock: Clock): Promise<Place[]> {
  if (facebook === null) return []
  const { facebookPage } = await import('./channels/facebook-page/facebook-page.ts')
  return [facebookPage({ ...facebook, clock })]
}
