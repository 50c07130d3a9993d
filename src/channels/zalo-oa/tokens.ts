// An access token whenever one is needed, renewed before it dies; and a plain sentence when only a person can help.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { hours, minutes, type Clock } from '../../clock.ts'
import type { Health } from '../channel.ts'
import { SendError } from '../send-error.ts'
import { OauthRefusal, refreshPair, type OauthApp, type Pair } from './oauth.ts'
import { beginRenewal, endRenewal, markRefused, readPair, storeRenewal, takeSeed, type KeptPair, type TokenStore } from './token-store.ts'

/** Renewed when less is left: five hours before the end of twenty-five (zalo.md 1.4). */
const renewBefore = hours(5)
/** Not used in its last minute: it may die on the way. */
const spare = minutes(1)

export interface TokensRoom {
  store: TokenStore
  app: OauthApp
  /** From the settings, if there is one. */
  seed: string | null
  clock: Clock
  log: Logger
  health: Health
  /** Milliseconds that pauses are counted in. */
  second: number
}

export interface Token {
  access: string
  version: number
}

export interface Tokens {
  /** @throws SendError `notAllowed` when somebody must connect the account, `tryAgain` when Zalo or the database is away */
  current (): Promise<Token>
  /** Zalo did not take the access token of this version: the next one. @throws as `current` */
  after (version: number): Promise<Token>
  /** Renews when little time is left. Says in `health` what is wrong, and throws nothing. */
  keepFresh (): Promise<void>
}

export const howToConnect = 'Run "npm run zalo -- link" and let an admin of the Official Account agree, or set a new ZALO_OA_REFRESH_TOKEN.'

export function makeTokens (room: TokensRoom): Tokens {
  const { store, clock } = room
  const holder = randomUUID()
  let seed = room.seed
  let known: KeptPair | null = null
  /** Got from Zalo and not stored yet: the only copy there is. */
  let unsaved: { version: number, pair: Pair } | null = null
  /** One renewal at a time in this process too. */
  let renewing: Promise<KeptPair> | null = null

  async function current (): Promise<Token> {
    if (known === null || !isGood(known, spare)) known = await look()
    if (!isGood(known, spare)) known = await renewed(known.version)
    return tokenOf(known)
  }

  async function after (version: number): Promise<Token> {
    known = await look()
    if (known.version <= version || known.access === null) known = await renewed(known.version)
    return tokenOf(known)
  }

  async function renewed (version: number): Promise<KeptPair> {
    renewing ??= renew(version).finally(() => { renewing = null })
    return await renewing
  }

  /** What is stored; the first time, also what the settings bring. */
  async function look (): Promise<KeptPair> {
    if (seed !== null && await takeSeed(store, seed, clock())) room.log.info('a refresh token was taken from ZALO_OA_REFRESH_TOKEN')
    seed = null
    const pair = await readPair(store)
    if (pair === null) throw trouble('notAllowed', `Zalo is not connected yet. ${howToConnect}`)
    return pair
  }

  async function renew (version: number): Promise<KeptPair> {
    for (const end = performance.now() + 30 * room.second; ;) {
      if (unsaved !== null) await save()
      const pair = await look()
      if (pair.version > version && isGood(pair, spare)) return pair
      if (pair.refusedAt !== null) throw refused(pair)
      if (await beginRenewal(store, pair.version, holder, clock())) return await spend(pair)
      // Another process is at it; it stores its pair before it uses it.
      if (performance.now() > end) throw new SendError('tryAgain', 'Another process is renewing the Zalo tokens and does not finish.')
      await pause(room.second / 4)
    }
  }

  async function spend (pair: KeptPair): Promise<KeptPair> {
    let got: Pair
    try {
      got = await refreshPair(room.app, pair.refresh)
    } catch (error) {
      if (!(error instanceof OauthRefusal)) {
        // Perhaps it was taken, perhaps not: the same token is offered again, since it is the only one there is.
        const mayBeSpent = !(error instanceof SendError) || error.maybeArrived
        await endRenewal(store, pair.version, holder, pair.begunAt ?? (mayBeSpent ? clock() : null))
        throw error
      }
      await markRefused(store, pair, clock())
      room.log.error({ why: error.message }, 'zalo refused the refresh token')
      throw refused(pair)
    }
    unsaved = { version: pair.version, pair: got }
    await save()
    room.log.info('zalo tokens renewed')
    return await look()
  }

  /** Durable before it is used: the old refresh token is dead, and nobody else has the new one. */
  async function save (): Promise<void> {
    for (let tries = 1; unsaved !== null; tries++) {
      try {
        const stored = await storeRenewal(store, unsaved.version, unsaved.pair, clock())
        if (!stored) room.log.warn('zalo tokens were replaced by somebody else meanwhile')
        unsaved = null
      } catch {
        if (tries === 30) throw trouble('tryAgain', 'New Zalo tokens could not be stored: the database does not take them. They are kept in memory and tried again; do not stop the program.')
        await pause(room.second)
      }
    }
  }

  function tokenOf (pair: KeptPair): Token {
    if (pair.access === null) throw new SendError('tryAgain', 'There is no Zalo access token yet.')
    room.health.trouble = null
    return { access: pair.access, version: pair.version }
  }

  function isGood (pair: KeptPair, left: number): boolean {
    return pair.access !== null && pair.accessUntil !== null && pair.accessUntil.getTime() - clock().getTime() > left
  }

  function refused (pair: KeptPair): SendError {
    const lost = pair.begunAt === null ? '' : ' An earlier renewal got no answer, which may have spent it.'
    return trouble('notAllowed', `Zalo needs to be reconnected: it refused the refresh token.${lost} ${howToConnect}`)
  }

  function trouble (failure: 'notAllowed' | 'tryAgain', sentence: string): SendError {
    room.health.trouble = sentence
    return new SendError(failure, sentence)
  }

  return {
    current,
    after,
    async keepFresh () {
      try {
        const pair = await look()
        if (pair.refusedAt !== null) throw refused(pair)
        known = isGood(pair, renewBefore) ? pair : await renewed(pair.version)
        room.health.trouble = null
        room.health.lastSuccess ??= clock()
      } catch (error) {
        const sentence = error instanceof SendError ? error.message : 'The Zalo tokens can not be read: the database does not answer, or the server key is another one.'
        room.health.trouble = sentence
        room.log.warn({ why: sentence }, 'zalo tokens')
      }
    },
  }
}
