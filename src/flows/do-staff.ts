// The acts of officers, by name. Each looks up anew who is asking: whoever has left can do nothing more.
import type { EntityManager } from '@mikro-orm/sql'
import type { BulletinRoom } from '../bulletins/room.ts'
import type { Who } from '../conversation/room.ts'
import { Officer } from '../staff/officer.ts'
import { officerAt } from '../staff/officers.ts'
import type { SlowGuesses } from '../staff/slow-guesses.ts'
import type { AtWork } from './at-work.ts'
import { draftActs } from './do-drafts.ts'
import { linkActs } from './do-link.ts'
import { verbActs } from './do-verbs.ts'
import { viewActs } from './do-views.ts'
import type { StaffActs } from './staff-acts.ts'

export function staffActsFor (room: BulletinRoom, guesses: SlowGuesses, em: EntityManager, who: Who): StaffActs {
  const me = async (): Promise<Officer | null> => {
    const officer = await officerAt(em, room.keys, who.address)
    // What is brought to them is said in the language they speak now.
    if (officer !== null && officer.language !== who.language) await em.nativeUpdate(Officer, { id: officer.id }, { language: who.language })
    return officer
  }
  const work: AtWork = { room, em, me, language: who.language, say: room.say(who.language), channel: who.address.channel }
  return { ...linkActs(room, guesses, em, who), ...draftActs(work), ...viewActs(work), ...verbActs(work) }
}
