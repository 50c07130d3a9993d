// One request for one recipient: what is said, and what became of it.
import type { Channel } from '../channels/channel.ts'
import type { Address, Message } from '../channels/message.ts'
import { SendError } from '../channels/send-error.ts'
import { dayInVietnam, minutes, seconds } from '../clock.ts'
import { backoff } from '../queue/waiting.ts'
import { ServerKeyError } from '../server-key.ts'
import { chatOf } from '../staff/officers.ts'
import { Officer } from '../staff/officer.ts'
import { addressOf } from '../subscribers/subscribe.ts'
import { topicBits, topics } from '../subscribers/topics.ts'
import type { Bulletin } from './bulletin.ts'
import { levelOf, wordsIn } from './content.ts'
import type { Why as Refusal } from './delivery.ts'
import type { Outcome, Taken } from './delivery-rows.ts'
import { factsOf } from './facts.ts'
import { digestOf, noticeOf, pageOf, withdrawnNotice, type Why } from './notice.ts'
import type { BulletinRoom } from './room.ts'
import { afterQuiet } from './when-due.ts'

/** One bulletin, or a letter with several. */
export type Bringing = { kind: 'bulletin', bulletin: Bulletin } | { kind: 'letter', bulletins: readonly Bulletin[] }

export interface Brought {
  outcomes: Outcome[]
  /** The whole account must wait until then. */
  pause: Date | null
}

/** Tries of one delivery before it counts as refused. */
const mostTries = 5

/** All rows are one person's; a letter has several. Never throws for what a channel says. */
export async function bring (room: BulletinRoom, channel: Channel, bringing: Bringing, rows: readonly Taken[]): Promise<Brought> {
  const [row] = rows
  if (row === undefined) return { outcomes: [], pause: null }
  const all = (state: Outcome['state'], more: Partial<Outcome> = {}): Outcome[] =>
    rows.map(({ id, bulletinId }) => ({ id, bulletinId, state, why: null, messageId: null, dueAt: null, tried: false, leftKey: null, ...more }))
  const alarm = bringing.kind === 'bulletin' && bringing.bulletin.kind === 'alarm'
  const now = room.clock()

  // They may have left, or gone to bed, since it was written down.
  const to = await addressFor(room, bringing, row)
  if (to === null) return { outcomes: all('left'), pause: null }
  const awake = alarm ? now : afterQuiet(now, row.quietFrom, row.quietTo)
  if (awake > now && row.task === 'send') return { outcomes: all(bringing.kind === 'letter' ? 'digest' : 'due', { dueAt: awake }), pause: null }

  try {
    const id = await say(room, channel, bringing, rows, row, to)
    return { outcomes: all('delivered', { messageId: id, why: row.task === 'remove' ? 'removed' : null }), pause: null }
  } catch (error) {
    return afterFailure(error, room, bringing.kind === 'letter' ? 'digest' : 'due', { alarm, row, all })
  }
}

async function say (room: BulletinRoom, channel: Channel, bringing: Bringing, rows: readonly Taken[], row: Taken, to: Address): Promise<string | null> {
  const manner = { lane: bringing.kind === 'bulletin' && bringing.bulletin.kind === 'alarm' ? 'alarm' as const : 'bulletin' as const, turn: 'taken' as const }
  if (bringing.kind === 'letter') {
    // Letters take no turn beforehand: few are sent at a time, and they can wait.
    return idOf(await channel.send(to, letterFor(room, bringing.bulletins, rows, row), `bulletins.${row.id}`, { lane: 'bulletin' }))
  }
  const { bulletin } = bringing
  const message = messageFor(room, channel, bulletin, row)
  if (row.task === 'send') {
    const id = idOf(await channel.send(to, message, `bulletin.${row.id}`, manner))
    if (channel.name === 'web-chat' && row.addressKey !== null) await wake(room, bulletin, row, row.addressKey)
    return id
  }
  if (row.messageId === null) return null
  if (row.task === 'edit') await channel.edit?.(to, row.messageId, message, manner)
  else {
    await channel.remove?.(to, row.messageId, manner).catch(async (error: unknown) => {
      // Too old to be taken away: then it says that it no longer stands.
      if (!(error instanceof SendError && error.failure === 'rejected')) throw error
      await channel.edit?.(to, row.messageId ?? '', withdrawnNotice(bulletin.code, row.language, room.say(row.language)), { lane: 'bulletin' })
    })
  }
  return row.messageId
}

const idOf = (sent: Awaited<ReturnType<Channel['send']>>): string | null => sent?.id ?? null

/** Null: they are no subscriber any more, or stopped us. */
async function addressFor (room: BulletinRoom, bringing: Bringing, row: Taken): Promise<Address | null> {
  if (bringing.kind === 'bulletin' && bringing.bulletin.training) {
    const officer = row.addressKey === null ? null : await room.orm.em.fork().findOne(Officer, { addressKey: row.addressKey, endedAt: null })
    return officer === null ? null : chatOf(room.keys, officer)
  }
  if (row.left || row.sealed === null || row.addressKey === null) return null
  try {
    return addressOf(room.keys, { sealed: row.sealed, addressKey: row.addressKey })
  } catch (error) {
    // Its key was taken away: there is nobody to be found behind it.
    if (error instanceof ServerKeyError) return null
    throw error
  }
}

/** The same words for everybody who shares language, channel and reason: made once. Forgotten when a bulletin changes. */
const made = new WeakMap<Bulletin, Map<string, Message>>()

function messageFor (room: BulletinRoom, channel: Channel, bulletin: Bulletin, row: Taken): Message {
  const shared = row.topicBits & topicBits(bulletin.audience.topics)
  const key = `${channel.name} ${row.language} ${shared}`
  const known = made.get(bulletin) ?? new Map<string, Message>()
  made.set(bulletin, known)
  let message = known.get(key)
  if (message === undefined) {
    message = noticeOf(factsOf(bulletin), row.language, channel.name, room.say(row.language), room.publicUrl, whyOf(bulletin, shared))
    known.set(key, message)
  }
  return message
}

function whyOf (bulletin: Bulletin, shared: number): Why {
  if (bulletin.training) return { kind: 'staff' }
  if (bulletin.relation != null) return { kind: 'received', code: bulletin.aboutCode ?? '' }
  if (bulletin.kind === 'alarm') return { kind: 'alarm' }
  return { kind: 'topics', topics: topics.filter((_, i) => (shared & 1 << i) !== 0) }
}

function letterFor (room: BulletinRoom, bulletins: readonly Bulletin[], rows: readonly Taken[], { language, frequency }: Taken): Message {
  const items = bulletins.filter(({ id }) => rows.some(({ bulletinId }) => bulletinId === id)).map(factsOf)
  return digestOf(frequency === 'weekly' ? 'weekly' : 'daily', items, language, room.say(language), room.publicUrl, dayInVietnam(room.clock()))
}

async function wake (room: BulletinRoom, bulletin: Bulletin, { language }: Taken, addressKey: string): Promise<void> {
  const { headline, body } = wordsIn(bulletin.content.texts, language).words
  await room.wake(addressKey, { title: headline, body: body.slice(0, 300), url: pageOf(room.publicUrl, bulletin.code), tag: bulletin.code, level: levelOf[bulletin.kind], language })
}

interface Failed { alarm: boolean, row: Taken, all: (state: Outcome['state'], more?: Partial<Outcome>) => Outcome[] }

function afterFailure (error: unknown, room: BulletinRoom, waits: 'due' | 'digest', { alarm, row, all }: Failed): Brought {
  const now = room.clock().getTime()
  const again = new Date(now + backoff(row.attempts + 1, seconds(2), minutes(10), Math.random()))
  const failure = error instanceof SendError ? error : new SendError('tryAgain', 'It broke before it left.')
  const refused = (why: Refusal, more: Partial<Outcome> = {}): Brought => ({ outcomes: all('refused', { why, ...more }), pause: null })
  switch (failure.failure) {
    case 'tryAgain':
      // Nobody knows whether it arrived. A bulletin is not sent twice; an alarm rather twice than never.
      if (failure.maybeArrived && !alarm && row.task === 'send') return { outcomes: all('unknown', { tried: true }), pause: null }
      if (row.attempts + 1 >= mostTries && row.task === 'send') return refused('failing')
      return { outcomes: all(waits, { dueAt: again, tried: true }), pause: null }
    case 'waitUntil': {
      // An order to wait is no try: an hour of them loses nobody.
      const until = failure.until ?? again
      return { outcomes: all(waits, { dueAt: until }), pause: failure.onlyThisChat ? null : until }
    }
    case 'notAllowed':
      // The account's trouble, not this person's: it is tried again when an operator had time to look.
      return { outcomes: all(waits, { dueAt: new Date(now + minutes(1)) }), pause: new Date(now + minutes(1)) }
    case 'left': return { outcomes: all('left', { leftKey: row.addressKey }), pause: null }
    case 'rejected':
      // What can't be changed any more stays delivered, and says why it was not changed.
      if (row.task !== 'send') return { outcomes: all('delivered', { why: 'too-old' }), pause: null }
      return refused(failure.untilTheyWrite ? 'window' : 'rejected')
    default: return failure.failure satisfies never
  }
}
