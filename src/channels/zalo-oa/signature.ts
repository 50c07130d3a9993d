// Is it Zalo who calls? The ways of signing that were seen, counted by name so that real traffic settles which one it is (zalo.md 4.2).
import { createHash, timingSafeEqual } from 'node:crypto'

export interface SigningSecrets {
  appId: string
  oaId: string
  oaSecretKey: string
  appSecret: string
}

/** The documented one. */
export const documented = 'app-id.body.oa-secret'

/** First term, where the time comes from, secret. A wrong secret in the settings shows up here as a hit of another name. */
export const signatureNames = ['app-id', 'oa-id'].flatMap(first => ['body', 'header'].flatMap(time => ['oa-secret', 'app-secret'].map(secret => `${first}.${time}.${secret}`)))

/** The name of the first way that fits; null when none does. Plain SHA-256, not an HMAC: that is Zalo's formula. */
export function signatureOf (secrets: SigningSecrets, body: Uint8Array, timestamp: string, headers: { signature: string | undefined, timestamp: string | undefined }): string | null {
  const given = /^\s*(?:mac\s*=\s*)?([0-9a-f]{64})\s*$/i.exec(headers.signature ?? '')?.[1]
  if (given === undefined) return null
  const mac = Buffer.from(given, 'hex')
  return signatureNames.find(name => {
    const [first, time, secret] = name.split('.')
    const at = time === 'body' ? timestamp : headers.timestamp
    if (at === undefined) return false
    const hash = createHash('sha256')
      .update(first === 'app-id' ? secrets.appId : secrets.oaId)
      .update(body)
      .update(at)
      .update(secret === 'oa-secret' ? secrets.oaSecretKey : secrets.appSecret)
      .digest()
    return timingSafeEqual(hash, mac)
  }) ?? null
}
