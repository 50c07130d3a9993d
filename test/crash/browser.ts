// The web chat in a browser without scripts: forms, a cookie, the stream of lines. What fails is sent again, as the same form, until it is taken.
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { OpenLine } from '../../src/channels/web-chat/open-line.ts'
import type { Choice, Message } from '../../src/channels/message.ts'
import { says } from '../../src/locales.ts'
import { fits, type Phone } from './phone.ts'

/** Milliseconds until somebody presses "reload" when the page could not be had; and a browser connects to the stream again. */
const reloadAfter = 250

/**
 * @param from as the proxy in front of us tells it
 * @param refused told of every answer that is none: its path and status
 */
export function browser (url: string, from: string, refused: (what: string) => void): Phone {
  const cookies = new Map<string, string>()
  const lines = new Map<number, OpenLine>()
  const closed = new AbortController()
  let listening = false

  const headers = (): Record<string, string> => ({
    Origin: url, 'X-Forwarded-For': from, 'Accept-Language': 'vi', ...(cookies.size === 0 ? {} : { Cookie: [...cookies].map(pair => pair.join('=')).join('; ') }),
  })
  function keep (answer: Response): void {
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
  }

  async function send (fields: Record<string, string | File>): Promise<void> {
    // The page puts it into its form: the same form sent again has the same.
    const once = randomBytes(16).toString('base64url')
    while (!closed.signal.aborted) {
      const body = new FormData()
      for (const [name, value] of Object.entries({ once, ...fields })) body.append(name, value)
      const answer = await asked(fetch(`${url}/chat`, { method: 'POST', body, redirect: 'manual', headers: headers(), signal: closed.signal }))
      if (answer?.status === 303) {
        keep(answer)
        if (!listening) void listen()
        return
      }
      if (answer !== null) refused(`/chat ${answer.status}`)
      if (answer !== null && answer.status < 500 && answer.status !== 429) throw new Error(`could not send a form: ${answer.status} ${await answer.text()}`)
      await answer?.body?.cancel().catch(() => {})
      await pause(reloadAfter, undefined, { signal: closed.signal }).catch(() => {})
    }
    throw new Error('could not send a form')
  }

  /** As the browser's own EventSource: connects again, and says which line it had last. */
  async function listen (): Promise<void> {
    listening = true
    while (!closed.signal.aborted) {
      const answer = await asked(fetch(`${url}/chat/events?after=${Math.max(0, ...lines.keys())}`, { headers: headers(), signal: closed.signal }))
      if (answer !== null && !answer.ok) refused(`/chat/events ${answer.status}`)
      let text = ''
      try {
        for await (const part of answer?.ok === true ? answer.body ?? [] : []) {
          text += Buffer.from(part).toString()
          const events = text.split('\n\n')
          text = events.pop() ?? ''
          for (const event of events) {
            const data = /^data: (.*)$/m.exec(event)?.[1]
            if (data !== undefined) take(JSON.parse(data) as OpenLine)
          }
        }
      } catch {
        // Cut off.
      }
      await pause(reloadAfter, undefined, { signal: closed.signal }).catch(() => {})
    }
  }

  function take (line: OpenLine): void {
    // Shown all the same: then it stands there twice, and the claims notice.
    const id = lines.has(line.id) ? line.id + 0.5 : line.id
    lines.set(id, line)
  }

  return {
    // What they wrote stands there too; but "send" is deleted with all before it when the tip is received, and may be seen before that.
    shown: () => [...lines].sort(([a], [b]) => a - b).filter(([, line]) => line.from === 'us' || line.text !== says.vi('chat.report.send')).map(([, line]) => {
      const message: Message = line.from === 'us' ? line.message : { text: `(${line.text})` }
      const choices = (message.choices ?? []).filter(({ url: link }) => link === undefined)
      return {
        text: message.text,
        labels: choices.map(({ label }) => label),
        whole: JSON.stringify(line.from === 'us' ? message : line),
        offer (label) {
          const choice: Choice | undefined = choices.find(one => fits(label, one.label))
          return choice === undefined ? null : async () => { await send({ press: choice.id }) }
        },
      }
    }),
    writes: async text => { await send({ text }) },
    sendsPhoto: async bytes => { await send({ files: new File([bytes.slice()], 'photo.jpg', { type: 'image/jpeg' }) }) },
    close () { closed.abort() },
  }
}

/** Null when nothing came back. */
export async function asked (request: Promise<Response>): Promise<Response | null> {
  try {
    return await request
  } catch {
    return null
  }
}
