// Asks the simulators for something, and says when they can't.
import type { Wish } from '../shown.ts'
import { byId } from './elements.ts'

export async function ask (wish: Wish): Promise<void> {
  await post('/ask', JSON.stringify(wish), 'application/json')
}

export async function sendFile (told: Record<string, string>, file: File): Promise<void> {
  await post(`/file?${new URLSearchParams(told).toString()}`, file, 'application/octet-stream')
}

async function post (path: string, body: string | Blob, type: string): Promise<void> {
  try {
    const response = await fetch(path, { method: 'POST', body, headers: { 'content-type': type } })
    trouble(response.ok ? null : (await response.json() as { error: string }).error)
  } catch {
    trouble('The program does not answer. Perhaps it was stopped.')
  }
}

/** Null: there is none any more. */
export function trouble (sentence: string | null): void {
  const place = byId('trouble')
  place.hidden = sentence === null
  place.textContent = sentence
}
