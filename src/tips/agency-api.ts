// The contract with the agency's own system: every body that goes out or comes in, as schemas. The published document is made of them.
import { z } from 'zod'
import { categoryIds } from './category.ts'
import { patternRuleIds, patternRules } from './pattern-rules.ts'
import { statuses, type TipStatus } from './status.ts'
import type { TipSource } from './tip.ts'
import { named } from './agency-inside.ts'

/** Bytes of the largest body the agency may send. */
export const mostEventBytes = 256 * 1024

const sources = ['web-chat', 'telegram', 'zalo-oa', 'zalo-bot', 'slip', 'phone', 'meeting'] as const satisfies readonly TipSource[]
/** Erasing is a deed of ours, not a word of theirs. */
const sayable = statuses.filter((status): status is Exclude<TipStatus, 'submitted' | 'erased'> => status !== 'submitted' && status !== 'erased')

const day = z.iso.date().describe('A day in Vietnam, UTC+7.')
const timestamp = z.iso.datetime({ offset: true })
const tipId = z.string().min(1).max(36).describe('The random name of the tip. The reporter’s code is never told.')

const sealed = z.object({
  what: z.enum(['story', 'added', 'file']).describe('The story of a tip (inside: StoryInside), what was added later (AddedInside), or what is known of a file (FileInside).'),
  id: z.string().min(1).max(80).describe('The tip’s id, the id of what was added, or the id of the attachment.'),
  belongs: z.object({ row: z.string().max(80), field: z.string().max(20) }).describe('What the opened JSON must hold as "row" and "field"; if not, somebody moved it here from another place.'),
  keys: z.array(z.string().regex(/^[0-9a-f]{12}$/)).min(1).max(24).describe('To whose keys it is sealed: the first 12 hexadecimal digits of the SHA-256 of each recipient (age1…).'),
  age: z.base64().describe('A whole age v1 file. Opened it is JSON, followed by spaces: { "v": 1, "row", "field", "value" }; "value" is a text, in itself JSON.'),
}).describe('A text that only the holder of a unit’s key can open.').register(named, { id: 'Sealed' })

const attachment = z.object({
  id: z.string().min(1).max(36),
  which: z.enum(['copy', 'original']).describe('The copy has no metadata (place, device, author); the original is as it was sent.'),
  bytes: z.int().min(1).describe('Size as fetched, that is sealed.'),
  url: z.url().describe('Where to fetch it; no other right is needed. Good for seven days from this try.'),
}).describe('A file to fetch: a whole age v1 file of its own.').register(named, { id: 'Attachment' })

const pattern = z.object({
  rule: z.enum(patternRuleIds).describe(patternRuleIds.map(id => `${id}: ${patternRules[id].why}`).join(' ')),
  tips: z.int().min(1).describe('So many tips, this one among them; with closed-before, those before it.'),
  days: z.int().min(1).describe('Within so many days.'),
}).describe('A repeat that was noticed. A person decides what it means: the tip is as good as any other until then.').register(named, { id: 'Pattern' })

const tip = z.object({
  id: tipId,
  category: z.enum(categoryIds),
  commune: z.string().max(8).nullable().describe('Code of the commune by the National Statistics Office since 1 July 2025; null: the reporter does not know it.'),
  source: z.enum(sources),
  status: z.enum(statuses),
  receivedOn: day,
  unit: z.string().max(64).describe('The unit that answers for it, for example commune:30307 or province:inspectorate.'),
  units: z.array(z.string().max(64)).describe('All units that can open it.'),
  deadlines: z.object({ transferBy: day, noticeBy: day, decideBy: day }).describe('By law; the last day each.'),
  patterns: z.array(pattern).describe('Repeats an officer should know of: counts, never who sent it nor which other tips.'),
  sealed: z.array(sealed),
  attachments: z.array(attachment),
}).describe('What is known in clear, and what is new in it, sealed.').register(named, { id: 'Tip' })

export type TipBody = z.infer<typeof tip>

function outbound<Type extends string> (type: Type, id: string, description: string) {
  return z.object({
    type: z.literal(type),
    timestamp: timestamp.describe('The day of the event: always midnight in Vietnam, since an exact time could be matched with somebody’s phone.'),
    data: tip,
  }).describe(description).register(named, { id })
}

/** What we send, by type. Receivers should pass over fields they don't know. */
export const outboundEvents = {
  'tip.received': outbound('tip.received', 'TipReceived', 'A new tip, with its story. Its files follow, each as tip.added.'),
  'tip.added': outbound('tip.added', 'TipAdded', 'The reporter added a text or a file; it holds only what is new.'),
  'tip.routed': outbound('tip.routed', 'TipRouted', 'Another unit answers for the tip now; it holds the story and all files again.'),
}

export type OutboundEvent = { [Type in keyof typeof outboundEvents]: z.infer<(typeof outboundEvents)[Type]> }[keyof typeof outboundEvents]

/** What the agency may answer with its 2xx. Nothing of it is needed. */
export const acknowledgement = z.object({
  reference: z.string().min(1).max(200).optional().describe('What the agency calls the tip.'),
}).register(named, { id: 'Acknowledgement' })

const text = z.string().min(1).max(4000).regex(/\S/).describe('In the reporter’s language if you can. We seal it to the reporter at once; it is never stored in clear.')

/** What the agency sends, told apart by `type`. */
export const inboundEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('tip.status'),
    timestamp,
    data: z.strictObject({
      id: tipId,
      status: z.enum(sayable),
      reason: z.string().regex(/^[0-9A-Za-z\u00c0-\u1ef9._/-]{1,60}$/).optional().describe('One word or the number of a decision, without spaces; never about a person.'),
    }),
  }).describe('The tip goes on to another status. The status it has already is taken and changes nothing.').register(named, { id: 'TipStatus' }),
  z.strictObject({
    type: z.literal('tip.message'),
    timestamp,
    data: z.strictObject({ id: tipId, text }),
  }).describe('Something to tell the reporter. They read it in their chat, or at their next visit with their code.').register(named, { id: 'TipMessage' }),
  z.strictObject({
    type: z.literal('tip.request-information'),
    timestamp,
    data: z.strictObject({ id: tipId, text }),
  }).describe('A question to the reporter; the answer comes as tip.added.').register(named, { id: 'TipRequestInformation' }),
]).register(named, { id: 'AgencyEvent' })

export type InboundEvent = z.infer<typeof inboundEvent>

/** What was taken. `repeated`: this webhook-id was taken before, and nothing was done again. */
export const taken = z.object({
  accepted: z.literal(true),
  repeated: z.boolean(),
  delivery: z.enum(['on-its-way', 'next-visit', 'closed']).optional()
    .describe('Of a message or question: on its way to the reporter’s chat; waiting for their next visit with the code, since no chat is linked; or closed: their platform (Zalo) brings them nothing until they write themselves, and then they are told that it waits.'),
}).register(named, { id: 'Taken' })

export const refused = z.object({
  error: z.object({
    code: z.string().describe('A word to act on: not-signed, not-found, not-possible, not-understood, not-accepted, wrong-type, too-large, broken.'),
    message: z.string(),
    id: z.string().optional(),
    status: z.enum(statuses).optional().describe('With not-possible: the status the tip has.'),
    allowed: z.array(z.enum(statuses)).optional().describe('With not-possible: the statuses that may follow it.'),
  }),
}).register(named, { id: 'Refused' })
