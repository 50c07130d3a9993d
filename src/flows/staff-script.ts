// What officers can talk about besides everybody's, and who is asked whether they may. The pages know nothing of it.
import type { EntityManager } from '@mikro-orm/sql'
import type { Address, Content } from '../channels/message.ts'
import { pressedVerb, typedVerb } from '../bulletins/officer-choices.ts'
import type { Answers, Here } from '../conversation/flow.ts'
import type { ConversationRoom } from '../conversation/room.ts'
import type { Said, Script } from '../conversation/script.ts'
import type { State } from '../conversation/standing.ts'
import { fold } from '../localities/fold.ts'
import { broadcast } from './broadcast.ts'
import { leadOf, verbFlows } from './bulletin-verbs.ts'
import { unlink } from './link.ts'
import { script } from './script.ts'

const staffFlows: Script['flows'] = { broadcast, unlink, ...verbFlows }

/** Words that are ordinary text to everybody else. */
const words: Record<string, string> = Object.fromEntries(Object.entries({
  broadcast: ['/broadcast', 'phát tin', 'soạn tin', 'write bulletin', 'សរសេរដំណឹង'],
  bulletins: ['/bulletins', 'tin của tôi', 'my bulletins', 'ដំណឹងរបស់ខ្ញុំ'],
  progress: ['/progress', 'tiến độ', 'progress', 'វឌ្ឍនភាព'],
  unlink: ['/unlink'],
}).flatMap(([name, phrases]) => phrases.map(phrase => [keyOf(phrase), name])))

export const staffScript: Script = {
  ...script,
  flows: { ...script.flows, ...staffFlows },
  opens: (said, here) => opened(said) ?? besides(said, here),
  // Whoever writes a warning writes of danger all the time.
  danger: () => null,
}

/**
 * For `ConversationRoom.scriptFor`. Only what could be an officer's asks the database who it is from; for everybody else the words are
 * what they always were.
 */
export function staffScriptFor (isOfficer: (em: EntityManager, address: Address) => Promise<boolean>): NonNullable<ConversationRoom['scriptFor']> {
  return async (em, address, content, before) => concernsStaff(content, before) && await isOfficer(em, address) ? staffScript : script
}

function concernsStaff (content: Content, { standing, mind }: State): boolean {
  if (standing !== null && (isStaffFlow(standing.flow) || (standing.under !== undefined && isStaffFlow(standing.under.flow)))) return true
  if (content.kind === 'press') return opened({ kind: 'press', data: content.data }) !== null
  if (content.kind !== 'text') return false
  // Where there are no buttons, a number may stand for one.
  const numbered = /^\d{1,2}$/.test(fold(content.text)) ? mind.numbers?.[Number(fold(content.text)) - 1] : undefined
  return opened({ kind: 'text', text: content.text }) !== null || (numbered !== undefined && opened({ kind: 'press', data: numbered }) !== null)
}

function opened (said: Said): { flow: string, answers: Answers, aside?: true } | null {
  if (said.kind === 'link') return null
  if (said.kind === 'press') {
    const verb = pressedVerb(said.data)
    return verb === null ? null : leadOf(verb)
  }
  const flow = said.text.length > 40 ? undefined : words[keyOf(said.text)]
  if (flow !== undefined) return { flow, answers: {}, ...(flow === 'bulletins' || flow === 'progress' ? { aside: true as const } : {}) }
  const verb = typedVerb(said.text)
  return verb === null ? null : leadOf(verb)
}

/** Everybody's, as an aside: an officer's unfinished bulletin goes on afterwards. */
function besides (said: Said, here: Here): ReturnType<NonNullable<Script['opens']>> {
  const lead = script.opens?.(said, here) ?? null
  return lead === null ? null : { ...lead, aside: true }
}

function isStaffFlow (name: string): boolean {
  return Object.hasOwn(staffFlows, name)
}

function keyOf (text: string): string {
  const plain = fold(text)
  return text.trim().startsWith('/') ? `/${plain}` : plain
}
