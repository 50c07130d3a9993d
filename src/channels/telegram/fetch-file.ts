// Fetches a file somebody sent. Its address holds the token, so it never leaves this file.
import type { Api } from 'grammy/web'
import type { Clock } from '../../clock.ts'
import { minutes } from '../../clock.ts'
import type { Fetched } from '../channel.ts'
import type { FileRef } from '../message.ts'
import { SendError } from '../send-error.ts'
import { toSendError } from './errors.ts'

/** Bots can't fetch more (Bot API, getFile). */
export const mostFileBytes = 20 * 1024 * 1024

export interface FetchesFiles {
  api: Api
  apiRoot: string
  token: string
  clock: Clock
  /** Milliseconds for the whole download. */
  within?: number
}

/** The bytes of a file, at most 20 MB. @throws SendError: `rejected` when too large or gone, else as for any call */
export async function fetchFile ({ api, apiRoot, token, clock, within = minutes(2) }: FetchesFiles, ref: FileRef): Promise<Fetched> {
  if ((ref.size ?? 0) > mostFileBytes) throw tooLarge()
  const path = await api.getFile(ref.ref).then(({ file_path }) => file_path, (error: unknown) => {
    throw toSendError(error, clock())
  })
  if (path === undefined) throw new SendError('rejected', 'Telegram names no place for this file.')
  const bytes = await download(`${apiRoot}/file/bot${token}/${encodeURI(path)}`, within)
  return { bytes, ...(ref.name === undefined ? {} : { name: ref.name }), ...(ref.mime === undefined ? {} : { mime: ref.mime }) }
}

async function download (url: string, within: number): Promise<Uint8Array> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), within)
  try {
    const response = await fetch(url, { signal: stop.signal, redirect: 'error' })
    if (response.status === 404 || response.status === 400) throw new SendError('rejected', 'Telegram does not have this file any more.')
    if (!response.ok) throw new SendError('tryAgain', `Telegram answered a download with ${response.status}.`)
    return await readUpTo(response, mostFileBytes)
  } catch (error) {
    if (error instanceof SendError) throw error
    throw new SendError('tryAgain', stop.signal.aborted ? 'A file took too long to download from Telegram.' : 'The download of a file from Telegram broke.')
  } finally {
    clearTimeout(timer)
    // Also closes the connection of a download we gave up on.
    stop.abort()
  }
}

async function readUpTo (response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > most) throw tooLarge()
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks, size))
}

function tooLarge (): SendError {
  return new SendError('rejected', 'A file is larger than the 20 MB a Telegram bot can fetch.')
}
