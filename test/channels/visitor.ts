// A visitor of the web chat as tests use one: keeps cookies, sends forms, listens to the lines of its chat.
import type { OpenLine } from '../../src/channels/web-chat/open-line.ts'

export interface Listening {
  lines: OpenLine[]
  /** All that came, comments too. */
  text (): string
  /** Resolves with all lines once there are `many`. @throws after two seconds, with what was heard */
  until (many: number): Promise<OpenLine[]>
  /** Resolves when the server ends it. */
  ended: Promise<void>
  close (): void
}

export class Visitor {
  cookies = new Map<string, string>()
  readonly url: string

  constructor (url: string) {
    this.url = url
  }

  /** A request as a browser makes it from our own page. */
  async ask (method: string, path: string, body?: RequestInit['body'], headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${this.url}${path}`, {
      method, body: body ?? null, redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'application/json', ...(cookie === '' ? {} : { Cookie: cookie }), ...headers },
    })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/max-age=0\b/i.test(set)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  async json (method: string, path: string, body: unknown): Promise<{ status: number, body: unknown }> {
    const answer = await this.ask(method, path, JSON.stringify(body), { 'Content-Type': 'application/json' })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) as unknown }
  }

  async post (fields: Record<string, string | File | File[]>, headers: Record<string, string> = {}): Promise<Response> {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one)
    return await this.ask('POST', '/chat', form, headers)
  }

  async listens (query = '', headers: Record<string, string> = {}): Promise<Listening> {
    const stop = new AbortController()
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${this.url}/chat/events${query}`, { signal: stop.signal, headers: { ...(cookie === '' ? {} : { Cookie: cookie }), ...headers } })
    if (answer.status !== 200) throw new Error(`The events answered ${answer.status}.`)
    for (const set of answer.headers.getSetCookie()) this.cookies.set(set.split('=')[0] ?? '', /=([^;]*)/.exec(set)?.[1] ?? '')
    let all = ''
    const lines: OpenLine[] = []
    let heard = (): void => {}
    const ended = (async () => {
      try {
        let rest = ''
        for await (const chunk of answer.body ?? []) {
          const text = new TextDecoder().decode(chunk)
          all += text
          rest += text
          const parts = rest.split('\n\n')
          rest = parts.pop() ?? ''
          for (const part of parts) {
            const data = /^data: (.*)$/m.exec(part)?.[1]
            if (data !== undefined) lines.push(JSON.parse(data) as OpenLine)
          }
          heard()
        }
      } catch {
        // Closed by us.
      }
    })()
    return {
      lines,
      text: () => all,
      async until (many) {
        const late = AbortSignal.timeout(2000)
        while (lines.length < many) {
          await new Promise<void>((resolve, reject) => {
            heard = resolve
            late.addEventListener('abort', () => { reject(new Error(`Only ${lines.length} of ${many} lines came: ${all}`)) })
          })
        }
        return lines
      },
      ended,
      close: () => { stop.abort() },
    }
  }
}
