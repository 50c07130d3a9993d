// What officers and the agency do with a tip: they move it on, and they write to whoever holds its code.
import type { EntityManager } from '@mikro-orm/sql'
import type { Message } from '../channels/message.ts'
import { dayInVietnam } from '../clock.ts'
import { sayTo } from '../conversation/say.ts'
import type { Say } from '../i18n.ts'
import { AddressLink, wayBackOf } from './address-link.ts'
import { Attachment } from './attachment.ts'
import { modeOf } from './category.ts'
import { Handoff } from './handoff.ts'
import { messagePlace, type MessageInside } from './inside.ts'
import { Pattern } from './pattern.ts'
import { Refused } from './refused.ts'
import { newId, type TipRoom } from './room.ts'
import { seal } from './sealing.ts'
import { canMove, publicStatus, type TipStatus } from './status.ts'
import { ThreadMessage, type Delivery } from './thread.ts'
import { Tip } from './tip.ts'

const longestText = 4000

/**
 * Moves a tip to another status, writes its history, and tells the reporter when what they may know changes. A tip that becomes
 * `erased` loses all that was sealed, here and now; its files go with the next `expire` (retention.ts).
 * @param by `agency`, `command line`, an officer's id; never a name
 * @param reason a word of a closed list or a decision's number, never about a person
 * @throws Refused `no-such-tip` or `cannot-follow`
 */
export async function moveTip (em: EntityManager, room: TipRoom, tipId: string, to: TipStatus, by: string, reason: string | null = null): Promise<Tip> {
  const now = room.clock()
  const tip = await tipById(em, tipId)
  const from = tip.status
  if (!canMove(from, to)) throw new Refused('cannot-follow', `A tip that is ${from} cannot become ${to}.`)
  em.persist(tip.move(to, by, dayInVietnam(now), reason))
  if (publicStatus(from) !== publicStatus(to)) {
    await tellReporter(em, room, tip, (say, day) => ({
      text: say('chat.notice.status', { day, status: say(`chat.followUp.status.${publicStatus(to)}`) }),
      choices: [{ id: 'go:follow-up', label: say('chat.notice.reply'), word: say('chat.notice.word') }],
    }))
  }
  if (to === 'erased') await erase(em, tip)
  await em.flush()
  return tip
}

export interface Answer {
  kind: 'message' | 'request-information'
  /** 1 to 4000 characters. */
  text: string
}

/**
 * Writes to the reporter: sealed to the units and to the reporter's own key, and brought to their chat if one is linked. The first
 * answer moves a submitted tip to acknowledged: whoever answers has received it (the reporter sees no difference).
 * Returns whether it goes to a chat, or what it waits for.
 * @throws Refused `no-such-tip`, `empty` or `too-long`
 */
export async function writeToReporter (em: EntityManager, room: TipRoom, tipId: string, answer: Answer, by: string): Promise<{ messageId: number, delivery: Delivery }> {
  const now = room.clock()
  const text = answer.text.replaceAll('\0', '').trim()
  if (text === '') throw new Refused('empty', 'The answer is empty.')
  if (text.length > longestText) throw new Refused('too-long', `The answer is too long: ${text.length} characters, ${longestText} at most.`)
  const tip = await tipById(em, tipId)
  if (tip.status === 'erased') throw new Refused('no-such-tip', 'This tip was erased; nobody can be written to any more.')
  const publicId = newId(room.random)
  const inside: MessageInside = { v: 1, text, files: [] }
  const message = em.create(ThreadMessage, {
    publicId,
    tipId,
    from: 'officer',
    kind: answer.kind,
    delivery: 'next-visit',
    on: dayInVietnam(now),
    forUnits: await seal(JSON.stringify(inside), room.recipients.for(tip.units), messagePlace(tipId, publicId, 'units')),
    forReporter: await seal(text, [tip.reporterRecipient], messagePlace(tipId, publicId, 'reporter')),
  })
  em.persist(message)
  if (tip.status === 'submitted') em.persist(tip.move('acknowledged', by, dayInVietnam(now)))
  // It needs its id: the reply that brings it names it.
  await em.flush()
  message.delivery = await tellReporter(em, room, tip, (say, day) => ({
    text: say(answer.kind === 'request-information' ? 'chat.notice.question' : 'chat.notice.answer', { day, text }),
    choices: [{ id: 'go:follow-up', label: say('chat.notice.reply'), word: say('chat.notice.word') }],
  }), message.id)
  await em.flush()
  return { messageId: message.id, delivery: message.delivery }
}

/**
 * Says something in the chat the tip leads back to; in protective categories only that there is something, since somebody else may
 * be looking at the phone. Nothing is queued that the platform would refuse.
 */
async function tellReporter (em: EntityManager, room: TipRoom, tip: Tip, compose: (say: Say, day: string) => Message, about?: number): Promise<'next-visit' | 'on-its-way' | 'closed'> {
  const now = room.clock()
  const way = await wayBackOf(em, room.keys, tip.id, now)
  if (way === null) return 'next-visit'
  if (!await room.brings(em, way.address)) return 'closed'
  const say = room.say(way.language)
  const message: Message = modeOf(tip.category) === 'victim_protective'
    ? { text: say('chat.notice.neutral'), choices: [{ id: 'go:follow-up', label: say('chat.notice.open'), word: say('chat.notice.word') }] }
    : compose(say, tip.receivedOn.split('-').reverse().join('/'))
  await sayTo(em, room.keys, way.address, [message], now, way.language, about)
  return 'on-its-way'
}

async function tipById (em: EntityManager, tipId: string): Promise<Tip> {
  const tip = await em.findOne(Tip, { id: tipId })
  if (tip === null) throw new Refused('no-such-tip', 'There is no tip with this id.')
  return tip
}

async function erase (em: EntityManager, tip: Tip): Promise<void> {
  tip.sealed = ''
  // Nobody can come back to it, and no answer can be sealed to anybody.
  await em.nativeDelete(ThreadMessage, { tipId: tip.id })
  await em.nativeDelete(AddressLink, { tipId: tip.id })
  await em.nativeDelete(Pattern, { tipId: tip.id })
  await em.nativeDelete(Handoff, { tipId: tip.id })
  await em.nativeUpdate(Attachment, { tipId: tip.id }, { state: 'removed', source: null, sealedAbout: null, dueAt: null, leasedUntil: null })
}
