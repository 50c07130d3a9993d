// What an officer decides about a bulletin: approves it, returns it, holds it and stops it; in the transaction of the update that asked.
import type { Message } from '../channels/message.ts'
import { approve, returnToWriter } from '../bulletins/approve.ts'
import type { Bulletin } from '../bulletins/bulletin.ts'
import { writeBulletinCode } from '../bulletins/code.ts'
import { BulletinHistory } from '../bulletins/history.ts'
import { knowsAlready } from '../bulletins/live.ts'
import { BulletinRefused } from '../bulletins/refused.ts'
import { pause, resume, stop } from '../bulletins/run.ts'
import { ruleInWords } from '../bulletins/say-when.ts'
import { requestFor, tellWriter } from '../bulletins/tell-officers.ts'
import { Officer } from '../staff/officer.ts'
import { attempt, channelOf, theirs, words, type AtWork } from './at-work.ts'
import type { StaffActs } from './staff-acts.ts'

export function verbActs (work: AtWork): Pick<StaffActs, 'approveBulletin' | 'returnBulletin' | 'holdBulletin'> {
  const { room, em, say, language } = work

  /** When somebody else was quicker, or it was changed since they saw it. Null: it stands as they saw it. */
  async function overtaken (officer: Officer, bulletin: Bulletin, version: number | null): Promise<Message[] | null> {
    const code = writeBulletinCode(bulletin.code)
    if (bulletin.state !== 'submitted') {
      const last = await em.findOne(BulletinHistory, { bulletinId: bulletin.id, deed: { $in: ['approved', 'returned'] } }, { orderBy: { id: 'desc' } })
      const by = last?.by == null ? null : await em.findOne(Officer, { id: last.by }, { disableIdentityMap: true })
      if (last === null || by === null || by.id === officer.id) return null
      return words(say(last.deed === 'approved' ? 'officer.approve.alreadyApproved' : 'officer.approve.alreadyReturned', { code, name: by.name }))
    }
    if (bulletin.version === version) return null
    const shown = await requestFor(em, room, bulletin, language)
    return version === null ? shown : [...words(say('officer.approve.changed', { code })), ...shown]
  }

  async function decide (give: { id: number, version: number | null }, decision: (officer: Officer, bulletin: Bulletin) => Promise<Message[]>): Promise<Message[]> {
    return await attempt(work, async officer => {
      const bulletin = await theirs(work, officer, give.id)
      const before = await overtaken(officer, bulletin, give.version)
      if (before !== null) return before
      try {
        return await decision(officer, bulletin)
      } catch (error) {
        // Of two at the same moment, the second finds it done.
        const meanwhile = error instanceof BulletinRefused && bulletin.state !== 'submitted' ? await overtaken(officer, bulletin, give.version) : null
        if (meanwhile === null) throw error
        return meanwhile
      }
    })
  }

  return {
    approveBulletin: async give => await decide(give, async (officer, bulletin) => {
      await approve(em, room, officer, bulletin)
      await tellWriter(em, room, bulletin, officer, { kind: 'approved' })
      room.ring()
      return words(say('officer.approve.approved', { code: writeBulletinCode(bulletin.code), when: ruleInWords(say, language, bulletin.rule ?? null, room.clock()) }))
    }),
    returnBulletin: async give => await decide(give, async (officer, bulletin) => {
      await returnToWriter(em, room, officer, bulletin, give.reason)
      await tellWriter(em, room, bulletin, officer, { kind: 'returned', why: give.reason.trim() })
      return words(say('officer.approve.returned', { code: writeBulletinCode(bulletin.code) }))
    }),
    holdBulletin: async ({ id, how }) => await attempt(work, async officer => {
      const bulletin = await theirs(work, officer, id)
      const code = writeBulletinCode(bulletin.code)
      if (how === 'pause') await pause(em, room, officer, bulletin)
      else if (how === 'resume') await resume(em, room, officer, bulletin)
      else await stop(em, room, officer, bulletin)
      if (how !== 'stop') await knowsAlready(em, room, channelOf(work), officer, bulletin)
      if (how === 'stop') await tellWriter(em, room, bulletin, officer, { kind: 'stopped' })
      room.ring()
      return words(say(how === 'pause' ? 'officer.progress.paused' : how === 'resume' ? 'officer.progress.resumed' : 'officer.progress.stopped', { code }))
    }),
  }
}
