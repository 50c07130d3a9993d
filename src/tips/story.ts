// What a reporter tells and gets back: the shapes that flows, sealing and the agency share. Pure.
import type { FileRef } from '../channels/message.ts'
import type { Language } from '../i18n.ts'
import type { CategoryId } from './category.ts'
import type { PublicStatus } from './status.ts'

/** All that a reporter told; sealed as a whole to the units. */
export interface Story {
  category: CategoryId
  /** Says that police did wrong: goes to the inspectorate alone. */
  aboutPolice: boolean
  what: string
  /** The category's own questions, by id; null: not answered. */
  own: { [question: string]: string | null }
  place: { commune: string | null, name: string | null, detail: string | null, point: { lat: number, lng: number } | null }
  when: { choice: string | null, text: string | null }
  contact: { name: string | null, phone: string | null, safeTime: string | null } | null
  language: Language
}

/** A story and the files that go with it, not fetched yet. */
export interface Draft extends Story {
  files: FileRef[]
}

export interface Receipt {
  /** The code, for the reporter's eyes only. */
  code: string
  /** Days in Vietnam, `YYYY-MM-DD`. */
  transferBy: string
  noticeBy: string
  decideBy: string
  /** The answer will be brought to this chat. */
  linked: boolean
}

/** What the holder of a code may see. */
export type Opened =
  | { found: false, waitMinutes: number }
  | {
    found: true
    tipId: string
    status: PublicStatus
    /** Days in Vietnam. */
    receivedOn: string
    decideBy: string
    /** What officers wrote; null text: it could not be opened. */
    messages: { on: string, kind: 'message' | 'request-information', text: string | null }[]
  }
