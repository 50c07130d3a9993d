// What an officer looks at: one bulletin, their lists, how those on their way are doing; in the transaction of the update that asked.
import type { Message } from '../channels/message.ts'
import { Bulletin } from '../bulletins/bulletin.ts'
import { writeBulletinCode } from '../bulletins/code.ts'
import { note } from '../bulletins/history.ts'
import { watch } from '../bulletins/live.ts'
import { officerChoice } from '../bulletins/officer-choices.ts'
import { noticeFor, previewsOf } from '../bulletins/preview.ts'
import { BulletinRefused } from '../bulletins/refused.ts'
import { dayAndMoment } from '../bulletins/say-when.ts'
import { isAllowed } from '../bulletins/tell-officers.ts'
import type { TextKey } from '../i18n.ts'
import { attempt, channelOf, look, theirs, words, type AtWork } from './at-work.ts'
import type { StaffActs } from './staff-acts.ts'

/** Of each kind, in a list; the newest first. */
const mostListed = 10

export function viewActs (work: AtWork): Pick<StaffActs, 'nameBulletin' | 'seeBulletin' | 'testBulletin' | 'myBulletins' | 'showProgress'> {
  const { room, em, say, language, channel } = work
  return {
    async nameBulletin ({ id }) {
      const officer = await work.me()
      const bulletin = officer === null ? null : await theirs(work, officer, id).catch((error: unknown) => {
        if (error instanceof BulletinRefused) return null
        throw error
      })
      return bulletin === null ? null : { code: writeBulletinCode(bulletin.code), headline: bulletin.content.texts.vi.headline }
    },
    seeBulletin: async ({ id, channel: wanted }) => await attempt(work, async officer => {
      const bulletin = await theirs(work, officer, id)
      if (wanted === '') return await look(work, officer, bulletin)
      const preview = previewsOf(room, bulletin, language).find(({ channels }) => channels.some(name => name === wanted))
      return (preview?.texts ?? []).map(text => ({ text }))
    }),
    testBulletin: async ({ id }) => await attempt(work, async officer => {
      const bulletin = await theirs(work, officer, id)
      note(em, bulletin, officer.id, 'tested', room.clock())
      // Its buttons are left out: "stop" would really stop what the officer has asked for.
      const { choices: _, ...message } = noticeFor(bulletin, language, channel, say, room.publicUrl)
      return [...words(say('officer.broadcast.testSaid')), message]
    }),
    myBulletins: async () => await attempt(work, async officer => {
      const of = async (where: object): Promise<Bulletin[]> => await em.find(Bulletin, where, { orderBy: { changedAt: 'desc' }, limit: 50 })
      const seen = (bulletins: Bulletin[]): Bulletin[] => bulletins.filter(({ writtenBy, audience }) => writtenBy === officer.id || isAllowed(officer, 'send', audience)).slice(0, mostListed)
      const submitted = await of({ state: 'submitted' })
      const mine = ({ writtenBy, submittedBy }: Bulletin): boolean => writtenBy === officer.id || submittedBy === officer.id
      const groups: [TextKey, Bulletin[]][] = [
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
    showProgress: async () => await attempt(work, async officer => {
      const running = (await em.find(Bulletin, { state: { $in: ['sending', 'paused'] } }, { orderBy: { publishedAt: 'asc' }, limit: 20 })).filter(({ writtenBy, audience }) => writtenBy === officer.id || isAllowed(officer, 'send', audience))
      if (running.length === 0) return words(say('officer.progress.none'))
      if (channelOf(work)?.edit === undefined) {
        const told: Message[] = []
        for (const bulletin of running) told.push(...await look(work, officer, bulletin))
        return told
      }
      for (const { id } of running) await watch(em, channel, officer, id, { anew: true })
      return words(say('officer.progress.below'))
    }),
  }
}
