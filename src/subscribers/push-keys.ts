// The key pair by which push services know us (VAPID, RFC 8292): made on the first start, the same ever after.
import { createECDH } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFile } from '../whole-file.ts'

/** On the curve P-256, in base64url: an uncompressed point of 65 bytes, and 32 bytes. */
export interface PushKeys {
  publicKey: string
  privateKey: string
}

/**
 * Reads `vapid.json` in the folder, or makes it. Browsers subscribe to this one key: without it every subscription is worth nothing
 * and has to be asked for again. All nodes need the same file.
 * @throws Error with a sentence for the operator when it can't be read or made, is damaged, or others may read it
 */
export function loadOrCreatePushKeys (dataDir: string): { keys: PushKeys, created: boolean } {
  const file = join(dataDir, 'vapid.json')
  const text = read(file)
  if (text !== null) return { keys: parse(text, file), created: false }
  // Two processes may start at the same moment: whoever was first is right.
  const created = write(file, `${JSON.stringify(newKeys(), null, 2)}\n`)
  return { keys: parse(read(file) ?? '', file), created }
}

function newKeys (): PushKeys {
  const pair = createECDH('prime256v1')
  const publicKey = pair.generateKeys('base64url')
  // Leading zeros are left out by Node.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32).toString('base64url')
  return { publicKey, privateKey }
}

function read (file: string): string | null {
  let stat
  try {
    stat = lstatSync(file)
    // A mounted secret is a symbolic link to a file the platform guards.
    if (stat.isSymbolicLink() || process.platform === 'win32' || (stat.mode & 0o077) === 0) return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw new Error(`The key for notifications at ${file} can't be read (${codeOf(error)}). Check that the file belongs to the user this program runs as.`)
  }
  throw new Error(`Other users of this machine may read or change the key for notifications at ${file}. Run: chmod 600 '${file}'`)
}

function parse (text: string, file: string): PushKeys {
  const damaged = new Error(`The key for notifications at ${file} is damaged. Bring it back from your copy. If there is none, delete it: a new one is made, and people have to allow notifications again.`)
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    throw damaged
  }
  const { publicKey, privateKey } = (typeof found === 'object' && found !== null ? found : {}) as Partial<Record<keyof PushKeys, unknown>>
  if (typeof publicKey !== 'string' || typeof privateKey !== 'string' || !/^[\w-]{43}$/.test(privateKey)) throw damaged
  const pair = createECDH('prime256v1')
  try {
    pair.setPrivateKey(privateKey, 'base64url')
  } catch {
    throw damaged
  }
  if (pair.getPublicKey('base64url') !== publicKey) throw damaged
  return { publicKey, privateKey }
}

function write (file: string, text: string): boolean {
  try {
    return writeWholeFile(file, text, 'keep')
  } catch (error) {
    throw new Error(`The key for notifications can't be written to ${file} (${codeOf(error)}). Check that the folder belongs to the user this program runs as, and that the disk is not full.`)
  }
}

function codeOf (error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
