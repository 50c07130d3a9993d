// What the flows ask the program to do, and what it answers. The server does it in its transaction, the browser by a request.
import type { FileRef } from '../channels/message.ts'
import type { Frequency, Topic } from '../subscribers/topics.ts'
import type { Draft, Opened, Receipt } from '../tips/story.ts'

export interface Subscription {
  topics: Topic[]
  /** Communes; empty: the whole province. */
  places: { code: string, name: string }[]
  /** Hours in Vietnam, 0 to 23; equal: no quiet hours. */
  quietFrom: number
  quietTo: number
  /** What they want at least: 0 information, 1 warnings, 2 alarms only. */
  level: number
  /** When information comes; warnings and alarms always come at once. */
  frequency: Frequency
}

/** A subscription that stands. */
export interface YourSubscription extends Subscription {
  /** To what we promise now; false: to an older wording, so they are asked again before they change anything. */
  agreed: boolean
}

/** What we hold of an address. */
export interface Held {
  draft: boolean
  links: number
  /** Tips that carry a mark of this chat, for noticing repeats. */
  marks: number
  subscription: HeldSubscription | null
  /** Browsers that are woken for news. */
  push: number
}

export interface HeldSubscription extends Subscription {
  /** `YYYY-MM-DD` */
  agreedOn: string
  /** What was said before they agreed, word for word, in the language they speak now. */
  agreedText: string
}

export interface Acts {
  receiveTip (draft: Draft): Promise<Receipt>
  openTip (give: { code: string }): Promise<Opened>
  addToTip (give: { tipId: string, text: string | null, files: FileRef[] }): Promise<true>
  subscription (): Promise<YourSubscription | null>
  /** `agreed`: they agreed just now; else they have a subscription, and only change it. */
  subscribe (give: Subscription & { agreed: boolean }): Promise<true>
  /** False: there was no subscription. */
  unsubscribe (): Promise<boolean>
  held (): Promise<Held>
  /** What there is to say about a bulletin's code, the verdict first. `url`: where our pages are, without a slash at the end. */
  genuine (give: { code: string, url: string }): Promise<string[]>
  /** Deletes all that `held` tells of, and the conversation. */
  forget (): Promise<true>
}
export type ActName = keyof Acts
