// A push service on the loopback with browsers behind it, as strict as the standards: RFC 8030 (sending), 8188 and 8291 (encryption), 8292 (who sends).
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserSubscription } from '../../src/subscribers/push-subscribe.ts'

export interface Woken {
  ttl: number
  urgency: string
  topic: string
  /** As it came: nobody but the browser can read it. */
  sealed: Buffer
  /** What the browser read. */
  said: Record<string, unknown>
}

export interface PushedBrowser {
  subscription: BrowserSubscription
  woken: Woken[]
  /** Removed from the device: from now on its endpoint is gone. */
  goes (): void
}

export interface PushService {
  /** @param ours the key it subscribed with: who has another one is turned away */
  browser (ours: string): PushedBrowser
  /** Answers the next requests so, without a look at them. */
  answersNext (...answers: { status: number, headers?: Record<string, string>, afterMs?: number }[]): void
  /** Why requests were turned away. */
  refused: string[]
  stop (): Promise<void>
}

export const contact = 'mailto:truc-ban@congan.example'

export async function startPushService (): Promise<PushService> {
  const browsers = new Map<string, { ours: string, gone: boolean, private: Buffer, subscription: BrowserSubscription, woken: Woken[] }>()
  const scripted: { status: number, headers?: Record<string, string>, afterMs?: number }[] = []
  const refused: string[] = []
  let origin = ''

  const server = createServer((request, response) => {
    void bodyOf(request).then(async body => {
      const next = scripted.shift()
      if (next !== undefined) {
        if (next.afterMs !== undefined) await new Promise(resolve => { setTimeout(resolve, next.afterMs) })
        return response.writeHead(next.status, next.headers).end()
      }
      const to = browsers.get(new URL(request.url ?? '/', origin).pathname)
      if (to === undefined || to.gone) return response.writeHead(to === undefined ? 404 : 410).end()
      const why = wrongWith(request, body, to.ours, origin)
      if (why !== null) {
        refused.push(why)
        return response.writeHead(why.startsWith('sender') ? 403 : why === 'too large' ? 413 : 400).end()
      }
      to.woken.push({
        ttl: Number(request.headers['ttl']), urgency: String(request.headers['urgency']), topic: String(request.headers['topic']), sealed: body,
        said: JSON.parse(opened(body, to.private, to.subscription)) as Record<string, unknown>,
      })
      return response.writeHead(201, { Location: `${origin}/message/1` }).end()
    }).catch((error: unknown) => {
      refused.push(`unreadable: ${String(error)}`)
      response.writeHead(400).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    refused,
    browser (ours) {
      const pair = createECDH('prime256v1')
      pair.generateKeys()
      const path = `/push/${randomBytes(24).toString('base64url')}`
      const subscription = { endpoint: `${origin}${path}`, keys: { p256dh: pair.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') } }
      const browser = { ours, gone: false, private: pair.getPrivateKey(), subscription, woken: [] as Woken[] }
      browsers.set(path, browser)
      return { subscription, woken: browser.woken, goes () { browser.gone = true } }
    },
    answersNext (...answers) { scripted.push(...answers) },
    async stop () {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Null: nothing. */
function wrongWith (request: IncomingMessage, body: Buffer, ours: string, origin: string): string | null {
  const { headers, method } = request
  if (method !== 'POST') return 'not a POST'
  if (!/^\d+$/.test(headers['ttl'] as string | undefined ?? '')) return 'no TTL'
  if (!['very-low', 'low', 'normal', 'high'].includes(headers['urgency'] as string | undefined ?? '')) return 'no urgency'
  // RFC 8030 5.4: at most 32 characters of base64url.
  if (!/^[\w-]{1,32}$/.test(headers['topic'] as string | undefined ?? '')) return 'no topic'
  if (headers['content-encoding'] !== 'aes128gcm') return 'not encrypted as RFC 8291 says'
  if (body.length > 4096) return 'too large'
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? '') ?? []
  if (key !== ours) return 'sender is not who subscribed'
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } })
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) return 'sender’s signature is wrong'
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string }
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string, exp: number, sub: string }
  const left = exp - Date.now() / 1000
  return alg === 'ES256' && aud === origin && left > 0 && left <= 86_400 && sub === contact ? null : 'sender’s token is wrong'
}

/** RFC 8291 3.4 and RFC 8188 2, in one record. */
function opened (body: Buffer, mine: Buffer, { keys }: BrowserSubscription): string {
  const [salt, idLength] = [body.subarray(0, 16), body.readUInt8(20)]
  const theirs = body.subarray(21, 21 + idLength)
  const record = body.subarray(21 + idLength)
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(mine)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), Buffer.from(keys.p256dh, 'base64url'), theirs])
  const secret = Buffer.from(hkdfSync('sha256', pair.computeSecret(theirs), Buffer.from(keys.auth, 'base64url'), info, 32))
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
  const cipher = createDecipheriv('aes-128-gcm', key, nonce)
  cipher.setAuthTag(record.subarray(-16))
  const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()])
  const end = plain.lastIndexOf(2)
  if (end < 0 || plain.subarray(end + 1).some(byte => byte !== 0)) throw new Error('the padding is wrong')
  return plain.subarray(0, end).toString()
}

async function bodyOf (request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
