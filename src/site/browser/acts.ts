// What the flows ask for, done by requests. What seals is loaded when it is needed.
import type { ActName, Acts, Held, Subscription } from '../../flows/acts.ts'
import type { Answer } from '../../conversation/flow.ts'
import type { Language } from '../../i18n.ts'
import { frequencies, type Topic } from '../../subscribers/topics.ts'
import type { Draft } from '../../tips/story.ts'
import type { FileRef } from '../../channels/message.ts'
import { ask, fieldOf, textOf, textsIn } from './request.ts'
import type { Progress } from './seal-files.ts'

export interface ActRoom {
  language: () => Language
  /** Shows what goes on until the act is done. */
  progress: () => Progress
  /** Files that could not be sent because they are no longer here. */
  gone: (names: string[]) => void
  /** From now on this chat is written to, or no longer. */
  subscribed: (yes: boolean) => void
}

export function makeActs ({ language, progress, gone, subscribed }: ActRoom): Acts {
  return {
    async receiveTip (draft) {
      const { sendTip } = await import('./send-tip.ts')
      const sent = await sendTip(draft, progress())
      gone(sent.gone)
      return sent.receipt
    },
    async openTip ({ code }) {
      const { openTip } = await import('./follow-tip.ts')
      return await openTip(code)
    },
    async addToTip (give) {
      const { addToTip } = await import('./follow-tip.ts')
      gone(await addToTip(give, language(), progress()))
      return true
    },
    async subscription () {
      const answer = await ask('GET', '/chat/subscription')
      const found = subscriptionIn(answer)
      return found === null ? null : { ...found, agreed: fieldOf(answer, 'agreed') === true }
    },
    async subscribe (give) {
      await ask('PUT', '/chat/subscription', { ...give, language: language() })
      subscribed(true)
      return true
    },
    async unsubscribe () {
      const answer = await ask('DELETE', '/chat/subscription')
      subscribed(false)
      return answer === true || fieldOf(answer, 'was') === true
    },
    async genuine ({ code }) { return textsIn(await ask('GET', `/chat/genuine?${new URLSearchParams({ code, lang: language() }).toString()}`)) },
    async held () { return heldIn(await ask('GET', '/chat/held')) },
    async forget () {
      await ask('POST', '/chat/forget')
      subscribed(false)
      return true
    },
  }
}

/** Loads what seals and sends, so that it is here when the network is not. */
export function prepareSending (): void {
  import('./send-tip.ts').catch(() => {})
}

export function isActName (acts: Acts, name: string): name is ActName {
  return Object.hasOwn(acts, name)
}

/** Does one act by its name. `give` has the shape the flow's step gives: both are written in `flows/`. */
export async function doAct (acts: Acts, name: ActName, give: Answer): Promise<Answer> {
  switch (name) {
    case 'receiveTip': return { ...await acts.receiveTip(given<Draft>(give)) }
    case 'openTip': return given<Answer>(await acts.openTip(given<{ code: string }>(give)))
    case 'addToTip': return await acts.addToTip(given<{ tipId: string, text: string | null, files: FileRef[] }>(give))
    case 'subscription': return given<Answer>(await acts.subscription())
    case 'subscribe': return await acts.subscribe(given<Subscription & { agreed: boolean }>(give))
    case 'unsubscribe': return await acts.unsubscribe()
    case 'genuine': return await acts.genuine(given<{ code: string, url: string }>(give))
    case 'held': return given<Answer>(await acts.held())
    case 'forget': return await acts.forget()
    default: return name satisfies never
  }
}

/** Answers are JSON; the flow and the act agree on which. */
function given<T> (value: unknown): T {
  return value as T
}

function heldIn (answer: unknown): Held {
  const count = (name: string): number => Number(fieldOf(answer, name) ?? 0)
  const told = fieldOf(answer, 'subscription')
  const subscription = subscriptionIn(told)
  return {
    draft: fieldOf(answer, 'draft') === true,
    links: count('links'),
    marks: count('marks'),
    push: count('push'),
    subscription: subscription === null ? null : { ...subscription, agreedOn: textOf(told, 'agreedOn'), agreedText: textOf(told, 'agreedText') },
  }
}

function subscriptionIn (answer: unknown): Subscription | null {
  const chosen = textsIn(fieldOf(answer, 'topics'))
  const places = fieldOf(answer, 'places')
  if (chosen.length === 0) return null
  return {
    // Our own server's words; the flow shows those it knows.
    topics: chosen as Topic[],
    places: (Array.isArray(places) ? places : []).map(place => ({ code: String(fieldOf(place, 'code')), name: String(fieldOf(place, 'name')) })),
    quietFrom: Number(fieldOf(answer, 'quietFrom') ?? 0),
    quietTo: Number(fieldOf(answer, 'quietTo') ?? 0),
    level: Number(fieldOf(answer, 'level') ?? 0),
    frequency: frequencies.find(frequency => frequency === fieldOf(answer, 'frequency')) ?? 'at-once',
  }
}
