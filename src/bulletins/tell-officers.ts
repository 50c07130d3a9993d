// What officers are told in their chats: that a bulletin waits for them, and what became of the one they wrote.
import type { EntityManager } from '@mikro-orm/sql'
import type { Message } from '../channels/message.ts'
import { sayTo } from '../conversation/say.ts'
import type { Language } from '../i18n.ts'
import { Officer } from '../staff/officer.ts'
import { chatOf } from '../staff/officers.ts'
import type { Verb } from '../staff/roles.ts'
import type { Bulletin } from './bulletin.ts'
import { writeBulletinCode } from './code.ts'
import { mustBeAllowed } from './compose.ts'
import { outlineOf, planInWords } from './in-words.ts'
import { channelKeys, officerChoice } from './officer-choices.ts'
import { planOf } from './plan.ts'
import { previewsOf } from './preview.ts'
import { BulletinRefused } from './refused.ts'
import type { BulletinRoom } from './room.ts'
import { nextAfter } from './schedule.ts'
import { ruleInWords } from './say-when.ts'

type Room = Pick<BulletinRoom, 'keys' | 'clock' | 'say' | 'channels' | 'publicUrl' | 'tariff' | 'zaloPaid'>

/** Whether this officer's role and places allow it. */
export function isAllowed (officer: Officer, verb: Verb, audience: Bulletin['audience']): boolean {
  try {
    mustBeAllowed(officer, verb, audience)
    return true
  } catch (error) {
    if (error instanceof BulletinRefused) return false
    throw error
  }
}

/** Tells everybody who may approve it and linked a chat. Returns how many they are. Call it in the transaction that hands it in. */
export async function askApprovers (em: EntityManager, room: Room, bulletin: Bulletin): Promise<number> {
  const officers = await em.find(Officer, { endedAt: null, sealed: { $ne: null }, id: { $nin: [bulletin.writtenBy, bulletin.submittedBy ?? bulletin.writtenBy] } })
  const able = officers.filter(officer => isAllowed(officer, 'approve', bulletin.audience))
  // Whom it reaches is counted once for all who read it in the same language.
  for (const [language, readers] of Map.groupBy(able, officer => officer.language)) {
    const request = await requestFor(em, room, bulletin, language)
    for (const officer of readers) await tell(em, room, officer, request)
  }
  return able.length
}

/** Tells the writer, and whoever handed it in, what somebody else did with it. Call it in the transaction that did it. */
export async function tellWriter (em: EntityManager, room: Room, bulletin: Bulletin, by: Officer, became: { kind: 'approved' } | { kind: 'returned', why: string } | { kind: 'stopped' }): Promise<void> {
  const ids = [bulletin.writtenBy, bulletin.submittedBy ?? bulletin.writtenBy].filter(id => id !== by.id)
  for (const officer of await em.find(Officer, { id: { $in: ids }, endedAt: null, sealed: { $ne: null } })) {
    const say = room.say(officer.language)
    const blanks = { code: writeBulletinCode(bulletin.code), headline: bulletin.content.texts.vi.headline, name: by.name }
    const text = became.kind === 'approved'
      ? say('officer.approve.wasApproved', { ...blanks, when: ruleInWords(say, officer.language, bulletin.rule ?? null, room.clock()) })
      : became.kind === 'returned' ? say('officer.approve.wasReturned', { ...blanks, why: became.why }) : say('officer.approve.wasStopped', blanks)
    await tell(em, room, officer, [{ text, ...(became.kind === 'returned' ? { choices: [officerChoice(say, officer.language, 'open', bulletin.id)] } : {}) }])
  }
}

/** What an approver reads: who wrote it, for whom, the plan, and the bulletin as it will be seen; then the buttons. */
export async function requestFor (em: EntityManager, room: Room, bulletin: Bulletin, language: Language): Promise<Message[]> {
  const say = room.say(language)
  const writer = await em.findOne(Officer, { id: bulletin.writtenBy }, { disableIdentityMap: true })
  const head = say('officer.approve.request', { code: writeBulletinCode(bulletin.code), name: writer?.name ?? '?', version: bulletin.version })
  const versioned = (verb: 'approve' | 'return') => officerChoice(say, language, verb, bulletin.id, bulletin.version)
  return [
    { text: `${head}\n\n${await planFor(em, room, bulletin, language)}` },
    ...previewMessages(room, bulletin, language),
    { text: say('officer.approve.ask', { code: writeBulletinCode(bulletin.code) }), choices: [versioned('approve'), versioned('return')] },
  ]
}

/** Outline and plan as one text. */
export async function planFor (em: EntityManager, room: Room, bulletin: Bulletin, language: Language): Promise<string> {
  const say = room.say(language)
  const now = room.clock()
  const at = bulletin.rule == null ? now : nextAfter(bulletin.rule, now) ?? now
  const plan = await planOf(em, room, bulletin, at)
  return [
    outlineOf(say, language, bulletin, now),
    `${say('officer.broadcast.plan.title')}\n${planInWords(say, language, plan)}`,
    ...(plan.audience === 0 ? [`⚠️ ${say('officer.refused.nobody')}`] : []),
  ].join('\n\n')
}

/** As the first of its channels shows it, and the names of those that show it differently. */
export function previewMessages (room: Room, bulletin: Bulletin, language: Language): Message[] {
  const say = room.say(language)
  const [first, ...others] = previewsOf(room, bulletin, language)
  if (first === undefined) return []
  const title = say('officer.broadcast.preview', { channels: first.channels.map(name => say(channelKeys[name])).join(', ') })
  const choices = others.flatMap(({ channels: [name] }) => name === undefined ? [] : [officerChoice(say, language, 'as', bulletin.id, name, say('officer.broadcast.asChannel', { channel: say(channelKeys[name]) }))])
  const messages = first.texts.map((text, index): Message => ({ text: `${index === 0 ? `${title}\n\n` : ''}${text}` }))
  return choices.length === 0 ? messages : messages.map((message, index) => index === messages.length - 1 ? { ...message, choices } : message)
}

async function tell (em: EntityManager, { keys, clock }: Room, officer: Officer, messages: Message[]): Promise<void> {
  const chat = chatOf(keys, officer)
  if (chat !== null) await sayTo(em, keys, chat, messages, clock(), officer.language)
}
