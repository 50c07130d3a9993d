// One update from a person: found, understood, decided and answered in one transaction.
import { isDeepStrictEqual } from 'node:util'
import type { EntityManager, MikroORM } from '@mikro-orm/sql'
import type { Receive } from '../channels/channel.ts'
import type { Address, ChannelName, Incoming, Message } from '../channels/message.ts'
import { firstTime } from '../channels/seen.ts'
import { days, minutes } from '../clock.ts'
import { isSqlite } from '../db/migrate.ts'
import { run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { languageFromHint, type Language } from '../i18n.ts'
import { describeError } from '../log.ts'
import type { ServerKeys } from '../server-key.ts'
import { Conversation, store, stored, type Stored } from './conversation.ts'
import type { Answer, Here } from './flow.ts'
import { makeFloodGate, type FloodGate } from './flood.ts'
import { addressKeyOf, sayTo } from './say.ts'
import type { ConversationRoom } from './room.ts'
import type { Script } from './script.ts'
import { setAside, type LetGo } from './set-aside.ts'
import { newState, type Mind, type Outcome, type State } from './standing.ts'
import { afterLanguage, carryOn, talk } from './talk.ts'
import { keptFor } from './turn.ts'

/** Everybody together sent more than we can take now; the platform should bring it again. */
export class TooBusy extends Error {
  readonly retryAfterSeconds = 5
}

/** We remember a language for as long as somebody comes back within this time. */
const memoryLives = days(180)
/** After a longer pause somebody begins to write anew. */
const visit = minutes(1)

/**
 * Makes the function that takes every update of every channel. It returns when the update is durable: its mark, where the
 * person stands, what was decided and what will be said are one transaction. What can't be handled is set aside sealed,
 * answered with an apology, and tried again by us; only when even that fails does it throw, and the platform repeats.
 * Updates of one address are handled one after the other, in all processes.
 */
export function makeConverse (room: ConversationRoom, flood: FloodGate = makeFloodGate()): Receive {
  return async incoming => {
    const now = room.clock()
    const verdict = flood.verdict(addressKeyOf(room.keys, incoming.address), now)
    if (verdict === 'later') {
      room.handled(incoming.address.channel, 'put-off')
      throw new TooBusy('More updates than we can take now.')
    }
    // That somebody left or came back costs next to nothing, and is told only once.
    const isNews = incoming.content.kind === 'left' || incoming.content.kind === 'returned'
    if (verdict !== 'welcome' && !isNews) return await slowDown(room, incoming, verdict === 'tell')
    try {
      const handled = await handle(room, incoming)
      room.handled(incoming.address.channel, handled === 'repeated' ? 'repeated' : 'answered')
      // An act may have left work of any kind; most updates only leave replies.
      room.ring(handled === 'acted' ? undefined : incoming.address.channel)
    } catch (error) {
      room.log.error({ channel: incoming.address.channel, err: describeError(error) }, 'an update could not be handled; it is kept and tried again')
      await setAside(room, incoming)
      room.handled(incoming.address.channel, 'set-aside')
      room.ring()
    }
  }
}

/**
 * Decides, stores and answers. What takes long is done while nobody waits for the database: then all is decided once more, since
 * the person may have written meanwhile.
 * @param letGo it was set aside, and marked as seen then: lets go of it, in the same transaction
 */
export async function handle (room: ConversationRoom, incoming: Incoming, letGo: LetGo | null = null): Promise<Handled> {
  try {
    return await decide(room, incoming, letGo, null)
  } catch (error) {
    if (!(error instanceof WorkFirst)) throw error
    return await decide(room, incoming, letGo, { name: error.act, give: error.give, work: await error.work() })
  }
}

type Handled = 'repeated' | 'answered' | 'acted'

/** Undoes the transaction, in order to do something first. */
class WorkFirst extends Error {
  readonly act: string
  readonly give: Answer
  readonly work: () => Promise<unknown>

  constructor (act: string, give: Answer, work: () => Promise<unknown>) {
    super('Something takes long and is done before the transaction.')
    this.act = act
    this.give = give
    this.work = work
  }
}

interface Ready { name: string, give: Answer, work: unknown }

async function decide (room: ConversationRoom, incoming: Incoming, letGo: LetGo | null, ready: Ready | null): Promise<Handled> {
  return await inTransaction(room.orm, async em => {
    const { address } = incoming
    const addressKey = addressKeyOf(room.keys, address)
    await oneAtATime(em, room.orm, addressKey)
    const { content } = incoming
    // Zalo tells of following once a day under one name, and they may have stopped in between: being back twice does no harm.
    if (letGo === null && !await firstTime(em, address.channel, incoming.updateId, room.clock()) && content.kind !== 'returned') return 'repeated'
    await letGo?.(em)

    if (content.kind === 'left' || content.kind === 'returned') {
      await room.reachable(em, address, content.kind === 'returned')
      return 'answered'
    }

    const kept = await stored(em, addressKey)
    const before = openState(room.keys, kept, room.clock())
    // Whoever begins to write can be written to again: not every platform says that somebody is back. What was set aside was
    // written earlier, and says nothing about now.
    const begins = letGo === null && Math.abs(room.clock().getTime() - before.mind.lastAt) > visit
    if (begins && (await run(em, 'select 1 from subscriber where address_key = ? and left_at is not null', [addressKey])).length > 0) await room.reachable(em, address, true)

    const here = hereFor(room, address.channel, before.mind.language ?? languageFromHint(incoming.language) ?? 'vi')
    const script = await room.scriptFor?.(em, address, content, before) ?? room.script
    const { outcome, say, acted, forgotten } = await play(room, script, em, address, talk(script, before, content, here), here, ready)

    // Always in this order, so that two people counted in the same instant can't wait for each other (PostgreSQL would end one of them).
    for (const what of outcome.counts.toSorted()) await room.count(em, what)
    await sayTo(em, room.keys, address, say, room.clock(), outcome.state.mind.language ?? here.language)
    if (forgotten) await em.nativeDelete(Conversation, { addressKey })
    else await store(em, keep(room, addressKey, outcome.state), kept)
    return acted ? 'acted' : 'answered'
  })
}

export function hereFor (room: Pick<ConversationRoom, 'channel' | 'say' | 'clock' | 'webUrl' | 'places'>, channel: ChannelName, language: Language): Here {
  return { channel, shows: room.channel(channel).shows, language, say: room.say(language), now: room.clock(), webUrl: room.webUrl, sealsHere: false, places: room.places }
}

/** Does what the flow asks for, and goes on, until it waits for the person. */
async function play (room: ConversationRoom, script: Script, em: EntityManager, address: Address, first: Outcome, start: Here, ready: Ready | null): Promise<{ outcome: Outcome, say: Message[], acted: boolean, forgotten: boolean }> {
  let outcome = first
  let here = start
  const say: Message[] = [...first.say]
  const counts = [...first.counts]
  let [acted, forgotten] = [false, false]
  // No flow has so many acts in a row; the bound keeps a mistake in one from holding the transaction for ever.
  for (let step = 0; outcome.act !== null && step < 10; step++) {
    const { name, give } = outcome.act
    if (name === 'setLanguage') {
      here = hereFor(room, address.channel, outcome.state.mind.language ?? here.language)
      outcome = afterLanguage(script, outcome.state, here)
    } else {
      const work = ready === null ? room.workFirst(name, give) : null
      if (work !== null) throw new WorkFirst(name, give, work)
      const isReady = ready?.name === name && isDeepStrictEqual(ready.give, give)
      const result = await room.act(em, name, give, { address, language: here.language, state: outcome.state }, isReady ? ready.work : null)
      acted = true
      forgotten ||= name === 'forget'
      outcome = carryOn(script, outcome.state, result, here)
    }
    say.push(...outcome.say)
    counts.push(...outcome.counts)
  }
  return { outcome: { ...outcome, counts }, say, acted, forgotten }
}

function openState (keys: ServerKeys, stored: Stored | null, now: Date): State {
  if (stored === null) return newState()
  // Sealed by us in `keep`: it is what was put there.
  const mind = JSON.parse(keys.open(stored.memory, memoryPlace(stored.addressKey))) as Mind
  if (stored.standing == null || (stored.standingUntil != null && stored.standingUntil < now)) return { mind, standing: null, shelved: null }
  return { mind, ...JSON.parse(keys.open(stored.standing, standingPlace(stored.addressKey))) as Pick<State, 'standing' | 'shelved'> }
}

function keep (room: ConversationRoom, addressKey: string, state: State): Stored {
  const now = room.clock().getTime()
  const { mind, standing, shelved } = state
  const idle = standing === null && shelved === null
  return {
    addressKey,
    memory: room.keys.seal(JSON.stringify(mind), memoryPlace(addressKey)),
    memoryUntil: rounded(now + memoryLives, days(1)),
    standing: idle ? null : room.keys.seal(JSON.stringify({ standing, shelved }), standingPlace(addressKey)),
    standingUntil: idle ? null : rounded(now + keptFor, minutes(15)),
  }
}

/** Never later: 24 hours are a promise. A coarse time also says less about when somebody wrote. */
const rounded = (ms: number, to: number): Date => new Date(Math.floor(ms / to) * to)

const memoryPlace = (addressKey: string): string => `conversation/memory/${addressKey}`
const standingPlace = (addressKey: string): string => `conversation/standing/${addressKey}`

/** SQLite has one writer anyway; on PostgreSQL an advisory lock makes one lane of each address, in all processes. */
async function oneAtATime (em: EntityManager, orm: MikroORM, addressKey: string): Promise<void> {
  if (!isSqlite(orm)) await run(em, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [addressKey])
}

async function slowDown (room: ConversationRoom, incoming: Incoming, tell: boolean): Promise<void> {
  room.handled(incoming.address.channel, 'slowed')
  await inTransaction(room.orm, async em => {
    if (!await firstTime(em, incoming.address.channel, incoming.updateId, room.clock()) || !tell) return
    await room.count(em, 'slowed-down')
    const say = room.say(languageFromHint(incoming.language) ?? 'vi')
    await sayTo(em, room.keys, incoming.address, [{ text: say('chat.repair.slow') }], room.clock())
  })
  room.ring(incoming.address.channel)
}

