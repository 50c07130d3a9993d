// A sum that a browser does before it is let in, while there is a crowd: signed, so that we need not remember it, and good once.
import { CappedMap, createChallenge, verifySolution, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { z } from 'zod'
import { minutes } from '../clock.ts'
import type { ServerKeys } from '../server-key.ts'

/** The header that brings a solved one, as base64url of JSON. */
export const puzzleHeader = 'x-puzzle'

/**
 * How hard: 256 tries of 4000 rounds in the mean, all within the browser's own cryptography. That is about a second on a cheap phone
 * (a seventh of it on the machine this was written on), and what floods us has to pay it for each request. Checking costs us one try.
 */
const cost = 4000
const keyPrefix = '00'
/** A phone may be slow, and a large file takes its time to be sealed after its puzzle was solved. */
const goodFor = minutes(10)
/** Tries remembered: a puzzle is checked once in a process, right or wrong, so that checking costs us no more than making it. */
const mostTried = 50_000

export interface Puzzles {
  make (now: Date): Promise<Challenge>
  /** Whether this is a puzzle of ours, rightly solved, in time, and brought for the first time. */
  isSolved (header: string, now: Date): Promise<boolean>
}

const solved = z.object({
  challenge: z.object({
    parameters: z.object({
      algorithm: z.literal('PBKDF2/SHA-256'), cost: z.int(), keyLength: z.int(), keyPrefix: z.string().max(64),
      nonce: z.string().length(32), salt: z.string().length(32), data: z.object({ until: z.number() }),
    }),
    signature: z.string().max(128),
  }),
  solution: z.object({ counter: z.int().min(0), derivedKey: z.string().max(128) }),
})

/**
 * Every process with the same server key takes the others' puzzles.
 * @param once false when it was told this name before, by any process
 */
export function makePuzzles (keys: ServerKeys, once: (name: string) => Promise<boolean>): Puzzles {
  const hmacSignatureSecret = keys.tag('puzzle', 'puzzles of the web')
  const tried = new CappedMap<string, true>({ maxSize: mostTried })
  return {
    async make (now) {
      return await createChallenge({ algorithm: 'PBKDF2/SHA-256', cost, keyPrefix, deriveKey, hmacSignatureSecret, data: { until: now.getTime() + goodFor } })
    },
    async isSolved (header, now) {
      const read = solved.safeParse(jsonIn(header))
      if (!read.success) return false
      const { challenge, solution } = read.data
      const { nonce, data } = challenge.parameters
      // From our own clock; with a time of its own the library would ask the machine's.
      if (now.getTime() > data.until || !tried.setIfAbsent(nonce, true)) return false
      const { verified } = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret })
      return verified && await once(nonce)
    },
  }
}

function jsonIn (header: string): unknown {
  try {
    return header.length > 2000 ? null : JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
