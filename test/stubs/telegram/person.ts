// A person at a phone: what they do to the bot, and what they hear from it.
import { addUpdate } from './updates.ts'
import { chatBody, unixNow } from './platform.ts'
import type { Button, Chat, Heard, Platform } from './platform.ts'

type Body = Record<string, unknown>

export interface FileTold {
  caption?: string
  name?: string
  mime?: string
  /** What Telegram states as size, when it should differ from the bytes. */
  size?: number
  /** Media group, for one file of an album. */
  album?: string
}

/** A person. Each thing they do returns the update's id. */
export interface Person {
  id: number
  /** What the bot said and did not delete, oldest first. */
  heard: Heard[]
  /** The newest thing heard. @throws when nothing was. */
  lastHeard (): Heard
  /** Waits for a message that matches, later than the last one this found. @throws with what was heard instead */
  hears (pattern: RegExp, withinMs?: number): Promise<Heard>
  /** Labels of the reply keyboard on the screen. */
  keyboard (): string[]
  /** The one of them that shares the position, if there is one. */
  locationKey (): string | undefined
  writes (text: string): number
  opensLink (payload?: string): number
  /** Presses the newest button with this label. @throws when there is none */
  presses (label: string | RegExp): number
  /** Presses this button of this message. */
  pressesOn (one: Heard, button: Button): number
  /** Presses a button of a message so old that the platform does not show it any more. */
  pressesOld (data: string): number
  sharesLocation (lat: number, lng: number): number
  movesLiveLocation (lat: number, lng: number): number
  sharesVenue (lat: number, lng: number, title: string): number
  sendsPhoto (bytes: Uint8Array, told?: FileTold): number
  sendsDocument (bytes: Uint8Array, told?: FileTold): number
  sendsVoice (bytes: Uint8Array): number
  sendsVideo (bytes: Uint8Array, told?: FileTold): number
  /** Several photos at once: one update each, the caption on the first. */
  sendsAlbum (photos: Uint8Array[], caption?: string): number[]
  sendsSticker (): number
  /** Changes the last text they wrote. */
  edits (text: string): number
  blocks (): number
  unblocks (): number
  writesInGroup (text: string, groupId?: number): number
}

export function newPerson (platform: Platform, { id, languageCode, firstName = 'Lan' }: { id: number, languageCode?: string, firstName?: string }): Person {
  const chat: Chat = platform.chats.get(id) ?? {
    id, type: 'private', first_name: firstName, known: false, blocked: false, deactivated: false, heard: [], keyboard: [],
  }
  platform.chats.set(id, chat)
  const from: Body = { id, is_bot: false, first_name: firstName, ...(languageCode === undefined ? {} : { language_code: languageCode }) }
  let lastOwn = 0
  let heardUpTo = 0

  function message (content: Body): number {
    if (chat.blocked) throw new Error('a person who blocked the bot can not write to it; unblock first')
    chat.known = true
    const messageId = platform.next.message++
    if ('text' in content) lastOwn = messageId
    return addUpdate(platform, 'message', `chat ${id}`, { message_id: messageId, from, chat: chatBody(chat), date: unixNow(), ...content })
  }

  function edited (messageId: number, content: Body): number {
    return addUpdate(platform, 'edited_message', `chat ${id}`, { message_id: messageId, from, chat: chatBody(chat), date: unixNow(), edit_date: unixNow(), ...content })
  }

  function press (about: Body, data: string): number {
    const pressId = `${id}${platform.next.press++}`
    platform.presses.set(pressId, Date.now())
    return addUpdate(platform, 'callback_query', `press ${id}`, { id: pressId, from, message: about, chat_instance: '1', data })
  }

  function keep (bytes: Uint8Array, kind: string, told: FileTold): Body {
    const fileId = `file-${platform.next.file++}`
    const size = told.size ?? bytes.length
    platform.files.set(fileId, { path: `${kind}/${fileId}.bin`, bytes, size })
    return {
      file_id: fileId, file_unique_id: `u${fileId}`, file_size: size,
      ...(told.name === undefined ? {} : { file_name: told.name }),
      ...(told.mime === undefined ? {} : { mime_type: told.mime }),
    }
  }

  function around (told: FileTold): Body {
    return { ...(told.caption === undefined ? {} : { caption: told.caption }), ...(told.album === undefined ? {} : { media_group_id: told.album }) }
  }

  function member (before: string, after: string): number {
    const bot = platform.me
    return addUpdate(platform, 'my_chat_member', `member ${id}`, {
      chat: chatBody(chat), from, date: unixNow(),
      old_chat_member: { user: bot, status: before }, new_chat_member: { user: bot, status: after, ...(after === 'kicked' ? { until_date: 0 } : {}) },
    })
  }

  const person: Person = {
    id,
    heard: chat.heard,
    lastHeard () {
      const last = chat.heard.at(-1)
      if (!last) throw new Error('nothing was heard yet')
      return last
    },
    async hears (pattern, withinMs = 3000) {
      for (const end = Date.now() + withinMs; ;) {
        const found = chat.heard.find((one) => one.messageId > heardUpTo && pattern.test(one.text))
        if (found) {
          heardUpTo = found.messageId
          return found
        }
        if (Date.now() > end) {
          const instead = chat.heard.filter((one) => one.messageId > heardUpTo).map((one) => one.text)
          throw new Error(`did not hear ${pattern} within ${withinMs} ms; heard instead: ${JSON.stringify(instead)}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    keyboard: () => chat.keyboard.flat().map((button) => button.text),
    locationKey: () => chat.keyboard.flat().find((button) => button.request_location === true)?.text,
    writes: (text) => message({ text, ...(text.startsWith('/') ? { entities: [{ offset: 0, length: text.split(/\s/)[0]?.length ?? 0, type: 'bot_command' }] } : {}) }),
    opensLink: (payload) => person.writes(payload === undefined ? '/start' : `/start ${payload}`),
    presses (label) {
      const matches = (text: string): boolean => typeof label === 'string' ? text === label : label.test(text)
      for (const one of chat.heard.toReversed()) {
        const button = one.buttons.flat().find(({ text }) => matches(text))
        if (!button) continue
        return person.pressesOn(one, button)
      }
      throw new Error(`no button ${String(label)}; there are: ${JSON.stringify(chat.heard.flatMap((one) => one.buttons.flat().map(({ text }) => text)))}`)
    },
    pressesOn (one, button) {
      if (button.callback_data === undefined) throw new Error(`"${button.text}" is a link, not an answer`)
      return press({ message_id: one.messageId, from: platform.me, chat: chatBody(chat), date: Math.floor(one.at / 1000), text: one.text }, button.callback_data)
    },
    pressesOld: (data) => press({ chat: chatBody(chat), message_id: 1, date: 0 }, data),
    sharesLocation: (lat, lng) => message({ location: { latitude: lat, longitude: lng } }),
    movesLiveLocation: (lat, lng) => edited(lastOwn, { location: { latitude: lat, longitude: lng, live_period: 900 } }),
    sharesVenue: (lat, lng, title) => message({ location: { latitude: lat, longitude: lng }, venue: { location: { latitude: lat, longitude: lng }, title, address: title } }),
    sendsPhoto (bytes, told = {}) {
      const small = { ...keep(bytes.slice(0, 10), 'photos', {}), width: 90, height: 67 }
      const large = { ...keep(bytes, 'photos', told.size === undefined ? {} : { size: told.size }), width: 1280, height: 960 }
      return message({ photo: [small, large], ...around(told) })
    },
    sendsDocument: (bytes, told = {}) => message({ document: keep(bytes, 'documents', told), ...around(told) }),
    sendsVoice: (bytes) => message({ voice: { duration: 3, ...keep(bytes, 'voice', { mime: 'audio/ogg' }) } }),
    sendsVideo: (bytes, told = {}) => message({ video: { duration: 3, width: 640, height: 480, ...keep(bytes, 'videos', { mime: 'video/mp4', ...told }) }, ...around(told) }),
    sendsAlbum (photos, caption) {
      const album = String(platform.next.press++)
      return photos.map((bytes, index) => person.sendsPhoto(bytes, { album, ...(index === 0 && caption !== undefined ? { caption } : {}) }))
    },
    sendsSticker: () => message({ sticker: { type: 'regular', width: 512, height: 512, is_animated: false, is_video: false, emoji: '👍', ...keep(new Uint8Array([1]), 'stickers', {}) } }),
    edits: (text) => edited(lastOwn, { text }),
    blocks () {
      chat.blocked = true
      return member('member', 'kicked')
    },
    unblocks () {
      chat.blocked = false
      return member('kicked', 'member')
    },
    writesInGroup (text, groupId = -1001234567890) {
      const group: Chat = platform.chats.get(groupId) ?? {
        id: groupId, type: 'supergroup', title: 'Khóm 3', known: true, blocked: false, deactivated: false, heard: [], keyboard: [],
      }
      platform.chats.set(groupId, group)
      const command = /^\/\S+/.exec(text)?.[0]
      const mention = /@\w+/.exec(text)
      const entities = [
        ...(command === undefined ? [] : [{ offset: 0, length: command.length, type: 'bot_command' }]),
        ...(mention && command === undefined ? [{ offset: mention.index, length: mention[0].length, type: 'mention' }] : []),
      ]
      return addUpdate(platform, 'message', `chat ${groupId}`, {
        message_id: platform.next.message++, from, chat: chatBody(group), date: unixNow(), text, ...(entities.length > 0 ? { entities } : {}),
      })
    },
  }
  return person
}
