// People of the cast, on whatever channel they have. The same words for all, so that one suite of sentences fits every channel.
import type { Choice, Message } from '../src/channels/message.ts'
import type { OpenLine } from '../src/channels/web-chat/open-line.ts'
import type { Person as TelegramPerson } from './stubs/telegram/person.ts'
import type { World } from './world.ts'

export interface Resident {
  writes (text: string): Promise<void>
  /** Presses the newest button with this label, once it is there. */
  presses (label: string | RegExp): Promise<void>
  /** The same press twice, at once. */
  pressesTwice (label: string | RegExp): Promise<void>
  sendsPhoto (bytes: Uint8Array, caption?: string): Promise<void>
  sendsVoice (bytes: Uint8Array): Promise<void>
  /** Waits for words that match, later than the last ones this found. @throws with what was heard instead */
  hears (pattern: RegExp, withinMs?: number): Promise<string>
  /** All that was heard so far, in order. */
  heard (): string[]
  /** What can be pressed under the newest message. */
  buttons (): string[]
  leaves (): Promise<void>
}

export function onTelegram (world: World, id: number, languageCode = 'vi'): Resident & { person: TelegramPerson } {
  const person = world.telegram.person({ id, languageCode })
  const buttons = (): { label: string, data: string | undefined }[] => person.heard.flatMap(heard => heard.buttons.flat().map(b => ({ label: b.text, data: b.callback_data })))
  const matches = (label: string | RegExp) => (b: { label: string }): boolean => typeof label === 'string' ? b.label === label : label.test(b.label)
  return {
    person,
    async writes (text) { person.writes(text) },
    async presses (label) {
      await waitFor(() => buttons().some(matches(label)), () => `no button ${String(label)} among: ${buttons().map(b => b.label).slice(-25).join(' | ')}`)
      person.presses(label)
    },
    async pressesTwice (label) {
      await waitFor(() => buttons().some(matches(label)), () => `no button ${String(label)}`)
      person.presses(label)
      person.presses(label)
    },
    async sendsPhoto (bytes, caption) { person.sendsPhoto(bytes, caption === undefined ? {} : { caption }) },
    async sendsVoice (bytes) { person.sendsVoice(bytes) },
    async hears (pattern, withinMs = 25_000) { return (await person.hears(pattern, withinMs)).text },
    heard: () => person.heard.map(({ text }) => text),
    buttons: () => buttons().map(b => b.label),
    async leaves () { person.blocks() },
  }
}

/** A browser without scripts: forms, a cookie, and an ear on the stream of lines (as the page would be loaded again and again). */
export function onWebChat (world: World, language = 'vi'): Resident & { cookie (): string, page (): Promise<string> } {
  let cookie = ''
  let heardUpTo = 0
  const lines = new Map<number, OpenLine>()
  const said = (): (Message & { id: number })[] => [...lines.values()].sort((a, b) => a.id - b.id).flatMap(line => line.from === 'us' ? [{ ...line.message, id: line.id }] : [])
  const choices = (): Choice[] => said().flatMap(message => message.choices ?? [])
  const listening = new AbortController()

  const headers = (): Record<string, string> => ({ 'Accept-Language': language, ...(cookie === '' ? {} : { Cookie: cookie }) })
  async function post (fields: Record<string, string | Blob>): Promise<void> {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    const response = await fetch(`${world.url}/chat`, { method: 'POST', body, redirect: 'manual', headers: { ...headers(), Origin: world.url } })
    for (const set of response.headers.getSetCookie()) keep(set)
    if (response.status !== 303) throw new Error(`POST /chat: ${response.status} ${await response.text()}`)
    await look()
  }
  function keep (set: string): void {
    const [pair = ''] = set.split(';')
    const [name] = pair.split('=')
    cookie = [...cookie.split('; ').filter(old => old !== '' && !old.startsWith(`${name}=`)), pair].join('; ')
  }
  /** Reads the stream of lines as far as it goes now, resuming after the last line that was seen; one reading at a time. */
  let looking: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => await (looking = looking.then(readLines))
  async function readLines (): Promise<void> {
    if (cookie === '') return
    const after = Math.max(0, ...lines.keys())
    const silence = new AbortController()
    let timer = setTimeout(() => { silence.abort() }, 1000)
    try {
      const response = await fetch(`${world.url}/chat/events?after=${after}`, { headers: headers(), signal: AbortSignal.any([silence.signal, listening.signal]) })
      let text = ''
      for await (const part of response.body ?? []) {
        clearTimeout(timer)
        timer = setTimeout(() => { silence.abort() }, 100)
        text += Buffer.from(part).toString()
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = text.slice(0, end).split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5).trim()).join('\n')
          text = text.slice(end + 2)
          if (data === '') continue
          const line = JSON.parse(data) as OpenLine
          if (lines.has(line.id)) throw new Error(`Line ${line.id} came twice.`)
          lines.set(line.id, line)
        }
      }
    } catch (error) {
      if (!silence.signal.aborted && !listening.signal.aborted) throw error
    } finally {
      clearTimeout(timer)
    }
  }
  const find = (label: string | RegExp): Choice | undefined => choices().findLast(c => c.url === undefined && (typeof label === 'string' ? c.label === label : label.test(c.label)))
  async function findSoon (label: string | RegExp): Promise<Choice> {
    for (const end = Date.now() + 25_000; Date.now() < end; await look()) {
      const choice = find(label)
      if (choice !== undefined) return choice
    }
    throw new Error(`no button ${String(label)} among: ${choices().map(c => c.label).slice(-25).join(' | ')}`)
  }

  return {
    cookie: () => cookie,
    page: async () => await (await fetch(`${world.url}/`, { headers: headers() })).text(),
    async writes (text) { await post({ text }) },
    async presses (label) { await post({ press: (await findSoon(label)).id }) },
    async pressesTwice (label) {
      const { id } = await findSoon(label)
      await Promise.all([post({ press: id }), post({ press: id })])
    },
    async sendsPhoto (bytes, caption) { await post({ files: new File([bytes.slice()], 'photo.jpg', { type: 'image/jpeg' }), ...(caption === undefined ? {} : { text: caption }) }) },
    async sendsVoice (bytes) { await post({ files: new File([bytes.slice()], 'voice.ogg', { type: 'audio/ogg' }) }) },
    async hears (pattern, withinMs = 25_000) {
      for (const end = Date.now() + withinMs; ; await look()) {
        const match = said().find(message => message.id > heardUpTo && pattern.test(message.text))
        if (match !== undefined) {
          heardUpTo = match.id
          return match.text
        }
        if (Date.now() > end) throw new Error(`Nothing heard like ${String(pattern)}, but: ${said().slice(-5).map(m => m.text).join(' ‖ ')}`)
      }
    },
    heard: () => said().map(({ text }) => text),
    buttons: () => said().at(-1)?.choices?.map(c => c.label) ?? [],
    async leaves () { listening.abort() },
  }
}

async function waitFor (what: () => boolean, why: () => string, ms = 25_000): Promise<void> {
  for (const end = Date.now() + ms; !what();) {
    if (Date.now() > end) throw new Error(why())
    await new Promise(resolve => setTimeout(resolve, 15))
  }
}
