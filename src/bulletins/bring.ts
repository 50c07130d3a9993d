// One request for one recipient: what is said, and what became of it.
import type { Channel, Manner } from '../channels/channel.ts'
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
import type { Outcome } from './delivery-rows.ts'
import { factsOf } from './facts.ts'
import { digestOf, noticeOf, pageOf, withdrawnNotice, type Why } from './notice.ts'
import type { BulletinRoom } from './room.ts'
import type { Taken } from './take-deliveries.ts'

/** One bulletin, or a letter with several. */
export type Bringing = { kind: 'bulletin', bulletin: Bulletin } | { kind: 'letter', bulletins: readonly Bulletin[] }

export interface Brought {
  outcomes: Outcome[]
  /** The whole account must wait until then. */
  pause: Date | null
  /** `no`: it failed for a reason that is not this person's; null: that can't be said. */
  reached: 'yes' | 'no' | null
  /** What may be done once it was delivered. */
  afterwards: (() => Promise<void>) | null
}

/** Tries of one delivery before it counts as refused. */
const mostTries = 5

/** All rows are one person's; a letter has several. Their turn at the gate was taken. Never throws for what a channel says. */
export async function bring (room: BulletinRoom, channel: Channel, bringing: Bringing, rows: readonly Taken[]): Promise<Brought> {
  const [row] = rows
  if (row === undefined) return { outcomes: [], pause: null, reached: null, afterwards: null }
  const failing: Failing = {
    alarm: bringing.kind === 'bulletin' && bringing.bulletin.kind === 'alarm',
    waits: bringing.kind === 'letter' ? 'digest' : 'due',
    row,
    all: (state, more = {}) => rows.map(({ id, bulletinId }) => ({ id, bulletinId, state, why: null, messageId: null, dueAt: null, tried: false, leftKey: null, ...more })),
  }
  let request: (() => Promise<string | null>) | null
  try {
    const to = await addressFor(room, bringing, row)
    request = to === null ? null : requestFor(room, channel, bringing, rows, row, to)
  } catch (error) {
    room.log.error({ channel: channel.name, err: error instanceof Error ? error.name : 'unknown' }, 'a bulletin could not be written for somebody')
    return afterFailure(new SendError('tryAgain', 'It broke before it left.'), room, failing)
  }
  if (request === null) return { outcomes: failing.all('left'), pause: null, reached: null, afterwards: null }
  try {
    const id = await request()
    const { addressKey } = row
    const wakes = channel.name === 'web-chat' && bringing.kind === 'bulletin' && row.task === 'send' && addressKey !== null
    return {
      outcomes: failing.all('delivered', { messageId: id, why: row.task === 'remove' ? 'removed' : null }),
      pause: null,
      reached: 'yes',
      afterwards: wakes ? async () => { await wake(room, bringing.bulletin, row, addressKey) } : null,
    }
  } catch (error) {
    return afterFailure(error, room, failing)
  }
}

/** Null: they are no subscriber any more, or no officer. */
async function addressFor (room: BulletinRoom, bringing: Bringing, row: Taken): Promise<Address | null> {
  if (bringing.kind === 'bulletin' && bringing.bulletin.training) {
    const officer = row.addressKey === null ? null : await room.orm.em.fork().findOne(Officer, { addressKey: row.addressKey, endedAt: null })
    return officer === null ? null : chatOf(room.keys, officer)
  }
  if (row.sealed === null || row.addressKey === null) return null
  try {
    return addressOf(room.keys, { sealed: row.sealed, addressKey: row.addressKey })
  } catch (error) {
    // Its key was taken away: there is nobody to be found behind it.
    if (error instanceof ServerKeyError) return null
    throw error
  }
}

/** What leaves when it is called, and nothing before. It resolves with the platform's name of the message. */
function requestFor (room: BulletinRoom, channel: Channel, bringing: Bringing, rows: readonly Taken[], row: Taken, to: Address): () => Promise<string | null> {
  if (bringing.kind === 'letter') {
    const letter = letterFor(room, bringing.bulletins, rows, row)
    return async () => {
      await channel.send(to, letter, `bulletins.${row.id}`, { lane: 'bulletin', turn: 'taken' })
      // Several stand in one message: none of them can be changed or taken away there.
      return null
    }
  }
  const { bulletin } = bringing
  const manner: Manner = { lane: bulletin.kind === 'alarm' ? 'alarm' : 'bulletin', turn: 'taken' }
  const message = messageFor(room, channel, bulletin, row)
  if (row.task === 'send') return async () => (await channel.send(to, message, `bulletin.${row.id}`, manner))?.id ?? null
  const { messageId } = row
  if (messageId === null) return async () => await Promise.resolve(null)
  if (row.task === 'edit') return async () => { await channel.edit?.(to, messageId, message, manner); return messageId }
  const instead = withdrawnNotice(bulletin.code, row.language, room.say(row.language))
  return async () => {
    await channel.remove?.(to, messageId, manner).catch(async (error: unknown) => {
      // Too old to be taken away: then it says that it no longer stands.
      if (!(error instanceof SendError && error.failure === 'rejected')) throw error
      await channel.edit?.(to, messageId, instead, { lane: 'bulletin' })
    })
    return messageId
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

interface Failing {
  alarm: boolean
  waits: 'due' | 'digest'
  row: Taken
  all: (state: Outcome['state'], more?: Partial<Outcome>) => Outcome[]
}

function afterFailure (error: unknown, room: BulletinRoom, { alarm, waits, row, all }: Failing): Brought {
  const now = room.clock().getTime()
  const again = new Date(now + backoff(row.attempts + 1, seconds(2), minutes(10), Math.random()))
  // Channels throw nothing else. If one does, it may have been after the request left.
  const failure = error instanceof SendError ? error : new SendError('tryAgain', 'It broke on its way.', { maybeArrived: true })
  const brought = (outcomes: Outcome[], more: Partial<Brought> = {}): Brought => ({ outcomes, pause: null, reached: null, afterwards: null, ...more })
  const refused = (why: Refusal): Outcome[] => all('refused', { why, tried: true })
  switch (failure.failure) {
    case 'tryAgain':
      // Nobody knows whether it arrived. A bulletin is not sent twice; an alarm rather twice than never.
      if (failure.maybeArrived && !alarm && row.task === 'send') return brought(all('unknown', { tried: true }), { reached: 'no' })
      if (row.attempts + 1 >= mostTries) return brought(row.task === 'send' ? refused('failing') : all('delivered', { why: 'failing' }), { reached: 'no' })
      return brought(all(waits, { dueAt: again, tried: true }), { reached: 'no' })
    case 'waitUntil': {
      // An order to wait is no try: an hour of them loses nobody.
      const until = failure.until ?? again
      return brought(all(waits, { dueAt: until }), failure.onlyThisChat ? {} : { pause: until })
    }
    case 'notAllowed':
      // The account's trouble, not this person's: it is tried again when an operator had time to look.
      return brought(all(waits, { dueAt: new Date(now + minutes(1)) }), { pause: new Date(now + minutes(1)) })
    // What they got before they went stays delivered.
    case 'left': return brought(row.task === 'send' ? all('left', { leftKey: row.addressKey }) : all('delivered', { why: 'too-old', leftKey: row.addressKey }), { reached: 'yes' })
    case 'rejected':
      // What can't be changed any more stays delivered, and says why it was not changed.
      if (row.task !== 'send') return brought(all('delivered', { why: 'too-old' }), { reached: 'yes' })
      return brought(refused(failure.untilTheyWrite ? 'window' : 'rejected'), { reached: 'yes' })
    default: return failure.failure satisfies never
  }
}
