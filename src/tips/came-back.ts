// Somebody writes again whom the platform brought nothing for a while: they hear that an answer waits.
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { sayTo } from '../conversation/say.ts'
import { linkedTo, wayBackOf } from './address-link.ts'
import { modeOf } from './category.ts'
import type { TipRoom } from './room.ts'
import { ThreadMessage } from './thread.ts'
import { Tip } from './tip.ts'

/** One notice for each tip with answers that did not get through. The answers themselves open with the code; we can't read them. */
export async function tellWhatWaited (em: EntityManager, room: TipRoom, address: Address): Promise<void> {
  const now = room.clock()
  for (const tipId of await linkedTo(em, room.keys, address, now)) {
    const [last] = await em.find(ThreadMessage, { tipId, delivery: { $in: ['closed', 'left'] } }, { orderBy: { id: 'desc' } })
    if (last === undefined) continue
    await em.nativeUpdate(ThreadMessage, { tipId, delivery: { $in: ['closed', 'left'] } }, { delivery: 'on-its-way' })
    const tip = await em.findOneOrFail(Tip, { id: tipId })
    const way = await wayBackOf(em, room.keys, tipId, now)
    const say = room.say(way?.language ?? 'vi')
    const text = modeOf(tip.category) === 'victim_protective' ? say('chat.notice.neutral') : say('chat.notice.waited', { day: tip.receivedOn.split('-').reverse().join('/') })
    await sayTo(em, room.keys, address, [{ text, choices: [{ id: 'go:follow-up', label: say('chat.notice.open'), word: say('chat.notice.word') }] }], now, way?.language ?? 'vi', last.id)
  }
}
