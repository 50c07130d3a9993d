// Links a chat to an officer and takes the link away, in the transaction of the update that asked.
import type { EntityManager } from '@mikro-orm/sql'
import type { Who } from '../conversation/room.ts'
import { addressKeyOf } from '../conversation/say.ts'
import { Officer } from '../staff/officer.ts'
import { linkChat, officerAt } from '../staff/officers.ts'
import { may, type Verb } from '../staff/roles.ts'
import type { SlowGuesses } from '../staff/slow-guesses.ts'
import type { BulletinRoom } from '../bulletins/room.ts'
import type { StaffActs } from './staff-acts.ts'

export function linkActs ({ keys, clock }: Pick<BulletinRoom, 'keys' | 'clock'>, guesses: SlowGuesses, em: EntityManager, who: Who): Pick<StaffActs, 'linkOfficer' | 'unlinkOfficer'> {
  return {
    async linkOfficer ({ code }) {
      const [now, name] = [clock(), addressKeyOf(keys, who.address)]
      // A browser's chat ends with its cookies; nothing can be brought there.
      const waitMinutes = who.address.channel === 'web-chat' ? 0 : guesses.minutesToWait(name, now)
      if (waitMinutes > 0 || who.address.channel === 'web-chat') return { linked: false, waitMinutes }
      const officer = await linkChat(em, keys, code, who.address, now)
      if (officer === null) {
        guesses.wrong(name, now)
        return { linked: false, waitMinutes: guesses.minutesToWait(name, now) }
      }
      // What is brought to them is said in the language they speak here.
      officer.language = who.language
      await em.flush()
      return { linked: true, name: officer.name, may: verbsOf(officer) }
    },
    async unlinkOfficer () {
      const officer = await officerAt(em, keys, who.address)
      if (officer === null) return false
      await em.nativeUpdate(Officer, { id: officer.id }, { addressKey: null, sealed: null })
      return true
    },
  }
}

export function verbsOf ({ role }: Pick<Officer, 'role'>): Verb[] {
  return (['write', 'submit', 'approve', 'send', 'officers'] as const).filter(verb => may(role, verb))
}
