// Asks Telegram with a picture in hand. The address holds the token, so no redirect is followed.
import type { ApiClientOptions } from 'grammy/web'

/** An answer to a post is a few kilobytes. */
const largestAnswer = 1024 * 1024

/** How grammY asks when it uploads: its form comes as a stream, and leaves as one piece, so that its length is told. */
export const fetchForUploads = upload as unknown as NonNullable<ApiClientOptions['fetch']>

async function upload (url: string, { method, headers, body, signal }: RequestInit): Promise<{ json (): Promise<unknown> }> {
  const form = new Uint8Array(await new Response(body ?? null).arrayBuffer())
  const response = await fetch(url, { method: method ?? 'POST', redirect: 'error', body: form, ...(headers === undefined ? {} : { headers }), ...(signal ? { signal } : {}) })
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.length
    if (size > largestAnswer) throw new Error('The answer is too large.')
    parts.push(part)
  }
  return { json: async () => JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown }
}
