// What the flows of officers ask the program to do, and what it answers. Every act looks anew whether an officer is asking.
import type { ChannelName, Message } from '../channels/message.ts'
import type { Audience, Content, Kind } from '../bulletins/content.ts'
import type { Rule } from '../bulletins/schedule.ts'
import type { Verb } from '../staff/roles.ts'

/** What an officer begins with. Null: nobody who works here (any more). */
export interface Desk {
  may: Verb[]
  /** Communes they work for; empty: the whole province. */
  places: { code: string, name: string }[]
  /** Those that are switched on. */
  channels: ChannelName[]
  drafts: { id: number, kind: Kind, headline: string }[]
}

/** A bulletin as far as it is written. */
export interface Writing {
  content: Content
  audience: Audience
  training: boolean
  rule: Rule | null
  libraryId: string | null
}

/** It can't be done; sentences say why. */
export interface Refused { refused: string[] }

export interface Handed {
  /** The draft it belongs to; null: the first time. */
  id: number | null
  writing: Writing
  /** Of an alarm: the texts that are to be ours. */
  samples: ('correction' | 'allClear')[]
  /** False: for whom it is was not asked yet. */
  hasAudience: boolean
}

export interface Weighed {
  id: number
  version: number
  /** What stands in the way of handing it in, with the part to change. */
  problems: { text: string, part: Part | null }[]
  /** Outline, plan and preview, as they are said. */
  shown: Message[]
}

/** What can be changed by itself. */
export const parts = ['headline', 'body', 'toDo', 'hazard', 'place', 'until', 'source', 'law', 'prepared', 'topics', 'area', 'channels', 'when', 'exercise'] as const
export type Part = typeof parts[number]

/** A bulletin by name. Null: there is none, or it is not for this officer. */
export type Named = { code: string, headline: string } | null

export interface StaffActs {
  linkOfficer (give: { code: string }): Promise<Linked>
  unlinkOfficer (): Promise<boolean>
  desk (): Promise<Desk | null>
  openDraft (give: { id: number }): Promise<Opened | Refused>
  /** Writes it down, so that it outlives the conversation. */
  keepDraft (give: Handed): Promise<{ id: number } | Refused>
  dropDraft (give: { id: number }): Promise<true | Refused>
  /** Writes it down, and tells what it lacks, whom it will reach and how it will look. */
  weighBulletin (give: Handed): Promise<Weighed | Refused>
  /** `told`: approving officers who hear of it in their chats. */
  submitBulletin (give: { id: number, version: number }): Promise<{ code: string, told: number } | Refused>
  nameBulletin (give: { id: number }): Promise<Named>
  seeBulletin (give: { id: number, channel: string }): Promise<Message[]>
  testBulletin (give: { id: number }): Promise<Message[]>
  /** `version`: the one they saw; null: they did not say. */
  approveBulletin (give: { id: number, version: number | null }): Promise<Message[]>
  returnBulletin (give: { id: number, version: number | null, reason: string }): Promise<Message[]>
  holdBulletin (give: { id: number, how: 'pause' | 'resume' | 'stop' }): Promise<Message[]>
  myBulletins (): Promise<Message[]>
  showProgress (): Promise<Message[]>
}
export type StaffActName = keyof StaffActs

export type Linked = { linked: true, name: string, may: Verb[] } | { linked: false, waitMinutes: number }
export interface Opened extends Writing { id: number }
