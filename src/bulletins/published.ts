// A bulletin as the world may see it: what pages, feeds, posts and the question "is this genuine?" are made from. Pure data.
import type { Audience, Content } from './content.ts'

export interface Published {
  /** What people type to ask whether it is genuine, e.g. `K7M2-Q4`. */
  code: string
  content: Content
  audience: Pick<Audience, 'topics' | 'localities'>
  /** Marked everywhere; staff only. */
  training: boolean
  publishedAt: Date
  /** Each edit after publishing makes a new one; the first is 1. */
  version: number
  changedAt: Date
  /** `withdrawn`: no longer stands; `corrected`: another bulletin says it better; `over`: its time has passed, or the all-clear was given. */
  standing: 'valid' | 'over' | 'corrected' | 'withdrawn'
  /** Codes of the bulletins that this one corrects, clears or withdraws, oldest first; and how it relates to them. */
  about: { codes: string[], relation: 'correction' | 'all-clear' | 'withdrawal' } | null
  /** Code of the bulletin that says it better, or gives the all-clear, if there is one. */
  correctedBy: string | null
}
