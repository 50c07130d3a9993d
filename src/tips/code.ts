// The code a reporter keeps: how it is made, written, read back from what people type, and what is derived from it. Pure.
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64urlnopad, bech32 } from '@scure/base'

/** The two halves of a code. Only the locator may ever be stored. */
export interface Code {
  /** 7 characters, 35 random bits: which tip. */
  locator: string
  /** 16 characters, 80 random bits: never leaves the holder, but through this server's memory on a chat platform. */
  secret: string
}

/** What the holder of a code can do, and what the server may know of it. */
export interface CodeKeys {
  locator: string
  /** base64url of 32 bytes; whoever shows it holds the code. The server keeps `accessHash` of it only. */
  access: string
  /** age identity (`AGE-SECRET-KEY-1…`) that opens what officers answer. */
  identity: string
  /** age recipient (`age1…`) that belongs to it. */
  recipient: string
}

// Crockford's base32: no I, L, O (read as 1, 1, 0) and no U. https://www.crockford.com/base32.html
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const locatorLength = 7
const secretLength = 16
const codeLength = locatorLength + secretLength + 1
const longestText = 4000

/**
 * A new code. `random(n)` must return n bytes nobody can guess.
 * @throws Error when `random` gives fewer bytes than asked
 */
export function makeCode (random: (n: number) => Uint8Array): Code {
  const bytes = random(locatorLength + secretLength)
  if (bytes.length < locatorLength + secretLength) throw new Error('A code needs 23 random bytes, and the source of randomness gave fewer.')
  const characters = Array.from(bytes.subarray(0, codeLength - 1), (byte) => alphabet.charAt(byte & 31)).join('')
  return { locator: characters.slice(0, locatorLength), secret: characters.slice(locatorLength) }
}

/** The code as people see it: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`; the last character is the check character. */
export function formatCode (code: Code): string {
  const data = code.locator + code.secret
  const check = multiply(remainder(data))
  return (data + alphabet.charAt(check)).match(/.{4}/g)?.join('-') ?? ''
}

/**
 * Reads a code as people write it: any case, spaces, any dashes, full-width letters, O for 0, I or L for 1, U for V (handwriting),
 * or a sentence around it. Null when there is none, or when two different codes are equally likely.
 */
export function parseCode (text: string): Code | null {
  const words = wordsOf(text)
  const found: [Set<string>, Set<string>, Set<string>] = [new Set(), new Set(), new Set()]
  words.forEach((_, first) => {
    let joined = ''
    for (let last = first; last < words.length && joined.length < codeLength; last++) {
      const code = asCode(words[last]?.word ?? '')
      if (code === null) break
      joined += code
      if (joined.length !== codeLength || remainder(joined) !== 0) continue
      found[likeness(words.slice(first, last + 1))].add(joined)
    }
  })
  // The likeliest form wins: "ma cua toi la ABCD-…" must not be read one word too early, one time in 32.
  const best = found.find((set) => set.size > 0)
  const [only] = best?.size === 1 ? best : []
  if (only === undefined) return null
  return { locator: only.slice(0, locatorLength), secret: only.slice(locatorLength, -1) }
}

/**
 * True when somebody seems to be typing a code, whether or not it is right: a character missing, wrong, or turned into an
 * accented letter by a Vietnamese keyboard. Lets the flow say "please check the code" instead of taking it for a story.
 * Phone and account numbers (digits only), number plates and plain sentences are not taken for codes.
 */
export function looksLikeCode (text: string): boolean {
  if (parseCode(text) !== null) return true
  const words = wordsOf(text.slice(0, longestText).normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'D')).map(({ word }) => word)
  if (words.some((word) => word.length >= 12 && word.length <= 32 && isMixed(word, 3) && asCode(word) !== null)) return true
  for (let first = 0; first < words.length; first++) {
    let last = first
    while (last < words.length && /^[0-9A-Z]{3,5}$/.test(words[last] ?? '')) last++
    const groups = words.slice(first, last)
    const mixed = groups.filter((group) => isMixed(group, 1)).length
    const fours = groups.filter((group) => group.length === 4).length
    if (groups.length >= 3 && groups.length <= 8 && mixed >= 2 && mixed * 2 >= groups.length && fours * 2 > groups.length) return true
  }
  return false
}

/** Everything that follows from a code. The same code always gives the same keys; the locator alone gives nothing. */
export async function deriveKeys (code: Code): Promise<CodeKeys> {
  const secret = utf8ToBytes(code.secret)
  // The locator as salt: one guess at a secret can be tried on one tip only, never on all of them at once.
  const salt = utf8ToBytes(`tin-bao code 1 ${code.locator}`)
  const derive = (label: string): Uint8Array => hkdf(sha256, secret, salt, utf8ToBytes(`tin-bao 1 ${label}`), 32)
  const identity = bech32.encodeFromBytes('age-secret-key-', derive('identity')).toUpperCase()
  // Loaded when it is needed: the page that only reads codes does without its weight.
  const { identityToRecipient } = await import('age-encryption')
  return {
    locator: code.locator,
    access: base64urlnopad.encode(derive('access')),
    identity,
    recipient: await identityToRecipient(identity),
  }
}

/** What the server stores to recognize the holder: base64url of the SHA-256 of `access` as text. Takes any text. */
export function accessHash (access: string): string {
  return base64urlnopad.encode(sha256(utf8ToBytes(access)))
}

interface Word {
  word: string
  /** What stands between it and the word before. */
  gap: string
}

/** 0: six groups of four with the same sign between them, or one piece; 1: six groups of four; 2: any other pieces. */
function likeness (words: readonly Word[]): 0 | 1 | 2 {
  if (words.length === 1) return 0
  if (words.some(({ word }) => word.length !== 4)) return 2
  return words.slice(2).every(({ gap }) => gap === words[1]?.gap) ? 0 : 1
}

/** Runs of letters and digits, upper case, full-width made plain, invisible characters gone. */
function wordsOf (text: string): Word[] {
  const plain = text.slice(0, longestText).normalize('NFKC').replace(/[\p{Cf}\0]/gu, '').toUpperCase()
  const words: Word[] = []
  let gap = ''
  // Either a word or a gap at every place: a gap looked for from each of its signs anew takes seconds for thousands of them.
  for (const [, word, other = ''] of plain.matchAll(/([\p{L}\p{N}\p{M}]+)|([^\p{L}\p{N}\p{M}]+)/gu)) {
    if (word === undefined) gap = other
    else {
      words.push({ word, gap })
      gap = ''
    }
  }
  return words
}

/** The word in our alphabet, look-alikes put right; null when a character can't belong to a code. */
function asCode (word: string): string | null {
  const code = word.replace(/O/g, '0').replace(/[IL]/g, '1').replace(/U/g, 'V')
  return /^[0-9A-HJKMNP-TV-Z]+$/.test(code) ? code : null
}

function isMixed (word: string, least: number): boolean {
  const digits = word.match(/[0-9]/g)?.length ?? 0
  return digits >= least && word.length - digits >= least
}

// The check character. Characters are numbers of the field GF(32); character i weighs a^(23-i), all 24 weights differ and none is 0,
// so these change the sum for certain: one wrong character, two characters exchanged (neighbours or not), and a pair "aa" typed "bb".
// Any other mistake is caught 31 times out of 32. The sum starts at 1 so that a row of zeros is not a code.

/** 0 for the 24 characters of a right code. */
function remainder (characters: string): number {
  let sum = 1
  for (const character of characters) sum = multiply(sum) ^ alphabet.indexOf(character)
  return sum
}

/** Times a, in GF(32) with a^5 = a^2 + 1. */
function multiply (value: number): number {
  const doubled = value << 1
  return doubled & 32 ? (doubled ^ 0b100101) : doubled
}
