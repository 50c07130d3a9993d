// What an officer does with a bulletin that is there: looks at it, approves, returns, holds and stops it; in the transaction of the update that asked.
import type { EntityManager } from '@mikro-orm/sql'
import type { ChannelName, Message } from '../channels/message.ts'
import { approve, returnToWriter } from '../bulletins/approve.ts'
import { Bulletin } from '../bulletins/bulletin.ts'
import { writeBulletinCode } from '../bulletins/code.ts'
import { BulletinHistory, note } from '../bulletins/history.ts'
import { isOver, progressInWords } from '../bulletins/in-words.ts'
import { choicesFor, watch } from '../bulletins/live.ts'
import { officerChoice } from '../bulletins/officer-choices.ts'
import { noticeFor, previewsOf } from '../bulletins/preview.ts'
import { finishBy, progressOf } from '../bulletins/progress.ts'
import { BulletinRefused, sayProblems } from '../bulletins/refused.ts'
import type { BulletinRoom } from '../bulletins/room.ts'
import { pause, resume, stop } from '../bulletins/run.ts'
import { dayAndMoment, ruleInWords } from '../bulletins/say-when.ts'
import { isAllowed, planFor, previewMessages, requestFor, tellWriter } from '../bulletins/tell-officers.ts'
import type { Language } from '../i18n.ts'
import { Officer } from '../staff/officer.ts'
import type { StaffActs } from './staff-acts.ts'

type VerbActs = Omit<StaffActs, 'linkOfficer' | 'unlinkOfficer' | 'desk' | 'openDraft' | 'keepDraft' | 'dropDraft' | 'weighBulletin' | 'submitBulletin'>

/** Of each kind, in a list; the newest first. */
const mostListed = 10

/** @param me the officer who asks, looked up for this act; null: nobody who works here */
export function verbActs (room: BulletinRoom, em: EntityManager, me: () => Promise<Officer | null>, language: Language, channel: ChannelName): VerbActs {
  const say = room.say(language)
  const words = (text: string): Message[] => [{ text }]

  /** @throws BulletinRefused when there is none, or it is none of theirs: the same words for both */
  async function theirs (officer: Officer, id: number): Promise<Bulletin> {
    const bulletin = await em.findOne(Bulletin, { id })
    const sees = bulletin !== null && (bulletin.writtenBy === officer.id || (bulletin.state !== 'draft' && isAllowed(officer, 'send', bulletin.audience)))
    if (bulletin === null || !sees) throw new BulletinRefused({ key: 'officer.refused.unknown' })
    return bulletin
  }

  async function attempt (work: (officer: Officer) => Promise<Message[]>): Promise<Message[]> {
    const officer = await me()
    if (officer === null) return words(say('chat.repair.menu'))
    try {
      return await work(officer)
    } catch (error) {
      if (error instanceof BulletinRefused) return words(sayProblems(say, error.problems).join('\n'))
      throw error
    }
  }

  /** When somebody else was quicker, or it was changed since they saw it. Null: it stands as they saw it. */
  async function overtaken (officer: Officer, bulletin: Bulletin, version: number | null): Promise<Message[] | null> {
    const code = writeBulletinCode(bulletin.code)
    if (bulletin.state !== 'submitted') {
      const last = await em.findOne(BulletinHistory, { bulletinId: bulletin.id, deed: { $in: ['approved', 'returned'] } }, { orderBy: { id: 'desc' } })
      const by = last?.by == null ? null : await em.findOne(Officer, { id: last.by }, { disableIdentityMap: true })
      if (bulletin.state === 'draft' && last === null && bulletin.writtenBy !== officer.id) throw new BulletinRefused({ key: 'officer.refused.unknown' })
      if (last === null || by === null || by.id === officer.id) return null
      return words(say(last.deed === 'approved' ? 'officer.approve.alreadyApproved' : 'officer.approve.alreadyReturned', { code, name: by.name }))
    }
    if (bulletin.version === version) return null
    const shown = await requestFor(em, room, bulletin, language)
    return version === null ? shown : [...words(say('officer.approve.changed', { code })), ...shown]
  }

  async function decide (give: { id: number, version: number | null }, work: (officer: Officer, bulletin: Bulletin) => Promise<Message[]>): Promise<Message[]> {
    return await attempt(async officer => {
      const bulletin = await em.findOne(Bulletin, { id: give.id })
      // A draft is seen by its writer only; what was returned is a draft again, and others were asked about it.
      if (bulletin === null || !isAllowed(officer, 'send', bulletin.audience)) throw new BulletinRefused({ key: 'officer.refused.unknown' })
      const before = await overtaken(officer, bulletin, give.version)
      if (before !== null) return before
      try {
        return await work(officer, bulletin)
      } catch (error) {
        // Of two at the same moment, the second finds it done.
        const meanwhile = error instanceof BulletinRefused && bulletin.state !== 'submitted' ? await overtaken(officer, bulletin, give.version) : null
        if (meanwhile === null) throw error
        return meanwhile
      }
    })
  }

  async function look (officer: Officer, bulletin: Bulletin): Promise<Message[]> {
    const { state } = bulletin
    if (state === 'submitted' && isAllowed(officer, 'approve', bulletin.audience) && bulletin.writtenBy !== officer.id && bulletin.submittedBy !== officer.id) return await requestFor(em, room, bulletin, language)
    if (state === 'sending' || state === 'paused' || isOver(bulletin)) {
      const progress = await progressOf(em, bulletin, room.clock())
      return [{ text: progressInWords(say, language, bulletin, progress, null, finishBy(progress, room.tariff)), choices: choicesFor(bulletin, room, language) }]
    }
    const head = `${writeBulletinCode(bulletin.code)}: ${say(`officer.state.${state}`)}`
    const choices = state === 'draft' ? [officerChoice(say, language, 'open', bulletin.id)] : choicesFor(bulletin, room, language)
    return [...previewMessages(room, bulletin, language), { text: `${head}\n\n${await planFor(em, room, bulletin, language)}`, choices }]
  }

  return {
    async nameBulletin ({ id }) {
      const officer = await me()
      const bulletin = officer === null ? null : await theirs(officer, id).catch((error: unknown) => {
        if (error instanceof BulletinRefused) return null
        throw error
      })
      return bulletin === null ? null : { code: writeBulletinCode(bulletin.code), headline: bulletin.content.texts.vi.headline }
    },
    seeBulletin: async ({ id, channel: wanted }) => await attempt(async officer => {
      const bulletin = await theirs(officer, id)
      if (wanted === '') return await look(officer, bulletin)
      const preview = previewsOf(room, bulletin, language).find(({ channels }) => channels.some(name => name === wanted))
      return (preview?.texts ?? []).map(text => ({ text }))
    }),
    testBulletin: async ({ id }) => await attempt(async officer => {
      const bulletin = await theirs(officer, id)
      note(em, bulletin, officer.id, 'tested', room.clock())
      // Its buttons are left out: "stop" would really stop what the officer has asked for.
      const { choices: _, ...message } = noticeFor(bulletin, language, channel, say, room.publicUrl)
      return [...words(say('officer.broadcast.testSaid')), message]
    }),
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
    holdBulletin: async ({ id, how }) => await attempt(async officer => {
      const bulletin = await theirs(officer, id)
      const code = writeBulletinCode(bulletin.code)
      if (how === 'pause') await pause(em, room, officer, bulletin)
      else if (how === 'resume') await resume(em, room, officer, bulletin)
      else await stop(em, room, officer, bulletin)
      if (how === 'stop') await tellWriter(em, room, bulletin, officer, { kind: 'stopped' })
      room.ring()
      return words(say(how === 'pause' ? 'officer.progress.paused' : how === 'resume' ? 'officer.progress.resumed' : 'officer.progress.stopped', { code }))
    }),
    myBulletins: async () => await attempt(async officer => {
      const of = async (where: object): Promise<Bulletin[]> => await em.find(Bulletin, where, { orderBy: { changedAt: 'desc' }, limit: 50 })
      const seen = (bulletins: Bulletin[]): Bulletin[] => bulletins.filter(({ writtenBy, audience }) => writtenBy === officer.id || isAllowed(officer, 'send', audience)).slice(0, mostListed)
      const submitted = await of({ state: 'submitted' })
      const mine = ({ writtenBy, submittedBy }: Bulletin): boolean => writtenBy === officer.id || submittedBy === officer.id
      const groups: [Parameters<typeof say>[0], Bulletin[]][] = [
        ['officer.broadcast.list.waiting', submitted.filter(one => !mine(one) && isAllowed(officer, 'approve', one.audience)).slice(0, mostListed)],
        ['officer.broadcast.list.sending', seen(await of({ state: { $in: ['sending', 'paused'] } }))],
        ['officer.broadcast.list.scheduled', seen(await of({ state: 'scheduled' }))],
        ['officer.broadcast.list.submitted', submitted.filter(mine).slice(0, mostListed)],
        ['officer.broadcast.list.drafts', await em.find(Bulletin, { state: 'draft', writtenBy: officer.id }, { orderBy: { changedAt: 'desc' }, limit: mostListed })],
      ]
      const item = ({ code, content, nextAt }: Bulletin): string => {
        const blanks = { code: writeBulletinCode(code), headline: content.texts.vi.headline }
        return `• ${nextAt == null ? say('officer.broadcast.list.item', blanks) : say('officer.broadcast.list.itemAt', { ...blanks, when: dayAndMoment(say, language, nextAt) })}`
      }
      const listed = groups.filter(([, bulletins]) => bulletins.length > 0)
      if (listed.length === 0) return words(say('officer.broadcast.list.none'))
      const choices = listed.flatMap(([, bulletins]) => bulletins.map(({ id, code, state }) =>
        officerChoice(say, language, state === 'draft' ? 'open' : 'see', id, '', `${say(state === 'draft' ? 'officer.broadcast.open' : 'officer.approve.see')} ${writeBulletinCode(code)}`)))
      return [{ text: listed.map(([title, bulletins]) => [say(title), ...bulletins.map(item)].join('\n')).join('\n\n'), choices }]
    }),
    showProgress: async () => await attempt(async officer => {
      const running = (await em.find(Bulletin, { state: { $in: ['sending', 'paused'] } }, { orderBy: { publishedAt: 'asc' }, limit: 20 })).filter(({ writtenBy, audience }) => writtenBy === officer.id || isAllowed(officer, 'send', audience))
      if (running.length === 0) return words(say('officer.progress.none'))
      const here = room.channels.find(({ name }) => name === channel)
      if (here?.edit === undefined) return (await Promise.all(running.map(async bulletin => await look(officer, bulletin)))).flat()
      for (const { id } of running) await watch(em, here, officer, id, { anew: true })
      return words(say('officer.progress.below'))
    }),
  }
}
