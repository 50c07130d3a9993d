// A channel or group of the pretended Telegram: what stands in it, and what its administrators do to the bot.
import type { Chat, Heard, Platform } from './platform.ts'

/** Where many people read. */
export interface Gathering {
  id: number
  /** What the bot posted and did not delete, oldest first. */
  heard: Heard[]
  /** @throws when nothing was posted */
  lastHeard (): Heard
  /** The messages on top. */
  pinned (): number[]
  /** From now on the bot may not do that there; nothing named: it may do everything. */
  forbids (...what: ('post' | 'photo' | 'pin' | 'delete')[]): void
  /** The bot is thrown out, or let in again. */
  throwsOut (out?: boolean): void
  /** A group becomes a supergroup with this id; what was said stays behind. */
  becomes (id: number): Gathering
  /** All that stands there gets older by so many milliseconds. */
  ages (ms: number): void
}

/** The same id is the same place. A `name` makes it public. */
export function newGathering (platform: Platform, { id, type = 'channel', title = 'Công an tỉnh', name }: { id: number, type?: 'channel' | 'supergroup' | 'group', title?: string, name?: string }): Gathering {
  const chat: Chat = platform.chats.get(id) ?? {
    id, type, title, ...(name === undefined ? {} : { username: name }), known: true, blocked: false, deactivated: false, heard: [], keyboard: [],
  }
  platform.chats.set(id, chat)
  return {
    id,
    heard: chat.heard,
    lastHeard () {
      const last = chat.heard.at(-1)
      if (!last) throw new Error('nothing was posted yet')
      return last
    },
    pinned: () => chat.pinned ?? [],
    forbids: (...what) => { chat.forbidden = new Set(what) },
    throwsOut: (out = true) => { chat.blocked = out },
    becomes (newId) {
      chat.movedTo = newId
      return newGathering(platform, { id: newId, type: 'supergroup', title })
    },
    ages: (ms) => { for (const one of chat.heard) one.at -= ms },
  }
}
