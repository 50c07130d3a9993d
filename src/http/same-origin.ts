// Forms are taken from our own pages only: another site must not be able to act in the name of a visitor.
import type { MiddlewareHandler } from 'hono'
import { Refusal } from './refusal.ts'

/**
 * Lets through what only reads, and what our own pages send: those under `publicUrl`, and those of the host that was asked
 * (a server reached by its address in the office as well).
 * @throws Refusal `other-site`, also when the browser says nothing about where the form came from
 */
export function sameOrigin (publicUrl: string): MiddlewareHandler {
  const ours = new URL(publicUrl).host
  return async (c, next) => {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) && !isOurs(c.req.header('sec-fetch-site'), c.req.header('origin') ?? c.req.header('referer'), [ours, c.req.header('host')])) {
      throw new Refusal('other-site')
    }
    await next()
  }
}

function isOurs (site: string | undefined, from: string | undefined, hosts: readonly (string | undefined)[]): boolean {
  // `none`: the person did it themself, e.g. by sending a form again after a reload. Sites can't set this header.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  // Old browsers, and all browsers over plain http, send only this. The scheme is not compared: a proxy may speak TLS for us.
  const host = from === undefined ? undefined : URL.parse(from)?.host
  return host !== undefined && host !== '' && hosts.some(h => h?.toLowerCase() === host)
}
