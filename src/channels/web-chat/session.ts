// Who writes in a web chat: a random cookie and nothing else. It is the address; we keep it only sealed or under a keyed hash.
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { days } from '../../clock.ts'
import type { Random, ServerKeys } from '../../server-key.ts'
import type { Address } from '../message.ts'

const name = 'chat'
const lives = days(180)

/** 144 random bits in base64url; anything else was not made here. */
const form = /^[\w-]{24}$/

/** The chat of this browser; null when it has none yet, or sent something that is no session of ours. */
export function sessionOf (c: Context): Address | null {
  const id = getCookie(c, name)
  return id === undefined || !form.test(id) ? null : { channel: 'web-chat', id }
}

/** The chat of this browser, made when there is none. From now on it is remembered for 180 days. */
export function openSession (c: Context, random: Random, publicUrl: string): Address {
  const address = sessionOf(c) ?? { channel: 'web-chat', id: Buffer.from(random(18)).toString('base64url') }
  setCookie(c, name, address.id, { ...attributes(publicUrl), maxAge: lives / 1000 })
  return address
}

/** The browser forgets its chat. */
export function closeSession (c: Context, publicUrl: string): void {
  deleteCookie(c, name, attributes(publicUrl))
}

/** How a chat is named in our tables; the same as `addressKeyOf` of the conversation, which stands above this room. */
export function chatKeyOf (keys: ServerKeys, address: Address): string {
  return keys.tag(`${address.channel}:${address.id}`, 'address')
}

const attributes = (publicUrl: string) => ({ path: '/', httpOnly: true, sameSite: 'Strict', secure: publicUrl.startsWith('https:') } as const)
