// What the Zalo OA channel is given.
import type { MikroORM } from '@mikro-orm/sql'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Random, ServerKeys } from '../../server-key.ts'
import type { Address } from '../message.ts'
import type { ZaloOaTexts } from './texts.ts'

/** What the settings `ZALO_…` say about the Official Account; as in Config. */
export interface ZaloOaAccount {
  appId: string
  appSecret: string
  oaId: string
  /** Signs what Zalo sends us. Not the app secret (zalo.md 1.1). */
  oaSecretKey: string
  /** The first refresh token, put there by hand; later ones are kept in the database. */
  refreshToken: string | null
  /** The fixed PKCE verifier of the console (zalo.md 1.3). */
  codeVerifier: string | null
  openapiBase: string
  oauthBase: string
  /** May we send what Zalo charges for: 48 hours to 7 days after somebody last wrote. */
  paid: boolean
  /** How buttons are written; `template` adds a `template_type`, `off` leaves the numbers alone. */
  buttons: 'plain' | 'template' | 'off'
  /** Send `appsecret_proof` with each call. */
  proof: boolean
  /** Which ways of signing are believed, by name (`signature.ts`). */
  signatures: readonly string[]
  /** Hosts that files may be fetched from, taken as they are written; empty: any name over https. */
  mediaHosts: readonly string[]
  /** Requests a second, at most. */
  rate: number
}

export interface ZaloOaSettings extends ZaloOaAccount {
  orm: MikroORM
  keys: ServerKeys
  clock: Clock
  log: Logger
  random: Random
  dataDir: string
  texts: ZaloOaTexts
  /** `user_withdraw`: this person wants all we hold of them deleted. Resolves when that is durable; asked again, does no harm. */
  withdrawn: (address: Address) => Promise<void>
  /** Milliseconds that pauses are counted in; 1000 but in tests. */
  second?: number
}
