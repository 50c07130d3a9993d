// Somebody with the Zalo app: what they do becomes events, and what the Official Account says to them can be heard.
import { addEvent } from './webhook.ts'
import { messageIdOf, type Heard, type Platform, type Somebody } from './platform.ts'

export interface Person {
  id: string
  heard: Heard[]
  lastHeard (): Heard
  /** Waits for words that match, later than the last ones this found. @throws with what was heard instead */
  hears (pattern: RegExp, withinMs?: number): Promise<Heard>
  writes (text: string): void
  /** Presses the newest button with this title. */
  presses (label: string | RegExp): void
  /** Types what stands in a numbered list, or the words themselves, as where no button is shown. */
  types (label: string | RegExp): void
  sendsPhoto (bytes: Uint8Array, caption?: string): void
  sendsVoice (bytes: Uint8Array): void
  sendsVideo (bytes: Uint8Array): void
  sendsFile (bytes: Uint8Array, name: string): void
  sendsSticker (): void
  sendsLink (url: string): void
  sharesLocation (lat: number, lng: number, place?: string): void
  /** Opens the chat for the first time, without a word. */
  opensChat (): void
  follows (): void
  unfollows (): void
  /** Wants no messages, and tells nobody. */
  blocks (): void
  unblocks (): void
  /** A data-subject request to Zalo. */
  withdraws (): void
}

export function newPerson (platform: Platform, { id, conversation }: { id: string, conversation?: string }): Person {
  const somebody: Somebody = platform.people.get(id) ?? { id, conversation, follows: false, blocked: false, lastInteraction: undefined, wrote: false, heard: [] }
  platform.people.set(id, somebody)
  const byApp = '5521727971758773011'
  let heardUpTo = 0

  function send (what: string, content: Record<string, unknown>): void {
    somebody.lastInteraction = platform.now()
    somebody.wrote = true
    addEvent(platform, {
      sender: { id }, user_id_by_app: byApp, recipient: { id: platform.oa.id },
      event_name: `${somebody.conversation === undefined ? 'user' : 'anonymous'}_send_${what}`,
      message: { msg_id: messageIdOf(platform), ...(somebody.conversation === undefined ? {} : { conversation_id: somebody.conversation }), ...content },
    })
  }

  /** Somewhere on the platform's file servers, for a day. */
  function keep (bytes: Uint8Array, ending: string): string {
    const name = `f${platform.next.file++}.${ending}`
    platform.files.set(name, { bytes, until: platform.now() + 86_400_000 })
    return `${platform.baseUrl}/files/${name}`
  }

  function sendFile (what: string, bytes: Uint8Array, ending: string, more: Record<string, unknown> = {}, around: Record<string, unknown> = {}): void {
    send(what, { ...around, attachments: [{ type: what, payload: { url: keep(bytes, ending), ...more } }] })
  }

  const fits = (label: string | RegExp) => (title: string): boolean => typeof label === 'string' ? title === label : label.test(title)
  const person: Person = {
    id,
    heard: somebody.heard,
    lastHeard () {
      const last = somebody.heard.at(-1)
      if (last === undefined) throw new Error('nothing was heard yet')
      return last
    },
    async hears (pattern, withinMs = 3000) {
      for (const end = Date.now() + withinMs; ;) {
        const at = somebody.heard.findIndex((one, index) => index >= heardUpTo && pattern.test(one.text))
        const found = somebody.heard[at]
        if (found !== undefined) {
          heardUpTo = at + 1
          return found
        }
        if (Date.now() > end) throw new Error(`did not hear ${pattern} within ${withinMs} ms; heard instead: ${JSON.stringify(somebody.heard.slice(heardUpTo).map(one => one.text))}`)
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    },
    writes: text => { send('text', { text }) },
    presses (label) {
      const button = somebody.heard.toReversed().flatMap(one => one.buttons).find(({ title, type }) => type.startsWith('oa.query.') && fits(label)(title))
      if (button === undefined) throw new Error(`no button ${String(label)}; there are: ${JSON.stringify(somebody.heard.flatMap(one => one.buttons.map(({ title }) => title)))}`)
      // There is no press on this platform: the payload comes as a text.
      send('text', { text: String(button.payload) })
    },
    types (label) {
      for (const { text } of somebody.heard.toReversed()) {
        const numbered = [...text.matchAll(/^(\d{1,2})\. (.+)$/gm)].find(([, , words]) => fits(label)(words ?? ''))
        if (numbered?.[1] !== undefined) return send('text', { text: numbered[1] })
        const words = text.split('\n').at(-1)?.split(/: | · /).find(fits(label))
        if (words !== undefined) return send('text', { text: words })
      }
      throw new Error(`nothing like ${String(label)} to type`)
    },
    sendsPhoto: (bytes, caption) => { sendFile('image', bytes, 'jpg', { thumbnail: `${platform.baseUrl}/files/none.jpg` }, caption === undefined ? {} : { text: caption }) },
    sendsVoice: bytes => { sendFile('audio', bytes, 'amr') },
    sendsVideo: bytes => { sendFile('video', bytes, 'mp4', { description: '' }) },
    sendsFile: (bytes, name) => { sendFile('file', bytes, 'bin', { name, size: String(bytes.length), type: name.split('.').at(-1) ?? '', checksum: '0'.repeat(32) }) },
    sendsSticker: () => { send('sticker', { attachments: [{ type: 'sticker', payload: { id: 'a1', url: `${platform.baseUrl}/files/s.png` } }] }) },
    sendsLink: url => { send('link', { text: url, attachments: [{ type: 'link', payload: { thumbnail: '', description: '', url } }] }) },
    sharesLocation: (lat, lng, place) => {
      send('location', { ...(place === undefined ? {} : { text: place }), attachments: [{ type: 'location', payload: { coordinates: { latitude: String(lat), longitude: String(lng) } } }] })
    },
    opensChat () {
      somebody.lastInteraction = platform.now()
      addEvent(platform, { event_name: 'user_click_chatnow', oa_id: platform.oa.id, user_id: id, user_id_by_app: byApp })
    },
    follows () {
      somebody.follows = true
      somebody.lastInteraction = platform.now()
      addEvent(platform, { oa_id: platform.oa.id, follower: { id }, user_id_by_app: byApp, event_name: 'follow', source: 'oa_profile' })
    },
    unfollows () {
      somebody.follows = false
      addEvent(platform, { oa_id: platform.oa.id, follower: { id }, user_id_by_app: byApp, event_name: 'unfollow', source: 'oa_profile' })
    },
    blocks () { somebody.blocked = true },
    unblocks () { somebody.blocked = false },
    withdraws () { addEvent(platform, { event_name: 'user_withdraw', oa_id: platform.oa.id, user_id: id, user_id_by_app: byApp }) },
  }
  return person
}
