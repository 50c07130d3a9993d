// Listens for lines from the server: officers' answers, warnings. Connects again by itself, slower each time.
import type { OpenLine } from '../../channels/web-chat/open-line.ts'
import { ask } from './request.ts'

export interface Events {
  close (): void
}

const shortest = 1000
const longest = 60_000
/** A connection that is away for less is not worth a word. */
const worthAWord = 4000

/** @param after id of the last line that is on the page */
export function listenForLines (after: number, heard: (line: OpenLine) => void, connected: (yes: boolean) => void): Events {
  let last = after
  let pause = shortest
  let source: EventSource | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let word: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function open (): void {
    clearTimeout(again)
    source?.close()
    source = new EventSource(`/chat/events?after=${last}`)
    source.addEventListener('open', () => {
      pause = shortest
      clearTimeout(word)
      word = undefined
      connected(true)
    })
    source.addEventListener('line', event => {
      const line = lineIn(event.data)
      // The same one may come again after a lost connection.
      if (line === null || line.id <= last) return
      last = line.id
      heard(line)
    })
    source.addEventListener('error', () => {
      // An answer, and a no: in a crowd a new chat has to be asked for where a puzzle can be brought.
      const refused = source?.readyState === EventSource.CLOSED
      // A browser's own second try has no patience and gives up on an error page: we keep the time ourselves.
      source?.close()
      word ??= setTimeout(() => { connected(false) }, worthAWord)
      again = setTimeout(refused ? () => { void askForChat() } : open, pause * (0.75 + Math.random() / 2))
      pause = Math.min(longest, pause * 2)
    })
  }

  async function askForChat (): Promise<void> {
    await ask('POST', '/chat/session').catch(() => {})
    if (!closed) open()
  }

  const online = (): void => {
    pause = shortest
    if (source?.readyState !== EventSource.OPEN) open()
  }
  addEventListener('online', online)
  open()
  return {
    close () {
      closed = true
      clearTimeout(again)
      clearTimeout(word)
      removeEventListener('online', online)
      source?.close()
    },
  }
}

function lineIn (data: unknown): OpenLine | null {
  try {
    const line = JSON.parse(String(data)) as OpenLine
    if (typeof line.id !== 'number') return null
    if (line.from === 'them') return typeof line.text === 'string' ? line : null
    return typeof line.message.text === 'string' ? line : null
  } catch {
    return null
  }
}
