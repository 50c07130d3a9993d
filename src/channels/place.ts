// The port of the post-only places: where we post for everybody to read, and nobody answers us.
import type { Health } from './channel.ts'
import { SendError } from './send-error.ts'

/** What is posted: plain text with line breaks, links absolute. */
export interface Post {
  /** The same for every try of the same words; another one for an edit. */
  once: string
  headline: string
  /** Without the headline; the link need not be in it. */
  text: string
  /** The page of ours that says it in full. */
  link: string
  /** `url` is where the platform can fetch it, `bytes` the same picture. */
  picture: { url: string, bytes: Uint8Array, mime: string, alt: string } | null
  /** Who says so, where the place shows an author. */
  author: string
  /** Keep it on top, where the place can do that. */
  pin: boolean
  /** No sound, where the place can do that. */
  silent: boolean
}

/** What a place remembers of one post between steps: the platform's own ids. JSON, no secrets; stored by the caller, read by nobody else. `{}` at first. */
export type Memory = Record<string, string | number | boolean | null>

export interface Step {
  memory: Memory
  state: 'posted' | 'waiting' | 'removed'
  /** Where people find the post; null as long as the platform names no address. */
  link: string | null
  /** While `waiting`: when to come again. */
  again: Date | null
}

/**
 * One place. Its verbs take one step each: the caller stores the memory that came back before it takes the next one, and keeps the
 * memory it had when a step throws.
 *
 * No platform has a key to drop a repeat by. So `maybeArrived` of an error says one thing only: *the post, or its broadcast, may be out, and
 * the same call again could bring it a second time*. The caller must not repeat such a step by itself. It records the post as unknown and lets
 * an officer look at the place: there already, and it is settled (without an id, so it can't be edited or removed from here); not there,
 * and `publish` is called again with the memory of before. An alarm may be posted again at once where twice is better than never.
 * Every other `tryAgain` may be repeated, and so may every `edit` and `remove`: they never set `maybeArrived`.
 *
 * `rejected`: this post is never taken, or can't be changed any more. `notAllowed`: an operator must act first; the sentence says where.
 * `waitUntil`: nothing goes to this account before `until`, or with `onlyThisChat` nothing to this place. `left` does not occur.
 */
export interface Place {
  /** Unique among the places, e.g. `telegram:-1001234`, `zalo-article`, `facebook-page`. */
  name: string
  kind: 'telegram-channel' | 'zalo-article' | 'facebook-page'
  /** `text`: characters of headline, text and link together; what is more is cut, and the link leads on. */
  limits: { text: number, picture: boolean, edit: boolean, remove: boolean }
  health: Health
  /** One step towards the post; called again with the returned memory until `posted`. @throws SendError and nothing else */
  publish (post: Post, memory: Memory): Promise<Step>
  /**
   * Puts new words in place of the old, in one step or more. The picture stays as it is where the platform can't change it. `posted`: the new
   * words stand; a `publish` that had not come to its end goes on with the returned memory.
   * @throws SendError and nothing else; `tryAgain` while there is nothing to edit yet
   */
  edit (post: Post, memory: Memory): Promise<Step>
  /** Takes the post away, in one step or more; also one that is not out yet. A post that is gone already is `removed`. @throws SendError and nothing else */
  remove (memory: Memory): Promise<Step>
}

/** The same failure, of a request that can be repeated without anything being there twice. */
export function harmless (failure: SendError): SendError {
  if (!failure.maybeArrived) return failure
  return new SendError(failure.failure, failure.message)
}

/** What is thrown when there is nothing this place could edit or remove. */
export function nothingThere (): SendError {
  return new SendError('rejected', 'There is no post here that this program knows by its id. Look at the place and change it there by hand.')
}

/** A text of the memory; undefined when there is none. */
export function remembered (memory: Memory, name: string): string | undefined {
  const value = memory[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
