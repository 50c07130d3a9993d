// The code of a bulletin: what people type to ask whether it is genuine. No secret; made to be read out, copied and mistyped. Pure.

// Crockford's base32: no I, L, O (read as 1, 1, 0) and no U. https://www.crockford.com/base32.html
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Six random characters and one to check them. A tip's code has 24, so neither is taken for the other. */
const codeLength = 7
/** Told apart at a glance from a tip's code, which has no beginning of its own. */
const prefix = 'TB'
const longestText = 400

/**
 * A new code, as it is kept: seven characters. A thousand million are possible; whoever stores it sees to it that no two are equal.
 * @param random returns n random bytes
 * @throws Error when `random` gives fewer bytes than asked
 */
export function bulletinCode (random: (n: number) => Uint8Array): string {
  const bytes = random(codeLength - 1)
  if (bytes.length < codeLength - 1) throw new Error('A bulletin\'s code needs 6 random bytes, and the source of randomness gave fewer.')
  const data = Array.from(bytes.subarray(0, codeLength - 1), byte => alphabet.charAt(byte & 31)).join('')
  return data + alphabet.charAt(multiply(remainder(data)))
}

/** The code as people see it: `TB-K7M2-Q49`. @param code as it is kept */
export function writeBulletinCode (code: string): string {
  return `${prefix}-${code.slice(0, 4)}-${code.slice(4)}`
}

/**
 * Reads a code as people write it: with or without `TB`, in any case, with spaces, any dashes, full-width letters, O for 0, I or L
 * for 1, U for V, a sentence or a link around it. Gives the seven characters. Null when there is none, or when there are two.
 */
export function parseBulletinCode (text: string): string | null {
  const words = wordsOf(text)
  const marked = words.flatMap((word, i) => {
    if (!word.startsWith(prefix)) return []
    return right([word.slice(prefix.length), ...words.slice(i + 1)])
  })
  if (marked.length > 0) return only(marked)
  const whole = words.join('')
  if (whole.length === codeLength) return only(right([whole]))
  // Inside a sentence a word may look like a code by chance: then only the two groups as we write them, or one piece, with letters and digits.
  return only(words.flatMap((word, i) => {
    const pair = word.length === 4 && words[i + 1]?.length === 3 ? `${word}${words[i + 1]}` : word
    return pair.length === codeLength && /\d/.test(pair) && /[A-Z]/.test(pair) ? right([pair]) : []
  }))
}

/** Runs of letters and digits, upper case, full-width made plain, invisible characters gone. */
function wordsOf (text: string): string[] {
  return text.slice(0, longestText).normalize('NFKC').replace(/[\p{Cf}\0]/gu, '').toUpperCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}

/** The code that the first words make together, when they make exactly one and it is right. */
function right (words: readonly string[]): string[] {
  let joined = ''
  for (const word of words) {
    joined += word.replace(/O/g, '0').replace(/[IL]/g, '1').replace(/U/g, 'V')
    if (joined.length >= codeLength) break
  }
  return joined.length === codeLength && /^[0-9A-HJKMNP-TV-Z]+$/.test(joined) && remainder(joined) === 0 ? [joined] : []
}

function only (codes: readonly string[]): string | null {
  const [first, ...others] = new Set(codes)
  return others.length === 0 ? first ?? null : null
}

// The check character, as in a tip's code: characters are numbers of the field GF(32), character i weighs a^(7-i), so one wrong
// character and two exchanged ones are always noticed, anything else 31 times out of 32.

/** 0 for the seven characters of a right code. */
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
