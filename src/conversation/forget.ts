// Forgets a person whom their platform says to forget: what they could have asked for themselves under "my data".
import type { EntityManager } from '@mikro-orm/sql'
import type { Address } from '../channels/message.ts'
import { Conversation } from './conversation.ts'
import { Reply } from './reply.ts'
import type { ConversationRoom } from './room.ts'
import { addressKeyOf } from './say.ts'
import { newState } from './standing.ts'

/** Deletes all that is held of the address, what waits to be said to it included. */
export async function forgetPerson (em: EntityManager, room: Pick<ConversationRoom, 'act' | 'keys'>, address: Address): Promise<void> {
  const addressKey = addressKeyOf(room.keys, address)
  await room.act(em, 'forget', null, { address, language: 'vi', state: newState() })
  await em.nativeDelete(Conversation, { addressKey })
  await em.nativeDelete(Reply, { lane: addressKey })
}
