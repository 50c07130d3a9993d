// Sealing to people: texts and files that only the holder of a private key opens, in the age v1 format. Pure.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { base64, base64nopad } from '@scure/base'
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption'

/** Where a sealed value belongs: its row's id and its field's name. Part of what is sealed, so it opens nowhere else. */
export interface Belonging {
  row: string
  field: string
}

/**
 * - `elsewhere`: it was sealed for another row or field, and somebody moved it.
 * - `damaged`: not a sealed value, or changed since.
 * - `no-key`: whole as far as we can see, but sealed to other keys.
 */
export type SealFailure = 'elsewhere' | 'damaged' | 'no-key'

/** Why something did not open. The message is a sentence for officers and holds nothing of the content. */
export class SealError extends Error {
  readonly failure: SealFailure

  constructor (failure: SealFailure) {
    super(sentences[failure])
    this.name = 'SealError'
    this.failure = failure
  }
}

const sentences: Record<SealFailure, string> = {
  elsewhere: 'This sealed value belongs to another row or field; somebody moved it.',
  damaged: 'This sealed value is damaged or not complete.',
  'no-key': 'None of the keys given opens this sealed value.',
}

// Texts are filled up to this many bytes: the length of a file must not tell "yes" from "no".
const block = 128
const most = 24

/**
 * Seals a small value: `tb1:<key ids>:<base64 of an age file>`. Inside is JSON with the value and where it belongs.
 * @throws Error when there is no recipient, or one is not an age recipient
 */
export async function seal (plain: string | Uint8Array, recipients: readonly string[], about: Belonging): Promise<string> {
  const value = typeof plain === 'string' ? { value: plain } : { bytes: base64.encode(plain) }
  const inside = utf8ToBytes(JSON.stringify({ v: 1, row: about.row, field: about.field, ...value }))
  const filled = new Uint8Array(Math.ceil(inside.length / block) * block).fill(0x20)
  filled.set(inside)
  const unique = [...new Set(recipients)]
  const file = await sealFile(filled, unique)
  return `tb1:${unique.map(keyId).join(',')}:${base64.encode(file)}`
}

/**
 * Opens a text sealed with `seal`.
 * @throws SealError
 */
export async function open (sealed: string, identities: readonly string[], about: Belonging): Promise<string> {
  const { value } = await openInside(sealed, identities, about)
  if (typeof value !== 'string') throw new SealError('damaged')
  return value
}

/**
 * Opens bytes sealed with `seal`.
 * @throws SealError
 */
export async function openBytes (sealed: string, identities: readonly string[], about: Belonging): Promise<Uint8Array> {
  const { bytes } = await openInside(sealed, identities, about)
  if (typeof bytes !== 'string') throw new SealError('damaged')
  try {
    return base64.decode(bytes)
  } catch {
    throw new SealError('damaged')
  }
}

/**
 * Seals a file: a plain age file that the `age` tool opens too. Takes 10 ms a megabyte without a pause: see seal-in-worker.ts.
 * @throws Error when there is no recipient, or one is not an age recipient
 */
export async function sealFile (bytes: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  const unique = [...new Set(recipients)]
  if (unique.length === 0) throw new Error('Nothing can be sealed without a recipient.')
  if (unique.length > most) throw new Error(`Sealing to more than ${most} recipients is not foreseen.`)
  const encrypter = new Encrypter()
  for (const recipient of unique) {
    if (!isRecipient(recipient)) throw new Error('One of the recipients is not an age recipient (age1…).')
    encrypter.addRecipient(recipient)
  }
  return encrypter.encrypt(bytes)
}

/**
 * Opens an age file. An identity that is no identity opens nothing.
 * @throws SealError `damaged` or `no-key`
 */
export async function openFile (file: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  if (!isAgeFile(file)) throw new SealError('damaged')
  const decrypter = new Decrypter()
  let usable = 0
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity)
      usable++
    } catch {
      // Somebody else's kind of key: the others may still fit.
    }
  }
  if (usable === 0) throw new SealError('no-key')
  try {
    return await decrypter.decrypt(file)
  } catch (error) {
    throw new SealError(error instanceof Error && error.message.startsWith('no identity matched') ? 'no-key' : 'damaged')
  }
}

/** Twelve characters that name a recipient's key in a sealed value. */
export function keyId (recipient: string): string {
  return bytesToHex(sha256(utf8ToBytes(recipient))).slice(0, 12)
}

/** The key ids and the age file of a sealed value; null when it has not the form of one. Opens nothing. */
export function readSealed (sealed: string): { keyIds: string[], file: Uint8Array } | null {
  const parts = /^tb1:([0-9a-f]{12}(?:,[0-9a-f]{12}){0,23}):([0-9A-Za-z+/]+={0,2})$/.exec(sealed)
  if (parts === null) return null
  try {
    const keyIds = (parts[1] ?? '').split(',')
    const file = base64.decode(parts[2] ?? '')
    return ageRecipients(file) === keyIds.length ? { keyIds, file } : null
  } catch {
    return null
  }
}

/** True when the bytes have the form of an age file sealed to at least one recipient; says nothing about what is inside. */
export function isAgeFile (bytes: Uint8Array): boolean {
  return ageRecipients(bytes) !== null
}

/** To how many recipients an age file is sealed, by its header; null when it is none (or armored, or without content). */
export function ageRecipients (bytes: Uint8Array): number | null {
  // A header of 24 post-quantum recipients takes 37 kB.
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 65_536))
  const header = /^age-encryption\.org\/v1\n((?:-> [\x21-\x7e]+(?: [\x21-\x7e]+)*\n(?:[0-9A-Za-z+/]{64}\n)*[0-9A-Za-z+/]{0,63}\n)+)--- ([0-9A-Za-z+/]{43})\n/.exec(head)
  if (header === null) return null
  try {
    base64nopad.decode(header[2] ?? '')
  } catch {
    return null
  }
  // After the header: 16 bytes of nonce and at least the 16 of an empty last chunk's tag.
  if (bytes.length < header[0].length + 32) return null
  return header[1]?.match(/^-> /gm)?.length ?? null
}

/** True for an age recipient (`age1…`), its checksum included. Never true for a private key. */
export function isRecipient (text: string): boolean {
  if (!text.startsWith('age1') || text.length > 4096) return false
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

/**
 * Recipients from a setting or a recipients file: separated by commas, spaces or lines; `#` starts a comment; each once.
 * @throws Error with a sentence that says which entry is wrong without repeating it
 */
export function parseRecipients (text: string): string[] {
  const entries = text.replace(/#.*$/gm, '').split(/[\s,;]+/).filter((entry) => entry !== '')
  if (entries.length === 0) throw new Error('There is no recipient in the list; it needs at least one age1… key.')
  entries.forEach((entry, i) => {
    if (/^AGE-SECRET-KEY-/i.test(entry)) throw new Error(`Entry ${i + 1} of the recipients is a private key. Keep it away from this server, and give its public key (age1…) instead.`)
    if (!isRecipient(entry)) throw new Error(`Entry ${i + 1} of the recipients is not an age recipient (age1…); a character may be missing.`)
  })
  return [...new Set(entries)]
}

async function openInside (sealed: string, identities: readonly string[], about: Belonging): Promise<{ value?: unknown, bytes?: unknown }> {
  const read = readSealed(sealed)
  if (read === null) throw new SealError('damaged')
  let inside: unknown
  try {
    inside = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await openFile(read.file, identities)))
  } catch (error) {
    if (!(error instanceof SealError)) throw new SealError('damaged')
    // Named as ours, and yet no part of the header opens: then the header is what is damaged.
    if (error.failure === 'no-key' && await oneFits(identities, read.keyIds)) throw new SealError('damaged')
    throw error
  }
  if (typeof inside !== 'object' || inside === null) throw new SealError('damaged')
  const { v, row, field, ...content }: { v?: unknown, row?: unknown, field?: unknown, value?: unknown, bytes?: unknown } = inside
  if (v !== 1 || typeof row !== 'string' || typeof field !== 'string') throw new SealError('damaged')
  if (row !== about.row || field !== about.field) throw new SealError('elsewhere')
  return content
}

async function oneFits (identities: readonly string[], keyIds: readonly string[]): Promise<boolean> {
  for (const identity of identities) {
    try {
      if (keyIds.includes(keyId(await identityToRecipient(identity)))) return true
    } catch {
      // Not an identity.
    }
  }
  return false
}
