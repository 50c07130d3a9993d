// Aims at what reads the bodies of platforms: whatever comes, it is read, named or ignored, and nothing of a wrong type gets further.
import fc from 'fast-check'
import type { Content, Incoming } from '../../src/channels/message.ts'
import { readUpdate as readTelegram } from '../../src/channels/telegram/read.ts'
import { readUpdate as readZaloBot } from '../../src/channels/zalo-bot/read.ts'
import { parseBigJson } from '../../src/channels/zalo-oa/big-json.ts'
import { readEvent } from '../../src/channels/zalo-oa/read.ts'
import { asSent, changed, recorded } from './inputs.ts'
import { aim, must, type Target } from './target.ts'

const now = new Date('2026-11-24T03:00:00Z')
const contentKinds = ['text', 'press', 'start', 'location', 'files', 'edit', 'unsupported', 'left', 'returned']
const fileKinds = ['photo', 'video', 'voice', 'document']

/** The account the recordings are of. */
export const oaId = '3886132808788086450'

const zaloOa = recorded('zalo-oa')
/** And an event named like what every object has. */
export const zaloOaEvents: unknown[] = [...zaloOa, ...zaloOa.map(event => ({ ...Object(event) as object, event_name: 'user_send_constructor' }))]

export const readers: Target[] = [
  {
    name: 'Telegram reader', share: 150_000,
    open: () => aim(changed(recorded('telegram')), body => {
      const read = readTelegram(body, { now, me: { id: 1, username: 'TinBaoBot' } })
      if (read.kind === 'incoming') check(read.incoming, /^-?\d+$/)
      must(read.kind !== 'group' || /^-?\d+$/.test(read.chatId), 'A group needs its id.')
    }),
  },
  {
    name: 'Zalo Bot reader', share: 100_000,
    open: () => aim(changed(recorded('zalo-bot')), body => {
      const read = readZaloBot(body, now)
      if (read.kind === 'incoming') check(read.incoming, /^[\w.:-]+$/)
    }),
  },
  {
    name: 'Zalo OA reader', share: 100_000,
    open: () => aim(fc.oneof(changed(zaloOaEvents), asSent(changed(zaloOaEvents)).map(bigOrNothing)), body => {
      const read = readEvent(body, now, oaId)
      if (read.kind !== 'incoming') return
      for (const content of read.contents) check({ address: { channel: 'zalo-oa', id: read.userId }, updateId: read.eventId, at: read.at, content }, /^[\w:-]+$/)
    }),
  },
]

/** What every part of the program behind the readers relies on. */
function check (incoming: Incoming, id: RegExp): void {
  const { address, updateId, at, content } = incoming
  must(id.test(address.id), 'An address needs its id.')
  must(updateId !== '' && updateId.length <= 300, 'An update needs its id.')
  must(at instanceof Date && !Number.isNaN(at.getTime()), 'An update needs its time.')
  must(contentKinds.includes(content.kind), 'There is no such content.')
  for (const text of textsOf(content)) {
    must(typeof text === 'string', 'A text must be a text.')
    must(text.isWellFormed() && !text.includes('\0'), 'A text holds whole characters and no NUL.')
  }
  if (content.kind === 'location') must(Math.abs(content.lat) <= 90 && Math.abs(content.lng) <= 180, 'A position lies on the earth.')
  if (content.kind === 'files') {
    must(content.files.length > 0, 'Files need at least one.')
    for (const file of content.files) must(typeof file.ref === 'string' && fileKinds.includes(file.kind), 'A file needs its address and its kind.')
  }
  JSON.stringify(incoming)
}

function textsOf (content: Content): unknown[] {
  switch (content.kind) {
    case 'text': case 'edit': return [content.text]
    case 'press': return [content.data]
    case 'start': return content.payload === undefined ? [] : [content.payload]
    case 'files': return [...content.files.flatMap(file => [file.name ?? '', file.mime ?? '', file.ref]), content.caption ?? '']
    case 'unsupported': return [content.what]
    default: return []
  }
}

function bigOrNothing (json: string): unknown {
  try {
    return parseBigJson(json)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
