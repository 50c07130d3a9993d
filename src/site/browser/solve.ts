// Does the sum that the server asks for in a crowd. The browser's own cryptography does it beside the page, so typing goes on.
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { solveChallenge, type Challenge, type DeriveKeyFunction } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'

/** How far it is, 0 to 1. */
export type Solving = (part: number) => void

/** @returns what the header has to bring; null when it was stopped, or this device takes minutes for it */
export async function solve (puzzle: unknown, solving: Solving, signal?: AbortSignal): Promise<string | null> {
  // Our own server's words.
  const challenge = puzzle as Challenge
  const inTheMean = 16 ** challenge.parameters.keyPrefix.length
  const stop = new AbortController()
  signal?.addEventListener('abort', () => { stop.abort() }, { once: true })
  if (signal?.aborted === true) stop.abort()
  let tries = 0
  const solution = await solveChallenge({
    challenge,
    controller: stop,
    deriveKey: async (...given) => {
      // Nobody knows how long it takes: it comes near the end and never waits there.
      solving(1 - Math.exp(-++tries / inTheMean))
      return await (isSecureContext ? deriveKey : slowly)(...given)
    },
  })
  return solution === null ? null : base64url(JSON.stringify({ challenge, solution }))
}

/** Over plain http, as in an office, a browser lends nobody its cryptography. */
const slowly: DeriveKeyFunction = async ({ cost, keyLength = 32 }, salt, password) => ({ derivedKey: await pbkdf2Async(sha256, password, salt, { c: cost, dkLen: keyLength }) })

function base64url (ascii: string): string {
  return btoa(ascii).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
