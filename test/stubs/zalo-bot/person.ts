// A person with Zalo on a phone: what they do to the bot, and what they hear from it.
import { countMessage } from './methods.ts'
import { newId, Refusal } from './platform.ts'
import type { Body, Chat, Heard, Platform } from './platform.ts'
import { addUpdate } from './updates.ts'

/** A person. Each thing they do returns the message's id. */
export interface Person {
  /** As the bot knows them: some twenty hex letters. */
  id: string
  heard: Heard[]
  /** What they saw the bot doing. */
  saw: string[]
  /** The newest thing heard. @throws when nothing was. */
  lastHeard (): Heard
  /** Waits for a message that matches, later than the last one this found. @throws with what was heard instead */
  hears (pattern: RegExp, withinMs?: number): Promise<Heard>
  /** What the newest message that lists this label would have them type; undefined when none does. */
  numberOf (label: string | RegExp): string | undefined
  writes (text: string): string
  /** What they write reaches the bot several times. */
  writesAndIsRepeated (text: string, times: number): string
  sendsPhoto (bytes: Uint8Array, caption?: string): string
  sendsVoice (bytes: Uint8Array): string
  sendsSticker (): string
  /** A file, a contact card, a position: the bot is told no more than that there was something. */
  sendsFile (): string
  /** As the last one, by somebody whom Zalo protects: not even their chat is told. */
  sendsUnderProtection (): void
  /** An update of a kind that nobody has documented. */
  does (event: string, message?: Body): void
  /** Only messages that mention the bot with an `@`, or answer it, reach it. */
  writesInGroup (text: string, groupId?: string, more?: { answering?: boolean }): string
  blocks (): void
  unblocks (): void
}

export function newPerson (platform: Platform, id: string, name: string): Person {
  const chat = chatOf(platform, id, 'PRIVATE')
  const from: Body = { id, display_name: name, is_bot: false }
  let heardUpTo = 0

  function happens (event: string, content: Body, where: Chat = chat): string {
    if (chat.blocked) throw new Error('a person who blocked the bot can not write to it; unblock first')
    where.known = true
    const messageId = newId(platform)
    try {
      countMessage(platform)
    } catch (error) {
      if (error instanceof Refusal) return messageId
      throw error
    }
    addUpdate(platform, { event_name: event, message: { message_id: messageId, date: platform.now(), from, chat: { id: where.id, chat_type: where.type }, ...content } })
    return messageId
  }

  function keep (bytes: Uint8Array, ending: string): string {
    const path = `/media/${newId(platform)}.${ending}`
    platform.files.set(path, bytes)
    return platform.url + path
  }

  const person: Person = {
    id,
    heard: chat.heard,
    saw: chat.actions,
    lastHeard () {
      const last = chat.heard.at(-1)
      if (!last) throw new Error('nothing was heard yet')
      return last
    },
    async hears (pattern, withinMs = 3000) {
      for (const end = Date.now() + withinMs; ;) {
        const at = chat.heard.findIndex((one, index) => index >= heardUpTo && pattern.test(one.text))
        const found = chat.heard[at]
        if (found) {
          heardUpTo = at + 1
          return found
        }
        if (Date.now() > end) throw new Error(`did not hear ${pattern} within ${withinMs} ms; heard instead: ${JSON.stringify(chat.heard.slice(heardUpTo).map(({ text }) => text))}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    numberOf: (label) => chat.heard.toReversed().flatMap(({ choices }) => choices).find((one) => typeof label === 'string' ? one.label === label : label.test(one.label))?.number,
    writes: (text) => happens('message.text.received', { text }),
    writesAndIsRepeated (text, times) {
      const before = platform.ways.deliveries
      platform.ways.deliveries = times
      const messageId = person.writes(text)
      platform.ways.deliveries = before
      return messageId
    },
    sendsPhoto: (bytes, caption) => happens('message.image.received', { message_type: 'CHAT_PHOTO', [platform.ways.photo]: keep(bytes, 'jpg'), ...(caption === undefined ? {} : { caption }) }),
    sendsVoice: (bytes) => happens('message.voice.received', { message_type: 'CHAT_VOICE', voice_url: keep(bytes, 'aac') }),
    sendsSticker: () => happens('message.sticker.received', { sticker: '23339', url: 'https://zalo-api.zadn.vn/api/emoticon/sticker/webpc?eid=23339' }),
    sendsFile: () => happens('message.unsupported.received', {}),
    sendsUnderProtection () { addUpdate(platform, { event_name: 'message.unsupported.received' }) },
    does (event, message) { happens(event, message ?? {}) },
    writesInGroup (text, groupId = 'zgr-5f2a', { answering = false } = {}) {
      const group = chatOf(platform, groupId, 'GROUP')
      return text.includes('@') || answering ? happens('message.text.received', { text }, group) : newId(platform)
    },
    blocks () { chat.blocked = true },
    unblocks () { chat.blocked = false },
  }
  return person
}

export function chatOf (platform: Platform, id: string, type: Chat['type']): Chat {
  const chat: Chat = platform.chats.get(id) ?? { id, type, known: false, blocked: false, heard: [], actions: [] }
  platform.chats.set(id, chat)
  return chat
}
