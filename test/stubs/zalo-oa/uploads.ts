// Pictures and files the Official Account puts on the pretended Zalo to send them by their id, for seven days (zalo.md 3.4).
import { randomBytes } from 'node:crypto'
import { Refusal, type Asset, type Platform } from './platform.ts'

const week = 7 * 86_400_000
const megabyte = 1024 * 1024

const kinds = {
  image: { most: megabyte, endings: /\.(jpe?g|png)$/i, answer: 'attachment_id' },
  gif: { most: 5 * megabyte, endings: /\.gif$/i, answer: 'attachment_id' },
  file: { most: 5 * megabyte, endings: /\.(pdf|docx?|csv)$/i, answer: 'token' },
} as const

/** `POST /v2.0/oa/upload/<kind>`. */
export function upload (platform: Platform, kind: keyof typeof kinds, file: File | undefined): Record<string, unknown> {
  const { most, endings, answer } = kinds[kind]
  if (file === undefined || !endings.test(file.name)) throw new Refusal(-201, 'file is invalid!')
  if (file.size > most) throw new Refusal(-210, 'Parameter exceeds allowable limit')
  return { [answer]: keepAsset(platform, { kind, until: platform.now() + week }) }
}

export function keepAsset (platform: Platform, asset: Asset): string {
  const id = randomBytes(12).toString('base64url')
  platform.assets.set(id, asset)
  return id
}

/** What an id stands for. @throws Refusal when it is of another kind, or too old */
export function assetOf (platform: Platform, id: unknown, kind: Asset['kind']): Asset {
  const asset = typeof id === 'string' ? platform.assets.get(id) : undefined
  if (asset?.kind !== kind) throw new Refusal(-201, `${kind === 'file' ? 'token' : 'attachment_id'} is invalid!`)
  if (asset.until < platform.now()) throw new Refusal(-100, 'attachment_id was expired')
  return asset
}
