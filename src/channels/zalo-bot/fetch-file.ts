// Fetches a picture or voice message. Zalo names a public, short-lived address, and whoever knows the webhook's secret could name another.
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import axios from 'axios'
import { minutes } from '../../clock.ts'
import type { Fetched } from '../channel.ts'
import type { FileRef } from '../message.ts'
import { SendError } from '../send-error.ts'

/** Zalo documents no limit; this is ours, the same as on Telegram. */
export const mostFileBytes = 20 * 1024 * 1024

/**
 * The bytes of a file, at most 20 MB, from a public https address, or from `base` itself (a simulator's pictures are there).
 * @param within milliseconds for the whole download
 * @throws SendError: `rejected` when too large, gone, or at an address we don't ask, else `tryAgain`
 */
export async function fetchFile (ref: FileRef, { base, within = minutes(2) }: { base: string, within?: number }): Promise<Fetched> {
  const url = URL.parse(ref.ref)
  const atHome = url !== null && url.origin === new URL(base).origin
  if (url === null || !(atHome || isOutside(url))) throw new SendError('rejected', 'A file lies at an address that is not asked.')
  let inside = false
  const deadline = AbortSignal.timeout(within)
  const response = await axios.get<ArrayBuffer>(url.href, {
    adapter: 'http', responseType: 'arraybuffer', maxContentLength: mostFileBytes, maxRedirects: 0, proxy: false, validateStatus: () => true, signal: deadline,
    ...(atHome ? {} : {
      lookup: async (host: string): Promise<[string, 4 | 6]> => {
        const found = await lookup(host, { all: true })
        const [first] = found
        inside = first === undefined || found.some(({ address, family }) => near.check(address, family === 6 ? 'ipv6' : 'ipv4'))
        if (inside || first === undefined) throw new Error('an address inside')
        return [first.address, first.family === 6 ? 6 : 4]
      },
    }),
  }).catch((error: unknown) => {
    if (inside) throw new SendError('rejected', 'A file lies at an address that is not asked.')
    if (error instanceof Error && /maxContentLength/.test(error.message)) throw new SendError('rejected', 'A file is larger than the 20 MB we take.')
    throw new SendError('tryAgain', deadline.aborted ? 'A file took too long to download from Zalo.' : 'The download of a file from Zalo broke.')
  })
  const { status } = response
  // Short-lived addresses answer 403 once their time is over.
  if ([400, 401, 403, 404, 410].includes(status)) throw new SendError('rejected', 'Zalo does not have this file any more.')
  if (status !== 200) throw new SendError('tryAgain', `Zalo answered a download with ${status}.`)
  return { bytes: new Uint8Array(response.data), ...(ref.mime === undefined ? {} : { mime: ref.mime }) }
}

/** A name, not a number, on the usual port, without a password. */
function isOutside ({ protocol, hostname, port, username, password }: URL): boolean {
  return protocol === 'https:' && port === '' && username === '' && password === '' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0
}

/** This machine and private networks (RFC 6890): nothing of Zalo's lies there. */
const near = new BlockList()
for (const [network, prefix] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) near.addSubnet(network, prefix)
for (const [network, prefix] of [['::', 127], ['fc00::', 7], ['fe80::', 10]] as const) near.addSubnet(network, prefix, 'ipv6')
