// Does on the server what a flow asks for, in the transaction of the update that asked.
import type { EntityManager } from '@mikro-orm/sql'
import type { ConversationRoom, Who } from '../conversation/room.ts'
import { addressKeyOf } from '../conversation/say.ts'
import type { Answer } from '../conversation/flow.ts'
import { countPush } from '../subscribers/push-subscribe.ts'
import { subscribe, subscriptionOf, unsubscribe } from '../subscribers/subscribe.ts'
import { agreedText, currentWording } from '../subscribers/wordings.ts'
import { parseBulletinCode } from '../bulletins/code.ts'
import { forgetRecipient } from '../bulletins/expiry.ts'
import { genuineAnswer } from '../bulletins/genuine.ts'
import { pageOf } from '../bulletins/notice.ts'
import type { BulletinRoom } from '../bulletins/room.ts'
import { publishedIn } from '../bulletins/shelf.ts'
import { shownAt } from '../bulletins/shown.ts'
import { makeSlowGuesses } from '../staff/slow-guesses.ts'
import { addToTip } from '../tips/add.ts'
import { countLinks, forgetLinks } from '../tips/address-link.ts'
import { openTip } from '../tips/open.ts'
import { countMarks, forgetMarks } from '../tips/pattern.ts'
import { receiveTip, sealDraft, type SealedDraft } from '../tips/receive.ts'
import type { TipRoom } from '../tips/room.ts'
import type { ActName, Acts, HeldSubscription, YourSubscription } from './acts.ts'
import { staffActsFor } from './do-staff.ts'
import type { StaffActName } from './staff-acts.ts'

export interface DoRoom {
  tips: TipRoom
  /** Takes out what a channel itself remembers of an address, beside the conversation. */
  forgetWindow: (em: EntityManager, addressKey: string) => Promise<unknown>
  /** Takes out of the web chat what was written before the tip was received. */
  forgetLines: (em: EntityManager, addressKey: string) => Promise<void>
  /** For officers; without it nobody is one. */
  bulletins?: () => BulletinRoom
}

/** The acts of one person, in one transaction. */
export function actsFor (room: DoRoom, em: EntityManager, who: Who, ready: SealedDraft | null = null): Acts {
  const { tips } = room
  const addressKey = addressKeyOf(tips.keys, who.address)
  return {
    async receiveTip (draft) {
      const receipt = await receiveTip(em, tips, draft, who.address, ready)
      await room.forgetLines(em, addressKey)
      return receipt
    },
    openTip: async ({ code }) => await openTip(em, tips, code, addressKey),
    addToTip: async give => {
      await addToTip(em, tips, { ...give, language: who.language }, who.address)
      return true
    },
    subscription: async () => await yourSubscription(em, room, who),
    subscribe: async ({ agreed, ...give }) => {
      await subscribe(em, tips.keys, who.address, { ...give, language: who.language }, tips.clock(), agreed ? 'given' : 'before')
      return true
    },
    unsubscribe: async () => await unsubscribe(em, tips.keys, who.address, tips.clock()),
    held: async () => ({
      draft: who.state.shelved !== null,
      links: await countLinks(em, tips.keys, who.address, tips.clock()),
      marks: await countMarks(em, tips.keys, who.address),
      subscription: await heldSubscription(em, room, who),
      push: await countPush(em, addressKey),
    }),
    genuine: async ({ code, url }) => await genuineLines(em, tips, code, url, who.language),
    forget: async () => {
      await unsubscribe(em, tips.keys, who.address, tips.clock())
      await forgetLinks(em, tips.keys, who.address)
      await forgetMarks(em, tips.keys, who.address)
      await forgetRecipient(em, addressKey)
      await room.forgetLines(em, addressKey)
      await room.forgetWindow(em, addressKey)
      return true
    },
  }
}

async function genuineLines (em: EntityManager, { say, clock }: TipRoom, typed: string, url: string, language: Who['language']): Promise<string[]> {
  const code = parseBulletinCode(typed)
  const found = code === null ? null : await publishedIn(em, code)
  const published = found === null ? null : shownAt(found, clock()).published
  return genuineAnswer(say(language), published, published === null ? url : pageOf(url, published.code), language)
}

async function yourSubscription (em: EntityManager, { tips }: DoRoom, who: Who): Promise<YourSubscription | null> {
  const found = await subscriptionOf(em, tips.keys, who.address)
  if (found === null) return null
  const { agreedOn: _on, agreedTo, ...chosen } = found
  return { ...chosen, agreed: agreedTo === currentWording }
}

async function heldSubscription (em: EntityManager, { tips }: DoRoom, who: Who): Promise<HeldSubscription | null> {
  const found = await subscriptionOf(em, tips.keys, who.address)
  if (found === null) return null
  const { agreedTo, ...held } = found
  return { ...held, agreedText: agreedText(agreedTo, who.language, who.address.channel) ?? agreedTo }
}

/** As the conversation calls it: by name, with what the flow gave. */
export function makeAct (room: DoRoom): ConversationRoom['act'] {
  const guesses = makeSlowGuesses()
  return async (em, name, give, who, ready) => {
    // The only work that is done first is that of `makeWorkFirst`.
    const acts: Record<string, ((give: never) => Promise<unknown>) | undefined> = {
      ...actsFor(room, em, who, (ready ?? null) as SealedDraft | null),
      ...(room.bulletins === undefined ? {} : staffActsFor(room.bulletins(), guesses, em, who)),
    }
    const act = acts[name satisfies string as ActName | StaffActName]
    if (act === undefined) throw new Error(`A flow asks for "${name}", which is no act.`)
    // Flows and acts share the types of `acts.ts`; what passes between them is plain JSON.
    return await act(give as never) as Answer
  }
}

/** Sealing takes as long as ten updates; on SQLite all of them would wait for it. */
export function makeWorkFirst ({ tips }: Pick<DoRoom, 'tips'>): ConversationRoom['workFirst'] {
  // What the flow gives with this act is a draft (see `acts.ts`).
  return (name, give) => name === 'receiveTip' ? async () => await sealDraft(tips, give as never) : null
}
