// The server key: for what this server must read again itself (drafts, waiting replies, address links). Never for tips.
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { writeWholeFile } from './whole-file.ts'

export type Random = (n: number) => Uint8Array

export interface ServerKeys {
  /** Ids of the keys, newest first; safe to show. */
  ids: readonly string[]
  /**
   * Seals a text with the newest key: `sk1:<key id>:<base64url>`. `place` ("table/field/row") is bound to it, not stored in it.
   */
  seal (text: string, place: string): string
  /** @throws ServerKeyError when it was sealed for another place, was changed, or its key is not in the file */
  open (sealed: string, place: string): string
  /** As `seal`, for bytes; for files that wait. */
  sealBytes (bytes: Uint8Array, place: string): Uint8Array
  /** @throws ServerKeyError as `open` */
  openBytes (sealed: Uint8Array, place: string): Uint8Array
  /**
   * A name for something that must be found again but not read, above all an address: 22 characters of base64url, 128 bits of
   * HMAC-SHA256. The same text has different tags for different purposes.
   *
   * Made with the OLDEST key in the file: rows are found by it, so it must stay the same when a newer key is put on top. The price: the
   * oldest line may be removed only together with all rows that hold its tags. `purpose` must not contain a NUL.
   */
  tag (text: string, purpose: string): string
}

/** What is wrong with the key file or a sealed value, and what to do: a sentence for operators, without any secret. */
export class ServerKeyError extends Error {
  constructor (message: string) {
    super(message)
    this.name = 'ServerKeyError'
  }
}

interface Key {
  id: string
  cipher: KeyObject
  tag: KeyObject
}

/**
 * Reads the key file, or makes one with a first key when there is none.
 *
 * The file is text, one key a line, newest first: `tb-server-key-1 <key id> <base64 of 32 bytes> # comment`. Lines that are empty or start
 * with `#` are passed over. Everything new is sealed with the first key; every key in the file still opens.
 * @throws ServerKeyError when the file can't be read or made, is empty or malformed, or others may read it
 */
export function loadOrCreateServerKeys (file: string, random: Random): { keys: ServerKeys, created: boolean } {
  const text = readKeyFile(file)
  if (text !== null) return { keys: serverKeys(parse(text, file), random), created: false }
  const first = `# The server key of Tin Báo. Keep a copy apart from the backups of the database; who has both can read what waits in it.\n${newLine(random, 'first key')}\n`
  // Two processes may start at the same moment: whoever was first is right, the other one reads what that one wrote.
  const created = write(file, first, 'keep')
  return { keys: serverKeys(parse(readKeyFile(file) ?? '', file), random), created }
}

/**
 * Puts a new key on top of the file; from the next start on everything new is sealed with it, and the old ones still open.
 * Returns the new key's id. Old lines but the oldest may be taken out by hand once nothing is sealed with them any more (a day for
 * drafts and replies, the lifetime of address links).
 * @throws ServerKeyError as `loadOrCreateServerKeys`; also when there is no file
 */
export function rotateServerKeys (file: string, random: Random, comment = ''): string {
  const text = readKeyFile(file)
  if (text === null) throw new ServerKeyError(`There is no server key at ${file} to put a newer one on top of.`)
  const ids = parse(text, file).map((key) => key.id)
  let line = newLine(random, comment)
  while (ids.includes(idOf(line))) line = newLine(random, comment)
  if (lstatSync(file).isSymbolicLink()) {
    throw new ServerKeyError(`${file} is a link, as with mounted secrets. Put the newer key on top where the secret is kept.`)
  }
  write(file, `${line}\n${text}`, 'replace')
  return idOf(line)
}

/** The text of the file, null when there is none. */
function readKeyFile (file: string): string | null {
  try {
    const stat = lstatSync(file)
    // A mounted secret is a symbolic link to a file the platform guards; its own mode is what counts there.
    const mode = stat.isSymbolicLink() ? 0 : stat.mode & 0o077
    if (stat.isDirectory()) throw new ServerKeyError(`SERVER_KEY_FILE (${file}) is a folder; it must be a file.`)
    if (mode !== 0 && process.platform !== 'win32') {
      throw new ServerKeyError(`Other users of this machine may read or change the server key at ${file}. Run: chmod 600 '${file}' (and think about a new key: they may have read it).`)
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof ServerKeyError) throw error
    if (codeOf(error) === 'ENOENT') return null
    throw new ServerKeyError(`The server key at ${file} can't be read (${codeOf(error)}). Check that the file belongs to the user this program runs as.`)
  }
}

function parse (text: string, file: string): Key[] {
  const keys: Key[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    const plain = line.replace(/#.*$/, '').trim()
    if (plain === '') return
    const [, id, secret] = /^tb-server-key-1\s+([0-9a-f]{8})\s+([0-9A-Za-z+/]{43}=)$/.exec(plain) ?? []
    if (id === undefined || secret === undefined) {
      throw new ServerKeyError(`Line ${i + 1} of the server key at ${file} can't be understood. It must read: tb-server-key-1 <8 characters> <44 characters>. Bring the file back from your copy; a new file would not open what is stored.`)
    }
    if (keys.some((key) => key.id === id)) throw new ServerKeyError(`The key ${id} is twice in the server key at ${file}. Remove one of the two lines.`)
    const bytes = Buffer.from(secret, 'base64')
    if (bytes.every((byte) => byte === 0)) throw new ServerKeyError(`Line ${i + 1} of the server key at ${file} is all zeros, which protects nothing.`)
    keys.push({ id, cipher: derive(bytes, 'seal'), tag: derive(bytes, 'tag') })
  })
  if (keys.length === 0) {
    throw new ServerKeyError(`The server key at ${file} is empty. Bring it back from your copy. Only if nothing was ever stored with it: delete the file, and a new one is made at the next start.`)
  }
  return keys
}

/** Each key does two jobs, so each job gets a key of its own. */
function derive (secret: Buffer, label: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), `tin-bao server key 1 ${label}`, 32)))
}

function serverKeys (all: readonly Key[], random: Random): ServerKeys {
  const newest = all[0]
  const oldest = all.at(-1)
  if (newest === undefined || oldest === undefined) throw new ServerKeyError('There is no server key.')

  const find = (id: string): Key => {
    const key = all.find((one) => one.id === id)
    if (key === undefined) throw new ServerKeyError(`This was sealed with the server key ${id}, which is not in the key file (${all.map((one) => one.id).join(', ')}). Bring its line back from your copy.`)
    return key
  }
  const addresses = new Map<string, string>()
  const keys: ServerKeys = {
    ids: all.map((key) => key.id),
    seal (text, place) {
      return `sk1:${newest.id}:${encrypt(newest, Buffer.from(text, 'utf8'), place, random).toString('base64url')}`
    },
    open (sealed, place) {
      const [, id, body] = /^sk1:([0-9a-f]{8}):([\w-]+)$/.exec(sealed) ?? []
      if (id === undefined || body === undefined) throw new ServerKeyError('This is not a value sealed with a server key.')
      return decrypt(find(id), Buffer.from(body, 'base64url'), place).toString('utf8')
    },
    sealBytes (bytes, place) {
      return Buffer.concat([Buffer.from(`sk1:${newest.id}:`, 'latin1'), encrypt(newest, bytes, place, random)])
    },
    openBytes (sealed, place) {
      const [head = '', id] = /^sk1:([0-9a-f]{8}):/.exec(Buffer.from(sealed.subarray(0, 13)).toString('latin1')) ?? []
      if (id === undefined) throw new ServerKeyError('This is not a value sealed with a server key.')
      return decrypt(find(id), sealed.subarray(head.length), place)
    },
    tag (text, purpose) {
      const known = purpose === 'address' ? addresses.get(text) : undefined
      if (known !== undefined) return known
      const tag = createHmac('sha256', oldest.tag).update(`${purpose}\0${text}`).digest().subarray(0, 16).toString('base64url')
      if (purpose === 'address') {
        if (addresses.size === recentAddresses) addresses.clear()
        addresses.set(text, tag)
      }
      return tag
    },
  }
  return keys
}

/** The same address is looked for several times in a turn. Nothing else is remembered: other tags are of what people told. */
const recentAddresses = 256

// A random 96-bit nonce is good for 2^32 values under one key (NIST SP 800-38D 8.3): with a million replies a day, eleven years.
function encrypt (key: Key, plain: Uint8Array, place: string, random: Random): Buffer {
  const nonce = random(12)
  if (nonce.length !== 12) throw new ServerKeyError('The source of randomness gave too few bytes.')
  const cipher = createCipheriv('aes-256-gcm', key.cipher, nonce)
  cipher.setAAD(Buffer.from(`${key.id}\0${place}`, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function decrypt (key: Key, body: Uint8Array, place: string): Buffer {
  try {
    if (body.length < 28) throw new Error('short')
    const decipher = createDecipheriv('aes-256-gcm', key.cipher, body.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(`${key.id}\0${place}`, 'utf8'))
    decipher.setAuthTag(body.subarray(-16))
    return Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()])
  } catch {
    throw new ServerKeyError(`This value, sealed with the server key ${key.id}, was changed, or moved here from another place.`)
  }
}

function newLine (random: Random, comment: string): string {
  const secret = random(32)
  if (secret.length !== 32) throw new ServerKeyError('The source of randomness gave too few bytes for a server key.')
  const note = comment.replace(/[\r\n#]/g, ' ').trim()
  return `tb-server-key-1 ${Buffer.from(random(4)).toString('hex')} ${Buffer.from(secret).toString('base64')}${note === '' ? '' : ` # ${note}`}`
}

function idOf (line: string): string {
  return line.split(' ')[1] ?? ''
}

/** As `writeWholeFile`, with a sentence when it fails. */
function write (file: string, text: string, existing: 'keep' | 'replace'): boolean {
  try {
    return writeWholeFile(file, text, existing)
  } catch (error) {
    throw new ServerKeyError(`The server key can't be written to ${file} (${codeOf(error)}). Check that the folder exists and belongs to the user this program runs as, and that the disk is not full.`)
  }
}

function codeOf (error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
